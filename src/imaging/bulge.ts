/** The largest compact part of a mask whose values are not those of its core, and what lies around it. */
import type { Mask, Volume } from '../domain/geometry.ts'
import { cellsAround, middleOf, robustDeviation, valuesIn, voxelsOf, type Cells } from './cells.ts'
import { findComponents, onlyComponent } from './components.ts'
import { dilate, erode } from './morphology.ts'

export interface Bulge {
  /** Share of the mask, 0..1. */
  readonly share: number
  /** Share of the cells just outside of it (and of the mask) that have its values. */
  readonly goesOnShare: number
  /** Difference of the medians over the robust standard deviation of the core. */
  readonly contrast: number
  /** Slices of the whole grid, those with most of it first. */
  readonly slices: readonly number[]
  /** The voxels of its cells, some of which may lie just outside the mask. */
  readonly voxels: () => Mask
}

const MARGIN_MM = 10
/** The core lies this many cells below the surface, or fewer in a thin mask; with fewer cells its spread means nothing. */
const CORE_LAYERS = [3, 2, 1]
const CORE_MIN = 50
/** Other than the core: so many robust standard deviations from its median. */
const DEVIATIONS = 3.5

/** Null when the mask has no core, or no part with other values. */
export function findBulge(mask: Mask, volume: Volume): Bulge | null {
  const cells = cellsAround(mask, volume, MARGIN_MM)
  const core = coreOf(cells)
  if (core === null) return null
  // Opened: shells of partial volume are one or two cells thin and vanish.
  const parts = findComponents(dilate(erode(otherThan(core, cells))))
  const [largest] = parts.components
  if (largest === undefined) return null
  const part = onlyComponent(cells.mask, parts, 0)
  const median = middleOf(valuesIn(part.voxels, cells.values))
  const order = largest.sliceCounts
    .map((count, index) => ({ count, k: largest.box.origin[2] + index }))
    .toSorted((a, b) => b.count - a.count || a.k - b.k)
  return {
    share: largest.voxelCount / countOf(cells.mask.voxels),
    goesOnShare: goesOnShare(part, cells, median, Math.abs(median - core.median) / 2),
    contrast: Math.abs(median - core.median) / core.deviation,
    slices: order.map(({ k }) => cells.origin[2] + k * cells.step[2] + (cells.step[2] >> 1)),
    voxels: () => voxelsOf(part, cells, mask.geometry),
  }
}

interface Core {
  readonly median: number
  readonly deviation: number
}

function coreOf({ mask, values }: Cells): Core | null {
  for (const layers of CORE_LAYERS) {
    const ascending = valuesIn(erode(mask, layers).voxels, values)
    if (ascending.length < CORE_MIN) continue
    const deviation = robustDeviation(ascending)
    return deviation > 0 ? { median: middleOf(ascending), deviation } : null
  }
  return null
}

function otherThan({ median, deviation }: Core, { mask, values }: Cells): Mask {
  const limit = DEVIATIONS * deviation
  const voxels = new Uint8Array(mask.voxels.length)
  for (let n = 0; n < voxels.length; n++) {
    if (mask.voxels[n] === 1 && Math.abs((values[n] ?? NaN) - median) > limit) voxels[n] = 1
  }
  return { ...mask, voxels }
}

/** The two cells next to the part that lie outside the mask. */
function goesOnShare(part: Mask, { mask, values }: Cells, median: number, tolerance: number): number {
  const near = dilate(part, 2)
  let [outside, alike] = [0, 0]
  for (let n = 0; n < near.voxels.length; n++) {
    if (near.voxels[n] !== 1 || mask.voxels[n] === 1 || Number.isNaN(values[n] ?? NaN)) continue
    outside++
    if (Math.abs((values[n] ?? 0) - median) < tolerance) alike++
  }
  return outside === 0 ? 0 : alike / outside
}

function countOf(voxels: Uint8Array): number {
  return voxels.reduce((sum, voxel) => sum + voxel, 0)
}
