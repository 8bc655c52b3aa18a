/** What a mask would hold in slices that it leaves empty. */
import type { Mask } from '../domain/geometry.ts'
import { transformToSquaredDistances } from './distance.ts'
import { spacingMm } from './geometry.ts'
import { planeCounts } from './measure.ts'

/**
 * The mask's shape in empty slices (indices of the whole grid) that lie between others: signed distances to the outlines
 * below and above, weighted by how near each is (shape-based interpolation: Raya & Udupa, IEEE TMI 1990;9:32-42).
 * Holds these slices only; nothing where there is no slice on one of the sides.
 */
export function interpolateSlices(mask: Mask, slices: readonly number[]): Mask {
  const [columns, rows] = mask.box.size
  const counts = planeCounts(mask)[2]
  const voxels = new Uint8Array(mask.voxels.length)
  const known = new Map<number, Float64Array>()
  const distancesOf = (k: number): Float64Array => {
    const distances = known.get(k) ?? signedDistances(mask, k)
    known.set(k, distances)
    return distances
  }
  for (const slice of slices) {
    const k = slice - mask.box.origin[2]
    const [below, above] = [filledSlice(counts, k, -1), filledSlice(counts, k, 1)]
    if (below === null || above === null) continue
    const [low, high] = [distancesOf(below), distancesOf(above)]
    for (let n = 0; n < columns * rows; n++) {
      const distance = (above - k) * (low[n] ?? 0) + (k - below) * (high[n] ?? 0)
      if (distance > 0) voxels[k * columns * rows + n] = 1
    }
  }
  return { ...mask, voxels }
}

/** The next slice of the box that holds voxels; null when there is none that way. */
function filledSlice(counts: Float64Array, from: number, step: 1 | -1): number | null {
  for (let k = from + step; k >= 0 && k < counts.length; k += step) if ((counts[k] ?? 0) > 0) return k
  return null
}

/** Distance in mm of every pixel centre of slice k of the box to the outline, half a pixel before the next centre: above 0 inside. */
function signedDistances({ box, voxels, geometry }: Mask, k: number): Float64Array {
  const [columns, rows] = box.size
  const spacing = spacingMm(geometry)
  const halfMm = Math.min(spacing[0], spacing[1]) / 2
  // One pixel more on each side: what lies beyond the box is outside.
  const width = columns + 2
  const toInside = new Float64Array(width * (rows + 2)).fill(Infinity)
  const toOutside = new Float64Array(toInside.length)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      if (voxels[(k * rows + j) * columns + i] !== 1) continue
      toInside[(j + 1) * width + i + 1] = 0
      toOutside[(j + 1) * width + i + 1] = Infinity
    }
  }
  transformToSquaredDistances(toInside, [width, rows + 2, 1], spacing)
  transformToSquaredDistances(toOutside, [width, rows + 2, 1], spacing)
  const signed = new Float64Array(columns * rows)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const n = (j + 1) * width + i + 1
      const [inMm, outMm] = [Math.sqrt(toOutside[n] ?? 0), Math.sqrt(toInside[n] ?? 0)]
      signed[j * columns + i] = inMm > 0 ? inMm - halfMm : halfMm - outMm
    }
  }
  return signed
}
