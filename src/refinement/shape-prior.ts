/** What the candidate itself says of the shape, its plain faults set aside: stray pieces, empty slices, ends cut flat. */
import { findComponents, onlyComponents } from '../imaging/components.ts'
import { transformToSquaredDistances } from '../imaging/distance.ts'
import { interpolateSlices } from '../imaging/slice-interpolation.ts'
import { asMask, countCells, type Cells, type Scene } from './scene.ts'

export interface ShapePrior {
  /** Per cell: distance to the surface in mm, positive inside. */
  readonly distanceMm: Float32Array
  /** How deep its deepest cell lies. */
  readonly depthMm: number
}

/** A piece smaller than this share of the largest is not believed. */
const PIECE_SHARE_MIN = 0.15
/** An end slice with more than this share of the largest slice was cut: the structure goes on. */
const FLAT_END_SHARE = 0.3
/** Beyond a flat end the outline is believed to draw in by so many mm per mm. */
const TAPER = 0.6

/** `candidate` holds at least one cell. */
export function shapePrior(candidate: Cells, scene: Scene): ShapePrior {
  const cells = withoutGaps(mainPieces(candidate, scene), scene)
  const distanceMm = signedDistancesMm(cells, scene)
  extendFlatEnds(distanceMm, cells, scene)
  return { distanceMm, depthMm: distanceMm.reduce((most, value) => Math.max(most, value), 0) }
}

/** The pieces that are not much smaller than the largest. */
export function mainPieces(cells: Cells, scene: Scene): Cells {
  const mask = asMask(cells, scene)
  const found = findComponents(mask)
  const least = PIECE_SHARE_MIN * (found.components[0]?.voxelCount ?? 0)
  const kept = found.components.flatMap(({ voxelCount }, label) => (voxelCount >= least ? [label] : []))
  return kept.length === found.components.length ? cells : onlyComponents(mask, found, new Set(kept)).voxels
}

export function largestPiece(cells: Cells, scene: Scene): Cells {
  const mask = asMask(cells, scene)
  const found = findComponents(mask)
  return found.components.length < 2 ? cells : onlyComponents(mask, found, new Set([0])).voxels
}

/** Empty slices between others take the shape in between. */
function withoutGaps(cells: Cells, scene: Scene): Cells {
  const counts = sliceCounts(cells, scene.size)
  const [first, last] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)]
  const empty = counts.flatMap((count, k) => (count === 0 && k > first && k < last ? [k] : []))
  if (empty.length === 0) return cells
  const between = interpolateSlices(asMask(cells, scene), empty)
  const [columns, rows] = scene.size
  const filled = cells.slice()
  const { origin, size } = between.box
  for (let k = 0, n = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const to = ((origin[2] + k) * rows + origin[1] + j) * columns + origin[0]
      for (let i = 0; i < size[0]; i++, n++) if (between.voxels[n] === 1) filled[to + i] = 1
    }
  }
  return filled
}

/** Cells per slice. */
function sliceCounts(cells: Cells, [columns, rows, slices]: Scene['size']): number[] {
  const plane = columns * rows
  return Array.from({ length: slices }, (_, k) => countCells(cells.subarray(k * plane, (k + 1) * plane)))
}

/** Distance of every cell's centre to the surface, positive inside; far outside (or inside) where there is none. */
function signedDistancesMm(cells: Cells, { size, cellMm }: Pick<Scene, 'size' | 'cellMm'>): Float32Array {
  const to = (side: 0 | 1): Float64Array => {
    const field = Float64Array.from(cells, (cell) => (cell === side ? 0 : Infinity))
    transformToSquaredDistances(field, size, cellMm)
    return field
  }
  const [toOutside, toInside] = [to(0), to(1)]
  // The surface lies half a cell from either centre.
  const half = Math.min(...cellMm) / 2
  const farMm = size.reduce((sum, extent, axis) => sum + extent * (cellMm[axis] ?? 0), 0)
  return Float32Array.from(cells, (cell, n) => {
    const distance = Math.min(farMm, Math.sqrt((cell === 1 ? toOutside[n] : toInside[n]) ?? 0)) - half
    return cell === 1 ? distance : -distance
  })
}

/** Beyond an end that was cut, the outline of the end slice goes on, the fainter the farther. */
function extendFlatEnds(distanceMm: Float32Array, cells: Cells, { size, cellMm }: Scene): void {
  const [columns, rows, slices] = size
  const plane = columns * rows
  const counts = sliceCounts(cells, size)
  const most = Math.max(...counts)
  const ends = [
    { at: counts.findIndex((count) => count > 0), step: -1 },
    { at: counts.findLastIndex((count) => count > 0), step: 1 },
  ]
  for (const { at, step } of ends) {
    if ((counts[at] ?? 0) < FLAT_END_SHARE * most) continue
    const outline = cells.subarray(at * plane, (at + 1) * plane)
    const inSlice = signedDistancesMm(outline, { size: [columns, rows, 1], cellMm })
    for (let k = at + step; k >= 0 && k < slices; k += step) {
      const drawnIn = TAPER * Math.abs(k - at) * cellMm[2]
      for (let n = 0; n < plane; n++) {
        const value = (inSlice[n] ?? 0) - drawnIn
        if (value > (distanceMm[k * plane + n] ?? 0)) distanceMm[k * plane + n] = value
      }
    }
  }
}
