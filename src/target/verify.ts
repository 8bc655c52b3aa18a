/**
 * Is the claimed target under the mask? A response map from the best source there is, scored against the mask, and what
 * the scores mean by the calibration. The sources, best first: probabilities that the segmentation object stores itself;
 * prototypes of the structure, or of the mask, by a trained encoder; the likelihood of the tissue, which needs nothing.
 */
import type { TargetMatch } from '../domain/case.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Body } from '../imaging/body.ts'
import { cellsAround, type Cells } from '../imaging/cells.ts'
import {
  conformalPValue,
  entryFor,
  IDENTIFIES,
  probabilityPresent,
  RESPONSE_SOURCES,
  type ResponseSource,
  type TargetCalibration,
} from './calibration.ts'
import { bodyAt, probabilityAt } from './cell-sources.ts'
import { cellSpacingMm, likelihoodResponse } from './likelihood.ts'
import { scoreResponse, type ResponseMap, type ResponseScores } from './response-scores.ts'

export interface TargetInput {
  /** On the grid of the volume. */
  readonly mask: Mask
  /** As the object stores it; may carry probabilities. */
  readonly ownMask: Mask | null
  readonly volume: Volume
  readonly body: Body | null
  /** Id of the knowledge entry; null: none describes it. */
  readonly structure: string | null
  /** How many pieces the structure has; null: any number. */
  readonly pieces: number | null
  readonly calibration: TargetCalibration
}

/** A response and its scores, for who wants to see or to calibrate them. */
export interface Response {
  readonly source: ResponseSource
  readonly cells: Cells
  readonly map: ResponseMap
  readonly scores: ResponseScores
}

/** How far around the mask is looked. */
const MARGIN_MM = 20
/** Bounds the time that one segment takes: cells are larger in larger crops. */
const CELLS_MAX = 20_000
/** A mask of fewer cells is too small for any of the scores. */
const MASK_CELLS_MIN = 8
/** A response that is no wider than this around the mask's edge is the edge itself. */
const TOLERANCE_CELLS = 1

/** Why there is no response map. Never one made up from the mask. */
export type NoResponse =
  | 'the segment is too small for it'
  | 'there is too little tissue in or around the segment'

export function findResponse(input: Omit<TargetInput, 'calibration' | 'structure'>): Response | NoResponse {
  const { mask, ownMask, volume, body, pieces } = input
  const cells = cellsAround(mask, volume, MARGIN_MM, CELLS_MAX)
  if (cells.mask.voxels.reduce((sum, one) => sum + one, 0) < MASK_CELLS_MIN)
    return 'the segment is too small for it'
  const grid = { step: cells.step, origin: cells.origin, size: cells.mask.box.size }
  const isBody = bodyAt(grid, body)
  const stored = ownMask === null ? null : probabilityAt(grid, volume.geometry, ownMask)
  const map: ResponseMap | null =
    stored === null
      ? likelihoodResponse(cells, isBody)
      : {
          size: grid.size,
          spacingMm: cellSpacingMm(cells),
          values: stored.map((value, n) => (isBody[n] === 1 ? value : NaN)),
        }
  const scores =
    map === null ? null : scoreResponse(map, cells.mask.voxels, { pieces, toleranceCells: TOLERANCE_CELLS })
  if (map === null || scores === null) return 'there is too little tissue in or around the segment'
  return { source: stored === null ? 'tissue-likelihood' : 'fractional-probability', cells, map, scores }
}

/** The target match of one segment. `absent` and `present` need a calibration; `present` a source that knows the structure. */
export function verifyTarget(input: TargetInput): TargetMatch {
  const response = findResponse(input)
  if (typeof response === 'string') return noMatch(response)
  return matchOf(response, input.volume.modality, input.structure, input.calibration)
}

/** Without a response map nothing is known. */
export function noMatch(why: string): TargetMatch {
  return {
    status: 'unsure',
    strength: null,
    compactness: null,
    purity: null,
    coverage: null,
    pValue: null,
    source: `not-available: ${why}`,
  }
}

const SOURCE_TEXTS: Readonly<Record<ResponseSource, string>> = {
  'fractional-probability': 'probabilities that the object stores',
  'reference-prototypes': 'prototypes of the structure by an encoder',
  'self-prototypes': 'prototypes of the segment itself by an encoder, cross-fitted',
  'tissue-likelihood': 'likelihood of the tissue, cross-fitted: cannot tell which structure it is',
}

/** Does the response that a match was made from know the structure? */
export function isIdentifying({ source }: Pick<TargetMatch, 'source'>): boolean {
  const sources = RESPONSE_SOURCES.filter((one) => source.startsWith(SOURCE_TEXTS[one]))
  return sources.some((one) => IDENTIFIES[one])
}

export function matchOf(
  { source, scores }: Pick<Response, 'source' | 'scores'>,
  modality: string,
  structure: string | null,
  calibration: TargetCalibration,
): TargetMatch {
  const { strength, compactness, purity, coverage } = scores
  const numbers = { strength, compactness, purity, coverage }
  const entry = entryFor(calibration, source, modality, structure)
  if (entry === null) {
    return {
      status: 'unsure',
      ...numbers,
      pValue: null,
      source: `${SOURCE_TEXTS[source]}; not calibrated`,
    }
  }
  const p = probabilityPresent(scores, entry)
  const status =
    entry.absentTo !== null && p <= entry.absentTo
      ? 'absent'
      : IDENTIFIES[source] && entry.presentFrom !== null && p >= entry.presentFrom
        ? 'present'
        : 'unsure'
  return {
    status,
    ...numbers,
    pValue: conformalPValue(scores, entry),
    source: `${SOURCE_TEXTS[source]}; calibrated on ${entry.accepted} accepted and ${entry.wrong} wrong masks of ${entry.patients} patients`,
  }
}
