/** What a review store does on any database. Run by review-store.pglite.real.test.ts (PGlite) and review-store.real.test.ts (PostgreSQL). */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { GivenReview, ReviewStore, Sql } from '../../src/ports.ts'
import { createAlertStore } from '../../src/store/alert-store.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createReviewStore } from '../../src/store/review-store.ts'
import { newCase } from './case-fixtures.ts'

interface Database {
  readonly sql: Sql
  readonly close: () => Promise<void>
}

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000
const SHA256 = 'a'.repeat(64)
const clock = { now: () => new Date('2026-03-01T10:00:00.123Z') }

export function reviewStoreContract(open: () => Promise<Database>): void {
  let database: Database
  let store: ReviewStore

  beforeAll(async () => {
    database = await open()
    await migrate(database.sql)
  }, SLOW_START_MS)
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.sql.query(
      'truncate cases, outbox, error_masks, figures, prompts, events, reviews, review_reports, review_unsigned, alerts restart identity',
    )
    store = createReviewStore(database.sql, clock)
    for (const id of ['a', 'b']) await createCaseStore(database.sql, clock).receive(newCase(id))
  })

  const REPORT = {
    kind: 'SR',
    sopClassUid: '1.2.840.10008.5.1.4.1.1.88.34',
    seriesInstanceUid: '1.2.9',
    sopInstanceUid: '1.2.9.1',
  } as const

  const eventNames = async () =>
    (await createCaseStore(database.sql, clock).eventsSince(0, 100)).map(
      ({ caseId, transition }) => `${caseId} ${transition}`,
    )

  test('reviews come back as they were given, with no report yet', async () => {
    const given = [review({ id: '1', segment: null }), review({ id: '2', segment: 7, category: null })]
    const kept = given.map((one) => ({ ...one, report: null }))
    expect(await store.add(given)).toEqual(kept)
    expect(await store.ofCase('a')).toEqual(kept)
    expect(await store.ofCase('b')).toEqual([])
  })

  test('a review that is there stays as it is, and nothing more is told', async () => {
    await store.add([review({ id: '1', comment: 'first' })])
    const again = await store.add([review({ id: '1', comment: 'second' }), review({ id: '2' })])
    expect(again.map(({ comment }) => comment)).toEqual(['first', ''])
    await store.add([review({ id: '1' })])
    expect(await eventNames()).toEqual(['a receive', 'b receive', 'a review', 'a review'])
  })

  test('of many who add the same review at once, one adds it', async () => {
    await Promise.all(Array.from({ length: 10 }, () => store.add([review({ id: '1' })])))
    expect(await store.ofCase('a')).toHaveLength(1)
    expect((await eventNames()).filter((name) => name === 'a review')).toHaveLength(1)
  })

  test('reviews of a case that does not exist are not kept', async () => {
    await expect(store.add([review({ id: '1', caseId: 'none' })])).rejects.toThrow()
    expect(await store.ofCase('none')).toEqual([])
  })

  test('text that JSON of the database cannot hold does not lose a review', async () => {
    const [kept] = await store.add([review({ id: '1', comment: 'a\0b\uD800 😀' })])
    expect(kept?.comment).toBe('a\uFFFDb\uFFFD 😀')
  })

  test.each([
    `update reviews set body = '{}'`,
    'delete from reviews',
    `update review_reports set sop_instance_uid = '9'`,
    'delete from review_reports',
  ])('the database refuses: %s', async (statement) => {
    await store.add([review({ id: '1', signOffId: 's' })])
    await store.signed('s', REPORT, SHA256)
    await expect(database.sql.query(statement)).rejects.toThrow('kept as they were written')
    expect(await store.ofCase('a')).toEqual([{ ...review({ id: '1', signOffId: 's' }), report: REPORT }])
  })

  test('one report signs all of a sign-off, once', async () => {
    await store.add([review({ id: '1', signOffId: 's' }), review({ id: '2', signOffId: 's', segment: 2 })])
    await store.add([review({ id: '3', signOffId: 't' })])
    expect((await store.unsigned('a')).map((group) => group.map(({ id }) => id))).toEqual([['1', '2'], ['3']])
    await store.signed('s', REPORT, SHA256)
    await store.signed('s', { ...REPORT, sopInstanceUid: '6.6.6' }, SHA256)
    expect((await store.unsigned('a')).map((group) => group.map(({ id }) => id))).toEqual([['3']])
    expect((await store.ofCase('a')).map(({ report }) => report)).toEqual([REPORT, REPORT, null])
    expect((await eventNames()).slice(2)).toEqual(['a review', 'a review', 'a sign'])
  })

  test('cases whose reviews wait for a report are found once they have waited', async () => {
    await store.add([review({ id: '1', caseId: 'b', reviewedAt: '2026-03-01T10:00:00.000Z' })])
    await store.add([review({ id: '2', signOffId: 't', reviewedAt: '2026-03-01T09:00:00.000Z' })])
    const waiting = (before: string) => store.casesToSign(new Date(before), 10)
    expect(await waiting('2026-03-01T09:00:00.000Z')).toEqual([])
    expect(await waiting('2026-03-01T09:30:00.000Z')).toEqual(['a'])
    expect(await waiting('2026-03-01T11:00:00.000Z')).toEqual(['b', 'a'])
    await store.signed('t', REPORT, SHA256)
    expect(await waiting('2026-03-01T11:00:00.000Z')).toEqual(['b'])
  })

  test('a sign-off that cannot be signed is kept, ends, and is not waited for', async () => {
    await store.add([review({}), review({ id: '2', signOffId: 't' })])
    await store.unsignable('s', 'report-gone')
    await store.unsignable('s', 'report-gone')
    expect((await store.unsigned('a')).flat().map(({ id }) => id)).toEqual(['2'])
    expect((await store.ofCase('a')).map(({ unsigned }) => unsigned)).toEqual(['report-gone', undefined])
    await store.unsignable('t', 'report-gone')
    expect(await store.casesToSign(new Date('2026-03-02'), 10)).toEqual([])
    const rows = await database.sql.query(`select case_id from audit_events where kind = 'sign-off-ended'`)
    expect(rows).toEqual([{ case_id: 'a' }, { case_id: 'a' }])
  })

  test('an alert is raised once, and neither told nor given up twice', async () => {
    const alerts = createAlertStore(database.sql, clock)
    await alerts.raise('a', 'reject')
    await alerts.raise('a', 'reject')
    await alerts.raise('b', 'critical')
    expect(await alerts.untold('a')).toEqual(['reject'])
    expect(await alerts.casesToTell(clock.now(), 10)).toEqual([])
    const later = new Date('2026-03-01T11:00:00Z')
    expect((await alerts.casesToTell(later, 10)).toSorted()).toEqual(['a', 'b'])
    await alerts.told('a', 'reject')
    await alerts.givenUp('b', 'critical')
    await alerts.raise('a', 'reject')
    expect([await alerts.untold('a'), await alerts.untold('b'), await alerts.casesToTell(later, 10)]).toEqual(
      [[], [], []],
    )
    await alerts.givenUp('a', 'reject')
    const [row] = await database.sql.query(`select given_up_at from alerts where case_id = 'a'`)
    expect(row).toEqual({ given_up_at: null })
  })

  test('a period is paged without gaps or doubles, its end not included', async () => {
    for (let n = 0; n < 5; n++)
      await store.add([
        review({ id: `${n}`, signOffId: `${n}`, reviewedAt: `2026-03-0${n + 1}T00:00:00.000Z` }),
      ])
    const period = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-05T00:00:00Z'), limit: 2 }
    const first = await store.given(period)
    expect(first.reviews.map(({ id }) => id)).toEqual(['1', '2'])
    const second = await store.given({ ...period, after: first.next ?? 0 })
    expect(second).toMatchObject({ reviews: [{ id: '3' }], next: null })
  })
}

function review(changes: Partial<GivenReview>): GivenReview {
  return {
    id: '1',
    signOffId: 's',
    caseId: 'a',
    segment: null,
    reader: { id: 'oidc:jane', name: 'Jane Doe' },
    kind: 'override',
    verdict: 'accept',
    category: 4,
    reason: 'fault-harmless',
    comment: '',
    correction: null,
    blind: false,
    elapsedMs: 12_000,
    machine: { verdict: 'reject', score: 2 },
    reviewedAt: '2026-03-01T10:00:00.000Z',
    ...changes,
  }
}
