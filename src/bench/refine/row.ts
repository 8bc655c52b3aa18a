/** One mask of `plumbline bench refine`. */
import type { SegmentCorrection } from '../../domain/correction.ts'
import type { Trust } from '../../refinement/acceptance.ts'
import type { Degradation } from '../hcr/degrade.ts'

export interface RefineRow {
  /** Counted from 0: rows of one mask, and of one image with one structure, bear the same number. */
  readonly mask: number
  readonly image: number
  readonly set: string
  readonly label: string
  /** What was asked for pseudo ground truth; `correction.pseudoTruth` says what gave it, null where it could not. */
  readonly provider: string
  readonly degradation: Degradation
  /** Do the checks find something critical or major? Only then would the service look for a better mask. */
  readonly isRejected: boolean
  readonly correction: Omit<SegmentCorrection, 'proposedNumber'>
  readonly trust: Trust | null
  /** Dice with the truth: of the mask, of the proposal (null without one), of the largest piece with its cavities filled. */
  readonly before: number
  readonly after: number | null
  readonly baseline: number
  readonly slices: readonly SliceRow[]
}

/** A slice in which the mask, the truth or the pseudo ground truth holds voxels; Dice of the mask with the two others. */
export interface SliceRow {
  readonly inMask: boolean
  readonly inTruth: boolean
  readonly inPseudoTruth: boolean
  readonly dice: number
  readonly pseudoDice: number
}
