/** Halves of a mask that judge each other: a response from one half is looked at in the other, so that no cell confirms itself. */
import type { Vector3 } from '../domain/geometry.ts'

/** Slabs of slices are halves from so many slices on; of flatter masks tiles of the plane are. */
const SLICES_MIN = 4
const TILES = 2
const SLABS = 6

/** 0 or 1 for every cell of the grid, also of those outside the mask. */
export function foldsOf(mask: Uint8Array, size: Vector3): Uint8Array {
  const [low, end] = boundsOf(mask, size)
  const slices = end[2] - low[2]
  const slab = Math.max(1, Math.floor(slices / SLABS))
  const wide = Math.max(1, Math.ceil((end[0] - low[0]) / TILES))
  const high = Math.max(1, Math.ceil((end[1] - low[1]) / TILES))
  const folds = new Uint8Array(mask.length)
  for (let k = 0, n = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, n++) {
        const number =
          slices >= SLICES_MIN
            ? Math.floor((k - low[2]) / slab)
            : Math.floor((i - low[0]) / wide) + Math.floor((j - low[1]) / high)
        folds[n] = number & 1
      }
    }
  }
  return folds
}

/** First cell of the mask along each axis, and one beyond the last. */
function boundsOf(mask: Uint8Array, [columns, rows, slices]: Vector3): [low: Vector3, end: Vector3] {
  const low: [number, number, number] = [columns, rows, slices]
  const end: [number, number, number] = [0, 0, 0]
  for (let k = 0, n = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, n++) {
        if (mask[n] !== 1) continue
        const at = [i, j, k] as const
        for (const axis of [0, 1, 2] as const) {
          low[axis] = Math.min(low[axis], at[axis])
          end[axis] = Math.max(end[axis], at[axis] + 1)
        }
      }
    }
  }
  return [low, end]
}
