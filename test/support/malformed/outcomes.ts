/** Runs the whole table in a process of its own, so that a row that ends or hangs the process is that row's outcome. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SEGMENTATION_TABLE, SERIES_TABLE } from './table.ts'

const PROGRAM = fileURLToPath(new URL('run-table.ts', import.meta.url))
/** A row without an answer for so long hangs: the others take a fraction of a second. */
const HANGS_AFTER_MS = 60_000

export interface RowResult {
  readonly id: string
  readonly outcome: unknown
  /** Most memory that its process had held until its end, its own use included. */
  readonly peakMebibytes: number
}

/** One result for every row. A process that dies or hangs is replaced; the row it had in hand is what did it. */
export async function runTable(): Promise<ReadonlyMap<string, RowResult>> {
  const ids = [...SEGMENTATION_TABLE, ...SERIES_TABLE].map(({ id }) => id)
  const results = new Map<string, RowResult>()
  while (results.size < ids.length) {
    const end = await runAfter(ids[results.size - 1] ?? '', (result) => results.set(result.id, result))
    const id = ids[results.size]
    if (id !== undefined) results.set(id, { id, outcome: { escaped: end }, peakMebibytes: NaN })
  }
  return results
}

/** How the process ended, in words. */
async function runAfter(last: string, receive: (result: RowResult) => void): Promise<string> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', PROGRAM, last], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let hangs = false
  const stop = () => {
    hangs = true
    child.kill('SIGKILL')
  }
  let watchdog = setTimeout(stop, HANGS_AFTER_MS)
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(`the process ended with ${code ?? signal}`))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(watchdog)
    watchdog = setTimeout(stop, HANGS_AFTER_MS)
    receive(JSON.parse(line))
  }
  const end = await ended
  clearTimeout(watchdog)
  return hangs ? 'no answer: it hangs' : end
}
