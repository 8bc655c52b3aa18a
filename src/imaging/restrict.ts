/** A mask as far as another one allows. */
import type { Mask } from '../domain/geometry.ts'
import { runsOf } from './runs.ts'

/** The voxels of a mask that lie inside another one on the same grid, or those that lie outside of it. */
export function restrict(mask: Mask, other: Mask, where: 'inside' | 'outside'): Mask {
  const [columns, rows] = mask.box.size
  const [i0, j0, k0] = mask.box.origin.map((origin, axis) => origin - (other.box.origin[axis] ?? 0))
  const [otherColumns, otherRows, otherSlices] = other.box.size
  const wanted = where === 'inside' ? 1 : 0
  const voxels = new Uint8Array(mask.voxels.length)
  const runs = runsOf(mask)
  for (let run = 0; run < runs.count; run++) {
    const [j, k] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
    const [otherJ, otherK] = [j + (j0 ?? 0), k + (k0 ?? 0)]
    const isInBox = otherJ >= 0 && otherJ < otherRows && otherK >= 0 && otherK < otherSlices
    const otherRow = (otherK * otherRows + otherJ) * otherColumns
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++) {
      const at = i + (i0 ?? 0)
      const held = isInBox && at >= 0 && at < otherColumns ? (other.voxels[otherRow + at] ?? 0) : 0
      if (held === wanted) voxels[(k * rows + j) * columns + i] = 1
    }
  }
  return { ...mask, voxels }
}
