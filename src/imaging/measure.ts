/** What is measured on a mask and, where there is one, on the image under it. Pure arithmetic, no judgement. */
import type { Box, Mask, Vector3, Volume } from '../domain/geometry.ts'
import { runsOf } from './runs.ts'

/** A non-empty mask in numbers. Indices are those of the whole grid. */
export interface MaskMeasures {
  readonly voxelCount: number
  readonly centroid: Vector3
  /** Smallest box around the voxels; the mask's own box may be larger. */
  readonly tight: Box
  /** Voxels per slice, starting at `tight.origin[2]`. */
  readonly sliceCounts: readonly number[]
  /** Voxels that lie on each face of the whole grid: [first, last] along i, j, k. */
  readonly onFaces: readonly [FaceCounts, FaceCounts, FaceCounts]
}
export type FaceCounts = readonly [first: number, last: number]

/** Mean and standard deviation (of the population) of the values under a mask. */
export interface ValueStatistics {
  readonly mean: number
  readonly standardDeviation: number
}

/** Counts, centre and extent of a mask in one pass; null when it holds no voxel. */
export function measureMask(mask: Mask): MaskMeasures | null {
  const counts = planeCounts(mask)
  const voxelCount = counts[2].reduce((a, b) => a + b, 0)
  if (voxelCount === 0) return null
  const along = (axis: 0 | 1 | 2): AxisMeasures => axisMeasures(counts[axis], mask.box.origin[axis])
  const [i, j, k] = [along(0), along(1), along(2)]
  const face = (axis: 0 | 1 | 2): FaceCounts => {
    const at = (index: number): number => counts[axis][index - mask.box.origin[axis]] ?? 0
    return [at(0), at(mask.geometry.size[axis] - 1)]
  }
  const firstInBox = k.first - mask.box.origin[2]
  return {
    voxelCount,
    centroid: [i.centre, j.centre, k.centre],
    tight: { origin: [i.first, j.first, k.first], size: [i.extent, j.extent, k.extent] },
    sliceCounts: Array.from(counts[2].subarray(firstInBox, firstInBox + k.extent)),
    onFaces: [face(0), face(1), face(2)],
  }
}

/** Voxels per plane of the box across i, j and k. */
export function planeCounts(mask: Mask): readonly [i: Float64Array, j: Float64Array, k: Float64Array] {
  const [columns, rows, slices] = mask.box.size
  const i = new Float64Array(columns)
  const j = new Float64Array(rows)
  const k = new Float64Array(slices)
  const runs = runsOf(mask)
  // Runs that begin, less those that have ended: their sum from the left is how many cover a column.
  const steps = new Float64Array(columns + 1)
  for (let run = 0; run < runs.count; run++) {
    const [start, end] = [runs.start[run] ?? 0, runs.end[run] ?? 0]
    const [row, slice] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
    steps[start] = (steps[start] ?? 0) + 1
    steps[end + 1] = (steps[end + 1] ?? 0) - 1
    j[row] = (j[row] ?? 0) + end - start + 1
    k[slice] = (k[slice] ?? 0) + end - start + 1
  }
  for (let column = 0, covering = 0; column < columns; column++) {
    covering += steps[column] ?? 0
    i[column] = covering
  }
  return [i, j, k]
}

interface AxisMeasures {
  readonly centre: number
  readonly first: number
  readonly extent: number
}

function axisMeasures(counts: Float64Array, origin: number): AxisMeasures {
  const first = counts.findIndex((count) => count > 0)
  const last = counts.findLastIndex((count) => count > 0)
  let sum = 0
  let weighted = 0
  counts.forEach((count, index) => {
    sum += count
    weighted += count * index
  })
  return { centre: origin + weighted / sum, first: origin + first, extent: last - first + 1 }
}

/** Statistics of the image values under a mask on the same grid, slices without an image left out; null when none are left. */
export function valuesUnder(mask: Mask, volume: Volume): ValueStatistics | null {
  const [gridColumns, gridRows] = volume.geometry.size
  const [i0, j0, k0] = mask.box.origin
  const runs = runsOf(mask)
  const { voxels } = volume
  const placeOf = (run: number): number =>
    ((k0 + (runs.k[run] ?? 0)) * gridRows + j0 + (runs.j[run] ?? 0)) * gridColumns + i0
  // Shifted by one value near the mean: the squares keep their digits.
  const shift = runs.count === 0 ? 0 : (voxels[placeOf(0) + (runs.start[0] ?? 0)] ?? 0)
  let count = 0
  let sum = 0
  let squares = 0
  for (let run = 0; run < runs.count; run++) {
    if (volume.instances[k0 + (runs.k[run] ?? 0)] === null) continue
    const first = placeOf(run)
    const [start, end] = [first + (runs.start[run] ?? 0), first + (runs.end[run] ?? 0)]
    for (let n = start; n <= end; n++) {
      const value = (voxels[n] ?? 0) - shift
      sum += value
      squares += value * value
    }
    count += end - start + 1
  }
  if (count === 0) return null
  const mean = sum / count
  return { mean: mean + shift, standardDeviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) }
}

/** Voxels of a mask with a value outside of low..high: in all, among how many, and per slice of the mask's box. */
export interface ValuesBeyond {
  readonly total: number
  readonly voxelCount: number
  readonly perSlice: readonly number[]
}

/** Counts the values under a mask on the same grid that lie below `low` or above `high`; slices without an image left out. */
export function countBeyond(mask: Mask, volume: Volume, low: number, high: number): ValuesBeyond {
  const [columns, rows, slices] = mask.box.size
  const [gridColumns, gridRows] = volume.geometry.size
  const [i0, j0, k0] = mask.box.origin
  const perSlice = Array.from({ length: slices }, () => 0)
  let voxelCount = 0
  for (let row = 0; row < rows * slices; row++) {
    const slice = Math.floor(row / rows)
    if (volume.instances[k0 + slice] === null) continue
    const from = ((k0 + slice) * gridRows + j0 + (row % rows)) * gridColumns + i0
    let beyond = 0
    for (let i = 0; i < columns; i++) {
      if (mask.voxels[row * columns + i] === 0) continue
      const value = volume.voxels[from + i] ?? 0
      voxelCount++
      if (value < low || value > high) beyond++
    }
    perSlice[slice] = (perSlice[slice] ?? 0) + beyond
  }
  return { total: perSlice.reduce((a, b) => a + b, 0), voxelCount, perSlice }
}

/** The voxels that `countBeyond` counts. */
export function voxelsBeyond(mask: Mask, volume: Volume, low: number, high: number): Mask {
  const [columns, rows] = mask.box.size
  const [gridColumns, gridRows] = volume.geometry.size
  const [i0, j0, k0] = mask.box.origin
  const voxels = new Uint8Array(mask.voxels.length)
  const runs = runsOf(mask)
  for (let run = 0; run < runs.count; run++) {
    const [j, k] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
    if (volume.instances[k0 + k] === null) continue
    const from = ((k0 + k) * gridRows + j0 + j) * gridColumns + i0
    const row = (k * rows + j) * columns
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++) {
      const value = volume.voxels[from + i] ?? 0
      if (value < low || value > high) voxels[row + i] = 1
    }
  }
  return { ...mask, voxels }
}

/**
 * How far two slices' footprints cover each other: shared voxels over the smaller of the two, 0..1.
 * `k` are slice indices of the whole grid; 0 when either is empty.
 */
export function sliceOverlap(mask: Mask, kA: number, kB: number): number {
  const [columns, rows] = mask.box.size
  const area = columns * rows
  const [a, b] = [kA - mask.box.origin[2], kB - mask.box.origin[2]]
  let [inA, inB, shared] = [0, 0, 0]
  for (let index = 0; index < area; index++) {
    const isA = (mask.voxels[a * area + index] ?? 0) !== 0
    const isB = (mask.voxels[b * area + index] ?? 0) !== 0
    if (isA) inA++
    if (isB) inB++
    if (isA && isB) shared++
  }
  return inA === 0 || inB === 0 ? 0 : shared / Math.min(inA, inB)
}
