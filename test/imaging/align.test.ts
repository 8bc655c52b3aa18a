import { describe, expect, it } from 'vitest'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import { alignMask } from '../../src/imaging/align.ts'

function grid(size: Geometry['size'], origin = [0, 0, 0], spacing = [1, 1, 1]): Geometry {
  const [a = 1, b = 1, c = 1] = spacing
  const [x = 0, y = 0, z = 0] = origin
  return { frameOfReferenceUid: null, size, affine: [a, 0, 0, x, 0, b, 0, y, 0, 0, c, z, 0, 0, 0, 1] }
}

/** An L: three voxels. */
const MASK: Mask = {
  geometry: grid([8, 8, 4]),
  box: { origin: [2, 3, 1], size: [2, 2, 1] },
  voxels: Uint8Array.from([1, 1, 1, 0]),
}

describe('alignMask', () => {
  it('keeps a mask that is on the grid already', () => {
    const { mask, how, outsideFraction } = alignMask(MASK, grid([8, 8, 4], [0.01, 0, 0]))
    expect([how, outsideFraction]).toEqual(['same-grid', 0])
    expect(mask.box).toEqual(MASK.box)
    expect(Array.from(mask.voxels)).toEqual([1, 1, 1, 0])
  })

  it('shifts by whole voxels', () => {
    const target = grid([20, 20, 20], [-5, -1, -7])
    const { mask, how, outsideFraction } = alignMask(MASK, target)
    expect([how, outsideFraction]).toEqual(['shifted', 0])
    expect(mask.box).toEqual({ origin: [7, 4, 8], size: [2, 2, 1] })
    expect(Array.from(mask.voxels)).toEqual([1, 1, 1, 0])
    expect(mask.geometry).toBe(target)
  })

  it('cuts off what lies outside and says how much', () => {
    const { mask, how, outsideFraction } = alignMask(MASK, grid([8, 8, 4], [3, 0, 0]))
    expect(how).toBe('shifted')
    expect(mask.box).toEqual({ origin: [0, 3, 1], size: [1, 2, 1] })
    expect(Array.from(mask.voxels)).toEqual([1, 0])
    expect(outsideFraction).toBeCloseTo(2 / 3)
    const none = alignMask(MASK, grid([8, 8, 4], [0, 0, 50]))
    expect(none.mask.box.size).toEqual([0, 0, 0])
    expect(none.outsideFraction).toBe(1)
  })

  it('resamples to the nearest voxel', () => {
    const { mask, how, outsideFraction } = alignMask(
      MASK,
      grid([16, 16, 4], [-0.25, -0.25, 0], [0.5, 0.5, 1]),
    )
    expect([how, outsideFraction]).toEqual(['resampled', 0])
    expect(mask.voxels.reduce((sum, voxel) => sum + voxel, 0)).toBe(12)
  })

  it('loses no segment that is smaller than a voxel of the images', () => {
    const fine: Mask = {
      geometry: grid([16, 16, 16], [0, 0, 0], [0.25, 0.25, 0.25]),
      box: { origin: [9, 9, 9], size: [1, 1, 1] },
      voxels: Uint8Array.from([1]),
    }
    const { mask, how, outsideFraction } = alignMask(fine, grid([4, 4, 4]))
    expect([how, outsideFraction]).toEqual(['resampled', 0])
    // Its centre is at 2.25 mm: the voxel at 2.
    const { origin, size } = mask.box
    expect(mask.voxels.indexOf(1)).toBe(((2 - origin[2]) * size[1] + 2 - origin[1]) * size[0] + 2 - origin[0])
    expect(mask.voxels.reduce((sum, voxel) => sum + voxel, 0)).toBe(1)
  })

  it('is exact for a grid that runs the other way', () => {
    const flipped: Geometry = {
      ...grid([8, 8, 4]),
      affine: [-1, 0, 0, 7, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    }
    const { mask, outsideFraction } = alignMask(MASK, flipped)
    const set = Array.from(mask.voxels.entries()).filter(([, voxel]) => voxel === 1)
    const { origin, size } = mask.box
    const indices = set.map(([n]) => [
      origin[0] + (n % size[0]),
      origin[1] + (Math.floor(n / size[0]) % size[1]),
      origin[2] + Math.floor(n / size[0] / size[1]),
    ])
    expect(indices).toEqual([
      [4, 3, 1],
      [5, 3, 1],
      [5, 4, 1],
    ])
    expect(outsideFraction).toBe(0)
  })

  it('keeps an empty mask empty', () => {
    const empty: Mask = {
      geometry: grid([8, 8, 4]),
      box: { origin: [0, 0, 0], size: [0, 0, 0] },
      voxels: new Uint8Array(),
    }
    expect(alignMask(empty, grid([8, 8, 4]))).toMatchObject({
      how: 'same-grid',
      outsideFraction: 0,
      mask: { box: { size: [0, 0, 0] } },
    })
  })
})
