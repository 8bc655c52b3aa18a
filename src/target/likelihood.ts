/**
 * A response map without any model: how much more the tissue at a cell looks like that in the mask than like that around
 * it (Gaussian likelihood ratio over tissue-features.ts, as the probability at even odds). Made from the mask, so it says whether the mask agrees with
 * itself and with the image, never what the structure is: a homogeneous wrong organ responds as well as the right one.
 */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import type { Cells } from '../imaging/cells.ts'
import { spacingMm } from '../imaging/geometry.ts'
import { dilate } from '../imaging/morphology.ts'
import { foldsOf } from './folds.ts'
import { fitGaussian, logDensity, variancesOf, type Gaussian } from './gaussian.ts'
import type { ResponseMap } from './response-scores.ts'
import { tissueFeatures } from './tissue-features.ts'

/** The surroundings: from beyond partial volume to about this far. */
const RING_GAP_CELLS = 1
const RING_MM = 15
const RING_CELLS_MAX = 6
/** Of a class in one half; fewer say nothing of five features. */
const CELLS_MIN = 30

/** `isBody`: 1 at cells of the patient. Null where there are too few cells to tell. */
export function likelihoodResponse(cells: Cells, isBody: Uint8Array): ResponseMap | null {
  const { mask, values } = cells
  const { size } = mask.box
  const features = tissueFeatures(values, size)
  if (features === null) return null
  const cellMm = cellSpacingMm(cells)
  const ring = ringOf(mask, Math.max(...cellMm))
  const outside = mask.voxels.map((one) => 1 - one)
  const isKnown = (n: number): boolean => isBody[n] === 1 && !Number.isNaN(values[n] ?? NaN)
  const variances = variancesOf(features, isKnown)
  const folds = foldsOf(mask.voxels, size)
  const fitIn = (where: Uint8Array, fold: number): Gaussian | null =>
    fitGaussian(features, variances, (n) => where[n] === 1 && folds[n] === fold && isKnown(n), CELLS_MIN)
  const response = new Float32Array(values.length).fill(NaN)
  for (const fold of [0, 1]) {
    const [inside, around] = [fitIn(mask.voxels, fold), fitIn(ring, fold)]
    const far = fitIn(outside, fold)
    if (inside === null || around === null || far === null) return null
    respond(response, features, { inside, around, far }, (n) => folds[n] !== fold && isKnown(n))
  }
  return { size, spacingMm: cellMm, values: response }
}

export function cellSpacingMm({ mask, step }: Pick<Cells, 'mask' | 'step'>): Vector3 {
  const [x, y, z] = spacingMm(mask.geometry)
  return [x * step[0], y * step[1], z * step[2]]
}

function ringOf(mask: Mask, cellMm: number): Uint8Array {
  const width = Math.min(RING_CELLS_MAX, Math.max(1, Math.round(RING_MM / cellMm)))
  const gap = dilate(mask, RING_GAP_CELLS)
  const ring = dilate(gap, width).voxels
  for (let n = 0; n < ring.length; n++) if (gap.voxels[n] === 1) ring[n] = 0
  return ring
}

function respond(
  response: Float32Array,
  features: readonly Float32Array[],
  { inside, around, far }: Readonly<Record<'inside' | 'around' | 'far', Gaussian>>,
  isAsked: (cell: number) => boolean,
): void {
  const scratch = new Float64Array(features.length)
  for (let n = 0; n < response.length; n++) {
    if (!isAsked(n)) continue
    // What is like neither the segment nor what touches it (air, metal, bone) is not the segment.
    const other = Math.max(logDensity(around, features, n, scratch), logDensity(far, features, n, scratch))
    const ratio = logDensity(inside, features, n, scratch) - other
    // Bounded: the tails of the tissue around are far from normal, and would set the scale of all others.
    response[n] = 1 / (1 + Math.exp(-ratio))
  }
}
