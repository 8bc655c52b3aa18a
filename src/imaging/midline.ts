/** The body's midline in LPS millimetres: where left ends and right begins. */
import type { Mask, Vector3, Volume } from '../domain/geometry.ts'
import type { CoarseGrid } from './coarse-grid.ts'
import { indexAxisTowards, indexToLps } from './geometry.ts'
import { planeCounts } from './measure.ts'

/** The body counts as cut at a side where the image's edge plane shows more than this share of its largest cross section. */
const LATERAL_CUT_SHARE_MAX = 0.3

/**
 * The midline (LPS x, mm) around some slices of the volume: median over those slices and `marginSlices` on
 * either side, so that a patient who lies askew or raises one arm does not move it much. Null: not known.
 */
export function midlineNear(
  body: { readonly step: Vector3; readonly midlineXMm: Float64Array | null },
  firstSlice: number,
  lastSlice: number,
  marginSlices: number,
): number | null {
  if (body.midlineXMm === null) return null
  const step = body.step[2]
  const from = Math.max(0, Math.floor((firstSlice - marginSlices) / step))
  const values = Array.from(body.midlineXMm.slice(from, Math.floor((lastSlice + marginSlices) / step) + 1))
  return median(values.filter((value) => !Number.isNaN(value)))
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}

/** Mean LPS x of the body per cell slice; the mean of all slices when slices are stacked from side to side. */
export function midlineOf(cells: Uint8Array, grid: CoarseGrid, volume: Volume): Float64Array | null {
  const lateral = indexAxisTowards(volume.geometry, 'left').axis
  if (isCutLaterally(cells, grid.size, lateral)) return null
  const [columns, rows, slices] = grid.size
  const [stepI, stepJ, stepK] = grid.step
  const middle = (cell: number, step: number): number => (cell + 0.5) * step - 0.5
  const sums = new Float64Array(slices)
  const counts = new Float64Array(slices)
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = (k * rows + j) * columns
      const [count, sum] = countRow(cells, row, columns)
      if (count === 0) continue
      // The position is linear in the index: the row's mean cell has the row's mean x.
      const at: Vector3 = [middle(sum / count, stepI), middle(j, stepJ), middle(k, stepK)]
      sums[k] = (sums[k] ?? 0) + count * indexToLps(volume.geometry, at)[0]
      counts[k] = (counts[k] ?? 0) + count
    }
  }
  if (lateral !== 2) return sums.map((sum, k) => sum / (counts[k] ?? 0))
  const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
  return new Float64Array(slices).fill(total(sums) / total(counts))
}

/** How many cells of a row are body, and the sum of their indices along it. */
function countRow(cells: Uint8Array, row: number, columns: number): readonly [count: number, sum: number] {
  let count = 0
  let sum = 0
  for (let i = 0; i < columns; i++) {
    if (cells[row + i] === 0) continue
    count++
    sum += i
  }
  return [count, sum]
}

/** Does an edge plane along the axis show much of the body? */
function isCutLaterally(cells: Uint8Array, size: Vector3, axis: 0 | 1 | 2): boolean {
  const mask: Mask = {
    geometry: { frameOfReferenceUid: null, size, affine: [] },
    box: { origin: [0, 0, 0], size },
    voxels: cells,
  }
  const planes = planeCounts(mask)[axis]
  const edge = Math.max(planes[0] ?? 0, planes.at(-1) ?? 0)
  return edge > LATERAL_CUT_SHARE_MAX * planes.reduce((a, b) => Math.max(a, b), 0)
}
