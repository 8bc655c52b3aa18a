import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CaseState } from '../../src/domain/case-state.ts'
import { VerdictKind } from '../../src/domain/case.ts'
import { StudySummary, summarize } from '../../src/domain/study-summary.ts'

test.each([
  [['accept', 'reject', 'not-assessable'], 'reject'],
  [['review', 'not-assessable', 'accept'], 'not-assessable'],
  [['accept', 'review'], 'review'],
  [['accept', 'accept'], 'accept'],
] as const)('the worst of %j is %s', (verdicts, worst) => {
  const newest = verdicts.map((verdict) => ({ state: 'done' as const, verdict, count: 2 }))
  expect(summarize('1', newest).worst).toBe(worst)
})

test('a verdict whose report could not be stored still counts, and as failed', () => {
  const summary = summarize('1', [{ state: 'failed', verdict: 'reject', count: 1 }])
  expect(summary).toMatchObject({ objects: 1, running: 0, failed: 1, worst: 'reject' })
})

const counted = fc.record({
  state: fc.constantFrom(...CaseState.options),
  verdict: fc.constantFrom(null, ...VerdictKind.options),
  count: fc.integer({ min: 1, max: 5 }),
})

test('every object is running, failed or has a verdict', () => {
  fc.assert(
    fc.property(fc.array(counted), (newest) => {
      const summary = StudySummary.parse(summarize('1', newest))
      const decided = Object.values(summary.verdicts).reduce((sum, count) => sum + count, 0)
      expect(summary.objects).toBe(newest.reduce((sum, { count }) => sum + count, 0))
      expect(summary.running + summary.failed + decided).toBeGreaterThanOrEqual(summary.objects)
      expect(summary.worst === null).toBe(decided === 0)
    }),
  )
})
