/** What is kept of language models, on any database. Run by model-store.pglite.real.test.ts (PGlite) and model-store.real.test.ts (PostgreSQL). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sql } from '../../src/ports.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createModelAnswers } from '../../src/store/model-answers.ts'
import { createModelSpending } from '../../src/store/model-spending.ts'

const DAY = '2026-03-01'
const NO_LIMIT = { tokens: 1e12, usd: null }
/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000

export function modelStoreContract(open: () => Promise<{ sql: Sql; close: () => Promise<void> }>): void {
  let database: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    database = await open()
    await migrate(database.sql)
  }, SLOW_START_MS)
  afterAll(() => database.close())
  beforeEach(() => database.sql.query('truncate model_spending, model_answers').then(() => undefined))

  const spent = () => database.sql.query('select day, tokens, usd from model_spending order by day')

  describe('spending', () => {
    test('adds up by day, is corrected, and is there after a restart', async () => {
      const before = createModelSpending(database.sql)
      expect(await before.book(DAY, { tokens: 100, usd: 0.5 }, NO_LIMIT)).toBe(true)
      expect(await before.book(DAY, { tokens: 50, usd: 0.25 }, NO_LIMIT)).toBe(true)
      expect(await before.book('2026-03-02', { tokens: 1, usd: 0 }, NO_LIMIT)).toBe(true)
      await before.correct(DAY, { tokens: -30, usd: -0.25 })
      const after = createModelSpending(database.sql)
      expect(await spent()).toEqual([
        { day: DAY, tokens: 120, usd: 0.5 },
        { day: '2026-03-02', tokens: 1, usd: 0 },
      ])
      expect(await after.book(DAY, { tokens: 1, usd: 0 }, { tokens: 120, usd: null })).toBe(false)
    })

    test.each([
      ['tokens', { tokens: 99, usd: null }],
      ['money', { tokens: 1000, usd: 0.4 }],
    ])('beyond the limit books nothing, neither the first nor a later: %s', async (_, limit) => {
      const spending = createModelSpending(database.sql)
      expect(await spending.book(DAY, { tokens: 100, usd: 0.5 }, limit)).toBe(false)
      expect(await spent()).toEqual([])
      expect(await spending.book(DAY, { tokens: 60, usd: 0.3 }, limit)).toBe(true)
      expect(await spending.book(DAY, { tokens: 60, usd: 0.3 }, limit)).toBe(false)
      expect(await spent()).toEqual([{ day: DAY, tokens: 60, usd: 0.3 }])
    })

    test('of many that book at once no more than fits is booked', async () => {
      const spending = createModelSpending(database.sql)
      const limit = { tokens: 1000, usd: null }
      const asked = Array.from({ length: 20 }, () => spending.book(DAY, { tokens: 300, usd: 0 }, limit))
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(3)
      expect(await spent()).toEqual([{ day: DAY, tokens: 900, usd: 0 }])
    })
  })

  describe('answers', () => {
    let nowMs = 0
    const clock = { now: () => new Date(nowMs) }
    const answers = (limits: Partial<{ cacheBytesMax: number; cacheDaysMax: number }> = {}) =>
      createModelAnswers(database.sql, clock, { cacheBytesMax: 1000, cacheDaysMax: 30, ...limits })
    const of = (text: string) => ({ text, model: 'm-1' })
    beforeEach(() => {
      nowMs = Date.parse('2026-03-01T10:00:00Z')
    })

    test('are given back as they were kept; the newest counts', async () => {
      const kept = answers()
      expect(await kept.get('a')).toBeNull()
      await kept.put('a', of('{"score":4}'))
      await kept.put('a', of('{"score":5}'))
      expect(await kept.get('a')).toEqual({ text: '{"score":5}', model: 'm-1' })
    })

    test('grow old: they are not given, and go when another one comes', async () => {
      const kept = answers()
      await kept.put('a', of('old'))
      nowMs += 31 * 86_400_000
      expect(await kept.get('a')).toBeNull()
      await kept.put('b', of('new'))
      expect(await database.sql.query('select digest from model_answers')).toEqual([{ digest: 'b' }])
    })

    test('take no more room than allowed: the oldest go first', async () => {
      const kept = answers({ cacheBytesMax: 20 })
      for (const digest of ['a', 'b', 'c']) {
        nowMs += 1000
        await kept.put(digest, of('ten bytes.'))
      }
      expect(await Promise.all(['a', 'b', 'c'].map((digest) => kept.get(digest)))).toEqual([
        null,
        of('ten bytes.'),
        of('ten bytes.'),
      ])
      nowMs += 1000
      await kept.put('d', of('x'.repeat(21)))
      expect(await database.sql.query('select digest from model_answers')).toEqual([])
    })
  })
}
