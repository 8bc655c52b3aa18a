/** A volume at a coarse resolution: enough for questions about the whole patient. */
import type { Vector3, Volume } from '../domain/geometry.ts'
import { spacingMm } from './geometry.ts'

/** Cells of about this edge length. */
const CELL_MM = 3

export interface CoarseGrid {
  /** Voxels of the volume per cell, along i, j, k. */
  readonly step: Vector3
  /** Cells along i, j, k. */
  readonly size: Vector3
  readonly values: Float32Array
}

/** Every n-th voxel, taken at the cell's middle; where the series has no image, from the nearest slice that has one. */
export function coarsen(volume: Volume): CoarseGrid {
  const { size } = volume.geometry
  const spacing = spacingMm(volume.geometry)
  const stepOf = (axis: 0 | 1 | 2): number => Math.max(1, Math.round(CELL_MM / spacing[axis]))
  const step: Vector3 = [stepOf(0), stepOf(1), stepOf(2)]
  const cellsAlong = (axis: 0 | 1 | 2): number => Math.ceil(size[axis] / step[axis])
  const coarse: Vector3 = [cellsAlong(0), cellsAlong(1), cellsAlong(2)]
  const values = new Float32Array(coarse[0] * coarse[1] * coarse[2])
  const middle = (cell: number, axis: 0 | 1 | 2): number =>
    Math.min(size[axis] - 1, cell * step[axis] + Math.floor(step[axis] / 2))
  let at = 0
  for (let k = 0; k < coarse[2]; k++) {
    for (let j = 0; j < coarse[1]; j++) {
      const row = (shown(middle(k, 2), volume.instances) * size[1] + middle(j, 1)) * size[0]
      for (let i = 0; i < coarse[0]; i++) values[at++] = volume.voxels[row + middle(i, 0)] ?? 0
    }
  }
  return { step, size: coarse, values }
}

/** The nearest slice with an image; the slice itself when there is none. */
function shown(k: number, instances: Volume['instances']): number {
  for (let distance = 0; distance < instances.length; distance++) {
    const near = [k - distance, k + distance].find((slice) => typeof instances[slice] === 'string')
    if (near !== undefined) return near
  }
  return k
}
