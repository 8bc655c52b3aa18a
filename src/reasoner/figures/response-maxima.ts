/** Where a response map is highest outside of a mask. */
import type { Mask } from '../../domain/geometry.ts'
import type { Grid } from './plane.ts'

/** Two maxima are not of one spot when they are at least so far apart. */
const APART_SLICES = 2

/**
 * Slices with the highest responses outside of the mask, highest first, at most `count`. Both lie on one grid. Slices whose
 * highest response is no more than 0 are left out.
 */
export function responseMaxima({ geometry, voxels }: Grid, mask: Mask, count: number): number[] {
  const highest = Array.from({ length: geometry.size[2] }, (_, k) => ({ k, value: highestOutside(k) }))
  const chosen: number[] = []
  for (const { k, value } of highest.toSorted((one, other) => other.value - one.value)) {
    if (value <= 0 || chosen.length >= count) break
    if (chosen.every((other) => Math.abs(other - k) >= APART_SLICES)) chosen.push(k)
  }
  return chosen

  function highestOutside(k: number): number {
    const [columns, rows] = geometry.size
    const { origin, size } = mask.box
    const slice = k - origin[2]
    const reached = slice >= 0 && slice < size[2]
    let best = 0
    for (let j = 0; j < rows; j++) {
      const row = j - origin[1]
      const inBox = reached && row >= 0 && row < size[1]
      const maskRow = (slice * size[1] + row) * size[0] - origin[0]
      for (let i = 0; i < columns; i++) {
        const value = voxels[(k * rows + j) * columns + i] ?? 0
        if (value <= best) continue
        const inside = inBox && i >= origin[0] && i < origin[0] + size[0] && mask.voxels[maskRow + i] === 1
        if (!inside) best = value
      }
    }
    return best
  }
}
