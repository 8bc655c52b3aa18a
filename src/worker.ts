/**
 * Takes a case through its states, one job at a time. Every step may be cut off by a crash and is safe to run again:
 * the job is delivered again and enters by the state that the case was left in.
 */
import type { CaseState, CaseTransition } from './domain/case-state.ts'
import type { Case } from './domain/case.ts'
import { PlumblineError } from './errors.ts'
import type { CaseStore, FollowUp, Job, JobOutcome, Pipeline } from './ports.ts'
import { judge, publish } from './pipeline.ts'
import { recordInputs } from './recorded-inputs.ts'

/** Which transitions lead from the state a case is found in to the one where work goes on. */
const ENTER: Readonly<Record<CaseState, readonly CaseTransition[]>> = {
  received: ['enqueue', 'start'],
  queued: ['start'],
  'waiting-for-images': ['images-changed', 'start'],
  running: [],
  publishing: [],
  done: [],
  failed: [],
}

const EXHAUSTED =
  'Every attempt failed; the last ones ended without saying why, as when the process is killed.'

export interface CaseWorkerOptions {
  readonly pipeline: Pipeline
  readonly cases: CaseStore
  /** Digest of the settings that a judgement depends on and that the policy does not hold: for the audit log. */
  readonly settings: string
  /** Called once a case has ended, and again whenever there is a job for it. */
  readonly followUp: FollowUp
  /** Hears what became of a job: for the log and the metrics. */
  readonly onOutcome: (outcome: {
    caseId: string
    state: CaseState
    verdict: Case['verdict']
    error: unknown
  }) => void
}

/** The handler that the job queue calls. Throws when the job is to be delivered again. */
export function createCaseWorker({
  pipeline,
  cases,
  settings,
  followUp,
  onOutcome,
}: CaseWorkerOptions): (job: Job) => Promise<JobOutcome> {
  return async function runCase(job) {
    const found = await cases.get(job.caseId)
    if (found === null) return {}
    const hasEnded = found.state === 'done' || found.state === 'failed'
    const outcome = hasEnded ? {} : await bringToEnd(found, job)
    if (outcome.again === undefined) await followUp(job.caseId, job)
    return outcome
  }

  async function bringToEnd(found: Case, job: Job): Promise<JobOutcome> {
    let current = found
    for (const transition of ENTER[current.state]) current = await cases.transition(current.id, transition)
    if (job.exhausted === true) {
      current = await giveUp(current, EXHAUSTED)
      onOutcome({
        caseId: current.id,
        state: current.state,
        verdict: current.verdict,
        error: new PlumblineError('worker-died', EXHAUSTED),
      })
      return {}
    }
    try {
      if (current.state === 'running') {
        const { inputs, ...sources } = recordInputs(pipeline)
        const outcome = await judge(current, { ...pipeline, ...sources }, job.signal)
        if (outcome.kind === 'wait') {
          current = await cases.transition(current.id, 'wait', {
            reasons: [outcome.why],
            sourceSeries: outcome.sourceSeries,
          })
          onOutcome({ caseId: current.id, state: current.state, verdict: null, error: null })
          return { again: outcome.until }
        }
        const { kind: _, judgement, ...beside } = outcome
        const from = { settings, inputs: inputs() }
        current = await cases.judged(current.id, judgement, { ...beside, from })
      }
      await publish(current.id, await cases.outbox(current.id), pipeline, job.signal)
      current = await cases.published(current.id)
      return {}
    } catch (error) {
      current = await afterFailure(current, job, error)
      onOutcome({ caseId: current.id, state: current.state, verdict: current.verdict, error })
      if (current.state === 'failed') return {}
      throw error
    } finally {
      if (current.state === 'done')
        onOutcome({ caseId: current.id, state: 'done', verdict: current.verdict, error: null })
    }
  }

  /** A case whose work may go better later stays; any other, or one out of attempts, ends as failed with the reason. */
  async function afterFailure(current: Case, job: Job, error: unknown): Promise<Case> {
    const known = error instanceof PlumblineError
    const again = job.signal.aborted || (!job.lastAttempt && (!known || error.retryable))
    const reason = known
      ? `${error.message} ${error.nextStep}`.trim()
      : 'An unexpected error; the service log has it under this case id.'
    if (!again) return giveUp(current, reason)
    return current.state === 'publishing'
      ? current
      : cases.transition(current.id, 'retry', { reasons: [reason] })
  }

  /** A case that was judged keeps its verdict and says why its report could not be stored. */
  function giveUp(current: Case, reason: string): Promise<Case> {
    const edge = current.state === 'publishing' ? 'give-up-publishing' : 'give-up'
    return cases.transition(current.id, edge, { reasons: [...new Set([reason, ...current.reasons])] })
  }
}
