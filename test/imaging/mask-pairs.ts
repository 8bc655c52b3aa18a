import fc from 'fast-check'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import { gridOf } from '../support/draw.ts'

/** Two small random masks, each in a box of its own, on a grid with its own spacing. */
export function maskPairs(): fc.Arbitrary<{ first: Mask; second: Mask }> {
  const spacing = fc.double({ min: 0.3, max: 4, noNaN: true })
  const gridSize = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 4 }),
  )
  return fc.tuple(gridSize, fc.tuple(spacing, spacing, spacing)).chain(([size, spacingMm]) => {
    const geometry = gridOf(size, { spacingMm })
    const mask = randomMask(geometry)
    return fc.record({ first: mask, second: mask })
  })
}

function randomMask(geometry: Geometry): fc.Arbitrary<Mask> {
  const along = (axis: 0 | 1 | 2) =>
    fc
      .tuple(fc.nat(geometry.size[axis] - 1), fc.nat(geometry.size[axis] - 1))
      .map(([a, b]) => ({ origin: Math.min(a, b), size: Math.abs(a - b) + 1 }))
  return fc.tuple(along(0), along(1), along(2)).chain(([i, j, k]) =>
    fc
      .uint8Array({
        min: 0,
        max: 1,
        minLength: i.size * j.size * k.size,
        maxLength: i.size * j.size * k.size,
      })
      .map((voxels) => ({
        geometry,
        box: { origin: [i.origin, j.origin, k.origin] as const, size: [i.size, j.size, k.size] as const },
        voxels: Uint8Array.from(voxels),
      })),
  )
}

/** Is voxel (i, j, k) of the whole grid in the mask? */
export function isInside({ box, voxels }: Mask, i: number, j: number, k: number): boolean {
  const [x, y, z] = [i - box.origin[0], j - box.origin[1], k - box.origin[2]]
  if (x < 0 || y < 0 || z < 0 || x >= box.size[0] || y >= box.size[1] || z >= box.size[2]) return false
  return voxels[(z * box.size[1] + y) * box.size[0] + x] === 1
}
