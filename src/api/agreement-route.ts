import { z } from 'zod'
import type { Review } from '../domain/review.ts'
import { PlumblineError } from '../errors.ts'
import type { ReviewFilter, ReviewStore } from '../ports.ts'
import { agreementOf } from '../reviews/agreement.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import { InvalidRequest } from './problem.ts'
import { NOTHING, route, type Route } from './route.ts'

const PAGE_SIZE = 5_000
/** More in one period are not read. */
const REVIEWS_MAX = 200_000

const Kappa = z
  .object({
    kappa: z.number(),
    /** 95 % interval; null with too few pairs. */
    low: z.number().nullable(),
    high: z.number().nullable(),
    pairs: z.number().int(),
    /** Share of pairs that agree exactly. */
    agreed: z.number(),
  })
  .meta({ id: 'Kappa' })
/** Null: not defined, for want of pairs or because all say the same. */
const Agreement = z
  .object({
    /** Usable or not, unweighted. */
    usable: Kappa.nullable(),
    /** The score of 1 to 5, quadratic weights. */
    score: Kappa.nullable(),
  })
  .meta({ id: 'Agreement' })
export const ReviewAgreement = z
  .object({
    reviews: z.number().int(),
    /** Between two readers of the same thing. */
    readers: Agreement,
    /** Between a reader and the machine. */
    machine: Agreement,
  })
  .meta({ id: 'ReviewAgreement' })

const Period = z.strictObject({
  from: z.iso.date().describe('First day, UTC.'),
  to: z.iso.date().describe('Last day, UTC; included.'),
})

const DAY_MS = 86_400_000

/** How far readers agree, with each other and with the machine. */
export function agreementRoute({
  reviewStore,
  blindReading,
  accessed,
}: {
  reviewStore: Pick<ReviewStore, 'given'>
  blindReading: Pick<BlindReading, 'requireOpen'>
  accessed: RecordAccess
}): Route {
  return route({
    method: 'get',
    path: '/api/v1/reviews/agreement',
    operationId: 'reviewAgreement',
    summary: "Cohen's kappa of the reviews given in a period: between readers, and with the machine",
    tag: 'cases',
    params: NOTHING,
    query: Period,
    responses: {
      200: { description: 'The agreement.', contentType: 'application/json', schema: ReviewAgreement },
    },
    problems: ['limit-exceeded'],
    open: false,
    async handle({ query }, response) {
      blindReading.requireOpen(response)
      const [from, to] = [new Date(query.from), new Date(Date.parse(query.to) + DAY_MS)]
      if (from >= to)
        throw new InvalidRequest([{ in: 'query', field: 'to', message: 'must not be before "from"' }])
      const reviews = await allGiven(reviewStore, { from, to, limit: PAGE_SIZE })
      // Of all of them together: it names no case.
      await accessed(response, [])
      response.json({ reviews: reviews.length, ...agreementOf(reviews) })
    },
  })
}

async function allGiven(reviewStore: Pick<ReviewStore, 'given'>, filter: ReviewFilter): Promise<Review[]> {
  const all: Review[] = []
  for (let after: number | null = 0; after !== null;) {
    const page = await reviewStore.given({ ...filter, after })
    all.push(...page.reviews)
    if (all.length > REVIEWS_MAX) throw tooMany()
    after = page.next
  }
  return all
}

function tooMany(): PlumblineError {
  return new PlumblineError('limit-exceeded', `More than ${REVIEWS_MAX} reviews were given in this period.`, {
    nextStep: 'Ask for a shorter period.',
  })
}
