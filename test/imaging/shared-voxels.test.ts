import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box, Mask } from '../../src/domain/geometry.ts'
import { deepVoxels, intersectBoxes, sharedVoxels } from '../../src/imaging/shared-voxels.ts'
import { drawMask, gridOf } from '../support/draw.ts'

const SIZE = [80, 6, 5] as const
const GRID = gridOf(SIZE)
const CROSS = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const
/** A box in the grid with random voxels; wider than two words of 32 at times. */
const aMask = fc
  .tuple(
    fc.tuple(fc.nat(40), fc.nat(2), fc.nat(2)),
    fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 4 }), fc.nat({ max: 3 })),
  )
  .chain(([origin, size]) =>
    fc
      .uint8Array({ max: 1, minLength: size[0] * size[1] * size[2], maxLength: size[0] * size[1] * size[2] })
      .map((voxels): Mask => ({ geometry: GRID, box: { origin, size }, voxels })),
  )

function isInside({ box: { origin, size }, voxels }: Mask, i: number, j: number, k: number): boolean {
  const [x, y, z] = [i - origin[0], j - origin[1], k - origin[2]]
  if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) return false
  return voxels[(z * size[1] + y) * size[0] + x] === 1
}

function countOneByOne(a: Mask, b: Mask): number[] {
  return Array.from({ length: SIZE[2] }, (_, k) => {
    let count = 0
    for (let j = 0; j < SIZE[1]; j++)
      for (let i = 0; i < SIZE[0]; i++) if (isInside(a, i, j, k) && isInside(b, i, j, k)) count++
    return count
  })
}

describe('shared voxels', () => {
  it('are those counted one by one, slice by slice', () => {
    fc.assert(
      fc.property(aMask, aMask, (a, b) => {
        const { count, perSlice, from } = sharedVoxels(a, b)
        const expected = countOneByOne(a, b)
        expect(count).toBe(expected.reduce((sum, one) => sum + one, 0))
        perSlice.forEach((one, index) => expect(one).toBe(expected[from + index]))
      }),
    )
  })

  it('are all of them in a full word, the sign bit too', () => {
    const full: Mask = {
      geometry: GRID,
      box: { origin: [0, 0, 0], size: SIZE },
      voxels: new Uint8Array(2400).fill(1),
    }
    expect(sharedVoxels(full, full)).toEqual({ count: 2400, perSlice: [480, 480, 480, 480, 480], from: 0 })
  })
})

describe('boxes', () => {
  const at = (i: number): Box => ({ origin: [i, 0, 0], size: [4, 4, 4] })
  it.each([
    ['overlap', at(3), { origin: [3, 0, 0], size: [1, 4, 4] }],
    ['touch', at(4), null],
    ['are apart', at(9), null],
  ])('that %s', (_, other, expected) => {
    expect(intersectBoxes(at(0), other)).toEqual(expected)
  })
})

describe('deep voxels', () => {
  it('are those counted one by one, across words', () => {
    fc.assert(
      fc.property(aMask, aMask, (a, b) => {
        const isShared = (i: number, j: number, k: number) => isInside(a, i, j, k) && isInside(b, i, j, k)
        const fill = (mask: Mask): Mask => ({
          ...mask,
          voxels: mask.voxels.map((voxel, n) => (n % 7 === 3 ? voxel : 1)),
        })
        ;[a, b] = [fill(a), fill(b)]
        let count = 0
        for (let k = 0; k < SIZE[2]; k++)
          for (let j = 0; j < SIZE[1]; j++)
            for (let i = 0; i < SIZE[0]; i++) if (CROSS.every(([x, y]) => isShared(i + x, j + y, k))) count++
        expect(deepVoxels(a, b)).toBe(count)
      }),
    )
  })

  const all = drawMask('##### ##### ##### #####')
  it.each([
    ['a layer of two', '..... ##### ##### .....', 0],
    ['a layer of three', '..... ##### ##### #####', 3],
    ['a square of three', '.###. .###. .###. .....', 1],
  ])('of %s', (_, drawn, count) => {
    expect(deepVoxels(all, drawMask(drawn))).toBe(count)
  })
})
