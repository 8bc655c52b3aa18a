/** Who agrees with whom: pairs of ratings of the same thing, for kappa.ts. */
import type { Review } from '../domain/review.ts'

export type RatingPair = readonly [number, number]

/** Usable as it is, or held back: what both a reader and the machine always say. */
export const usable = ({ verdict }: { readonly verdict: string }): number => Number(verdict === 'accept')

/** Of each reader on each thing the newest opinion; `reviews` oldest first. */
export function newestOpinions(reviews: readonly Review[]): Review[] {
  const newest = new Map<string, Review>()
  for (const review of reviews) newest.set(`${keyOf(review)} ${review.reader.id}`, review)
  return [...newest.values()]
}

/** Every two readers of the same thing, by reader id so that the order is always the same. `rate` null: not rated so. */
export function readerPairs(
  reviews: readonly Review[],
  rate: (review: Review) => number | null,
): RatingPair[] {
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
export function machinePairs(
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
