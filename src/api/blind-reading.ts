/**
 * Blind reading (config `reviews.blind`): what the API tells a reader of a verdict that this reader has not scored yet.
 * It holds for everyone but the token names of `reviews.unblinded`. Without authentication all of this machine is one
 * reader: who sits before it is not known. What it cannot keep back: the report in the PACS.
 */
import type { Response } from 'express'
import type { Case } from '../domain/case.ts'
import type { Review } from '../domain/review.ts'
import { PlumblineError } from '../errors.ts'
import type { CasePage, ReviewStore } from '../ports.ts'
import { isWithheld, withhold } from '../reviews/blind.ts'
import { contextOf, type Principal } from './context.ts'

export interface BlindReadingOptions {
  readonly blind: boolean
  /** Names of tokens whose holders see every verdict: dashboards, reports. */
  readonly unblinded: readonly string[]
}

export interface BlindReading {
  /** Does it hold for who asks? */
  holdsFor(response: Response): boolean
  /** Of the reviews of a case, those that who asks has given; null where it does not hold. */
  scoredOf(response: Response, reviews: readonly Review[]): Review[] | null
  reviewsShown(response: Response, judged: Case, reviews: readonly Review[]): Review[]
  /** The case as who asks may see it. */
  shown(response: Response, judged: Case): Promise<Case>
  pageShown(response: Response, page: CasePage): Promise<CasePage>
  /** Throws PlumblineError('forbidden') where it holds: this answer would tell verdicts. */
  requireOpen(response: Response): void
}

export function createBlindReading(
  reviewStore: Pick<ReviewStore, 'ofCase'>,
  { blind, unblinded }: BlindReadingOptions,
): BlindReading {
  function holdsFor(response: Response): boolean {
    const { principal } = contextOf(response)
    return blind && !(principal?.kind === 'token' && unblinded.includes(principal.name))
  }

  function scoredOf(response: Response, reviews: readonly Review[]): Review[] | null {
    if (!holdsFor(response)) return null
    const { principal } = contextOf(response)
    return reviews.filter(({ reader }) => isOf(principal, reader.id))
  }

  async function shown(response: Response, judged: Case): Promise<Case> {
    const scored = scoredOf(response, holdsFor(response) ? await reviewStore.ofCase(judged.id) : [])
    return scored === null ? judged : withhold(judged, scored)
  }

  return {
    holdsFor,
    scoredOf,
    shown,
    reviewsShown(response, judged, reviews) {
      const scored = scoredOf(response, reviews)
      return reviews.filter(({ segment }) => scored === null || !isWithheld(segment, judged, scored))
    },
    pageShown: async (response, { cases, nextCursor }) => ({
      cases: await Promise.all(cases.map((judged) => shown(response, judged))),
      nextCursor,
    }),
    requireOpen(response) {
      if (!holdsFor(response)) return
      throw new PlumblineError('forbidden', 'Verdicts are kept back until they are scored (blind reading).', {
        nextStep: 'Open the case and score it first; the operator can name tokens that see everything.',
      })
    },
  }
}

function isOf(principal: Principal | null, readerId: string): boolean {
  if (principal === null) return false
  const { kind, name } = principal
  return kind === 'local' ? readerId.startsWith('local:') : readerId === `${kind}:${name}`
}
