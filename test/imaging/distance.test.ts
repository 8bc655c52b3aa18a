import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Vector3 } from '../../src/domain/geometry.ts'
import { transformToSquaredDistances } from '../../src/imaging/distance.ts'

const spacing = fc.double({ min: 0.1, max: 7, noNaN: true })
const grids = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 6 }))
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      spacingMm: fc.tuple(spacing, spacing, spacing),
      sites: fc.uniqueArray(fc.nat(size[0] * size[1] * size[2] - 1), { maxLength: 12 }),
    }),
  )

describe('transformToSquaredDistances', () => {
  it('gives the distance to the nearest site, as found by trying every one', () => {
    fc.assert(
      fc.property(grids, ({ size, spacingMm, sites }) => {
        const field = fieldOf(size, sites)
        transformToSquaredDistances(field, size, spacingMm)
        const at = (n: number): number[] => [
          (n % size[0]) * spacingMm[0],
          (Math.floor(n / size[0]) % size[1]) * spacingMm[1],
          Math.floor(n / size[0] / size[1]) * spacingMm[2],
        ]
        for (const [n, squared] of field.entries()) {
          const all = sites.map((site) => Math.hypot(...at(site).map((x, axis) => x - (at(n)[axis] ?? NaN))))
          const nearest = Math.min(...all)
          if (nearest === Infinity) expect(squared).toBe(Infinity)
          else expect(Math.abs(Math.sqrt(squared) - nearest)).toBeLessThan(1e-9)
        }
      }),
    )
  })

  it('knows 3-4-5 on an anisotropic grid', () => {
    const size: Vector3 = [5, 3, 2]
    const field = fieldOf(size, [0])
    transformToSquaredDistances(field, size, [1, 1.5, 12])
    expect(field[2 * 5 + 4]).toBe(25)
    expect(field[(3 + 2) * 5 + 4]).toBe(169)
  })

  it('adds to what a site already holds', () => {
    const field = Float64Array.of(0, Infinity, Infinity, 1)
    transformToSquaredDistances(field, [4, 1, 1], [2, 1, 1])
    expect([...field]).toEqual([0, 4, 5, 1])
  })

  it('refuses a field of another size', () => {
    expect(() => transformToSquaredDistances(new Float64Array(7), [2, 2, 2], [1, 1, 1])).toThrow(RangeError)
  })
})

function fieldOf(size: Vector3, sites: readonly number[]): Float64Array {
  const field = new Float64Array(size[0] * size[1] * size[2]).fill(Infinity)
  for (const site of sites) field[site] = 0
  return field
}
