/** What `bench quality` writes down. */
import type { Measures } from './measures.ts'
import type { Truth } from './predictors.ts'

export interface Scored {
  readonly predictor: string
  readonly masks: number
  readonly patients: number
  readonly measures: Measures
  /** Of the evidence over this one, on the masks that both predict; null for the evidence itself. */
  readonly gain: Measures | null
}

export interface QualityPart {
  /** `phantoms` or `real collections`. */
  readonly name: string
  readonly truth: Truth
  readonly families: 'boundary edits' | 'unseen families'
  readonly scored: readonly Scored[]
}

export interface QualityResult {
  readonly command: string
  readonly date: string
  readonly seed: number
  readonly fitRows: number
  readonly fitPatients: number
  readonly features: readonly string[]
  /** sha256 of all outcome files, in their order. */
  readonly dataDigest: string
  readonly parts: readonly QualityPart[]
}
