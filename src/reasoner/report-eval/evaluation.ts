/** What an evaluation of a candidate report against a reference lists, whoever made the list: rules or a language model. */
import type { Significance } from './terms.ts'

/** GREEN's six error types. */
export const CATEGORIES = [
  'false_finding',
  'missing_finding',
  'location',
  'severity',
  'false_comparison',
  'missing_comparison',
] as const
export type Category = (typeof CATEGORIES)[number]

export interface ReportFinding {
  /** R1, R2 ... of the reference, P1, P2 ... of the candidate. */
  readonly id: string
  readonly significance: Significance
}

export interface ReportError {
  readonly category: Category
  readonly isSignificant: boolean
  /** The findings it is about; null where there is none on that side. */
  readonly reference: string | null
  readonly candidate: string | null
}

export interface Evaluation {
  readonly reference: readonly ReportFinding[]
  readonly candidate: readonly ReportFinding[]
  readonly matches: readonly { readonly reference: string; readonly candidate: string }[]
  readonly errors: readonly ReportError[]
}
