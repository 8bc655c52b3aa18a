import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box, Mask, Vector3 } from '../../src/domain/geometry.ts'
import { restrict } from '../../src/imaging/restrict.ts'
import { gridOf } from '../support/draw.ts'

const GEOMETRY = gridOf([8, 8, 8])

function holds({ box: { origin, size }, voxels }: Mask, [x, y, z]: Vector3): boolean {
  const [i, j, k] = [x - origin[0], y - origin[1], z - origin[2]]
  const isInBox = i >= 0 && j >= 0 && k >= 0 && i < size[0] && j < size[1] && k < size[2]
  return isInBox && voxels[(k * size[1] + j) * size[0] + i] === 1
}

const INDICES = Array.from({ length: 512 }, (_, n): Vector3 => [n % 8, (n >> 3) % 8, n >> 6])

const along = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
const masks = fc
  .tuple(along, along, along, fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }))
  .map(([i, j, k, bits]): Mask => {
    const box: Box = { origin: [i[0], j[0], k[0]], size: [i[1], j[1], k[1]] }
    return { geometry: GEOMETRY, box, voxels: Uint8Array.from(bits.slice(0, i[1] * j[1] * k[1]), Number) }
  })

describe('restrict', () => {
  it.each(['inside', 'outside'] as const)('keeps exactly what lies %s, wherever the boxes lie', (where) => {
    fc.assert(
      fc.property(masks, masks, (mask, other) => {
        const kept = restrict(mask, other, where)
        for (const index of INDICES) {
          const expected = holds(mask, index) && holds(other, index) === (where === 'inside')
          if (holds(kept, index) !== expected) return false
        }
        return true
      }),
      { numRuns: 300 },
    )
  })

  it('leaves the mask as it was', () => {
    const box: Box = { origin: [0, 0, 0], size: [2, 1, 1] }
    const mask: Mask = { geometry: GEOMETRY, box, voxels: Uint8Array.of(1, 1) }
    const other: Mask = { geometry: GEOMETRY, box, voxels: Uint8Array.of(0, 1) }
    expect([...restrict(mask, other, 'inside').voxels]).toEqual([0, 1])
    expect([...mask.voxels]).toEqual([1, 1])
  })
})
