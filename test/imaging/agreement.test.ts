import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Mask, Vector3 } from '../../src/domain/geometry.ts'
import { surfaceAgreement, volumeAgreement } from '../../src/imaging/agreement.ts'
import { surfaceAreasMm2 } from '../../src/imaging/marching-cubes.ts'
import { ellipsoid, gridOf, paintMask } from '../support/draw.ts'
import { isInside, maskPairs } from './mask-pairs.ts'

const METRICS = ['surfaceDice', 'hausdorffMm', 'hausdorff95Mm', 'averageSurfaceDistanceMm'] as const
const OPTIONS = { toleranceMm: 1, pointsMax: 1e6 }

describe('volumeAgreement', () => {
  it('knows two boxes that are three voxels apart', () => {
    const geometry = gridOf([30, 20, 20], { spacingMm: [0.5, 1, 2] })
    const agreement = volumeAgreement(
      boxMask(geometry, [2, 3, 4], [10, 5, 6]),
      boxMask(geometry, [5, 3, 4], [10, 5, 6]),
    )
    expect(agreement).toEqual({
      dice: 0.7,
      jaccard: 7 / 13,
      firstMm3: 300,
      secondMm3: 300,
      sharedMm3: 210,
    })
  })

  it('is the same however the masks are boxed', () => {
    fc.assert(
      fc.property(maskPairs(), ({ first, second }) => {
        const [a, b] = [wholeGrid(first), wholeGrid(second)]
        const shared = a.filter((voxel, n) => voxel * (b[n] ?? 0)).length
        const [inA, inB] = [a.filter(Boolean).length, b.filter(Boolean).length]
        const expected = inA + inB === 0 ? 1 : (2 * shared) / (inA + inB)
        expect(volumeAgreement(first, second).dice).toBe(expected)
        expect(volumeAgreement(second, first).dice).toBe(expected)
      }),
    )
  })

  it('says that two empty masks agree and an empty and a full one do not', () => {
    const geometry = gridOf([4, 4, 4])
    const full = boxMask(geometry, [0, 0, 0], [4, 4, 4])
    expect(volumeAgreement(emptyMask(geometry), emptyMask(geometry))).toMatchObject({ dice: 1, jaccard: 1 })
    expect(volumeAgreement(emptyMask(geometry), full)).toMatchObject({ dice: 0, jaccard: 0, secondMm3: 64 })
  })

  it('refuses masks on different grids or frames of reference', () => {
    const geometry = gridOf([4, 4, 4])
    const elsewhere = { ...geometry, frameOfReferenceUid: '2.25.9' }
    for (const other of [gridOf([4, 4, 5]), gridOf([4, 4, 4], { origin: [1, 0, 0] }), elsewhere]) {
      const refused = expect.objectContaining({ code: 'bad-request' }) as Error
      expect(() => volumeAgreement(emptyMask(geometry), emptyMask(other))).toThrow(refused)
      expect(() => surfaceAgreement(emptyMask(geometry), emptyMask(other), OPTIONS)).toThrow(refused)
    }
  })
})

describe('surfaceAgreement', () => {
  it('agrees with trying every pair of surface elements', () => {
    fc.assert(
      fc.property(maskPairs(), fc.double({ min: 0, max: 6, noNaN: true }), (pair, toleranceMm) => {
        const agreement = surfaceAgreement(pair.first, pair.second, { toleranceMm, pointsMax: 1e6 })
        const expected = bruteForce(pair.first, pair.second, toleranceMm)
        for (const key of METRICS) {
          if (expected[key] === null) expect(agreement[key]).toBeNull()
          else expect(agreement[key]).toBeCloseTo(expected[key], 9)
        }
      }),
    )
  })

  it('is symmetric and perfect for a mask against itself', () => {
    fc.assert(
      fc.property(maskPairs(), ({ first, second }) => {
        const [there, back] = [
          surfaceAgreement(first, second, OPTIONS),
          surfaceAgreement(second, first, OPTIONS),
        ]
        expect(there.hausdorff95Mm).toBe(back.hausdorff95Mm)
        expect(there.surfaceDice).toBeCloseTo(back.surfaceDice, 12)
        const self = surfaceAgreement(first, first, { ...OPTIONS, toleranceMm: 0 })
        expect(self).toMatchObject({ surfaceDice: 1, hausdorff95Mm: 0, averageSurfaceDistanceMm: 0 })
      }),
    )
  })

  it('finds the shift of two boxes', () => {
    const geometry = gridOf([30, 20, 20], { spacingMm: [0.7, 1, 1] })
    const [a, b] = [boxMask(geometry, [2, 3, 4], [16, 10, 10]), boxMask(geometry, [5, 3, 4], [16, 10, 10])]
    const at = (toleranceMm: number) => surfaceAgreement(a, b, { toleranceMm, pointsMax: 1e6 })
    expect(at(2.1).hausdorff95Mm).toBeCloseTo(2.1, 9)
    expect(at(2.1).surfaceDice).toBe(1)
    expect(at(2).surfaceDice).toBeLessThan(0.85)
  })

  it('finds the gap between two slabs exactly', () => {
    // One slice each, on slices that are 4 x 2.5 mm apart: every element of one is 10 mm from the other.
    const geometry = gridOf([9, 9, 8], { spacingMm: [0.8, 0.9, 2.5] })
    const agreement = surfaceAgreement(
      boxMask(geometry, [1, 1, 1], [6, 6, 1]),
      boxMask(geometry, [1, 1, 5], [6, 6, 1]),
      { toleranceMm: 9, pointsMax: 1e6 },
    )
    expect(agreement.averageSurfaceDistanceMm).toBeCloseTo((10 + 7.5) / 2, 9)
    expect(agreement.hausdorff95Mm).toBeCloseTo(10, 9)
    expect(agreement.surfaceDice).toBeCloseTo(0.5, 9)
  })

  it('measures the area of a box with its chamfered edges', () => {
    const geometry = gridOf([20, 20, 20], { spacingMm: [1, 2, 3] })
    const [x, y, z] = [9, 8 * 2, 7 * 3]
    const edges = 4 * ((x * Math.hypot(2, 3)) / 2 + (y * Math.hypot(1, 3)) / 2 + (z * Math.hypot(1, 2)) / 2)
    const corners = Math.hypot(2, 3, 6)
    const box = boxMask(geometry, [1, 2, 3], [10, 9, 8])
    const { firstMm2 } = surfaceAgreement(box, box, OPTIONS)
    expect(firstMm2).toBeCloseTo(2 * (x * y + y * z + x * z) + edges + corners, 9)
  })

  it('weighs spheres the known 8.8 % above their area, and finds how far they are apart', () => {
    const geometry = gridOf([56, 56, 56], { origin: [-27.9, -27.7, -27.6] })
    const small = paintMask(geometry, ellipsoid([0, 0, 0], [20, 20, 20]))
    const large = paintMask(geometry, ellipsoid([0, 0, 0], [25, 25, 25]))
    const agreement = surfaceAgreement(small, large, { toleranceMm: 3, pointsMax: 1e6 })
    // Marching cubes without interpolation: facets in 26 directions only, so the excess does not vanish with size.
    expect(agreement.firstMm2 / (4 * Math.PI * 20 ** 2)).toBeCloseTo(1.088, 2)
    expect(agreement.secondMm2 / (4 * Math.PI * 25 ** 2)).toBeCloseTo(1.088, 2)
    // Elements lie up to half a voxel's diagonal off the sphere, and the nearest is the one that lies towards the other.
    expect(agreement.averageSurfaceDistanceMm).toBeGreaterThan(5 - Math.sqrt(3) / 2)
    expect(agreement.averageSurfaceDistanceMm).toBeLessThan(5)
    expect(agreement.hausdorff95Mm).toBeCloseTo(5, 0)
    expect(agreement.surfaceDice).toBe(0)
  })

  it('says what an empty mask leaves undefined', () => {
    const geometry = gridOf([6, 6, 6])
    const [empty, cube] = [emptyMask(geometry), boxMask(geometry, [1, 1, 1], [2, 2, 2])]
    const none = { hausdorffMm: null, hausdorff95Mm: null, averageSurfaceDistanceMm: null, surfaceDice: 0 }
    expect(surfaceAgreement(empty, cube, OPTIONS)).toMatchObject({ ...none, empty: 'first', firstMm2: 0 })
    expect(surfaceAgreement(cube, empty, OPTIONS)).toMatchObject({ ...none, empty: 'second', secondMm2: 0 })
    expect(surfaceAgreement(empty, empty, OPTIONS)).toEqual({
      empty: 'both',
      surfaceDice: 1,
      hausdorffMm: 0,
      hausdorff95Mm: 0,
      averageSurfaceDistanceMm: 0,
      firstMm2: 0,
      secondMm2: 0,
    })
  })

  it('refuses sheared grids, tolerances that are no distance, and boxes beyond the limit', () => {
    const upright = gridOf([9, 9, 9])
    const sheared = { ...upright, affine: upright.affine.with(6, 0.2) }
    const [cube, leaning] = [upright, sheared].map((geometry) => boxMask(geometry, [1, 1, 1], [3, 3, 3]))
    if (cube === undefined || leaning === undefined) throw new Error('no cubes')
    const withCode = (code: string) => expect.objectContaining({ code }) as Error
    expect(() => surfaceAgreement(leaning, leaning, OPTIONS)).toThrow(withCode('bad-request'))
    for (const toleranceMm of [-1, NaN, Infinity]) {
      expect(() => surfaceAgreement(cube, cube, { toleranceMm, pointsMax: 64 })).toThrow(
        withCode('bad-request'),
      )
    }
    expect(() => surfaceAgreement(cube, cube, { toleranceMm: 1, pointsMax: 63 })).toThrow(
      withCode('limit-exceeded'),
    )
    expect(surfaceAgreement(cube, cube, { toleranceMm: 1, pointsMax: 64 }).surfaceDice).toBe(1)
  })
})

function emptyMask(geometry: Geometry): Mask {
  return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
}

function boxMask(geometry: Geometry, origin: Vector3, size: Vector3): Mask {
  return { geometry, box: { origin, size }, voxels: new Uint8Array(size[0] * size[1] * size[2]).fill(1) }
}

function wholeGrid(mask: Mask): Uint8Array {
  return paintMask(gridOf(mask.geometry.size), (i, j, k) => isInside(mask, i, j, k)).voxels
}

interface Element {
  readonly at: Vector3
  readonly area: number
}

/** Elements of a mask's surface over the corner points of the whole grid, one voxel lookup at a time. */
function elementsOf(mask: Mask): Element[] {
  const { affine, size } = mask.geometry
  const spacing: Vector3 = [affine[0] ?? NaN, affine[5] ?? NaN, affine[10] ?? NaN]
  const areas = surfaceAreasMm2(spacing)
  const elements: Element[] = []
  for (let k = 0; k <= size[2]; k++) {
    for (let j = 0; j <= size[1]; j++) {
      for (let i = 0; i <= size[0]; i++) {
        let code = 0
        for (let bit = 0; bit < 8; bit++) {
          if (isInside(mask, i - 1 + (bit & 1), j - 1 + ((bit >> 1) & 1), k - 1 + (bit >> 2)))
            code |= 1 << bit
        }
        if (code === 0 || code === 255) continue
        elements.push({ at: [i * spacing[0], j * spacing[1], k * spacing[2]], area: areas[code] ?? NaN })
      }
    }
  }
  return elements
}

function bruteForce(first: Mask, second: Mask, toleranceMm: number) {
  const [a, b] = [elementsOf(first), elementsOf(second)]
  if (a.length + b.length === 0) {
    return { surfaceDice: 1, hausdorffMm: 0, hausdorff95Mm: 0, averageSurfaceDistanceMm: 0 }
  }
  if (a.length === 0 || b.length === 0) {
    return { surfaceDice: 0, hausdorffMm: null, hausdorff95Mm: null, averageSurfaceDistanceMm: null }
  }
  const apart = (p: Vector3, q: Vector3) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
  const nearest = (from: Element[], to: Element[]) =>
    from
      .map(({ at, area }) => ({ area, distance: Math.min(...to.map((other) => apart(at, other.at))) }))
      .toSorted((x, y) => x.distance - y.distance)
  const directed = [nearest(a, b), nearest(b, a)]
  const all = directed.flat()
  const total = (elements: { area: number }[]) => elements.reduce((sum, { area }) => sum + area, 0)
  const p95 = (sorted: { area: number; distance: number }[]) =>
    sorted.find((_, n) => total(sorted.slice(0, n + 1)) >= (0.95 - 1e-12) * total(sorted))?.distance ?? NaN
  return {
    surfaceDice: total(all.filter(({ distance }) => distance <= toleranceMm)) / total(all),
    hausdorffMm: Math.max(...all.map(({ distance }) => distance)),
    hausdorff95Mm: Math.max(...directed.map(p95)),
    averageSurfaceDistanceMm: all.reduce((sum, { area, distance }) => sum + area * distance, 0) / total(all),
  }
}
