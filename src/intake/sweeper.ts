/** Finds cases that a crash left without a job. Queuing twice is harmless: there is one job per case at most. */
import type { CaseState } from '../domain/case-state.ts'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import type { CaseStore, Clock, JobQueue } from '../ports.ts'

export interface SweeperOptions {
  readonly caseStore: Pick<CaseStore, 'stale' | 'transition'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly clock: Clock
  /** A case in `received`, `queued`, `running` or `publishing` that did not change for so long is queued again. */
  readonly staleAfterMs: number
  /** A case that waits for images is looked at again at the latest after this time. */
  readonly waitingMaxMs: number
  /** Cases that have ended and have owed something since then: signed reports, alerts. */
  readonly owing: (since: Date, limit: number) => Promise<readonly string[]>
  /** Cases per state and sweep. */
  readonly batchMax: number
  readonly onSwept: (caseId: string, state: CaseState) => void
  readonly onProblem: (caseId: string, error: unknown) => void
}

type Stuck = Exclude<CaseState, 'done' | 'failed'>
const STUCK: readonly Stuck[] = ['received', 'queued', 'running', 'publishing', 'waiting-for-images']
const WAY_BACK = { received: 'enqueue', 'waiting-for-images': 'images-changed' } as const

/** One pass over all states; returns how many cases were queued again. Run it on start and every minute. */
export function createSweeper(options: SweeperOptions): (signal: AbortSignal) => Promise<number> {
  const { caseStore, queue, clock } = options

  return async function sweep(signal) {
    let swept = 0
    for (const state of STUCK) {
      const ageMs = state === 'waiting-for-images' ? options.waitingMaxMs : options.staleAfterMs
      const since = new Date(clock.now().getTime() - ageMs)
      for (const stale of await caseStore.stale([state], since, options.batchMax)) {
        if (signal.aborted) return swept
        swept += await requeue(stale)
      }
    }
    const since = new Date(clock.now().getTime() - options.staleAfterMs)
    for (const caseId of await options.owing(since, options.batchMax)) {
      if (signal.aborted) return swept
      swept += await requeue({ id: caseId, state: 'done' })
    }
    return swept
  }

  async function requeue(stale: Pick<Case, 'id' | 'state'>): Promise<0 | 1> {
    try {
      if (stale.state === 'received' || stale.state === 'waiting-for-images') {
        await caseStore.transition(stale.id, WAY_BACK[stale.state])
      }
      await queue.enqueue(stale.id)
      options.onSwept(stale.id, stale.state)
      return 1
    } catch (error) {
      if (error instanceof PlumblineError && error.code === 'illegal-transition') return 0 // somebody moved it on: well
      options.onProblem(stale.id, error)
      return 0
    }
  }
}
