/** What a job queue does on any database. Run by pg-boss-queue.pglite.real.test.ts (PGlite) and pg-boss-queue.real.test.ts (PostgreSQL). */
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { PlumblineError } from '../../src/errors.ts'
import type { Job, JobOutcome, JobQueue, Sql } from '../../src/ports.ts'
import { createJobQueue, type JobQueueOptions } from '../../src/queue/pg-boss-queue.ts'

export interface QueueDatabase {
  readonly sql: Sql
  readonly database: JobQueueOptions['database']
  readonly close: () => Promise<void>
}

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000
const HOUR_MS = 3_600_000
const OPTIONS = {
  concurrency: 2,
  attempts: 3,
  retryDelayMs: 1,
  retryDelayMaxMs: 1000,
  timeoutMs: 60_000,
  heartbeatSeconds: 10,
  pollMs: 500,
  stopTimeoutMs: 1000,
} as const

type Overrides = Partial<Omit<JobQueueOptions, 'database' | 'onError'>>

export function jobQueueContract(openDatabase: () => Promise<QueueDatabase>): void {
  let opened: QueueDatabase
  let queues: JobQueue[]
  let errors: string[]

  beforeAll(async () => {
    opened = await openDatabase()
  }, SLOW_START_MS)
  afterAll(() => opened.close())
  beforeEach(() => {
    queues = []
    errors = []
  })
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.stop()))
    await opened.sql.query('delete from plumbline_jobs.job')
  })

  const onError = (error: unknown) => void errors.push(error instanceof Error ? error.message : String(error))

  async function start(overrides: Overrides = {}): Promise<JobQueue> {
    const queue = await createJobQueue({ ...OPTIONS, ...overrides, database: opened.database, onError })
    queues.push(queue)
    return queue
  }

  const jobs = (state: string) =>
    opened.sql.query<{ key: string; start: Date }>(
      `select singleton_key as key, start_after as start from plumbline_jobs.job
       where name = 'cases' and state = $1::plumbline_jobs.job_state order by created_on`,
      [state],
    )
  const settled = (count: number) => soon(async () => expect(await jobs('completed')).toHaveLength(count))

  test('one job per case while one is queued or active, another once it is done', async () => {
    const queue = await start()
    const gate = new AbortController()
    const held = () => aborted(gate.signal).then(() => ({}))
    const { taken, handler, reaches } = scripted(held)
    for (let i = 0; i < 3; i++) await queue.enqueue('a')
    expect(await jobs('created')).toHaveLength(1)
    await queue.work(handler)
    await reaches(1)
    await queue.enqueue('a')
    expect(await jobs('created')).toEqual([])
    gate.abort()
    await settled(1)
    await queue.enqueue('a')
    await settled(2)
    expect(
      taken.map(({ caseId, attempt, lastAttempt, exhausted }) => ({
        caseId,
        attempt,
        lastAttempt,
        exhausted,
      })),
    ).toEqual(
      Array.from({ length: 2 }, () => ({ caseId: 'a', attempt: 1, lastAttempt: false, exhausted: false })),
    )
    expect(errors).toEqual([])
  })

  test('a failed delivery is made again until the last attempt, then the case is handed over to be ended', async () => {
    const queue = await start()
    const { taken, handler, reaches } = scripted(fail, fail, fail)
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(4)
    expect(taken.map(({ attempt, lastAttempt, exhausted }) => [attempt, lastAttempt, exhausted])).toEqual([
      [1, false, false],
      [2, false, false],
      [3, true, false],
      [3, true, true],
    ])
    expect(taken.every(({ caseId }) => caseId === 'a')).toBe(true)
    expect(errors).toEqual(Array.from({ length: 3 }, () => 'The PACS does not answer.'))
  })

  test('the row of a failed job holds the code of its error and no text', async () => {
    const queue = await start({ attempts: 1 })
    const { handler, reaches } = scripted(fail)
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(2)
    const rows = await opened.sql.query<{ text: string }>(
      `select output::text as text from plumbline_jobs.job where state = 'failed'`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.text).toContain('pacs-unreachable')
    expect(rows[0]?.text).not.toContain('does not answer')
  })

  test('a handler may ask for its own case again, later', async () => {
    const queue = await start()
    const { taken, handler, reaches } = scripted(() =>
      Promise.resolve({ again: new Date(Date.now() + HOUR_MS) }),
    )
    await queue.enqueue('a')
    await queue.work(handler)
    await settled(1)
    await soon(async () => expect(await jobs('created')).toHaveLength(1))
    const [put] = await jobs('created')
    expect(put?.start.getTime()).toBeGreaterThan(Date.now() + HOUR_MS / 2)
    await queue.enqueue('a') // what it waits for is there: now
    await reaches(2)
    expect(taken.map(({ attempt }) => attempt)).toEqual([1, 1])
    await settled(2)
    expect(errors).toEqual([])
  })

  test('a delayed job keeps the earliest time that was asked for', async () => {
    const queue = await start()
    const [one, two, three] = [inHours(1), inHours(2), inHours(3)]
    for (const notBefore of [two, three, one, two]) await queue.enqueue('a', { notBefore })
    expect(await jobs('created')).toEqual([{ key: 'a', start: one }])
  })

  test('a job that waits after a failure is not brought forward', async () => {
    const queue = await start({ retryDelayMs: HOUR_MS, retryDelayMaxMs: HOUR_MS })
    const { handler } = scripted(fail)
    await queue.enqueue('a')
    await queue.work(handler)
    await soon(async () => expect(await jobs('retry')).toHaveLength(1))
    const before = await jobs('retry')
    await queue.enqueue('a')
    expect(await jobs('retry')).toEqual(before)
    expect(await jobs('created')).toEqual([])
    expect(before[0]?.start.getTime()).toBeGreaterThan(Date.now() + HOUR_MS / 2)
  })

  test('works on as many cases at a time as it is told', async () => {
    const queue = await start({ concurrency: 2 })
    const gate = new AbortController()
    const held = () => aborted(gate.signal).then(() => ({}))
    const { handler, reaches } = scripted(held, held, held, held)
    for (const id of ['a', 'b', 'c', 'd']) await queue.enqueue(id)
    await queue.work(handler)
    await reaches(2)
    await soon(async () => expect(await jobs('active')).toHaveLength(2))
    expect(await jobs('created')).toHaveLength(2)
    gate.abort()
    await settled(4)
  })

  test('a delivery that runs too long has its signal aborted and is made again', async () => {
    const queue = await start({ timeoutMs: 1000 })
    const { taken, handler, reaches } = scripted(({ signal }) => aborted(signal).then(fail))
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(2)
    expect(taken[0]?.signal.aborted).toBe(true)
    expect(taken[1]).toMatchObject({ caseId: 'a', attempt: 2 })
    await settled(1)
  })

  test('stop lets a running job finish', async () => {
    const queue = await start({ stopTimeoutMs: 20_000 })
    const gate = new AbortController()
    const held = () => aborted(gate.signal).then(() => ({}))
    const { handler, reaches } = scripted(held)
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(1)
    const stopping = queue.stop()
    gate.abort()
    await stopping
    expect(await jobs('completed')).toHaveLength(1)
    expect(errors).toEqual([])
  })

  test('stop aborts a job that does not finish, waits for its handler, and the next process gets the job', async () => {
    const queue = await start({ stopTimeoutMs: 1000 })
    let cleanedUp = false
    const { taken, handler, reaches } = scripted(async ({ signal }) => {
      await aborted(signal)
      await opened.sql.query('select 1')
      cleanedUp = true
      return fail()
    })
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(1)
    await queue.stop()
    expect(cleanedUp).toBe(true)
    expect(taken[0]?.signal.aborted).toBe(true)
    await (await start()).work(handler)
    await reaches(2)
    expect(taken[1]).toMatchObject({ caseId: 'a', attempt: 2 })
  })

  test('a later start brings its own limits', async () => {
    await (await start({ attempts: 3 })).stop()
    const queue = await start({ attempts: 1 })
    const { taken, handler, reaches } = scripted()
    await queue.enqueue('a')
    await queue.work(handler)
    await reaches(1)
    expect(taken[0]).toMatchObject({ attempt: 1, lastAttempt: true })
  })
}

/** A handler that does what its script says, delivery by delivery, and keeps what it was given. */
function scripted(...script: ((job: Job) => Promise<JobOutcome>)[]) {
  const taken: Job[] = []
  const handler = async (job: Job): Promise<JobOutcome> => {
    taken.push(job)
    return (await script[taken.length - 1]?.(job)) ?? {}
  }
  return { taken, handler, reaches: (count: number) => soon(() => expect(taken).toHaveLength(count)) }
}

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 25_000, interval: 50 })
const inHours = (hours: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * HOUR_MS)
const fail = () => Promise.reject(new PlumblineError('pacs-unreachable', 'The PACS does not answer.'))

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
