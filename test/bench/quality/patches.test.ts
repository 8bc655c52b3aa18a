import { expect, it } from 'vitest'
import { PATCH_BYTES, PATCH_SIDE, patchOf } from '../../../src/bench/quality/patches.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../../support/draw.ts'

const GRID = gridOf([60, 60, 60], { spacingMm: [2, 2, 2], origin: [-59, -59, -59] })
const BALL = ellipsoid([0, 0, 0], [20, 20, 20])
const VOLUME = paintVolume(GRID, (x, y, z) => (BALL(x, y, z) ? 100 : 20))
const CELLS = PATCH_SIDE ** 3
/** Of the middle cell. */
const MIDDLE = ((PATCH_SIDE / 2) * PATCH_SIDE + PATCH_SIDE / 2) * PATCH_SIDE + PATCH_SIDE / 2

it('shows mask and image of the same place, with a margin of 10 mm', () => {
  const patch = patchOf(paintMask(GRID, BALL), VOLUME)
  expect(patch).toHaveLength(PATCH_BYTES)
  const [image, mask] = [patch.subarray(0, CELLS), patch.subarray(CELLS)]
  expect([image[MIDDLE], mask[MIDDLE], image[0], mask[0]]).toEqual([255, 255, 0, 0])
  // A ball of 40 mm in a box of 60 mm.
  const share = mask.reduce((sum, value) => sum + value / 255, 0) / CELLS
  expect(share).toBeCloseTo(((4 / 3) * Math.PI * 20 ** 3) / 60 ** 3, 2)
  expect([...mask].every((value, n) => (value === 255) === (image[n] === 255))).toBe(true)
})

it('is all zero where there is nothing to show', () => {
  const nothing = paintMask(GRID, () => false)
  expect(patchOf(nothing, VOLUME).some((value) => value !== 0)).toBe(false)
  expect(patchOf(paintMask(GRID, BALL), null).some((value) => value !== 0)).toBe(false)
})
