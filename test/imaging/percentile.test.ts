import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightedPercentile } from '../../src/imaging/percentile.ts'

/** Few distinct values, so that many are equal; weights are whole, so that their sums are exact. */
const weighted = fc.array(fc.tuple(fc.constantFrom(0, 0.3, 1, 2.5, 7, 1e6), fc.integer({ min: 1, max: 9 })), {
  minLength: 1,
  maxLength: 60,
})

describe('weightedPercentile', () => {
  it('is what sorting and adding up finds', () => {
    fc.assert(
      fc.property(weighted, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, share) => {
        const sorted = pairs.toSorted((a, b) => a[0] - b[0])
        const total = pairs.reduce((sum, [, weight]) => sum + weight, 0)
        let below = 0
        const expected = sorted.find(([, weight]) => (below += weight) >= (share - 1e-12) * total)?.[0]
        const [values, weights] = [
          Float64Array.from(pairs, ([value]) => value),
          Float64Array.from(pairs, ([, weight]) => weight),
        ]
        expect(weightedPercentile(values, weights, share)).toBe(expected)
        expect([...values]).toEqual(pairs.map(([value]) => value))
      }),
    )
  })

  it('tells neighbouring numbers apart', () => {
    const next = 1 + Number.EPSILON
    const values = Float64Array.of(next, 1, next, 1)
    const weights = Float64Array.of(1, 1, 1, 1)
    expect(weightedPercentile(values, weights, 0.5)).toBe(1)
    expect(weightedPercentile(values, weights, 0.51)).toBe(next)
  })

  it('refuses to find one of nothing', () => {
    expect(() => weightedPercentile(new Float64Array(), new Float64Array(), 0.5)).toThrow(RangeError)
  })
})
