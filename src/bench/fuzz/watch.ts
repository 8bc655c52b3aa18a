/** Executes in a worker thread under a watchdog: what hangs, kills the thread or takes too much memory is a failure like any other. */
import { Worker } from 'node:worker_threads'
import { inputOf, type Campaign, type Failure } from './campaign.ts'
import type { FuzzEntry } from './entries.ts'
import type { Range, ThreadData } from './thread.ts'

/** An execution that takes longer hangs. CPU time, because a busy machine may give a thread nothing for seconds. */
const EXECUTION_CPU_S_MAX = 5
const LOOK_EVERY_MS = 500
const HEAP_MEBIBYTES = 512
const RSS_BYTES_MAX = 2 ** 30
const BATCH = 1000

export interface WatchOptions extends Omit<ThreadData, 'current'> {
  readonly entries: readonly FuzzEntry[]
  readonly executions: number
  /** No new batch after that. */
  readonly untilMs: number
  readonly onBatch: (campaign: Campaign, executed: number) => void
}

/** Runs all executions, in a fresh thread after every one that ended its thread. Returns how many were executed. */
export async function runWatched(options: WatchOptions): Promise<number> {
  const ranges = batches(options.executions)
  let executed = 0
  let thread = await startThread(options)
  for (
    let range = ranges.shift();
    range !== undefined && Date.now() < options.untilMs;
    range = ranges.shift()
  ) {
    const end = await runRange(thread, range)
    if (end.campaign === null) {
      await thread.worker.terminate()
      thread = await startThread(options)
      // What came before it is executed again: what it came to died with the thread.
      ranges.unshift(...around(range, end.index))
      options.onBatch({ tally: {}, failures: [failureAt(options, end)] }, executed)
      executed += 1
      continue
    }
    executed += range.to - range.from
    options.onBatch(end.campaign, executed)
  }
  await thread.worker.terminate()
  return executed
}

interface Thread {
  readonly worker: Worker
  readonly current: Int32Array
}

async function startThread({ seed, folder, only }: WatchOptions): Promise<Thread> {
  const current = new SharedArrayBuffer(4)
  const workerData: ThreadData = { seed, folder, only, current }
  const worker = new Worker(new URL('thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
  })
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
  })
  forget(worker)
  return { worker, current: new Int32Array(current) }
}

type End =
  | { readonly campaign: Campaign }
  | { readonly campaign: null; readonly index: number; readonly what: string }

function runRange({ worker, current }: Thread, range: Range): Promise<End> {
  current[0] = range.from
  return new Promise((resolve) => {
    let [last, since] = [range.from, cpuSeconds()]
    const finish = (end: End) => {
      clearInterval(look)
      forget(worker)
      // A thread that is being ended may still say how it died; unheard, that would end the process.
      worker.on('error', () => {})
      resolve(end)
    }
    const fail = (what: string) => finish({ campaign: null, index: current[0] ?? range.from, what })
    const look = setInterval(() => {
      const index = current[0] ?? range.from
      if (index !== last) [last, since] = [index, cpuSeconds()]
      if (cpuSeconds() - since > EXECUTION_CPU_S_MAX) fail('it hangs')
      else if (process.memoryUsage.rss() > RSS_BYTES_MAX) fail('it takes more than 1 GiB of memory')
    }, LOOK_EVERY_MS)
    worker.once('message', (campaign: Campaign) => finish({ campaign }))
    worker.once('error', (error) => fail(`the thread died: ${error.message}`))
    worker.once('exit', (code) => fail(`the thread ended with ${code}`))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(range)
  })
}

/** By name: without one, the listeners that Node.js itself has there go too, and no message comes any more. */
function forget(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}

/** Of this process: its main thread does next to nothing. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function failureAt(
  { entries, seed }: WatchOptions,
  { index, what }: Extract<End, { campaign: null }>,
): Failure {
  return { entry: inputOf(entries, seed, index).entry, seed, index, what, where: '' }
}

function batches(executions: number): Range[] {
  return Array.from({ length: Math.ceil(executions / BATCH) }, (_, n) => ({
    from: n * BATCH,
    to: Math.min(executions, (n + 1) * BATCH),
  }))
}

/** The executions of a range before and after one of them. */
function around({ from, to }: Range, index: number): Range[] {
  return [
    { from, to: index },
    { from: index + 1, to },
  ].filter((range) => range.to > range.from)
}
