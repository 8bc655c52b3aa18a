/** Masks with a layer of voxels less or more; neighbours share a face. */
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

/** Adds every voxel of the box with a face neighbour in the mask, `layers` times. */
export function dilate(mask: Mask, layers = 1): Mask {
  let { voxels } = mask
  for (let layer = 0; layer < layers; layer++) voxels = withNeighbours(voxels, mask.box.size)
  return { ...mask, voxels }
}

function withNeighbours(
  voxels: Uint8Array,
  [columns, rows, slices]: Mask['box']['size'],
): Uint8Array<ArrayBuffer> {
  const outer = Uint8Array.from(voxels)
  const area = columns * rows
  let n = 0
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, n++) {
        if (voxels[n] !== 1) continue
        if (i > 0) outer[n - 1] = 1
        if (i < columns - 1) outer[n + 1] = 1
        if (j > 0) outer[n - columns] = 1
        if (j < rows - 1) outer[n + columns] = 1
        if (k > 0) outer[n - area] = 1
        if (k < slices - 1) outer[n + area] = 1
      }
    }
  }
  return outer
}
