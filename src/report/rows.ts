/** What the database counts for a report (queries.ts), before anything is concluded from it. */
import type { VerdictKind } from '../domain/case.ts'
import type { FailureMode, Severity } from '../domain/evidence.ts'
import type { Score } from '../domain/opinion.ts'
import type { ReviewReason } from '../domain/review.ts'
import type { Example, Grouping } from '../domain/report-model.ts'

/** `now`: in the period of the report; else in the one before. */
interface Dated {
  readonly now: boolean
}

export interface VerdictRow extends Dated {
  readonly verdict: VerdictKind
  readonly count: number
}

export interface GroupCount extends VerdictRow {
  readonly by: Grouping
  /** Null: the cases do not say. */
  readonly name: string | null
}

export interface FailureCount extends Dated {
  readonly mode: FailureMode
  readonly severity: Severity
  readonly segments: number
}

/** One day of one producer and structure, in order of arrival. */
export interface StreamDay {
  readonly producer: string
  readonly structure: string
  readonly day: string
  /** One sign per segment that could be assessed: 1 not accepted, 0 accepted. */
  readonly failures: string
  /** One sign per segment with a score. */
  readonly scores: string
}

/** Values of one tenth of the distribution before, numbered from 0. */
export interface BinCount {
  readonly producer: string
  readonly structure: string
  readonly evidence: string
  /** First day of the week, for values in the period; null for those before it. */
  readonly week: string | null
  readonly bin: number
  readonly count: number
}

export interface ReviewCount {
  readonly reader: string
  readonly machine: VerdictKind
  readonly score: Score | null
  readonly verdict: 'accept' | 'reject'
  readonly reason: ReviewReason | null
  readonly count: number
}

export interface ModelCount {
  readonly model: string
  readonly outcome: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number
  readonly unpriced: number
  readonly durationMs: number
  readonly durationMsMax: number
}

export interface ReportRows {
  readonly arrived: { readonly arrived: number; readonly open: number; readonly failed: number }
  readonly cases: readonly VerdictRow[]
  readonly segments: readonly VerdictRow[]
  readonly days: readonly { readonly day: string; readonly verdict: VerdictKind; readonly count: number }[]
  readonly groups: readonly GroupCount[]
  readonly failures: readonly FailureCount[]
  readonly failureExamples: readonly (Example & { readonly mode: FailureMode })[]
  readonly notAssessable: readonly { readonly reason: string; readonly count: number }[]
  readonly notAssessableExamples: readonly (Example & { readonly reason: string })[]
  readonly times: readonly (Dated & {
    readonly medianS: number
    readonly p90S: number
    readonly of: number
  })[]
  /** Segments that a better mask was proposed of. */
  readonly proposals: number
  /** What became of them: what a reader said last; taken by any reader is taken. */
  readonly decisions: { readonly taken: number; readonly kept: number }
  readonly streams: readonly StreamDay[]
  readonly bins: readonly BinCount[]
  readonly reviews: readonly ReviewCount[]
  readonly readerPairs: { readonly same: number; readonly of: number }
  readonly reviewMedianS: number | null
  readonly models: readonly ModelCount[]
}
