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
  const middlesAlong = (axis: 0 | 1 | 2): number[] => middles(size[axis], step[axis])
  const [columns, rows, slices] = [middlesAlong(0), middlesAlong(1), middlesAlong(2)]
  const values = new Float32Array(columns.length * rows.length * slices.length)
  let at = 0
  for (const k of slices) {
    const slice = shown(k, volume.instances) * size[1]
    for (const j of rows) at = takeRow(volume.voxels, (slice + j) * size[0], columns, values, at)
  }
  return { step, size: [columns.length, rows.length, slices.length], values }
}

/** The voxel at the middle of each cell along an axis of `size` voxels. */
function middles(size: number, step: number): number[] {
  return Array.from({ length: Math.ceil(size / step) }, (_, cell) =>
    Math.min(size - 1, cell * step + Math.floor(step / 2)),
  )
}

/** Copies the voxels at `columns` of the row that begins at `row`; returns where the next row goes. */
function takeRow(
  voxels: Volume['voxels'],
  row: number,
  columns: readonly number[],
  values: Float32Array,
  at: number,
): number {
  for (let cell = 0; cell < columns.length; cell++)
    values[at + cell] = voxels[row + (columns[cell] ?? 0)] ?? 0
  return at + columns.length
}

/** The nearest slice with an image; the slice itself when there is none. */
function shown(k: number, instances: Volume['instances']): number {
  for (let distance = 0; distance < instances.length; distance++) {
    const near = [k - distance, k + distance].find((slice) => typeof instances[slice] === 'string')
    if (near !== undefined) return near
  }
  return k
}
