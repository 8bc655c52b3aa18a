import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueAtRank } from '../../src/imaging/rank.ts'

describe('valueAtRank', () => {
  it('is what sorting gives, for every rank', () => {
    const few = fc.float32Array({ noNaN: true, minLength: 1, maxLength: 40, min: -5, max: 5 })
    const equal = fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 })
      .map((values) => Float32Array.from(values))
    fc.assert(
      fc.property(fc.oneof(few, equal), (values) => {
        const sorted = values.toSorted()
        for (let rank = 0; rank < values.length; rank++)
          expect(valueAtRank(values, rank) + 0).toBe((sorted[rank] ?? NaN) + 0)
      }),
    )
  })

  it('leaves the values as they were, and is 0 of nothing', () => {
    const values = Float32Array.of(3, 1, 2)
    expect(valueAtRank(values, 1)).toBe(2)
    expect(values).toEqual(Float32Array.of(3, 1, 2))
    expect(valueAtRank(new Float32Array(), 0)).toBe(0)
  })
})
