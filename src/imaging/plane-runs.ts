/** Voxels of a volume's grid as pixels of its images. */
import type { PlaneRuns } from '../domain/error-mask.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import { runsOf } from './runs.ts'

/**
 * A mask on the volume's grid, image by image, in shared memory. Column and row of a voxel are those of its image (volumes
 * are stacked, never turned), slice k is `instances[k]`. Voxels of slices without an image are left out: nobody could see them.
 */
export function planeRuns(mask: Mask, { geometry, instances, frames }: Volume): PlaneRuns[] {
  const [columns, rows] = geometry.size
  const [i0, j0, k0] = mask.box.origin
  const found = runsOf(mask)
  const runs = new Uint32Array(new SharedArrayBuffer(8 * found.count))
  const planes: PlaneRuns[] = []
  for (let run = 0; run < found.count;) {
    const first = run
    const k = found.k[run] ?? 0
    for (; run < found.count && found.k[run] === k; run++) {
      const start = found.start[run] ?? 0
      runs[2 * run] = (j0 + (found.j[run] ?? 0)) * columns + i0 + start
      runs[2 * run + 1] = (found.end[run] ?? 0) - start + 1
    }
    const sopInstanceUid = instances[k0 + k] ?? null
    if (sopInstanceUid === null) continue
    const frameNumber = frames?.[k0 + k] ?? null
    planes.push({ sopInstanceUid, frameNumber, rows, columns, runs: runs.subarray(2 * first, 2 * run) })
  }
  return planes
}
