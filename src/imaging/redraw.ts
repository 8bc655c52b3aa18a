/** Masks drawn anew, voxel by voxel. */
import type { Mask, Vector3 } from '../domain/geometry.ts'

/** First and last index with a voxel along each axis. */
export function extentOf({ box: { origin, size }, voxels }: Mask): [low: Vector3, high: Vector3] {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  let at = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) {
        if (voxels[at++] !== 1) continue
        const index: Vector3 = [origin[0] + i, origin[1] + j, origin[2] + k]
        for (const axis of [0, 1, 2] as const) {
          low[axis] = Math.min(low[axis], index[axis])
          high[axis] = Math.max(high[axis], index[axis])
        }
      }
  return [low, high]
}

/** 0 or 1 at an index of the whole grid. */
export function valueAt({ box: { origin, size }, voxels }: Mask, i: number, j: number, k: number): number {
  const [dx, dy, dz] = [i - origin[0], j - origin[1], k - origin[2]]
  if (dx < 0 || dy < 0 || dz < 0 || dx >= size[0] || dy >= size[1] || dz >= size[2]) return 0
  return voxels[(dz * size[1] + dy) * size[0] + dx] ?? 0
}

/** In a box wider by `margin` on all sides, as far as the grid goes. */
export function redraw(mask: Mask, margin: number, value: (i: number, j: number, k: number) => number): Mask {
  const { geometry, box } = mask
  const low = (axis: 0 | 1 | 2): number => Math.max(0, box.origin[axis] - margin)
  const high = (axis: 0 | 1 | 2): number =>
    Math.min(geometry.size[axis], box.origin[axis] + box.size[axis] + margin)
  const origin: Vector3 = [low(0), low(1), low(2)]
  const size: Vector3 = [high(0) - low(0), high(1) - low(1), high(2) - low(2)]
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  let at = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) voxels[at++] = value(origin[0] + i, origin[1] + j, origin[2] + k)
  return { geometry, box: { origin, size }, voxels }
}
