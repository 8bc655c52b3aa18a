import { z } from 'zod'
import { ReportRef, VerdictKind } from './case.ts'
import { Score } from './opinion.ts'

/** What a reader can say of a segmentation: usable as it is, or not. */
export const ReviewVerdict = z.enum(['accept', 'reject']).meta({ id: 'ReviewVerdict' })
export type ReviewVerdict = z.infer<typeof ReviewVerdict>

export const ReviewKind = z.enum(['agree', 'override']).meta({ id: 'ReviewKind' })
export type ReviewKind = z.infer<typeof ReviewKind>

/** What a reader did with a proposal: took it in the place of the original, or kept the original. */
export const CorrectionDecision = z.enum(['taken', 'kept']).meta({ id: 'CorrectionDecision' })
export type CorrectionDecision = z.infer<typeof CorrectionDecision>

export const ReviewReason = z
  .enum([
    'target-missed',
    'too-much',
    'too-little',
    'not-the-target',
    'adjacent-disease',
    'end-slices',
    'wrong-side-or-patient',
    'fault-not-there',
    'fault-harmless',
    'unusual-anatomy',
    'images-at-fault',
    'other',
  ])
  .meta({ id: 'ReviewReason' })
export type ReviewReason = z.infer<typeof ReviewReason>

/**
 * Why a reader says so. `verdict`: which one it gives a reason for; null: either. Those for `reject` are what
 * radiologists wrote most beside their ratings of AI segmentations (BAMF ratings, Zenodo 8345959, 10009368).
 */
export const REVIEW_REASONS: Readonly<
  Record<ReviewReason, { verdict: ReviewVerdict | null; words: string }>
> = {
  'target-missed': { verdict: 'reject', words: 'The target, or a part of it, is missed' },
  'too-much': { verdict: 'reject', words: 'It spills into its surroundings' },
  'too-little': { verdict: 'reject', words: 'It is drawn too small' },
  'not-the-target': { verdict: 'reject', words: 'What is drawn is something else' },
  'adjacent-disease': { verdict: 'reject', words: 'Disease next to it is taken in or mistaken for it' },
  'end-slices': { verdict: 'reject', words: 'The first or last slices are wrong' },
  'wrong-side-or-patient': { verdict: 'reject', words: 'Wrong side, level or patient' },
  'fault-not-there': { verdict: 'accept', words: 'What was found is not there' },
  'fault-harmless': { verdict: 'accept', words: 'What was found does not matter for this use' },
  'unusual-anatomy': { verdict: 'accept', words: 'Unusual anatomy, disease or surgery, drawn right' },
  'images-at-fault': { verdict: null, words: 'The images are the problem' },
  other: { verdict: null, words: 'Something else, as the comment says' },
}

/** Characters of a comment, and of a reader's name. */
export const COMMENT_LENGTH_MAX = 1000
export const READER_NAME_LENGTH_MAX = 64
/** Longer than a day was not spent on one segment. */
const ELAPSED_MS_MAX = 86_400_000

const REVIEWS_PER_SIGN_OFF_MAX = 1001

/** HCR: 4 and 5 may be used, 1 to 3 may not (arXiv 2506.01841); the same bound that machine scores meet. */
const ACCEPT_SCORE_MIN = 4

const ReaderName = z
  .string()
  .trim()
  .min(1)
  .max(READER_NAME_LENGTH_MAX)
  .regex(/^[^\p{Cc}\\^=]+$/u, 'must be a name on one line, without the signs \\ ^ =')

/** Who reviewed: as authentication says, or as they named themselves where none is configured. */
export const Reader = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Reader' })
export type Reader = z.infer<typeof Reader>

/** What a named person decided about a verdict. Kept as it was given: a change of mind is another review. */
export const Review = z
  .object({
    id: z.string(),
    /** Reviews that one reader gave at once: one signature, one report. */
    signOffId: z.string(),
    caseId: z.string(),
    /** Null: the whole object. */
    segment: z.number().int().nullable(),
    reader: Reader,
    /** Follows from both verdicts: `reviewKind`. */
    kind: ReviewKind,
    verdict: ReviewVerdict,
    category: Score.nullable(),
    /** Null where none was asked for: agreement, or an opinion given blind. */
    reason: ReviewReason.nullable(),
    /** Null where nothing was said of a proposal, and in reviews of before there were any. */
    correction: CorrectionDecision.nullable().default(null),
    comment: z.string(),
    /** The reader had not been shown the machine's verdict by this service. */
    blind: z.boolean(),
    /** From the sight of the segmentation to the answer, as the reader's screen measured it. */
    elapsedMs: z.number().int().nullable(),
    /** What it is about, as it stood then. */
    machine: z.object({ verdict: VerdictKind, score: Score.nullable() }),
    reviewedAt: z.iso.datetime(),
    /** The signed report; null until the PACS was seen to hold it. */
    report: ReportRef.nullable(),
    /** Why there will be no signed report; absent else. `report-gone`: the verdict report that it would sign is not in the PACS. */
    unsigned: z.enum(['report-gone']).optional(),
  })
  .meta({ id: 'Review' })
export type Review = z.infer<typeof Review>

/** One opinion of a reader, as it is sent. */
export const NewReview = z
  .strictObject({
    segment: z.number().int().nullable(),
    verdict: ReviewVerdict,
    category: Score.nullable().default(null),
    reason: ReviewReason.nullable().default(null),
    correction: CorrectionDecision.nullable().default(null),
    comment: z.string().trim().max(COMMENT_LENGTH_MAX).default(''),
    elapsedMs: z.number().int().min(0).max(ELAPSED_MS_MAX).nullable().default(null),
  })
  .meta({ id: 'NewReview' })
export type NewReview = z.infer<typeof NewReview>

/** What a reader signs at once: one opinion each on the whole object or its segments. */
export const SignOff = z
  .strictObject({
    /** Who it is, where no authentication says so. */
    readerName: ReaderName.optional(),
    reviews: z.array(NewReview).min(1).max(REVIEWS_PER_SIGN_OFF_MAX),
  })
  .meta({ id: 'SignOff' })
export type SignOff = z.infer<typeof SignOff>

/** The reviews of a case, as one reader may see them. */
export const CaseReviews = z
  .object({
    /** Oldest first. Blind reading: without those on what this reader has not scored yet. */
    reviews: z.array(Review),
    /** Who signs, as authentication says; null: readers name themselves. */
    reader: Reader.nullable(),
    /** Verdicts are kept back until they are scored. */
    blind: z.boolean(),
  })
  .meta({ id: 'CaseReviews' })
export type CaseReviews = z.infer<typeof CaseReviews>

/** A machine's `review` and `not-assessable` hold a segmentation back as `reject` does: agreement is about letting it pass. */
export function reviewKind(machine: VerdictKind, reader: ReviewVerdict): ReviewKind {
  return (machine === 'accept') === (reader === 'accept') ? 'agree' : 'override'
}

export function verdictOfScore(score: Score): ReviewVerdict {
  return score >= ACCEPT_SCORE_MIN ? 'accept' : 'reject'
}

export function reasonsFor(verdict: ReviewVerdict): ReviewReason[] {
  return ReviewReason.options.filter((reason) => {
    const { verdict: only } = REVIEW_REASONS[reason]
    return only === null || only === verdict
  })
}

/** What is wrong with a review beyond the form of its fields, as whole sentences; empty: nothing. */
export function faultsOfReview(
  {
    verdict,
    category,
    reason,
    correction,
    comment,
  }: Pick<NewReview, 'verdict' | 'category' | 'reason' | 'correction' | 'comment'>,
  { kind, blind }: Pick<Review, 'kind' | 'blind'>,
): string[] {
  const faults = []
  if (category !== null && verdictOfScore(category) !== verdict)
    faults.push(
      `Category ${category} and the verdict "${verdict}" contradict each other: 4 and 5 are usable, 1 to 3 are not.`,
    )
  if (reason === null && kind === 'override' && !blind)
    faults.push('An override says why: choose a reason from the list.')
  if (reason !== null && !reasonsFor(verdict).includes(reason))
    faults.push(`"${REVIEW_REASONS[reason].words}" is no reason for the verdict "${verdict}".`)
  if (correction === 'taken' && verdict === 'accept')
    faults.push(
      'A proposal is taken where the original is not usable as it is: reject the original, or keep it.',
    )
  if (reason === 'other' && comment === '')
    faults.push('The reason "other" needs a comment that says what it is.')
  return faults
}
