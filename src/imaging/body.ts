/**
 * The patient's body in an image: a coarse mask and the midline in LPS millimetres.
 * Lungs, airways and bowel gas are inside the body. Coarse on purpose: it answers "inside or far outside?".
 */
import type { Mask, Modality, Vector3, Volume } from '../domain/geometry.ts'
import { coarsen, type CoarseGrid } from './coarse-grid.ts'
import { findComponents } from './components.ts'
import { midlineOf } from './midline.ts'

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
  const sorted = values.toSorted()
  return SIGNAL_SHARE * (sorted[Math.floor(SIGNAL_PERCENTILE * (sorted.length - 1))] ?? 0)
}

/** Marks as body every cell of a slice that outside air does not reach from the slice's border. */
function fillSlice(cells: Uint8Array, grid: CoarseGrid, k: number, modality: Modality): void {
  const [columns, rows] = grid.size
  const area = columns * rows
  const slice = cells.subarray(k * area, (k + 1) * area)
  const values = grid.values.subarray(k * area, (k + 1) * area)
  const outside = new Uint8Array(area)
  const lungs: Int32Array[] = []
  for (let index = 0; index < area; index++) {
    const i = index % columns
    const onBorder = i === 0 || i === columns - 1 || index < columns || index >= area - columns
    if (!onBorder || slice[index] === 1 || outside[index] === 1) continue
    const region = flood(index, columns, slice, outside)
    if (modality === 'CT' && isLung(region, values)) lungs.push(region)
  }
  for (const region of lungs) for (const index of region) outside[index] = 0
  for (let index = 0; index < area; index++) if (outside[index] === 0) slice[index] = 1
}

/** Cells without tissue that are reached from one over shared edges; marks them in `seen`. */
function flood(start: number, columns: number, tissue: Uint8Array, seen: Uint8Array): Int32Array {
  const reached = new Int32Array(tissue.length)
  let count = 0
  const visit = (index: number): void => {
    if (tissue[index] !== 0 || seen[index] !== 0) return
    seen[index] = 1
    reached[count++] = index
  }
  visit(start)
  for (let next = 0; next < count; next++) {
    const index = reached[next] ?? 0
    const i = index % columns
    if (i > 0) visit(index - 1)
    if (i < columns - 1) visit(index + 1)
    // Beyond the slice there is no cell, and `visit` turns away what is undefined.
    visit(index - columns)
    visit(index + columns)
  }
  return reached.subarray(0, count)
}

/** More than half of it brighter than air: lung that the field of view cuts. */
function isLung(region: Int32Array, values: Float32Array): boolean {
  let bright = 0
  for (const index of region) if ((values[index] ?? 0) > CT_AIR_MEDIAN_MAX_HU) bright++
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
  const grown = Uint8Array.from(cells)
  const span = stride * size[axis]
  for (let line = 0; line < cells.length; line += span) {
    // Within a span the neighbours along the axis lie one stride apart.
    for (let index = line; index < line + span - stride; index++) {
      if (cells[index] === 1) grown[index + stride] = 1
      if (cells[index + stride] === 1) grown[index] = 1
    }
  }
  return grown
}
