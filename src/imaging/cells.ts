/** Mask and image around it in cells of about two millimetres: less noise and less work than voxels. */
import type { Box, Geometry, Mask, Vector3, Volume } from '../domain/geometry.ts'
import { axisVectorMm, indexToLps, spacingMm } from './geometry.ts'
import { runsOf } from './runs.ts'

const CELL_MM = 2
/** Median absolute deviation to standard deviation, normal distribution. */
const MAD_TO_SD = 1.4826

export interface Cells {
  /** Voxels per cell along i, j, k. */
  readonly step: Vector3
  /** Voxel index of the first voxel of the first cell. */
  readonly origin: Vector3
  /** Which cells lie in the mask (by their middle voxel); a mask on a grid of its own, the cells'. */
  readonly mask: Mask
  /** Mean image value per cell; NaN where no slice of the cell has an image. */
  readonly values: Float32Array
}

/**
 * `marginMm` of the image around the mask's box are taken along, as far as there are any. At most about `cellsMax` cells:
 * they are larger where there would be more.
 */
export function cellsAround(mask: Mask, volume: Volume, marginMm: number, cellsMax = Infinity): Cells {
  const spacing = spacingMm(mask.geometry)
  const box = grownBox(mask, spacing, marginMm)
  const boxMm3 = box.size.reduce((product, size, axis) => product * size * (spacing[axis] ?? 1), 1)
  const leastMm = Math.cbrt(boxMm3 / cellsMax)
  const stepOf = (axis: 0 | 1 | 2): number =>
    Math.max(1, leastMm > CELL_MM ? Math.ceil(leastMm / spacing[axis]) : Math.round(CELL_MM / spacing[axis]))
  const step: Vector3 = [stepOf(0), stepOf(1), stepOf(2)]
  const size: Vector3 = [
    Math.floor(box.size[0] / step[0]),
    Math.floor(box.size[1] / step[1]),
    Math.floor(box.size[2] / step[2]),
  ]
  const grid = { step, origin: box.origin, size }
  return {
    step,
    origin: box.origin,
    mask: {
      geometry: { ...mask.geometry, size },
      box: { origin: [0, 0, 0], size },
      voxels: cellMask(mask, grid),
    },
    values: cellMeans(volume, grid),
  }
}

export interface CellGrid {
  readonly step: Vector3
  readonly origin: Vector3
  readonly size: Vector3
}

function grownBox({ box, geometry }: Mask, spacing: Vector3, marginMm: number): Box {
  const low = (axis: 0 | 1 | 2): number => Math.max(0, box.origin[axis] - Math.ceil(marginMm / spacing[axis]))
  const end = (axis: 0 | 1 | 2): number =>
    Math.min(geometry.size[axis], box.origin[axis] + box.size[axis] + Math.ceil(marginMm / spacing[axis]))
  const origin: Vector3 = [low(0), low(1), low(2)]
  return { origin, size: [end(0) - origin[0], end(1) - origin[1], end(2) - origin[2]] }
}

/** The voxels of any mask on the same grid, by the middle voxel of each cell. */
export function cellMask({ box, voxels }: Mask, { step, origin, size }: CellGrid): Uint8Array {
  const cells = new Uint8Array(size[0] * size[1] * size[2])
  const at = (cell: number, axis: 0 | 1 | 2): number =>
    origin[axis] + cell * step[axis] + (step[axis] >> 1) - box.origin[axis]
  let n = 0
  for (let k = 0; k < size[2]; k++) {
    const slice = at(k, 2)
    for (let j = 0; j < size[1]; j++) {
      const row = at(j, 1)
      const isIn = slice >= 0 && slice < box.size[2] && row >= 0 && row < box.size[1]
      const from = (slice * box.size[1] + row) * box.size[0]
      for (let i = 0; i < size[0]; i++, n++) {
        const column = at(i, 0)
        if (isIn && column >= 0 && column < box.size[0]) cells[n] = voxels[from + column] ?? 0
      }
    }
  }
  return cells
}

/** Where the cells sit in the patient, their centres at whole numbers. */
export function cellGeometry(
  { step, origin, mask }: Pick<Cells, 'step' | 'origin' | 'mask'>,
  geometry: Geometry,
): Geometry {
  const middle = (axis: 0 | 1 | 2): number => origin[axis] + (step[axis] - 1) / 2
  const [x, y, z] = indexToLps(geometry, [middle(0), middle(1), middle(2)])
  const along = ([0, 1, 2] as const).map((axis) =>
    axisVectorMm(geometry.affine, axis).map((mm) => mm * step[axis]),
  )
  const row = (n: 0 | 1 | 2, at: number): number[] => [...along.map((vector) => vector[n] ?? 0), at]
  return { ...geometry, size: mask.box.size, affine: [...row(0, x), ...row(1, y), ...row(2, z), 0, 0, 0, 1] }
}

/** All voxels of the cells of `part`, a mask on the cells' grid; a mask on the grid that the cells were made from. */
export function voxelsOf(
  part: Mask,
  { step, origin }: Pick<Cells, 'step' | 'origin'>,
  geometry: Geometry,
): Mask {
  const cells = part.box.size
  const size: Vector3 = [cells[0] * step[0], cells[1] * step[1], cells[2] * step[2]]
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  const runs = runsOf(part)
  for (let run = 0; run < runs.count; run++) {
    const [from, to] = [(runs.start[run] ?? 0) * step[0], ((runs.end[run] ?? 0) + 1) * step[0]]
    const [j, k] = [(runs.j[run] ?? 0) * step[1], (runs.k[run] ?? 0) * step[2]]
    for (let dk = 0; dk < step[2]; dk++) {
      for (let dj = 0; dj < step[1]; dj++) {
        const row = ((k + dk) * size[1] + j + dj) * size[0]
        voxels.fill(1, row + from, row + to)
      }
    }
  }
  return { geometry, box: { origin, size }, voxels }
}

function cellMeans({ geometry, voxels, instances }: Volume, { step, origin, size }: CellGrid): Float32Array {
  const [columns, rows] = geometry.size
  const [width, height, depth] = step
  const sums = new Float32Array(size[0] * size[1] * size[2])
  const cellsPerSlice = size[0] * size[1]
  for (let k = 0; k < size[2]; k++) {
    let slices = 0
    for (let dk = 0; dk < depth; dk++) {
      const slice = origin[2] + k * depth + dk
      if (instances[slice] === null) continue
      slices++
      for (let dj = 0; dj < size[1] * height; dj++) {
        const from = (slice * rows + origin[1] + dj) * columns + origin[0]
        addRow(voxels, from, width, sums, (k * size[1] + Math.floor(dj / height)) * size[0], size[0])
      }
    }
    const count = slices * width * height
    for (let n = k * cellsPerSlice; n < (k + 1) * cellsPerSlice; n++) sums[n] = (sums[n] ?? 0) / count
  }
  return sums
}

/** Adds `width` voxels each to `count` cells in a row. */
function addRow(
  voxels: Int16Array | Float32Array,
  start: number,
  width: number,
  sums: Float32Array,
  first: number,
  count: number,
): void {
  let from = start
  for (let cell = first; cell < first + count; cell++) {
    let sum = 0
    for (const end = from + width; from < end; from++) sum += voxels[from] ?? 0
    sums[cell] = (sums[cell] ?? 0) + sum
  }
}

/** Values of the cells that a mask holds, ascending; cells without an image left out. */
export function valuesIn(mask: Uint8Array, values: Float32Array): Float32Array {
  const taken = new Float32Array(mask.length)
  let count = 0
  for (let n = 0; n < mask.length; n++) {
    const value = values[n] ?? NaN
    if (mask[n] === 1 && !Number.isNaN(value)) taken[count++] = value
  }
  return taken.subarray(0, count).toSorted()
}

/** The middle one of ascending values; NaN of none. */
export function middleOf(ascending: Float32Array): number {
  return ascending[Math.floor((ascending.length - 1) / 2)] ?? NaN
}

/** Standard deviation by the median absolute deviation (normal distribution) of ascending values. */
export function robustDeviation(ascending: Float32Array): number {
  const middle = middleOf(ascending)
  return MAD_TO_SD * middleOf(ascending.map((value) => Math.abs(value - middle)).toSorted())
}

/** Middle voxel of each cell along one axis of the grid that the cells were made from. */
export function middlesAlong({ origin, step, size }: CellGrid, axis: 0 | 1 | 2): number[] {
  return Array.from({ length: size[axis] }, (_, cell) => origin[axis] + cell * step[axis] + (step[axis] >> 1))
}
