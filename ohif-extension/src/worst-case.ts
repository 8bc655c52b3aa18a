import type { Case, VerdictKind } from '../../src/domain/case.ts'

/** What a reader should see first. Not decided yet comes last: there is nothing to see of it. */
const URGENCY: readonly (VerdictKind | null)[] = ['reject', 'review', 'not-assessable', 'accept', null]

const NO_SCORE = 6

/** Of equals the lower score, then the first. */
export function worstCase(cases: readonly Case[]): Case | undefined {
  return cases.toSorted(
    (a, b) =>
      URGENCY.indexOf(a.verdict) - URGENCY.indexOf(b.verdict) ||
      (a.score ?? NO_SCORE) - (b.score ?? NO_SCORE),
  )[0]
}
