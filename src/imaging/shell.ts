/** What lies next to a mask: as many layers of voxels as are asked for, as far as the grid goes. */
import type { Box, Mask } from '../domain/geometry.ts'
import { dilate } from './morphology.ts'
import { runsOf } from './runs.ts'

/** The mask on a box of its own voxels with `layers` empty ones around them, cut at the edges of the grid. Must hold voxels. */
export function framed(mask: Mask, tight: Box, layers: number): Mask {
  const low = (axis: 0 | 1 | 2): number => Math.max(0, tight.origin[axis] - layers)
  const end = (axis: 0 | 1 | 2): number =>
    Math.min(mask.geometry.size[axis], tight.origin[axis] + tight.size[axis] + layers)
  const box: Box = {
    origin: [low(0), low(1), low(2)],
    size: [end(0) - low(0), end(1) - low(1), end(2) - low(2)],
  }
  const voxels = new Uint8Array(box.size[0] * box.size[1] * box.size[2])
  const [i0, j0, k0] = [0, 1, 2].map((axis) => (mask.box.origin[axis] ?? 0) - (box.origin[axis] ?? 0))
  const runs = runsOf(mask)
  for (let run = 0; run < runs.count; run++) {
    const row =
      (((runs.k[run] ?? 0) + (k0 ?? 0)) * box.size[1] + (runs.j[run] ?? 0) + (j0 ?? 0)) * box.size[0] +
      (i0 ?? 0)
    voxels.fill(1, row + (runs.start[run] ?? 0), row + (runs.end[run] ?? 0) + 1)
  }
  return { geometry: mask.geometry, box, voxels }
}

/** The voxels outside of the mask that lie within so many face steps of it. `tight`: the smallest box around the mask's voxels. */
export function shellOf(mask: Mask, tight: Box, layers: number): Mask {
  const inner = framed(mask, tight, layers)
  const shell = dilate(inner, layers)
  for (let n = 0; n < shell.voxels.length; n++) if (inner.voxels[n] === 1) shell.voxels[n] = 0
  return shell
}
