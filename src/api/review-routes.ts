import type { Response } from 'express'
import { CaseReviews, SignOff, type Reader } from '../domain/review.ts'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { CaseStore, Clock, ReviewStore } from '../ports.ts'
import { signOffReviews } from '../reviews/sign-off.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import { contextOf } from './context.ts'
import { InvalidRequest } from './problem.ts'
import { NOTHING, route, type Route } from './route.ts'
import { CaseParams } from './schemas.ts'

const JSON_TYPE = 'application/json'

export interface ReviewDependencies {
  readonly caseStore: Pick<CaseStore, 'get'>
  readonly reviewStore: ReviewStore
  readonly blindReading: BlindReading
  /** Sees to it that the report of a new sign-off is written. */
  readonly onSignOff: (caseId: string) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
  readonly accessed: RecordAccess
}

/** What readers say of verdicts. */
export function reviewRoutes(deps: ReviewDependencies): Route[] {
  const { caseStore, reviewStore, blindReading, onSignOff, clock, log, accessed } = deps
  return [
    route({
      method: 'get',
      path: '/api/v1/cases/{id}/reviews',
      operationId: 'listReviews',
      summary: 'What readers said of a verdict, oldest first, with the reports they signed',
      tag: 'cases',
      params: CaseParams,
      query: NOTHING,
      responses: { 200: { description: 'The reviews.', contentType: JSON_TYPE, schema: CaseReviews } },
      problems: ['not-found'],
      open: false,
      async handle({ params }, response) {
        await existing(params.id)
        await accessed(response, [params.id])
        response.json(await reviewsShown(params.id, response))
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/cases/{id}/reviews',
      operationId: 'signOff',
      summary:
        'Agree with or override verdicts, for the whole object and its segments: one signature, one signed report. ' +
        'Saying the same again is a no-op; a change of mind is another review, nothing is overwritten',
      tag: 'cases',
      params: CaseParams,
      query: NOTHING,
      body: SignOff,
      responses: {
        200: { description: 'All of it was known already.', contentType: JSON_TYPE, schema: CaseReviews },
        201: {
          description: 'Kept. The signed report follows, as an event `sign` tells.',
          contentType: JSON_TYPE,
          schema: CaseReviews,
        },
      },
      problems: ['not-found', 'conflict'],
      open: false,
      async handle({ params, body }, response) {
        const judged = await reviewable(params.id)
        await accessed(response, [judged.id])
        const before = await reviewStore.ofCase(judged.id)
        const { given, faults } = signOffReviews({
          judged,
          signOff: body,
          reader: readerOf(response, body.readerName),
          before,
          scored: blindReading.scoredOf(response, before),
          at: clock.now(),
        })
        if (faults.length > 0) throw invalid(faults)
        if (given.length > 0) {
          await reviewStore.add(given)
          // The reviews are kept: a report that cannot be queued now is found by the sweep.
          await onSignOff(judged.id).catch((err: unknown) =>
            log.warn('a signed report could not be queued and is queued later', { caseId: judged.id, err }),
          )
        }
        response.status(given.length > 0 ? 201 : 200).json(await reviewsShown(judged.id, response))
      },
    }),
  ]

  async function existing(id: string): Promise<Case> {
    const found = await caseStore.get(id)
    if (found === null) throw new PlumblineError('not-found', 'There is no case with this id.')
    return found
  }

  async function reviewable(id: string): Promise<Case> {
    const found = await existing(id)
    if (found.state === 'done' && found.verdict !== null) return found
    const [why, nextStep] =
      found.state === 'failed'
        ? ['its report could not be stored', 'Have the study checked again, then review it.']
        : ['it is still being judged', 'Wait for its verdict.']
    throw new PlumblineError('conflict', `This case cannot be reviewed: ${why}.`, { nextStep })
  }

  async function reviewsShown(caseId: string, response: Response): Promise<CaseReviews> {
    const [judged, all] = await Promise.all([existing(caseId), reviewStore.ofCase(caseId)])
    return {
      reviews: blindReading.reviewsShown(response, judged, all),
      reader: knownReader(response),
      blind: blindReading.holdsFor(response),
    }
  }
}

/** Null without authentication. */
function knownReader(response: Response): Reader | null {
  const { principal } = contextOf(response)
  if (principal === null || principal.kind === 'local') return null
  const { kind, name, displayName = name } = principal
  return { id: `${kind}:${name}`, name: displayName }
}

function readerOf(response: Response, named: string | undefined): Reader {
  const known = knownReader(response)
  const fault = (message: string) => new InvalidRequest([{ in: 'body', field: 'readerName', message }])
  if (known !== null) {
    if (named !== undefined) throw fault('Who signs is known from the bearer token: leave this out.')
    return known
  }
  if (named === undefined)
    throw fault('Without authentication a reader signs with a name of their own: give it.')
  return { id: `local:${named.toLowerCase()}`, name: named }
}

function invalid(faults: readonly { index: number; message: string }[]): InvalidRequest {
  return new InvalidRequest(
    faults.map(({ index, message }) => ({ in: 'body', field: `reviews.${index}`, message })),
  )
}
