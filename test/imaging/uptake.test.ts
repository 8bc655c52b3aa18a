import { describe, expect, it } from 'vitest'
import { uptakeUnder } from '../../src/imaging/uptake.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'

const grid = gridOf([20, 20, 20], { spacingMm: [2, 2, 4] })
const hot = ellipsoid([20, 20, 40], [9, 9, 9])
const mask = paintMask(grid, hot)
const volume = paintVolume(grid, (x, y, z) => (hot(x, y, z) ? 8 : 1), 'PT')

describe('uptake under a mask', () => {
  it('of one value is that value, peak included', () => {
    expect(uptakeUnder(mask, volume)).toEqual({ max: 8, mean: 8, peak: 8 })
  })

  it('has a peak of 1 cm3: one bright voxel raises the maximum, not the peak by much', () => {
    const voxels = Float32Array.from(volume.voxels)
    const middle = (10 * 20 + 10) * 20 + 10
    voxels[middle] = 80
    const found = uptakeUnder(mask, { ...volume, voxels })
    // The voxels whose centres lie within 6.204 mm of one of them, on 2 x 2 x 4 mm.
    let inBall = 0
    for (let k = -1; k <= 1; k++)
      for (let j = -3; j <= 3; j++)
        for (let i = -3; i <= 3; i++) if (Math.hypot(2 * i, 2 * j, 4 * k) <= 6.204) inBall++
    expect(found?.max).toBe(80)
    expect(found?.peak).toBeCloseTo(8 + 72 / inBall, 5)
  })

  it('takes what lies around a small segment into its peak, and no more than there is of the image', () => {
    const one = paintMask(grid, (x, y, z) => x === 20 && y === 20 && z === 40)
    const small = paintVolume(grid, (x, y, z) => (x === 20 && y === 20 && z === 40 ? 9 : 1), 'PT')
    const found = uptakeUnder(one, small)
    expect(found).toMatchObject({ max: 9, mean: 9 })
    expect(found?.peak).toBeLessThan(2)
    const corner = paintMask(grid, (x, y, z) => x + y + z === 0)
    expect(
      uptakeUnder(
        corner,
        paintVolume(grid, () => 3, 'PT'),
      ),
    ).toEqual({ max: 3, mean: 3, peak: 3 })
  })

  it('leaves out slices without an image; without any there is nothing', () => {
    const none = volume.instances.map(() => null)
    expect(uptakeUnder(mask, { ...volume, instances: none })).toBeNull()
    const upper = volume.instances.map((uid, k) => (k < 10 ? uid : null))
    const ramp = { ...paintVolume(grid, (_x, _y, z) => z, 'PT'), instances: upper }
    expect(uptakeUnder(mask, ramp)?.max).toBe(36)
  })
})
