/** What the API takes and gives besides the words of the domain. */
import { z } from 'zod'
import { CaseEventName, CaseState } from '../domain/case-state.ts'
import { Case, VerdictKind } from '../domain/case.ts'
import { StudySummary } from '../domain/study-summary.ts'
import { Figure } from '../domain/figure.ts'
import type { CaseEvent as CaseEventPort, CasePage as CasePagePort } from '../ports.ts'

const PAGE_SIZE = 50
const PAGE_SIZE_MAX = 200
const CURSOR_LENGTH_MAX = 500
const CASE_ID_LENGTH_MAX = 128
/** The line of such a request is below the 16 KiB that Node takes. */
const STUDIES_PER_SUMMARY_MAX = 200

/** PS3.5 section 9.1: digits and dots, at most 64 characters. */
const Uid = z
  .string()
  .max(64)
  .regex(/^[0-9]+(\.[0-9]+)*$/, 'must be a DICOM UID')
const CaseId = z
  .string()
  .min(1)
  .max(CASE_ID_LENGTH_MAX)
  .regex(/^[^\0]+$/, 'must be the id of a case')

export const CaseParams = z.strictObject({ id: CaseId })
/** An IS of DICOM (PS3.5 section 6.2), as ROI Number is; a Segment Number is less. */
const SegmentNumber = z.coerce
  .number()
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1)
/** As `Figure.name`; without `.png`. */
export const FigureParams = z.strictObject({ id: CaseId, name: Figure.shape.name })
export const SegmentParams = z.strictObject({ id: CaseId, number: SegmentNumber })
export const StudyParams = z.strictObject({ uid: Uid })

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE).describe('Cases on one page.'),
  cursor: z.string().min(1).max(CURSOR_LENGTH_MAX).optional().describe('`nextCursor` of the page before.'),
})

export const CasesQuery = PageQuery.extend({
  state: CaseState.optional(),
  verdict: VerdictKind.optional(),
  study: Uid.optional().describe('Study Instance UID.'),
})

export const CasePage = z
  .object({
    cases: z.array(Case),
    /** Null on the last page. */
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CasePage' }) satisfies z.ZodType<CasePagePort>

export const SummaryQuery = z.strictObject({
  study: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(Uid).max(STUDIES_PER_SUMMARY_MAX))
    .describe(`Study Instance UIDs, parted by commas; at most ${STUDIES_PER_SUMMARY_MAX}.`),
})
export const StudySummaries = z.object({ studies: z.array(StudySummary) }).meta({ id: 'StudySummaries' })

export const CheckedStudy = z.object({ cases: z.array(Case) }).meta({ id: 'CheckedStudy' })

/** The `data` of one server-sent event; its `id` is the sequence number. */
export const CaseEvent = z
  .object({
    sequence: z.number().int().nonnegative(),
    caseId: z.string(),
    transition: CaseEventName,
    state: CaseState,
    at: z.iso.datetime(),
  })
  .meta({ id: 'CaseEvent' }) satisfies z.ZodType<CaseEventPort>

export const EventsQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe(
      'Sequence number to go on after: 0 = from the first event, absent = from now. The header Last-Event-ID outranks it.',
    ),
})
export const LastEventId = z.coerce.number().int().nonnegative()

export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' })

/** One thing the service needs, and whether it has it. */
const ReadinessCheck = z.object({ name: z.string(), ok: z.boolean(), message: z.string() })
export type ReadinessCheck = z.infer<typeof ReadinessCheck>

export const Readiness = z
  .object({ ready: z.boolean(), checks: z.array(ReadinessCheck) })
  .meta({ id: 'Readiness' })
