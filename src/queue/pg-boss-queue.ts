/** Durable jobs on pg-boss, over PostgreSQL or over the PGlite of this process. The only door to pg-boss. */
import type { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss, type ConstructorOptions, type JobWithMetadata } from 'pg-boss'
import { PlumblineError } from '../errors.ts'
import type { Job, JobOutcome, JobQueue } from '../ports.ts'

export interface JobQueueOptions {
  readonly database:
    | { readonly kind: 'postgres'; readonly connectionString: string; readonly poolSize: number }
    | { readonly kind: 'pglite'; readonly pglite: PGlite }
  /** Cases that this process works on at a time. */
  readonly concurrency: number
  /** Deliveries of one job, the first included. */
  readonly attempts: number
  /** First delay after a failure; it doubles, with jitter, up to the maximum. Rounded up to seconds. */
  readonly retryDelayMs: number
  readonly retryDelayMaxMs: number
  /** Longest run of one delivery; then its signal is aborted and the job is delivered again. */
  readonly timeoutMs: number
  /** A job whose process gives no sign for so long is taken from it. At least 10. */
  readonly heartbeatSeconds: number
  /** How often an idle worker looks for jobs. At least 500. */
  readonly pollMs: number
  /** How long `stop` lets running jobs finish, and how long it then waits for them to heed their signal. */
  readonly stopTimeoutMs: number
  /** Hears what pg-boss reports and what handlers throw; the job goes on by the rules above. */
  readonly onError: (error: unknown) => void
}

type Delivery = JobWithMetadata<{ caseId: string }>
type Handler = (job: Job) => Promise<JobOutcome>

const SCHEMA = 'plumbline_jobs'
const CASES = 'cases'
/** Where a job goes whose attempts ran out: the case is handed to the handler once more, to be ended. */
const EXHAUSTED = 'exhausted-cases'
const KEEP_FINISHED_SECONDS = 24 * 60 * 60

/** Connects and prepares the queue. Never enqueue inside a database transaction: over PGlite that never returns. */
export async function createJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const boss = new PgBoss(bossOptions(options))
  boss.on('error', options.onError)
  boss.on('warning', ({ message }) => options.onError(new Error(message)))
  await boss.start()
  await prepareQueues(boss, options)

  const running = new Set<Promise<string | null>>()

  async function enqueue(caseId: string, { notBefore }: { notBefore?: Date } = {}): Promise<void> {
    const start = notBefore === undefined ? {} : { startAfter: notBefore }
    const sent = await boss.send(CASES, { caseId }, { singletonKey: caseId, ...start })
    if (sent === null) await bringForward(boss, caseId, notBefore ?? new Date())
  }

  async function deliver(delivery: Delivery, exhausted: boolean, handler: Handler): Promise<void> {
    const { caseId } = delivery.data
    const attempt = exhausted ? options.attempts : delivery.retryCount + 1
    const lastAttempt = exhausted || delivery.retryCount >= delivery.retryLimit
    const outcome = await handler({ caseId, attempt, lastAttempt, exhausted, signal: delivery.signal })
    if (outcome.again === undefined) return
    // There is one job per case, and it is this one until it is completed. A crash right here leaves the case without
    // a job; the sweep of stale cases finds it.
    await boss.complete(delivery.name, delivery)
    await enqueue(caseId, { notBefore: outcome.again })
  }

  function take(exhausted: boolean, handler: Handler) {
    return async ([delivery]: Delivery[]): Promise<void> => {
      if (delivery === undefined) return
      const run = deliver(delivery, exhausted, handler).then(() => null, failureCode)
      running.add(run)
      const failure = await run
      running.delete(run)
      if (failure !== null) throw new Error(failure)
    }
  }

  /** pg-boss keeps the error in the job's row: the code is enough there, the rest is for the log. */
  function failureCode(error: unknown): string {
    options.onError(error)
    return error instanceof PlumblineError ? error.code : 'unexpected error'
  }

  return {
    enqueue,
    async work(handler) {
      const polling = { includeMetadata: true, pollingIntervalSeconds: options.pollMs / 1000 } as const
      await boss.work(CASES, { ...polling, localConcurrency: options.concurrency }, take(false, handler))
      await boss.work(EXHAUSTED, polling, take(true, handler))
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: options.stopTimeoutMs, close: false })
      await Promise.race([Promise.allSettled(running), delay(options.stopTimeoutMs)])
      await boss.stop({ close: true })
    },
  }
}

function bossOptions({ database, heartbeatSeconds }: JobQueueOptions): ConstructorOptions {
  const watchSeconds = Math.floor(heartbeatSeconds / 2)
  const common = {
    schema: SCHEMA,
    schedule: false,
    superviseIntervalSeconds: watchSeconds,
    monitorIntervalSeconds: watchSeconds,
  }
  if (database.kind === 'postgres') {
    const { connectionString, poolSize } = database
    return { ...common, connectionString, max: poolSize, application_name: 'plumbline jobs' }
  }
  // One short-lived connection needs no watch over vacuum, and cannot rebuild an index beside its work.
  return {
    ...common,
    backend: 'pglite',
    db: fromPglite(database.pglite),
    monitorVacuum: false,
    reindex: false,
  }
}

/** Makes the queues, or brings those of an earlier start up to these options. */
async function prepareQueues(boss: PgBoss, options: JobQueueOptions): Promise<void> {
  const common = {
    expireInSeconds: secondsOf(options.timeoutMs),
    heartbeatSeconds: options.heartbeatSeconds,
    deleteAfterSeconds: KEEP_FINISHED_SECONDS,
  }
  const once = { ...common, retryLimit: 0 }
  const retried = {
    ...common,
    retryLimit: options.attempts - 1,
    retryBackoff: true,
    retryDelay: secondsOf(options.retryDelayMs),
    retryDelayMax: secondsOf(options.retryDelayMaxMs),
    deadLetter: EXHAUSTED,
  }
  await boss.createQueue(EXHAUSTED, once)
  await boss.updateQueue(EXHAUSTED, once)
  // `exclusive`: one job per singleton key, whether it waits, is put off or runs.
  await boss.createQueue(CASES, { ...retried, policy: 'exclusive' })
  await boss.updateQueue(CASES, retried)
}

/** A job that was put off starts at `at` if that is earlier. One that waits after a failure keeps its delay. */
async function bringForward(boss: PgBoss, caseId: string, at: Date): Promise<void> {
  const [job] = await boss.findJobs(CASES, { key: caseId, queued: true })
  if (job?.state !== 'created' || job.startAfter <= at) return
  await boss.update(CASES, undefined, { id: job.id, startAfter: at })
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
