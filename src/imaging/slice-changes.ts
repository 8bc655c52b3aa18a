/** How far each slice of a mask departs from its two neighbours. */
import type { Box, Mask } from '../domain/geometry.ts'

/** Slice by slice along k, one entry per slice of the box it was measured in. Voxel counts. */
export interface SliceChanges {
  readonly area: Int32Array
  /** Pixel edges between inside and outside, in the plane. */
  readonly perimeter: Int32Array
  /** Voxels that neither neighbour has. */
  readonly extra: Int32Array
  /** Voxels that both neighbours have, and those of them that this slice lacks. */
  readonly shared: Int32Array
  readonly missing: Int32Array
  /** Voxels of this slice that the slice before lacks, and the other way round: a sideways step has both. */
  readonly gained: Int32Array
  readonly lost: Int32Array
}

/** One pass over a box that holds all voxels of the mask. Slices beyond the box are empty. */
export function sliceChanges(mask: Mask, tight: Box): SliceChanges {
  const slices = tight.size[2]
  const make = (): Int32Array => new Int32Array(slices)
  const changes: SliceChanges = {
    area: make(),
    perimeter: make(),
    extra: make(),
    shared: make(),
    missing: make(),
    gained: make(),
    lost: make(),
  }
  for (let k = 0; k < slices; k++) changesOfSlice(mask, tight, k, changes)
  return changes
}

/** Rows of the mask around one slice: `step` voxels apart from row to row and `area` from slice to slice. */
function changesOfSlice({ box, voxels }: Mask, tight: Box, k: number, out: SliceChanges): void {
  const [columns, rows] = box.size
  const area = columns * rows
  const [i0, j0, k0] = [0, 1, 2].map((axis) => (tight.origin[axis] ?? 0) - (box.origin[axis] ?? 0))
  const width = tight.size[0]
  const hasBefore = k > 0
  const hasAfter = k < tight.size[2] - 1
  let [inside, edges, extra, shared, missing, gained, lost] = [0, 0, 0, 0, 0, 0, 0]
  for (let j = 0; j < tight.size[1]; j++) {
    const from = (((k0 ?? 0) + k) * rows + (j0 ?? 0) + j) * columns + (i0 ?? 0)
    let left = 0
    for (let n = from; n < from + width; n++) {
      const here = voxels[n] ?? 0
      const above = j > 0 ? (voxels[n - columns] ?? 0) : 0
      const before = hasBefore ? (voxels[n - area] ?? 0) : 0
      const after = hasAfter ? (voxels[n + area] ?? 0) : 0
      // Deep outside and deep inside, where most voxels lie, nothing changes.
      const around = here + left + above + before + after
      if (around === 0) continue
      inside += here
      if (before + after === 2) shared++
      if (around === 5) continue
      edges += (here ^ left) + (here ^ above)
      if (here === 1) {
        if (before === 0) gained++
        if (before + after === 0) extra++
      } else {
        if (before === 1) lost++
        if (before + after === 2) missing++
      }
      left = here
    }
    edges += left
    if (j === tight.size[1] - 1) for (let n = from; n < from + width; n++) edges += voxels[n] ?? 0
  }
  out.area[k] = inside
  out.perimeter[k] = edges
  out.extra[k] = extra
  out.shared[k] = shared
  out.missing[k] = missing
  out.gained[k] = gained
  out.lost[k] = lost
}

/** Of single slices (indices of the whole grid) the voxels that `extra` or `missing` counts there. */
export function changedVoxels(mask: Mask, slices: readonly number[], what: 'extra' | 'missing'): Mask {
  const { box, voxels } = mask
  const area = box.size[0] * box.size[1]
  const changed = new Uint8Array(voxels.length)
  for (const k of slices) {
    const from = (k - box.origin[2]) * area
    for (let n = from; n < from + area; n++) {
      const around = (voxels[n - area] ?? 0) + (voxels[n + area] ?? 0)
      const isChanged =
        voxels[n] === 1 ? what === 'extra' && around === 0 : what === 'missing' && around === 2
      if (isChanged) changed[n] = 1
    }
  }
  return { ...mask, voxels: changed }
}
