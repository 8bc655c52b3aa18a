/** Runs work when there is a place for it. Rejects with the signal's reason when that comes first. */
export type Slots = <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>

/** At most `count` at a time; the rest wait in order. An aborted waiter gives up its place. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  async function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (free > 0) {
      free--
      return
    }
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1)
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever the caller gave to abort()
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      waiting.push(enter)
    })
  }
  function release(): void {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
    await acquire(signal)
    try {
      return await work()
    } finally {
      release()
    }
  }
}
