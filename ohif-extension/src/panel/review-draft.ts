/** What a reader is about to say, before it is signed. */
import type { Case, VerdictKind } from '../../../src/domain/case.ts'
import type { Score } from '../../../src/domain/opinion.ts'
import {
  faultsOfReview,
  reviewKind,
  type CorrectionDecision,
  type NewReview,
  type Review,
  type ReviewReason,
  type ReviewVerdict,
} from '../../../src/domain/review.ts'

/** What can be reviewed: the whole object, or one of its segments. */
export interface Target {
  /** Null: the whole object. */
  readonly segment: number | null
  readonly name: string
  /** Null: kept back until it is scored (blind reading). */
  readonly machine: VerdictKind | null
}

export interface Draft {
  readonly verdict: ReviewVerdict | null
  readonly category: Score | null
  readonly reason: ReviewReason | null
  /** What becomes of a proposal; null: nothing was said of one. */
  readonly correction: CorrectionDecision | null
  readonly comment: string
  /** When the verdict was chosen, after the object was shown. */
  readonly elapsedMs: number | null
}

export const EMPTY_DRAFT: Draft = {
  verdict: null,
  category: null,
  reason: null,
  correction: null,
  comment: '',
  elapsedMs: null,
}

/** The whole object first, then its segments, what is kept back among them, by number. */
export function targetsOf({ verdict, segments, withheld }: Case): Target[] {
  const open = segments.map((segment) => ({ ...segment, machine: segment.verdict }))
  const closed = (withheld?.segments ?? []).map((segment) => ({ ...segment, machine: null }))
  return [
    { segment: null, name: 'The whole object', machine: verdict },
    ...[...open, ...closed]
      .toSorted((a, b) => a.number - b.number)
      .map(({ number, label, machine }) => ({
        segment: number,
        name: label || `Segment ${number}`,
        machine,
      })),
  ]
}

/** Null while nothing was chosen. */
export function reviewOf(target: Target, { verdict, ...rest }: Draft): NewReview | null {
  return verdict === null ? null : { segment: target.segment, verdict, ...rest }
}

/** What keeps this from being signed, as sentences. Blind, a score is what is asked for. */
export function faultsOf(target: Target, review: NewReview): string[] {
  const isBlind = target.machine === null
  const kind = isBlind ? 'agree' : reviewKind(target.machine, review.verdict)
  const faults = faultsOfReview(review, { kind, blind: isBlind })
  return isBlind && review.category === null ? ['Give a score from 1 to 5.', ...faults] : faults
}

export function isOverride({ machine }: Target, { verdict }: Draft): boolean {
  return machine !== null && verdict !== null && reviewKind(machine, verdict) === 'override'
}

/** The two answers, and how they are put. */
export function choicesOf({ machine }: Target): readonly { verdict: ReviewVerdict; words: string }[] {
  const words = { accept: 'usable as it is', reject: 'not usable as it is' }
  const verdicts: readonly ReviewVerdict[] =
    machine === 'accept' || machine === null ? ['accept', 'reject'] : ['reject', 'accept']
  return verdicts.map((verdict, index) => ({
    verdict,
    words: machine === null ? words[verdict] : `${index === 0 ? 'Agree' : 'Override'}: ${words[verdict]}`,
  }))
}

/** The newest opinion of each reader on each target, in the order that they came. */
export function standing(reviews: readonly Review[]): Review[] {
  const isNewer = (later: Review, review: Review): boolean =>
    later.reader.id === review.reader.id && later.segment === review.segment
  return reviews.filter((review, index) => !reviews.slice(index + 1).some((later) => isNewer(later, review)))
}
