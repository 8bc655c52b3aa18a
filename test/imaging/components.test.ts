import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { findComponents, onlyComponent, onlyComponents } from '../../src/imaging/components.ts'
import { drawMask, gridOf } from '../support/draw.ts'

const counts = (mask: Mask): number[] => findComponents(mask).components.map(({ voxelCount }) => voxelCount)

describe('findComponents', () => {
  it.each([
    ['voxels that share a face', '##. ... ...', [2]],
    ['voxels that share a corner', '#.. .#. ..#', [3]],
    ['voxels two apart', '#.# ... ...', [1, 1]],
    ['a ring', '### #.# ###', [8]],
    ['two arms that meet last', '#.# #.# ###', [7]],
    ['nothing', '... ... ...', []],
  ])('joins %s in a slice', (_, slice, expected) => {
    expect(counts(drawMask(slice))).toEqual(expected)
  })

  it('joins corners across slices, not across an empty slice', () => {
    expect(counts(drawMask('#.. ... ...', '.#. ... ...'))).toEqual([2])
    expect(counts(drawMask('#.. ... ...', '... ... ...', '#.. ... ...'))).toEqual([1, 1])
  })

  it('joins over faces only when asked', () => {
    const sizes = (mask: Mask) => findComponents(mask, 'face').components.map(({ voxelCount }) => voxelCount)
    expect(sizes(drawMask('##. .#. ..#'))).toEqual([3, 1])
    expect(sizes(drawMask('#.. ... ...', '#.. ... ...'))).toEqual([2])
    expect(sizes(drawMask('#.. ... ...', '.#. ... ...'))).toEqual([1, 1])
  })

  it('labels the background of the box', () => {
    const { components } = findComponents(drawMask('### #.# ###', '... ... ..#'), 'face', 0)
    expect(components.map(({ voxelCount, sliceCounts }) => [voxelCount, sliceCounts])).toEqual([[9, [1, 8]]])
    const closed = drawMask('### ### ###', '### #.# ###', '### ### ##.')
    expect(findComponents(closed, 'face', 0).components.map(({ box }) => box.origin)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ])
  })

  it('tells size, box, centre and slices of each piece, largest first, in indices of the whole grid', () => {
    const drawn = drawMask('#.... ..... .....', '..... ...## ...##', '..... ...## ...##')
    const mask: Mask = {
      ...drawn,
      geometry: gridOf([20, 20, 20]),
      box: { origin: [10, 5, 2], size: drawn.box.size },
    }
    const { components, runs } = findComponents(mask)
    expect(components).toEqual([
      {
        voxelCount: 8,
        box: { origin: [13, 6, 3], size: [2, 2, 2] },
        centroid: [13.5, 6.5, 3.5],
        sliceCounts: [4, 4],
      },
      { voxelCount: 1, box: { origin: [10, 5, 2], size: [1, 1, 1] }, centroid: [10, 5, 2], sliceCounts: [1] },
    ])
    expect(Array.from(runs.label)).toEqual([1, 0, 0, 0, 0])
  })

  it('agrees with a flood fill on random masks', () => {
    const masks = fc.record({
      size: fc.tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
      ),
      bits: fc.array(fc.boolean(), { minLength: 180, maxLength: 180 }),
    })
    fc.assert(
      fc.property(masks, ({ size, bits }) => {
        const voxels = Uint8Array.from(bits.slice(0, size[0] * size[1] * size[2]), Number)
        const mask: Mask = { geometry: gridOf(size), box: { origin: [0, 0, 0], size }, voxels }
        expect(counts(mask)).toEqual(floodCounts(voxels, size))
      }),
      { numRuns: 300 },
    )
  })

  it('labels a box of ten million voxels without recursion', () => {
    const size: Vector3 = [250, 200, 200]
    const mask: Mask = {
      geometry: gridOf(size),
      box: { origin: [0, 0, 0], size },
      voxels: new Uint8Array(1e7).fill(1),
    }
    expect(counts(mask)).toEqual([1e7])
  })
})

/** The plain way: from each voxel to all 26 neighbours. Sizes, largest first. */
function floodCounts(voxels: Uint8Array, size: Vector3): number[] {
  const left = new Set([...voxels.keys()].filter((index) => voxels[index] === 1))
  const at = (index: number): Vector3 => [
    index % size[0],
    Math.floor(index / size[0]) % size[1],
    Math.floor(index / (size[0] * size[1])),
  ]
  const found: number[] = []
  for (const start of left) {
    const piece = [start]
    left.delete(start)
    for (const index of piece) {
      for (const other of left) {
        const [a, b] = [at(index), at(other)]
        if (![0, 1, 2].every((axis) => Math.abs((a[axis] ?? 0) - (b[axis] ?? 0)) <= 1)) continue
        left.delete(other)
        piece.push(other)
      }
    }
    found.push(piece.length)
  }
  return found.toSorted((a, b) => b - a)
}

describe('onlyComponent', () => {
  it('keeps the voxels of one and takes those of another mask with the box for nothing', () => {
    const mask = drawMask('##. ... ..#', '... ... ..#')
    const found = findComponents(mask)
    expect(Array.from(onlyComponent(mask, found, 0).voxels).join('')).toBe('110000000000000000')
    expect(Array.from(onlyComponent(mask, found, 1).voxels).join('')).toBe('000000001000000001')
    expect(onlyComponent(mask, found, 2).voxels.includes(1)).toBe(false)
  })

  it('keeps several', () => {
    const mask = drawMask('##.#. ..... .#..#', '##... ..... ....#')
    const found = findComponents(mask)
    expect(found.components.map(({ voxelCount }) => voxelCount)).toEqual([4, 2, 1, 1])
    const kept = onlyComponents(mask, found, new Set([1, 2]))
    expect(Array.from(kept.voxels).join('')).toBe('000100000000001000000000000001')
  })
})
