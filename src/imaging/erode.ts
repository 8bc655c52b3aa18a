/** A mask without its outermost voxels. */
import type { Mask } from '../domain/geometry.ts'

/** Drops every voxel with a face neighbour outside the mask, `layers` times. What lies beyond the box is outside. */
export function erode(mask: Mask, layers = 1): Mask {
  let { voxels } = mask
  for (let layer = 0; layer < layers; layer++) voxels = withoutSurface(voxels, mask.box.size)
  return { ...mask, voxels }
}

function withoutSurface(
  voxels: Uint8Array,
  [columns, rows, slices]: Mask['box']['size'],
): Uint8Array<ArrayBuffer> {
  const inner = new Uint8Array(voxels.length)
  const area = columns * rows
  for (let k = 1; k < slices - 1; k++) {
    for (let j = 1; j < rows - 1; j++) {
      const row = k * area + j * columns
      for (let n = row + 1; n < row + columns - 1; n++) {
        if (
          voxels[n] === 1 &&
          voxels[n - 1] === 1 &&
          voxels[n + 1] === 1 &&
          voxels[n - columns] === 1 &&
          voxels[n + columns] === 1 &&
          voxels[n - area] === 1 &&
          voxels[n + area] === 1
        )
          inner[n] = 1
      }
    }
  }
  return inner
}
