import { expect, test } from 'vitest'
import { responseMaxima } from '../../../src/reasoner/figures/response-maxima.ts'
import { gridOf, paintMask, paintVolume } from '../../support/draw.ts'

const grid = gridOf([10, 10, 20])
const whole = paintMask(grid, (x, _, z) => x < 5 && z >= 8 && z <= 12)
/** In a box of its own, as masks come. */
const mask = {
  ...whole,
  box: { origin: [0, 0, 8], size: [5, 10, 5] } as const,
  voxels: new Uint8Array(250).fill(1),
}
const spots = [
  { x: 2, z: 10, value: 9 },
  { x: 8, z: 11, value: 5 },
  { x: 8, z: 12, value: 4 },
  { x: 1, z: 3, value: 3 },
]
const response = paintVolume(grid, (x, y, z) =>
  y === 4 ? (spots.find((spot) => spot.x === x && spot.z === z)?.value ?? 0) : 0,
)

test.each([
  ['in a box', mask],
  ['in a box of the whole grid', whole],
])('slices with the highest response outside of the mask, not beside each other: %s', (_, of) => {
  expect(responseMaxima(response, of, 2)).toEqual([11, 3])
  expect(responseMaxima(response, of, 1)).toEqual([11])
})

test('none where there is no response outside', () => {
  expect(
    responseMaxima(
      paintVolume(grid, () => 0),
      mask,
      2,
    ),
  ).toEqual([])
})
