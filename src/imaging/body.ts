/**
 * The patient's body in an image: a coarse mask and the midline in LPS millimetres.
 * Lungs, airways and bowel gas are inside the body. Coarse on purpose: it answers "inside or far outside?".
 */
import type { Mask, Modality, Vector3, Volume } from '../domain/geometry.ts'
import { coarsen, type CoarseGrid } from './coarse-grid.ts'
import { findComponents } from './components.ts'
import { midlineOf } from './midline.ts'
import { valueAtRank } from './rank.ts'
import { runsOf } from './runs.ts'

export interface Body {
  /** Voxels of the volume per cell, along i, j, k. */
  readonly step: Vector3
  /** Cells along i, j, k. */
  readonly size: Vector3
  /** 1 where a cell is body or next to body; slice-major. */
  readonly cells: Uint8Array
  /** Midline per cell slice, LPS x in mm; NaN where the slice shows no body. Null: the images cut the body at one side. */
  readonly midlineXMm: Float64Array | null
}

/** CT: between air (-1000 HU) and fat (-100 HU); the usual choice for the outer contour. */
const CT_TISSUE_MIN_HU = -300
/** A dark region that reaches the image border is air below this median, and lung cut by the field of view above. */
const CT_AIR_MEDIAN_MAX_HU = -950
/** MR and PET have no absolute scale for air: a tenth of the bright values (95th percentile) counts as body. */
const SIGNAL_SHARE = 0.1
const SIGNAL_PERCENTILE = 0.95
/** Pieces smaller than this share of the largest are the table, cables, noise; two legs both stay. */
const PIECE_SHARE_MIN = 0.1

/** Finds the body; null when the image shows none (an empty or constant image). */
export function findBody(volume: Volume): Body | null {
  const grid = coarsen(volume)
  const pieces = findComponents(tissueMask(grid, volume.modality))
  const largest = pieces.components[0]
  if (largest === undefined) return null
  const cells = new Uint8Array(grid.values.length)
  const [columns, rows, slices] = grid.size
  const { runs } = pieces
  for (let run = 0; run < runs.count; run++) {
    const piece = pieces.components[runs.label[run] ?? 0]
    if (piece === undefined || piece.voxelCount < PIECE_SHARE_MIN * largest.voxelCount) continue
    const row = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    cells.fill(1, row + (runs.start[run] ?? 0), row + (runs.end[run] ?? 0) + 1)
  }
  for (let k = 0; k < slices; k++) fillSlice(cells, grid, k, volume.modality)
  return {
    step: grid.step,
    size: grid.size,
    midlineXMm: midlineOf(cells, grid, volume),
    cells: dilate(cells, grid.size),
  }
}

/** Voxels of a mask (on the volume's grid) outside the body: in all and per slice of the mask's box. */
export function countOutsideBody(mask: Mask, body: Body): { total: number; perSlice: number[] } {
  const [columns, rows, slices] = mask.box.size
  const [stepI, stepJ, stepK] = body.step
  const perSlice = Array.from({ length: slices }, () => 0)
  let offset = 0
  for (let k = 0; k < slices; k++) {
    const cellK = Math.min(body.size[2] - 1, Math.floor((k + mask.box.origin[2]) / stepK))
    for (let j = 0; j < rows; j++) {
      const cellJ = Math.min(body.size[1] - 1, Math.floor((j + mask.box.origin[1]) / stepJ))
      const row = (cellK * body.size[1] + cellJ) * body.size[0]
      for (let i = 0; i < columns; i++) {
        if (mask.voxels[offset++] === 0) continue
        const cellI = Math.min(body.size[0] - 1, Math.floor((i + mask.box.origin[0]) / stepI))
        if (body.cells[row + cellI] === 0) perSlice[k] = (perSlice[k] ?? 0) + 1
      }
    }
  }
  return { total: perSlice.reduce((a, b) => a + b, 0), perSlice }
}

/** The voxels that `countOutsideBody` counts. */
export function outsideBody(mask: Mask, body: Body): Mask {
  const voxels = new Uint8Array(mask.voxels.length)
  const [columns, rows] = mask.box.size
  const [i0, j0, k0] = mask.box.origin
  const cellOf = (index: number, axis: 0 | 1 | 2): number =>
    Math.min(body.size[axis] - 1, Math.floor(index / body.step[axis]))
  const runs = runsOf(mask)
  for (let run = 0; run < runs.count; run++) {
    const [j, k] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
    const cellRow = (cellOf(k0 + k, 2) * body.size[1] + cellOf(j0 + j, 1)) * body.size[0]
    const row = (k * rows + j) * columns
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++) {
      if (body.cells[cellRow + cellOf(i0 + i, 0)] === 0) voxels[row + i] = 1
    }
  }
  return { ...mask, voxels }
}

function tissueMask(grid: CoarseGrid, modality: Modality): Mask {
  const threshold = modality === 'CT' ? CT_TISSUE_MIN_HU : signalThreshold(grid.values)
  const voxels = new Uint8Array(grid.values.length)
  for (let cell = 0; cell < voxels.length; cell++) if ((grid.values[cell] ?? 0) > threshold) voxels[cell] = 1
  return {
    geometry: { frameOfReferenceUid: null, size: grid.size, affine: [] },
    box: { origin: [0, 0, 0], size: grid.size },
    voxels,
  }
}

function signalThreshold(values: Float32Array): number {
  return SIGNAL_SHARE * valueAtRank(values, Math.floor(SIGNAL_PERCENTILE * (values.length - 1)))
}

/** Marks as body every cell of a slice that outside air does not reach from the slice's border. */
function fillSlice(cells: Uint8Array, grid: CoarseGrid, k: number, modality: Modality): void {
  const [columns, rows] = grid.size
  const area = columns * rows
  const slice = cells.subarray(k * area, (k + 1) * area)
  const values = grid.values.subarray(k * area, (k + 1) * area)
  // Regions share no cell, so one list holds them all, one after the other.
  const reached = new Int32Array(area)
  let from = 0
  const outside = Uint8Array.from(slice)
  const lungs: Int32Array[] = []
  const floodFrom = (index: number): void => {
    if (outside[index] !== 0) return
    const to = flood(index, columns, outside, reached, from)
    const region = reached.subarray(from, to)
    if (modality === 'CT' && isLung(region, values)) lungs.push(region)
    from = to
  }
  for (let i = 0; i < columns; i++) {
    floodFrom(i)
    floodFrom(area - columns + i)
  }
  for (let j = 0; j < rows; j++) {
    floodFrom(j * columns)
    floodFrom((j + 1) * columns - 1)
  }
  slice.fill(1)
  for (let n = 0; n < from; n++) slice[reached[n] ?? 0] = 0
  for (const region of lungs) for (let n = 0; n < region.length; n++) slice[region[n] ?? 0] = 1
}

/**
 * Cells that are 0 in `marks` and reached from one over shared edges: lists them in `reached` from place `from` on and marks
 * them 1. Returns the place after the last.
 */
function flood(start: number, columns: number, marks: Uint8Array, reached: Int32Array, from: number): number {
  const area = marks.length
  let count = from
  reached[count++] = start
  marks[start] = 1
  for (let next = from; next < count; next++) {
    const index = reached[next] ?? 0
    const i = index % columns
    if (i > 0 && marks[index - 1] === 0) marks[(reached[count++] = index - 1)] = 1
    if (i < columns - 1 && marks[index + 1] === 0) marks[(reached[count++] = index + 1)] = 1
    if (index >= columns && marks[index - columns] === 0) marks[(reached[count++] = index - columns)] = 1
    if (index < area - columns && marks[index + columns] === 0)
      marks[(reached[count++] = index + columns)] = 1
  }
  return count
}

/** More than half of it brighter than air: lung that the field of view cuts. */
function isLung(region: Int32Array, values: Float32Array): boolean {
  let bright = 0
  for (let n = 0; n < region.length; n++) if ((values[region[n] ?? 0] ?? 0) > CT_AIR_MEDIAN_MAX_HU) bright++
  return 2 * bright > region.length
}

/** Adds the cells next to body, corners included: skin that shares its cell with air. */
function dilate(cells: Uint8Array, size: Vector3): Uint8Array {
  let grown = cells
  for (const axis of [0, 1, 2] as const) grown = dilateAlong(grown, size, axis)
  return grown
}

function dilateAlong(cells: Uint8Array, size: Vector3, axis: 0 | 1 | 2): Uint8Array {
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1]
  if (size[axis] === 1) return cells
  const grown = new Uint8Array(cells.length)
  const span = stride * size[axis]
  for (let line = 0; line < cells.length; line += span) {
    // Within a span the neighbours along the axis lie one stride apart; the first and the last have one only.
    const last = line + span - stride
    for (let n = 0; n < stride; n++) {
      grown[line + n] = (cells[line + n] ?? 0) | (cells[line + n + stride] ?? 0)
      grown[last + n] = (cells[last + n] ?? 0) | (cells[last + n - stride] ?? 0)
    }
    for (let n = line + stride; n < last; n++)
      grown[n] = (cells[n - stride] ?? 0) | (cells[n] ?? 0) | (cells[n + stride] ?? 0)
  }
  return grown
}
