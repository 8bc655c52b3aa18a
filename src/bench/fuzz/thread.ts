/** The thread that executes: takes ranges, answers with what came of them, and keeps the index in hand where the watchdog sees it. */
import { parentPort, workerData } from 'node:worker_threads'
import { runCampaign } from './campaign.ts'
import { fuzzCorpus } from './corpus.ts'
import { fuzzEntries, type FuzzEntry } from './entries.ts'

/** What every thread is started with. */
export interface ThreadData {
  readonly seed: number
  readonly folder: string | null
  /** Names of entries to run; null for all. */
  readonly only: readonly string[] | null
  /** One Int32: the execution that runs now. */
  readonly current: SharedArrayBuffer
}

/** Executions `from` up to, not including, `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

export function chosenEntries({ folder, only }: Pick<ThreadData, 'folder' | 'only'>): FuzzEntry[] {
  const entries = fuzzEntries(fuzzCorpus(folder)).filter(({ name }) => only?.includes(name) ?? true)
  if (entries.length === 0) throw new RangeError(`No entry has such a name: ${only?.join(', ') ?? ''}`)
  return entries
}

if (parentPort !== null) {
  const port = parentPort
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- watch.ts starts every thread with it
  const data = workerData as ThreadData
  const entries = chosenEntries(data)
  const current = new Int32Array(data.current)
  const answer = async (range: Range): Promise<void> => {
    const onExecution = (index: number) => {
      current[0] = index
    }
    port.postMessage(await runCampaign(entries, { seed: data.seed, ...range, onExecution }))
  }
  port.on('message', (range: Range) => void answer(range))
  port.postMessage('ready')
}
