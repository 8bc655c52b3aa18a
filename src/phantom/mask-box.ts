/** Masks in larger and smaller boxes. */
import type { Box, Mask, Vector3 } from '../domain/geometry.ts'

/** The same voxels in the smallest box that holds them all. */
export function tight(mask: Mask): Mask {
  const { low, high } = extent(mask)
  if (high[0] < 0) return { ...mask, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array(0) }
  const { origin } = mask.box
  return reboxed(mask, {
    origin: [origin[0] + low[0], origin[1] + low[1], origin[2] + low[2]],
    size: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1],
  })
}

/** The same voxels in a box that is larger by `margin` within slices, as far as the grid goes. */
export function padded(mask: Mask, margin: number): Mask {
  const { origin, size } = mask.box
  const low = [Math.max(0, origin[0] - margin), Math.max(0, origin[1] - margin)] as const
  const end = (axis: 0 | 1): number => Math.min(mask.geometry.size[axis], origin[axis] + size[axis] + margin)
  return reboxed(mask, { origin: [...low, origin[2]], size: [end(0) - low[0], end(1) - low[1], size[2]] })
}

/** The same voxels in a box that is the whole grid. */
export function onWholeGrid(mask: Mask): Mask {
  return reboxed(mask, { origin: [0, 0, 0], size: mask.geometry.size })
}

/** Copies what both boxes share; the rest is 0. */
function reboxed({ geometry, box, voxels }: Mask, to: Box): Mask {
  const out = new Uint8Array(to.size[0] * to.size[1] * to.size[2])
  const first = (axis: 0 | 1 | 2): number => Math.max(box.origin[axis], to.origin[axis])
  const end = (axis: 0 | 1 | 2): number =>
    Math.min(box.origin[axis] + box.size[axis], to.origin[axis] + to.size[axis])
  for (let k = first(2); k < end(2); k++) {
    for (let j = first(1); j < end(1); j++) {
      const from = offset(box, [first(0), j, k])
      out.set(voxels.subarray(from, from + end(0) - first(0)), offset(to, [first(0), j, k]))
    }
  }
  return { geometry, box: to, voxels: out }
}

function offset(box: Box, [i, j, k]: Vector3): number {
  return ((k - box.origin[2]) * box.size[1] + j - box.origin[1]) * box.size[0] + i - box.origin[0]
}

/** First and last index of a voxel in the mask's box; [-1, -1, -1] when there is none. */
function extent({ box, voxels }: Mask): { low: Triple; high: Triple } {
  const [columns, rows, slices] = box.size
  const low: Triple = [columns, rows, slices]
  const high: Triple = [-1, -1, -1]
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = (k * rows + j) * columns
      const line = voxels.subarray(row, row + columns)
      const start = line.indexOf(1)
      if (start < 0) continue
      low[0] = Math.min(low[0], start)
      high[0] = Math.max(high[0], line.lastIndexOf(1))
      low[1] = Math.min(low[1], j)
      high[1] = Math.max(high[1], j)
      low[2] = Math.min(low[2], k)
      high[2] = k
    }
  }
  return { low, high }
}
type Triple = [number, number, number]
