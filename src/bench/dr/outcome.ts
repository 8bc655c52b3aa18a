/** One edit of one segment: what was done, what it did, what was said. */
import type { Consequence, Label } from '../perturb/consequence.ts'
import type { Answer } from './judge.ts'

export interface Outcome
  extends Answer, Pick<Consequence, 'dice' | 'surfaceDice' | 'volumeChange' | 'reasons'> {
  readonly set: string
  readonly patient: string
  readonly structure: string
  readonly cm3: number
  readonly family: string
  readonly edit: string
  /** From 1. */
  readonly level: number
  readonly amount: number
  readonly label: Label
  /** What the judge measured, for `bench quality`. */
  readonly features: readonly number[]
}

/** A segment as it was drawn. */
export interface Base {
  readonly set: string
  readonly patient: string
  readonly structure: string
  /** Only what is accepted as drawn takes part: of the rest nothing can be said. */
  readonly isAccepted: boolean
  /** Judged again it got another verdict or score. */
  readonly flipped: boolean
}

export interface Run {
  readonly bases: readonly Base[]
  readonly outcomes: readonly Outcome[]
}
