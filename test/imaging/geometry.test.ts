import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Vector3 } from '../../src/domain/geometry.ts'
import {
  affineOf,
  indexAxisTowards,
  indexToLps,
  invertAffine,
  isOrientation,
  lpsToIndex,
  multiply,
  planeNormal,
  sameGrid,
  spacingMm,
  voxelVolumeMm3,
} from '../../src/imaging/geometry.ts'

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
/** Sagittal: columns run to posterior, rows to the feet, slices to the right. */
const SAGITTAL: Geometry = {
  frameOfReferenceUid: null,
  size: [10, 20, 30],
  affine: affineOf({
    position: [50, -40, 30],
    orientation: [0, 1, 0, 0, 0, -1],
    pixelSpacingMm: [3, 2],
    stepMm: [-4, 0, 0],
  }),
}

describe('affineOf', () => {
  it('moves a column by the column spacing and a row by the row spacing', () => {
    expect(indexToLps(SAGITTAL, [0, 0, 0])).toEqual([50, -40, 30])
    expect(indexToLps(SAGITTAL, [1, 0, 0])).toEqual([50, -38, 30])
    expect(indexToLps(SAGITTAL, [0, 1, 0])).toEqual([50, -40, 27])
    expect(indexToLps(SAGITTAL, [0, 0, 1])).toEqual([46, -40, 30])
    expect(planeNormal([0, 1, 0, 0, 0, -1])).toEqual([-1, 0, 0])
  })
})

describe('the way back', () => {
  const small = fc.double({ min: -5, max: 5, noNaN: true })
  const invertible = fc.array(small, { minLength: 12, maxLength: 12 }).map((values) => {
    const affine = [...values, 0, 0, 0, 1]
    for (const n of [0, 5, 10]) affine[n] = (affine[n] ?? 0) + (Math.sign(affine[n] ?? 0) || 1) * 20
    return affine
  })

  it('inverts any affine that has an inverse', () => {
    fc.assert(
      fc.property(invertible, (affine) => {
        for (const [n, value] of multiply(invertAffine(affine), affine).entries())
          expect(value).toBeCloseTo(IDENTITY[n] ?? NaN, 9)
      }),
    )
  })

  it('finds the index of a position', () => {
    fc.assert(
      fc.property(invertible, fc.tuple(small, small, small), (affine, point) => {
        const geometry: Geometry = { frameOfReferenceUid: null, size: [1, 1, 1], affine }
        const back = indexToLps(geometry, lpsToIndex(geometry, point))
        for (const axis of [0, 1, 2]) expect(back[axis]).toBeCloseTo(point[axis] ?? NaN, 8)
      }),
    )
  })

  it('refuses an affine that squashes space', () => {
    expect(() => invertAffine([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toThrow(RangeError)
  })
})

describe('grids', () => {
  it('measures spacing and voxel volume, of sheared grids too', () => {
    expect(spacingMm(SAGITTAL)).toEqual([2, 3, 4])
    expect(voxelVolumeMm3(SAGITTAL)).toBe(24)
    expect(voxelVolumeMm3({ ...SAGITTAL, affine: [1, 0, 0, 0, 0, 1, 5, 0, 0, 0, 3, 0, 0, 0, 0, 1] })).toBe(3)
  })

  it('tells whether two grids put every voxel in the same place', () => {
    const moved = (by: Vector3, size = SAGITTAL.size): Geometry => {
      const affine = [...SAGITTAL.affine]
      for (const axis of [0, 1, 2]) affine[axis * 4 + 3] = (affine[axis * 4 + 3] ?? 0) + (by[axis] ?? 0)
      return { ...SAGITTAL, affine, size }
    }
    expect(sameGrid(SAGITTAL, moved([0.05, 0, 0]))).toBe(true)
    expect(sameGrid(SAGITTAL, moved([0.3, 0, 0]))).toBe(false)
    expect(sameGrid(SAGITTAL, moved([0, 0, 0], [10, 20, 29]))).toBe(false)
    const stretched = {
      ...SAGITTAL,
      affine: SAGITTAL.affine.map((value, n) => (n === 2 ? value * 1.01 : value)),
    }
    expect(sameGrid(SAGITTAL, stretched)).toBe(false)
  })

  it('knows which index runs along which patient axis', () => {
    expect(indexAxisTowards(SAGITTAL, 'left')).toEqual({ axis: 2, sign: -1, cosine: 1 })
    expect(indexAxisTowards(SAGITTAL, 'posterior')).toEqual({ axis: 0, sign: 1, cosine: 1 })
    expect(indexAxisTowards(SAGITTAL, 'superior')).toEqual({ axis: 1, sign: -1, cosine: 1 })
  })

  it('knows an orientation from something else', () => {
    expect(isOrientation([1, 0, 0, 0, 0.8, 0.6])).toBe(true)
    expect(isOrientation([1, 0, 0, 0.2, 0.98, 0])).toBe(false)
    expect(isOrientation([1, 0, 0, 0, 2, 0])).toBe(false)
    expect(isOrientation([1, 0, 0, 0, 1])).toBe(false)
    expect(isOrientation([NaN, 0, 0, 0, 1, 0])).toBe(false)
  })
})
