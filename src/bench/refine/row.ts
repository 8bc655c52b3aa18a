/** One mask of `plumbline bench refine`. */
import type { SegmentCorrection } from '../../domain/correction.ts'
import type { Degradation } from '../hcr/degrade.ts'

export interface RefineRow {
  readonly set: string
  readonly label: string
  readonly degradation: Degradation
  /** Do the checks find something critical or major? Only then would the service look for a better mask. */
  readonly isRejected: boolean
  readonly correction: Omit<SegmentCorrection, 'proposedNumber'>
  /** Dice with the truth: of the mask, of the proposal (null without one), of the largest piece with its cavities filled. */
  readonly before: number
  readonly after: number | null
  readonly baseline: number
}
