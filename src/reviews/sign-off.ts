/** From what a reader sends to reviews: what it is about, agreement or override, ids that make sending twice one. */
import { createHash } from 'node:crypto'
import type { Case } from '../domain/case.ts'
import { proposedFor } from '../domain/correction.ts'
import {
  faultsOfReview,
  reviewKind,
  type NewReview,
  type Reader,
  type Review,
  type SignOff,
} from '../domain/review.ts'
import type { GivenReview } from '../ports.ts'
import { isWithheld } from './blind.ts'

export interface SignOffInput {
  /** It has a verdict. */
  readonly judged: Case
  readonly signOff: Pick<SignOff, 'reviews'>
  readonly reader: Reader
  /** Reviews of this case so far, oldest first. */
  readonly before: readonly Review[]
  /** What the reader, or whoever sits at the same screen, has scored; null: verdicts are not kept back. */
  readonly scored: readonly Review[] | null
  readonly at: Date
}

export interface SignOffFault {
  /** Which of the reviews that were sent. */
  readonly index: number
  readonly message: string
}

export interface SignedOff {
  /** What is new, as one sign-off; empty when all was said before. */
  readonly given: readonly GivenReview[]
  /** Those that say again what this reader said last. */
  readonly known: readonly Review[]
  readonly faults: readonly SignOffFault[]
}

/** Nothing is given where there are faults. */
export function signOffReviews(input: SignOffInput): SignedOff {
  const { reviews } = input.signOff
  const made = reviews.map((sent, index) => reviewOf(sent, index, input))
  const faults = made.flatMap((one) => one.faults)
  const fresh = made.flatMap(({ review }) => (review === null ? [] : [review]))
  const signOffId = digestOf('sign-off', fresh.map(({ id }) => id).toSorted())
  return {
    given: faults.length > 0 ? [] : fresh.map((review) => ({ ...review, signOffId })),
    known: made.flatMap(({ known }) => (known === null ? [] : [known])),
    faults,
  }
}

interface Made {
  readonly review: GivenReview | null
  readonly known: Review | null
  readonly faults: readonly SignOffFault[]
}

function reviewOf(sent: NewReview, index: number, input: SignOffInput): Made {
  const { judged, reader, before, scored, at } = input
  const machine = machineOf(judged, sent.segment)
  if (machine === null) return refused(index, [`The object has no segment ${sent.segment}.`])
  if (input.signOff.reviews.findIndex(({ segment }) => segment === sent.segment) !== index)
    return refused(index, ['The same segment is reviewed twice at once.'])
  const last = before.findLast((review) => review.reader.id === reader.id && review.segment === sent.segment)
  if (last !== undefined && saysTheSame(last, sent)) return { review: null, known: last, faults: [] }
  const kind = reviewKind(machine.verdict, sent.verdict)
  const blind = scored !== null && isWithheld(sent.segment, judged, scored)
  const faults = [...faultsOfReview(sent, { kind, blind }), ...faultsOfDecision(sent, judged, blind)]
  if (faults.length > 0) return refused(index, faults)
  const { elapsedMs, ...said } = sent
  const review = { caseId: judged.id, reader, kind, ...said, blind, machine }
  return {
    review: {
      id: digestOf('review', [review.caseId, reader.id, said, last?.id ?? null]),
      signOffId: '',
      ...review,
      elapsedMs,
      reviewedAt: at.toISOString(),
    },
    known: null,
    faults: [],
  }
}

function refused(index: number, messages: readonly string[]): Made {
  return { review: null, known: null, faults: messages.map((message) => ({ index, message })) }
}

/** A proposal betrays the verdict: nobody decides on one before the score. */
function faultsOfDecision({ segment, correction }: NewReview, judged: Case, blind: boolean): string[] {
  if (correction === null) return []
  if (blind) return ['A proposal is shown, and decided on, once the segmentation is scored.']
  return proposedFor(judged.correction, segment) === null ? ['There is no proposal for this.'] : []
}

function machineOf({ verdict, score, segments }: Case, segment: number | null): Review['machine'] | null {
  if (segment === null) return verdict === null ? null : { verdict, score }
  const found = segments.find(({ number }) => number === segment)
  return found === undefined ? null : { verdict: found.verdict, score: found.score }
}

/** How long it took does not make it another opinion: a request that is sent again after a lost answer is the same. */
function saysTheSame(last: Review, sent: NewReview): boolean {
  return (['verdict', 'category', 'reason', 'correction', 'comment'] as const).every(
    (key) => last[key] === sent[key],
  )
}

function digestOf(what: string, parts: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([what, parts]))
    .digest('hex')
    .slice(0, 32)
}
