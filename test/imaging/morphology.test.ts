import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import { dilate, erode } from '../../src/imaging/morphology.ts'
import { drawMask, gridOf } from '../support/draw.ts'

const show = ({ voxels, box }: Mask): string[] =>
  Array.from({ length: box.size[1] * box.size[2] }, (_, row) =>
    Array.from(voxels.subarray(row * box.size[0], (row + 1) * box.size[0]), (v) => '.#'[v]).join(''),
  )

describe('erode and dilate', () => {
  it('a voxel grows to a cross, and the cross shrinks to the voxel', () => {
    const point = drawMask('... ... ...', '... .#. ...', '... ... ...')
    const cross = ['...', '.#.', '...', '.#.', '###', '.#.', '...', '.#.', '...']
    expect(show(dilate(point))).toEqual(cross)
    expect(show(erode(dilate(point)))).toEqual(show(point))
  })

  it('beyond the box is outside: a full box loses its faces', () => {
    const full = drawMask('#### #### ####', '#### #### ####', '#### #### ####')
    expect(show(erode(full)).join('')).toBe('.................##.................')
    expect(erode(full, 2).voxels.includes(1)).toBe(false)
  })

  const anyMask = fc.uint8Array({ min: 0, max: 1, minLength: 60, maxLength: 60 }).map((voxels): Mask => ({
    geometry: gridOf([5, 4, 3]),
    box: { origin: [0, 0, 0], size: [5, 4, 3] },
    voxels,
  }))

  it('what is eroded lies inside, and each inner voxel has all six neighbours', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        const inner = erode(mask).voxels
        const at = (i: number, j: number, k: number): number =>
          i < 0 || j < 0 || k < 0 || i > 4 || j > 3 || k > 2 ? 0 : (mask.voxels[(k * 4 + j) * 5 + i] ?? 0)
        for (let n = 0; n < 60; n++) {
          const [i, j, k] = [n % 5, Math.floor(n / 5) % 4, Math.floor(n / 20)]
          const all =
            at(i, j, k) *
            at(i - 1, j, k) *
            at(i + 1, j, k) *
            at(i, j - 1, k) *
            at(i, j + 1, k) *
            at(i, j, k - 1) *
            at(i, j, k + 1)
          expect(inner[n]).toBe(all)
        }
      }),
    )
  })

  it('opening takes away, closing adds, and neither changes the mask it was given', () => {
    fc.assert(
      fc.property(anyMask, (mask) => {
        const before = Uint8Array.from(mask.voxels)
        const opened = dilate(erode(mask)).voxels
        expect(mask.voxels.every((voxel, n) => voxel >= (opened[n] ?? 0))).toBe(true)
        expect(mask.voxels).toEqual(before)
      }),
    )
  })
})
