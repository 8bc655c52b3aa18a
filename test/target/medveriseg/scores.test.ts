import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scoreAsPublished, type SquareMap } from '../../../src/target/medveriseg/scores.ts'

/** Made by reference.py beside it, which knows nothing of the code under test. */
const Vector = z.object({
  name: z.string(),
  side: z.number(),
  seed: z.number(),
  noise: z.number(),
  blobs: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  strengthRaw: z.number(),
  strength: z.number(),
  compactness: z.number(),
  purity: z.number(),
})
const VECTORS = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')))

function mapOf({ side, seed, noise, blobs }: z.infer<typeof Vector>): SquareMap {
  let state = seed
  const values = Float64Array.from({ length: side * side }, (_, n) => {
    state = Number((1664525n * BigInt(state) + 1013904223n) % 2n ** 32n)
    const [x, y] = [n % side, Math.floor(n / side)]
    return blobs.reduce(
      (sum, [cx, cy, sigma, height]) =>
        sum + height * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2)),
      (noise * state) / 2 ** 32,
    )
  })
  return { side, values }
}

describe('the published scores', () => {
  it.each(VECTORS)('equal the reference to 1e-9: $name', (vector) => {
    const found = scoreAsPublished(mapOf(vector))
    for (const name of ['strengthRaw', 'strength', 'compactness', 'purity'] as const)
      expect(Math.abs(found[name] - vector[name]), name).toBeLessThan(1e-9)
  })

  it('do not change with the scale of the map', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 64, maxLength: 64 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (list, factor, offset) => {
          const values = Float64Array.from(list)
          const one = scoreAsPublished({ side: 8, values })
          const other = scoreAsPublished({ side: 8, values: values.map((v) => factor * v + offset) })
          // But for the epsilon in the denominators.
          for (const name of ['strength', 'purity'] as const) expect(one[name]).toBeCloseTo(other[name], 4)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('cannot signal absence by strength: no map that varies has less than 0.417', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 100, maxLength: 100 }),
        (list) => {
          const ascending = list.toSorted((a, b) => a - b)
          fc.pre((ascending[94] ?? 0) - (ascending[50] ?? 0) > 0.01)
          const { strength } = scoreAsPublished({ side: 10, values: Float64Array.from(list) })
          expect(strength).toBeGreaterThan(0.417)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([
    { what: 'is not square', side: 3, values: [1, 2, 3] },
    { what: 'is empty', side: 0, values: [] },
    { what: 'holds no number', side: 1, values: [NaN] },
  ])('are refused where the map $what', ({ side, values }) => {
    expect(() => scoreAsPublished({ side, values: Float64Array.from(values) })).toThrow(RangeError)
  })
})
