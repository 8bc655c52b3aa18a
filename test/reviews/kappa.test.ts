import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cohensKappa } from '../../src/reviews/kappa.ts'

/** Cell counts, row by row, to pairs. */
const pairsOf = (table: readonly (readonly number[])[]): [number, number][] =>
  table.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, (): [number, number] => [a, b])),
  )

// Fleiss, Statistical Methods for Rates and Proportions, 2nd ed. 1981, chapter 13: diagnoses of 100 people by two raters.
const FLEISS = pairsOf([
  [75, 1, 4],
  [5, 4, 1],
  [0, 0, 10],
])

test("the textbook's table gives the textbook's kappa and standard error", () => {
  const found = cohensKappa(FLEISS, { weights: 'none' })
  expect(found?.kappa).toBeCloseTo(0.676, 3)
  expect(found?.agreed).toBeCloseTo(0.89, 10)
  expect(((found?.high ?? 0) - (found?.low ?? 0)) / 2 / 1.96).toBeCloseTo(0.0877, 3)
})

test('with quadratic weights it is the intraclass correlation of large samples (Fleiss and Cohen 1973)', () => {
  const pairs = pairsOf([
    [20, 5, 1],
    [4, 20, 6],
    [1, 5, 38],
  ])
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [a, b] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)]
  const [meanA, meanB] = [mean(a), mean(b)]
  const covariance = mean(pairs.map(([first, second]) => (first - meanA) * (second - meanB)))
  const spread = (values: readonly number[], centre: number) =>
    mean(values.map((value) => (value - centre) ** 2))
  const correlation = (2 * covariance) / (spread(a, meanA) + spread(b, meanB) + (meanA - meanB) ** 2)
  expect(cohensKappa(pairs, { weights: 'quadratic' })?.kappa).toBeCloseTo(correlation, 12)
})

test.each([
  ['there are no pairs', []],
  [
    'both always say one and the same',
    [
      [4, 4],
      [4, 4],
    ],
  ],
] as [string, [number, number][]][])('it is not made up where %s', (_why, pairs) => {
  expect(cohensKappa(pairs, { weights: 'none' })).toBeNull()
})

const RATING = fc.integer({ min: 1, max: 5 })
test.each(['none', 'quadratic'] as const)(
  'weights %s: 1 for agreement, within bounds, the same either way round',
  (weights) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(RATING, RATING), { minLength: 2, maxLength: 40 }), (pairs) => {
        const found = cohensKappa(pairs, { weights })
        if (found === null) return
        expect(found.kappa).toBeLessThanOrEqual(1 + 1e-12)
        expect(found.low ?? -1).toBeLessThanOrEqual(found.kappa)
        expect(found.high ?? 1).toBeGreaterThanOrEqual(Math.min(1, found.kappa) - 1e-12)
        expect(found.low === null).toBe(found.high === null)
        if (pairs.length < 10) expect(found.low).toBeNull()
        const turned = cohensKappa(
          pairs.map(([a, b]): [number, number] => [b, a]),
          { weights },
        )
        expect(turned?.kappa).toBeCloseTo(found.kappa, 10)
        const same = cohensKappa(
          pairs.map(([a]): [number, number] => [a, a]),
          { weights },
        )
        if (same !== null) expect(same.kappa).toBeCloseTo(1, 12)
      }),
    )
  },
)
