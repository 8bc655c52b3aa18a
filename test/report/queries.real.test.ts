/** What is judged is counted as it was judged last: the store keeps the rows that reports read. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NORM_EVIDENCE } from '../../src/domain/local-norm.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { CASES_IN_WINDOW } from '../../src/report/queries.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite, type Pglite } from '../../src/store/pglite.ts'
import { createReports } from '../../src/report/reports.ts'
import { createReviewStore } from '../../src/store/review-store.ts'
import type { GivenReview } from '../../src/ports.ts'
import { newCase, SEGMENT } from '../store/case-fixtures.ts'

const CLOCK = { now: () => new Date('2026-03-02T10:00:00Z') }
let database: Pglite
beforeAll(async () => {
  database = await openPglite({ dataDir: null })
  await migrate(database.sql)
}, 60_000)
afterAll(() => database.close())

const ABOUT = {
  version: '0',
  institution: '',
  settings: { historyDays: 30, falseAlarmsPerYear: 1, subgroupMin: 50 },
  picturesMax: 0,
}
const CORRECTION = {
  reason: '',
  notes: [],
  proposedNumber: null,
  pseudoTruth: null,
  before: null,
  after: null,
  iterations: 0,
  model: null,
  prompt: null,
  volumeChangeCm3: null,
  addedPathMm: null,
  erasedPathMm: null,
}
const EVIDENCE = [...NORM_EVIDENCE, 'offset'].map((name, index) => ({
  id: `E${index}`,
  name,
  value: index,
  unit: '1',
  where: 'whole segment',
}))

it('counts a case from its judgement on, by its newest verdict and its facts, and keeps what is watched of its evidence', async () => {
  const { sql } = database
  const store = createCaseStore(sql, CLOCK)
  const reports = createReports({ sql, clock: CLOCK, caseStore: store }, ABOUT)
  const report = () => reports.report({ from: '2026-03-01', to: '2026-03-31' })
  for (const id of ['one', 'three']) await store.receive(newCase(id))
  expect((await report()).cases).toMatchObject({ arrived: 2, open: 2, judged: 0 })

  await store.transition('one', 'enqueue')
  await store.transition('one', 'start')
  await store.judged(
    'one',
    {
      verdict: 'reject',
      score: 2,
      reasons: ['Cut off.'],
      segments: [{ ...SEGMENT, evidence: EVIDENCE }],
      decidedAt: '2026-03-02T10:00:30.000Z',
      facts: { scanner: 'Scan 3', site: null, sex: 'female', ageBand: '40-64', bodySize: null },
    },
    { outbox: [] },
  )
  const judged = await report()
  expect(judged.cases).toMatchObject({ arrived: 2, open: 1, judged: 1, segments: 1 })
  expect(judged.times.now).toEqual({ medianS: 30, p90S: 30, of: 1 })
  expect(judged.failureModes).toMatchObject([
    { mode: 'truncated', severity: 'critical', examples: [{ caseId: 'one' }] },
  ])
  const groups = [...judged.groups, ...judged.subgroups].map(({ by, rows, unknown }) => [
    by,
    rows[0]?.name ?? unknown,
  ])
  expect(groups).toEqual([
    ['producer', 'ACME segmenter'],
    ['version', 'ACME segmenter 2.1'],
    ['structure', 'liver'],
    ['modality', 1],
    ['scanner', 'Scan 3'],
    ['site', 1],
    ['sex', 'female'],
    ['age band', '40-64'],
    ['body size', 1],
    ['scanner', 'Scan 3'],
  ])
  const [kept] = await sql.query('select * from judged_segments')
  const watched = NORM_EVIDENCE.map((name) => kept?.[name.replaceAll(' ', '_')])
  expect(watched).toEqual(NORM_EVIDENCE.map((_, index) => index))
})

it('counts segments that a better mask was proposed of, and what readers did with it', async () => {
  const { sql } = database
  const store = createCaseStore(sql, CLOCK)
  const reviewStore = createReviewStore(sql, CLOCK)
  const reports = createReports({ sql, clock: CLOCK, caseStore: store }, ABOUT)
  const corrections = async () => (await reports.report({ from: '2026-03-01', to: '2026-03-31' })).corrections
  const numbers = [1, 2, 3, 4]
  await store.receive(newCase('with proposals'))
  for (const name of ['enqueue', 'start'] as const) await store.transition('with proposals', name)
  await store.judged(
    'with proposals',
    {
      verdict: 'reject',
      score: 2,
      reasons: ['Cut off.'],
      segments: numbers.map((number) => ({ ...SEGMENT, number })),
      decidedAt: '2026-03-02T10:00:30.000Z',
      correction: {
        proposal: { sopClassUid: '1.2.4', sopInstanceUid: '1.2.5', seriesInstanceUid: '1.2.6' },
        segments: numbers.map((number) => ({
          ...CORRECTION,
          number,
          outcome: number === 4 ? 'nothing-proposed' : 'proposed',
        })),
      },
    },
    { outbox: [] },
  )
  expect(await corrections()).toEqual({ proposed: 3, taken: 0, kept: 0 })
  const say = (reader: string, segment: number, correction: GivenReview['correction'], at: number) =>
    reviewStore.add([
      {
        id: `r${at}`,
        signOffId: `s${at}`,
        caseId: 'with proposals',
        segment,
        reader: { id: reader, name: reader },
        kind: 'agree',
        verdict: 'reject',
        category: null,
        reason: null,
        correction,
        comment: '',
        blind: false,
        elapsedMs: null,
        machine: { verdict: 'reject', score: 2 },
        reviewedAt: CLOCK.now().toISOString(),
      },
    ])
  await say('jane', 1, 'kept', 1)
  await say('jane', 1, 'taken', 2)
  // A later word that says nothing of the proposal takes nothing back.
  await say('jane', 1, null, 3)
  await say('jane', 2, 'kept', 4)
  await say('john', 2, 'taken', 5)
  await say('john', 3, 'kept', 6)
  expect(await corrections()).toEqual({ proposed: 3, taken: 2, kept: 1 })
})

it('reads the state of today', async () => {
  const reports = createReports(
    { sql: database.sql, clock: CLOCK, caseStore: createCaseStore(database.sql, CLOCK) },
    ABOUT,
  )
  expect(await reports.watch()).toEqual([])
  expect(await reports.glance()).toMatchObject({
    arrivedToday: 3,
    verdictsToday: { reject: 2 },
    open: [
      { state: 'publishing', count: 2 },
      { state: 'received', count: 1 },
    ],
    failed: 0,
    watchedAt: '2026-03-02T10:00:00.000Z',
  })
})

it('counts an object that was judged anew once, by what was its newest verdict when the period ended', async () => {
  const { sql } = database
  let now = new Date('2026-05-10T08:00:00Z')
  const store = createCaseStore(sql, { now: () => now })
  const reports = createReports({ sql, clock: CLOCK, caseStore: store }, ABOUT)
  const judge = async (id: string, verdict: 'accept' | 'reject') => {
    await store.receive(newCase(id)) // ids of one length: one object
    for (const edge of ['enqueue', 'start'] as const) await store.transition(id, edge)
    const segments = [{ ...SEGMENT, verdict, findings: [] }]
    await store.judged(id, { verdict, segments, decidedAt: now.toISOString() }, { outbox: [] })
  }
  const acceptedTo = async (to: string) => {
    const { cases, verdicts, segmentsAccepted } = await reports.report({ from: '2026-05-01', to })
    return [cases.judged, verdicts.find(({ verdict }) => verdict === 'accept')?.rate.count, segmentsAccepted]
  }
  await judge('anew 1', 'reject')
  now = new Date('2026-05-12T08:00:00Z')
  await judge('anew 2', 'accept')
  expect(await acceptedTo('2026-05-31')).toMatchObject([1, 1, { count: 1, of: 1 }])
  expect(await acceptedTo('2026-05-11')).toMatchObject([1, 0, { count: 0, of: 1 }])
  // What was judged in between counts once it is there, whatever came first.
  await sql.query('select keep_judged($1)', [['anew 1']])
  expect(await acceptedTo('2026-05-31')).toMatchObject([1, 1, { count: 1, of: 1 }])
})

it('finds the cases of a period by their index', async () => {
  const { sql } = database
  const plan = await sql.transaction(async (tx) => {
    await tx.query(
      `insert into judged_cases (case_id, sop_instance_uid, study_instance_uid, received_at, decided_at, verdict, proposals)
       select 'many ' || n, '2.26.' || n, '2.26', timestamptz '2020-01-01Z' + n * interval '1 hour', now(), 'accept', 0
       from generate_series(1, 3000) as n`,
    )
    await tx.query('analyze judged_cases')
    const bounds = ['2020-02-01', '2020-02-02', '2020-02-03', '2020-02-04'].map((day) => new Date(day))
    const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain ${CASES_IN_WINDOW}`, bounds)
    await tx.query(`delete from judged_cases where case_id like 'many %'`)
    return lines.map((line) => line['QUERY PLAN']).join('\n')
  })
  expect(plan).toContain('judged_cases_by_arrival')
  expect(plan).not.toContain('Seq Scan')
})
