/** Who agrees with whom: pairs of ratings of the same thing, for kappa.ts. */
import type { Review } from '../domain/review.ts'
import { cohensKappa, type Kappa } from './kappa.ts'

type RatingPair = readonly [number, number]

/** Kappa of being usable or not (unweighted) and of the score (quadratic weights); null where it is not defined. */
export interface Agreement {
  readonly usable: Kappa | null
  readonly score: Kappa | null
}

/** `reviews`: oldest first. Each two readers of the same thing are a pair; each reader and the machine are one. */
export function agreementOf(reviews: readonly Review[]): { readers: Agreement; machine: Agreement } {
  const category = (review: Review) => review.category
  const score = (machine: Review['machine']) => machine.score
  return {
    readers: {
      usable: cohensKappa(readerPairs(reviews, usable), { weights: 'none' }),
      score: cohensKappa(readerPairs(reviews, category), { weights: 'quadratic' }),
    },
    machine: {
      usable: cohensKappa(machinePairs(reviews, { reader: usable, machine: usable }), { weights: 'none' }),
      score: cohensKappa(machinePairs(reviews, { reader: category, machine: score }), {
        weights: 'quadratic',
      }),
    },
  }
}

/** Usable as it is, or held back: what both a reader and the machine always say. */
const usable = ({ verdict }: { readonly verdict: string }): number => Number(verdict === 'accept')

/** Of each reader on each thing the newest opinion; `reviews` oldest first. */
function newestOpinions(reviews: readonly Review[]): Review[] {
  const newest = new Map<string, Review>()
  for (const review of reviews) newest.set(`${keyOf(review)} ${review.reader.id}`, review)
  return [...newest.values()]
}

/** Every two readers of the same thing, by reader id so that the order is always the same. `rate` null: not rated so. */
function readerPairs(reviews: readonly Review[], rate: (review: Review) => number | null): RatingPair[] {
  const byThing = new Map<string, { reader: string; rating: number }[]>()
  for (const review of newestOpinions(reviews)) {
    const rating = rate(review)
    if (rating === null) continue
    const key = keyOf(review)
    byThing.set(key, [...(byThing.get(key) ?? []), { reader: review.reader.id, rating }])
  }
  return [...byThing.values()].flatMap((ratings) => {
    const ordered = ratings.toSorted((a, b) => (a.reader < b.reader ? -1 : 1))
    return ordered.flatMap((one, n) =>
      ordered.slice(n + 1).map((other): RatingPair => [one.rating, other.rating]),
    )
  })
}

/** Each reader against the machine. `rate` null on either side: not rated so. */
function machinePairs(
  reviews: readonly Review[],
  rate: { reader: (review: Review) => number | null; machine: (machine: Review['machine']) => number | null },
): RatingPair[] {
  return newestOpinions(reviews).flatMap((review) => {
    const [reader, machine] = [rate.reader(review), rate.machine(review.machine)]
    return reader === null || machine === null ? [] : [[reader, machine] as const]
  })
}

function keyOf({ caseId, segment }: Review): string {
  return `${caseId} ${segment ?? 'whole'}`
}
