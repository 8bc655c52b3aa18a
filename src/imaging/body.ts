/**
 * The patient's body in an image: a coarse mask and the midline in LPS millimetres.
 * Lungs, airways and bowel gas are inside the body. Coarse on purpose: it answers "inside or far outside?".
 */
import type { Mask, Modality, Vector3, Volume } from '../domain/geometry.ts'
import { findComponents } from './components.ts'
import { indexAxisTowards, indexToLps, spacingMm } from './geometry.ts'

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

/** Cells of about this edge length. */
const CELL_MM = 3
/** CT: between air (-1000 HU) and fat (-100 HU); the usual choice for the outer contour. */
const CT_TISSUE_MIN_HU = -300
/** A dark region that reaches the image border is air below this median, and lung cut by the field of view above. */
const CT_AIR_MEDIAN_MAX_HU = -950
const CT_PADDING_MIN_HU = -1024
/** MR and PET have no absolute scale for air: a tenth of the bright values (95th percentile) counts as body. */
const SIGNAL_SHARE = 0.1
const SIGNAL_PERCENTILE = 0.95
/** Pieces smaller than this share of the largest are the table, cables, noise; two legs both stay. */
const PIECE_SHARE_MIN = 0.1
/** The body counts as cut at a side where the image's edge plane shows more than this share of its largest cross section. */
const LATERAL_CUT_SHARE_MAX = 0.3

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
    midlineXMm: midline(cells, grid, volume),
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

/**
 * The midline (LPS x, mm) around some slices of the volume: median over those slices and `marginSlices` on
 * either side, so that a patient who lies askew or raises one arm does not move it much. Null: not known.
 */
export function midlineNear(body: Body, firstSlice: number, lastSlice: number, marginSlices: number): number | null {
  if (body.midlineXMm === null) return null
  const step = body.step[2]
  const from = Math.max(0, Math.floor((firstSlice - marginSlices) / step))
  const values = Array.from(body.midlineXMm.slice(from, Math.floor((lastSlice + marginSlices) / step) + 1))
  return median(values.filter((value) => !Number.isNaN(value)))
}

interface CoarseGrid {
  readonly step: Vector3
  readonly size: Vector3
  readonly values: Float32Array
}

/** Every n-th voxel, taken at the cell's middle. */
function coarsen(volume: Volume): CoarseGrid {
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
      const row = (middle(k, 2) * size[1] + middle(j, 1)) * size[0]
      for (let i = 0; i < coarse[0]; i++) values[at++] = volume.voxels[row + middle(i, 0)] ?? 0
    }
  }
  return { step, size: coarse, values }
}

function tissueMask(grid: CoarseGrid, modality: Modality): Mask {
  const threshold = modality === 'CT' ? CT_TISSUE_MIN_HU : signalThreshold(grid.values)
  const voxels = Uint8Array.from(grid.values, (value) => (value > threshold ? 1 : 0))
  return {
    geometry: { frameOfReferenceUid: null, size: grid.size, affine: [] },
    box: { origin: [0, 0, 0], size: grid.size },
    voxels,
  }
}

function signalThreshold(values: Float32Array): number {
  const sorted = Float32Array.from(values).sort()
  return SIGNAL_SHARE * (sorted[Math.floor(SIGNAL_PERCENTILE * (sorted.length - 1))] ?? 0)
}

/** Marks as body every cell of a slice that outside air does not reach from the slice's border. */
function fillSlice(cells: Uint8Array, grid: CoarseGrid, k: number, modality: Modality): void {
  const [columns, rows] = grid.size
  const from = k * columns * rows
  const seen = new Uint8Array(columns * rows)
  const isOpen = (index: number): boolean => cells[from + index] === 0 && seen[index] === 0
  const isLung = (region: readonly number[]): boolean =>
    modality === 'CT' && (regionMedian(region, grid, from) ?? -Infinity) > CT_AIR_MEDIAN_MAX_HU
  const lungs: number[][] = []
  for (let index = 0; index < columns * rows; index++) {
    const [i, j] = [index % columns, Math.floor(index / columns)]
    const onBorder = i === 0 || j === 0 || i === columns - 1 || j === rows - 1
    if (!onBorder || !isOpen(index)) continue
    const region = flood(index, columns, rows, seen, isOpen)
    if (isLung(region)) lungs.push(region)
  }
  for (let index = 0; index < columns * rows; index++) if (isOpen(index)) cells[from + index] = 1
  for (const index of lungs.flat()) cells[from + index] = 1
}

/** Cells reached from one cell over shared edges. */
function flood(
  start: number,
  columns: number,
  rows: number,
  seen: Uint8Array,
  isOpen: (index: number) => boolean,
): number[] {
  const reached = [start]
  seen[start] = 1
  for (let next = 0; next < reached.length; next++) {
    const index = reached[next] ?? 0
    const i = index % columns
    const neighbours = [i > 0 ? index - 1 : -1, i < columns - 1 ? index + 1 : -1, index - columns, index + columns]
    for (const neighbour of neighbours) {
      if (neighbour < 0 || neighbour >= columns * rows || !isOpen(neighbour)) continue
      seen[neighbour] = 1
      reached.push(neighbour)
    }
  }
  return reached
}

function regionMedian(region: readonly number[], grid: CoarseGrid, from: number): number | null {
  return median(region.map((index) => Math.max(CT_PADDING_MIN_HU, grid.values[from + index] ?? 0)))
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}

/** Adds the cells next to body, corners included: skin that shares its cell with air. */
function dilate(cells: Uint8Array, size: Vector3): Uint8Array {
  let grown = cells
  for (const axis of [0, 1, 2] as const) grown = dilateAlong(grown, size, axis)
  return grown
}

function dilateAlong(cells: Uint8Array, size: Vector3, axis: 0 | 1 | 2): Uint8Array {
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1]
  return cells.map((cell, index) => {
    if (cell === 1) return 1
    const position = Math.floor(index / stride) % size[axis]
    const before = position > 0 && cells[index - stride] === 1
    const after = position < size[axis] - 1 && cells[index + stride] === 1
    return before || after ? 1 : 0
  })
}

/** Mean LPS x of the body per cell slice; the mean of all slices when slices are stacked from side to side. */
function midline(cells: Uint8Array, grid: CoarseGrid, volume: Volume): Float64Array | null {
  const lateral = indexAxisTowards(volume.geometry, 'left').axis
  if (isCutLaterally(cells, grid.size, lateral)) return null
  const [columns, rows, slices] = grid.size
  const [stepI, stepJ, stepK] = grid.step
  const sums = new Float64Array(slices)
  const counts = new Float64Array(slices)
  cells.forEach((cell, index) => {
    if (cell === 0) return
    const k = Math.floor(index / (columns * rows))
    const [i, j] = [index % columns, Math.floor(index / columns) % rows]
    const [x] = indexToLps(volume.geometry, [(i + 0.5) * stepI - 0.5, (j + 0.5) * stepJ - 0.5, (k + 0.5) * stepK - 0.5])
    sums[k] = (sums[k] ?? 0) + x
    counts[k] = (counts[k] ?? 0) + 1
  })
  if (lateral !== 2) return sums.map((sum, k) => sum / (counts[k] ?? 0))
  const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
  return new Float64Array(slices).fill(total(sums) / total(counts))
}

function isCutLaterally(cells: Uint8Array, size: Vector3, axis: 0 | 1 | 2): boolean {
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1]
  const planes = new Float64Array(size[axis])
  cells.forEach((cell, index) => {
    const plane = Math.floor(index / stride) % size[axis]
    if (cell === 1) planes[plane] = (planes[plane] ?? 0) + 1
  })
  const edge = Math.max(planes[0] ?? 0, planes[size[axis] - 1] ?? 0)
  return edge > LATERAL_CUT_SHARE_MAX * planes.reduce((a, b) => Math.max(a, b), 0)
}
