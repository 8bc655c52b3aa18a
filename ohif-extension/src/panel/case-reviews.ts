/** The reviews of the case that a part of the panel is about, read once for all of its parts. */
import { createContext, useContext } from 'react'
import type { CaseReviews } from '../../../src/domain/review.ts'
import type { LoadedReviews } from './use-reviews.ts'

interface KnownReviews {
  readonly loaded: LoadedReviews
  /** What the service answered last. */
  readonly set: (reviews: CaseReviews) => void
}

export const CaseReviewsContext = createContext<KnownReviews | null>(null)

export function useCaseReviews(): KnownReviews {
  const known = useContext(CaseReviewsContext)
  if (known === null) throw new Error('this part of the panel stands outside of a case')
  return known
}
