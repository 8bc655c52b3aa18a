import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Vector3 } from '../../src/domain/geometry.ts'
import { newBitGrid, type BitGrid } from '../../src/imaging/bit-grid.ts'
import { nearestDistancesMm } from '../../src/imaging/nearest.ts'

const spacing = fc.double({ min: 0.2, max: 5, noNaN: true })
/** Rows of up to three words; slices enough that some searches end before the grid does. */
const pairs = fc
  .tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }))
  .chain((size) => {
    const point = fc.tuple(fc.nat(size[0] - 1), fc.nat(size[1] - 1), fc.nat(size[2] - 1))
    return fc.record({
      size: fc.constant<Vector3>(size),
      spacingMm: fc.tuple(spacing, spacing, spacing),
      from: fc.array(point, { maxLength: 20 }),
      to: fc.array(point, { maxLength: 6 }),
    })
  })

describe('nearestDistancesMm', () => {
  it('finds what trying every pair finds', () => {
    fc.assert(
      fc.property(pairs, ({ size, spacingMm, from, to }) => {
        const found = nearestDistancesMm(gridWith(size, from), gridWith(size, to), spacingMm)
        const expected = inScanOrder(from).map((a) => Math.min(...to.map((b) => apartMm(a, b, spacingMm))))
        expect(found).toHaveLength(expected.length)
        for (const [n, distance] of expected.entries()) {
          if (distance === Infinity) expect(found[n]).toBe(Infinity)
          else expect(found[n]).toBeCloseTo(distance, 9)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is exact where the nearest point lies beyond the rows that are searched, beside points that are near', () => {
    const size: Vector3 = [3, 120, 2]
    const from: Vector3[] = [
      [0, 0, 0],
      [1, 118, 1],
    ]
    const found = nearestDistancesMm(gridWith(size, from), gridWith(size, [[2, 119, 1]]), [0.5, 1, 3])
    // Two voxels of 0.5 mm, 119 of 1 mm and one of 3 mm; one voxel of 0.5 mm and one of 1 mm.
    expect(found[0]).toBeCloseTo(Math.hypot(1, 119, 3), 12)
    expect(found[1]).toBeCloseTo(Math.hypot(0.5, 1), 12)
  })

  it('is exact for crowds of points that lie far apart, where the whole grid is looked at', () => {
    const size: Vector3 = [40, 120, 3]
    const plane = (j: number): Vector3[] =>
      Array.from({ length: 120 }, (_, n) => [n % 40, j, Math.floor(n / 40)])
    const found = nearestDistancesMm(gridWith(size, plane(2)), gridWith(size, plane(117)), [1, 0.5, 2])
    expect(new Set(found)).toEqual(new Set([57.5]))
  })
})

function gridWith(size: Vector3, points: readonly Vector3[]): BitGrid {
  const grid = newBitGrid(size)
  for (const [i, j, k] of points) {
    const word = (k * size[1] + j) * grid.wordsPerRow + Math.floor(i / 32)
    grid.words[word] = (grid.words[word] ?? 0) | (1 << (i % 32))
  }
  return grid
}

function inScanOrder(points: readonly Vector3[]): Vector3[] {
  const distinct = new Map(points.map((point) => [point.join(), point]))
  return [...distinct.values()].toSorted((a, b) => a[2] - b[2] || a[1] - b[1] || a[0] - b[0])
}

function apartMm(a: Vector3, b: Vector3, [dx, dy, dz]: Vector3): number {
  return Math.hypot((a[0] - b[0]) * dx, (a[1] - b[1]) * dy, (a[2] - b[2]) * dz)
}
