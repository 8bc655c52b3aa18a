/**
 * Blind reading: a verdict is kept back from a reader until that reader has scored what it is about. A review of the
 * whole object opens all of it; reviews of every segment open the whole object.
 */
import type { Case } from '../domain/case.ts'
import type { Review } from '../domain/review.ts'

type Judged = Pick<Case, 'segments'>
type Scored = Pick<Review, 'segment'>

/** `scored`: what this reader has reviewed of this case. `segment` null: the whole object. */
export function isWithheld(segment: number | null, { segments }: Judged, scored: readonly Scored[]): boolean {
  const has = (target: number | null) => scored.some((review) => review.segment === target)
  if (has(null)) return false
  if (segment !== null) return !has(segment)
  return segments.length === 0 || segments.some(({ number }) => !has(number))
}

/** The case as a reader may see it who has scored so much of it. That something is proposed says that it was rejected. */
export function withhold(judged: Case, scored: readonly Scored[]): Case {
  if (judged.verdict === null) return judged
  const isObjectWithheld = isWithheld(null, judged, scored)
  const withheld = judged.segments.filter(({ number }) => isWithheld(number, judged, scored))
  if (!isObjectWithheld && withheld.length === 0) return judged
  return {
    ...judged,
    ...(isObjectWithheld && { verdict: null, score: null, reasons: [], reports: [], correction: null }),
    segments: judged.segments.filter((segment) => !withheld.includes(segment)),
    withheld: {
      object: isObjectWithheld,
      segments: withheld.map(({ number, label, code, laterality }) => ({ number, label, code, laterality })),
    },
  }
}
