import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { changedVoxels, sliceChanges, type SliceChanges } from '../../src/imaging/slice-changes.ts'
import { drawMask, gridOf } from '../support/draw.ts'

const listed = (changes: SliceChanges) =>
  Object.fromEntries(Object.entries(changes).map(([name, values]) => [name, [...values]]))

describe('sliceChanges', () => {
  it('compares each slice with both neighbours', () => {
    const mask = drawMask('##.. ##..', '.##. .##.', '##.. ##.#')
    expect(listed(sliceChanges(mask, { origin: [0, 0, 0], size: [4, 2, 3] }))).toEqual({
      area: [4, 4, 5],
      perimeter: [8, 8, 12],
      extra: [2, 2, 3],
      shared: [0, 4, 0],
      missing: [0, 2, 0],
      gained: [4, 2, 3],
      lost: [0, 2, 2],
    })
  })

  it('agrees with counting voxel by voxel, whatever lies around the box', () => {
    const inputs = fc.record({
      size: fc.tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
      ),
      bits: fc.array(fc.boolean(), { minLength: 180, maxLength: 180 }),
    })
    fc.assert(
      fc.property(inputs, ({ size, bits }) => {
        const voxels = Uint8Array.from(bits.slice(0, size[0] * size[1] * size[2]), Number)
        const mask: Mask = { geometry: gridOf([20, 20, 20]), box: { origin: [3, 2, 1], size }, voxels }
        const tight = measureMask(mask)?.tight
        if (tight === undefined) return
        expect(listed(sliceChanges(mask, tight))).toEqual(naive(mask, tight))
      }),
      { numRuns: 300 },
    )
  })
})

describe('changedVoxels', () => {
  const mask = drawMask('##.. ##..', '.##. .##.', '##.. ##.#')
  it.each([
    ['extra', [1], '..../.... ..#./..#. ..../....'],
    ['missing', [1], '..../.... #.../#... ..../....'],
    ['extra', [0, 2], '#.../#... ..../.... #.../#..#'],
    ['missing', [0, 2], '..../.... ..../.... ..../....'],
  ] as const)('%s in slices %j', (what, slices, expected) => {
    const letters = expected.replaceAll(/[ /]/g, '')
    const { voxels } = changedVoxels(mask, slices, what)
    expect(Array.from(voxels, (voxel) => (voxel === 1 ? '#' : '.')).join('')).toBe(letters)
  })

  it('counts slices from the first of the grid', () => {
    const moved = { ...mask, box: { ...mask.box, origin: [5, 5, 7] as const } }
    expect(changedVoxels(moved, [8], 'extra').voxels).toEqual(changedVoxels(mask, [1], 'extra').voxels)
  })
})

function naive({ box, voxels }: Mask, tight: { origin: Vector3; size: Vector3 }) {
  const at = (i: number, j: number, k: number): number => {
    const [a, b, c] = [i - box.origin[0], j - box.origin[1], k - box.origin[2]]
    const isInside = a >= 0 && b >= 0 && c >= 0 && a < box.size[0] && b < box.size[1] && c < box.size[2]
    return isInside ? (voxels[(c * box.size[1] + b) * box.size[0] + a] ?? 0) : 0
  }
  const [i0, j0, k0] = tight.origin
  const perSlice = (value: (i: number, j: number, k: number) => number): number[] =>
    Array.from({ length: tight.size[2] }, (_, slice) => {
      let sum = 0
      // One more on each side: edges lie between voxels.
      for (let j = j0 - 1; j <= j0 + tight.size[1]; j++)
        for (let i = i0 - 1; i <= i0 + tight.size[0]; i++) sum += value(i, j, k0 + slice)
      return sum
    })
  const all =
    (...values: number[]) =>
    (): number =>
      values.every((value) => value === 1) ? 1 : 0
  return {
    area: perSlice(at),
    perimeter: perSlice((i, j, k) => (at(i, j, k) ^ at(i + 1, j, k)) + (at(i, j, k) ^ at(i, j + 1, k))),
    extra: perSlice((i, j, k) => all(at(i, j, k), 1 - at(i, j, k - 1), 1 - at(i, j, k + 1))()),
    shared: perSlice((i, j, k) => all(at(i, j, k - 1), at(i, j, k + 1))()),
    missing: perSlice((i, j, k) => all(at(i, j, k - 1), at(i, j, k + 1), 1 - at(i, j, k))()),
    gained: perSlice((i, j, k) => all(at(i, j, k), 1 - at(i, j, k - 1))()),
    lost: perSlice((i, j, k) => all(1 - at(i, j, k), at(i, j, k - 1))()),
  }
}
