/** What people said of verdicts, counted. */
import type { ReviewReason } from '../domain/review.ts'
import type { ReviewReport } from '../domain/report-model.ts'
import { rateOf } from './rate.ts'
import type { ReportRows, ReviewCount } from './rows.ts'

const SCORES = [5, 4, 3, 2, 1] as const

/** Null where nobody said anything. A machine's `review` and `not-assessable` hold a segment back as its `reject` does. */
export function reviewReport({ reviews, readerPairs, reviewMedianS }: ReportRows): ReviewReport | null {
  if (reviews.length === 0) return null
  const readers = [...new Set(reviews.map(({ reader }) => reader))].toSorted()
  const passed = reviews.filter(({ machine }) => machine === 'accept')
  const heldBack = reviews.filter(({ machine }) => machine !== 'accept')
  const reasons = new Map<ReviewReason, number>()
  for (const { reason, count } of reviews)
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  return {
    reviews: total(reviews),
    readers: readers.map((name) => {
      const own = reviews.filter(({ reader }) => reader === name)
      return {
        name,
        reviews: total(own),
        accepted: share(own, accepts),
        overridden: share(own, (review) => !agrees(review)),
      }
    }),
    agreed: share(reviews, agrees),
    acceptOverridden: share(passed, (review) => !accepts(review)),
    heldBackOverridden: share(heldBack, accepts),
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    readersAgreed: rateOf(readerPairs.same, readerPairs.of),
    calibration: SCORES.map((score) => ({
      score,
      accepted: share(
        reviews.filter((review) => review.score === score),
        accepts,
      ),
    })).filter(({ accepted }) => accepted.of > 0),
    medianSeconds: reviewMedianS,
  }
}

const accepts = ({ verdict }: ReviewCount) => verdict === 'accept'
const agrees = (review: ReviewCount) => (review.machine === 'accept') === accepts(review)

function total(reviews: readonly ReviewCount[]): number {
  return reviews.reduce((sum, { count }) => sum + count, 0)
}

function share(reviews: readonly ReviewCount[], holds: (review: ReviewCount) => boolean) {
  return rateOf(total(reviews.filter(holds)), total(reviews))
}
