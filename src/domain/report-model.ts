/** What a departmental report says, before it is a page, a document or a table: src/report makes all of them from this. */
import { z } from 'zod'
import { VerdictKind } from './case.ts'
import { DriftReport } from './drift.ts'
import { FailureMode, Severity } from './evidence.ts'
import { Score } from './opinion.ts'
import { ReviewReason } from './review.ts'

/** A calendar day, UTC. */
export const Day = z.iso.date()

/** So many of so many; the interval is Wilson's, 95 %. `share` is null without any. */
export const Rate = z
  .object({
    count: z.number().int(),
    of: z.number().int(),
    share: z.number().nullable(),
    low: z.number(),
    high: z.number(),
  })
  .meta({ id: 'Rate' })
export type Rate = z.infer<typeof Rate>

/** `html`: one file that needs nothing else. */
export const ReportFormat = z.enum(['html', 'pdf', 'csv', 'json'])
export type ReportFormat = z.infer<typeof ReportFormat>

/** First and last day, both included. */
export const Period = z.object({ from: Day, to: Day }).meta({ id: 'Period' })
export type Period = z.infer<typeof Period>

export const VerdictCounts = z.record(VerdictKind, z.number().int())
export type VerdictCounts = z.infer<typeof VerdictCounts>

/** How segments that are alike were judged. Accepted: of those that could be assessed. */
export const GroupRow = z
  .object({
    name: z.string(),
    verdicts: VerdictCounts,
    accepted: Rate,
    /** In the period before; null where it has none of them. */
    acceptedBefore: Rate.nullable(),
    /** Fewer than are needed to say anything. */
    tooFew: z.boolean(),
  })
  .meta({ id: 'GroupRow' })
export type GroupRow = z.infer<typeof GroupRow>

export const GROUPINGS = ['producer', 'version', 'structure', 'modality', 'scanner', 'site'] as const
export const SUBGROUPS = ['sex', 'age band', 'body size', 'scanner'] as const
export type Grouping = (typeof GROUPINGS)[number] | (typeof SUBGROUPS)[number]

/** `unknown`: segments of cases that do not say it. */
const Group = <Names extends readonly [string, ...string[]]>(names: Names) =>
  z.object({ by: z.enum(names), rows: z.array(GroupRow), unknown: z.number().int() })

/** A segment to look at; its picture is at /api/v1/cases/{caseId}/figures/{figure}.png. */
export const Example = z
  .object({
    caseId: z.string(),
    studyInstanceUid: z.string(),
    segment: z.number().int().nullable(),
    figure: z.string().nullable(),
  })
  .meta({ id: 'Example' })
export type Example = z.infer<typeof Example>

const FailureRow = z.object({
  mode: FailureMode,
  /** Worst that it was given. */
  severity: Severity,
  /** Segments that show it, of all segments. */
  segments: Rate,
  segmentsBefore: Rate.nullable(),
  examples: z.array(Example),
})

/** Seconds from arrival to verdict; null without any. */
const Times = z.object({ medianS: z.number().nullable(), p90S: z.number().nullable(), of: z.number().int() })
export type Times = z.infer<typeof Times>

const ReaderRow = z.object({ name: z.string(), reviews: z.number().int(), accepted: Rate, overridden: Rate })

/** What people said of verdicts. The newest review of each reader and segment counts. */
export const ReviewReport = z
  .object({
    reviews: z.number().int(),
    readers: z.array(ReaderRow),
    /** Reader and machine both let it pass or both hold it back. */
    agreed: Rate,
    /** Of what the machine accepted, what readers rejected. */
    acceptOverridden: Rate,
    /** Of what the machine held back, what readers accepted. */
    heldBackOverridden: Rate,
    reasons: z.array(z.object({ reason: ReviewReason, count: z.number().int() })),
    /** Pairs of readers about the same segment, and how often they say the same. */
    readersAgreed: Rate,
    /** Per score of the machine: how often readers accept. */
    calibration: z.array(z.object({ score: Score, accepted: Rate })),
    /** Median seconds that a review took; null where none says. */
    medianSeconds: z.number().nullable(),
  })
  .meta({ id: 'ReviewReport' })
export type ReviewReport = z.infer<typeof ReviewReport>

const ModelRow = z.object({
  model: z.string(),
  calls: z.number().int(),
  /** From the cache, by the same question: no call was made. */
  cached: z.number().int(),
  failed: z.number().int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Null where the price of one of them is not known. */
  usd: z.number().nullable(),
  meanSeconds: z.number().nullable(),
  longestSeconds: z.number().nullable(),
})

const DayRow = z.object({ day: Day, verdicts: VerdictCounts })

export const ReportModel = z
  .object({
    period: Period,
    before: Period,
    madeAt: z.iso.datetime(),
    version: z.string(),
    institution: z.string(),
    /** The cases were made up by a simulation. */
    synthetic: z.boolean(),
    /** The report in plain words, most important first. */
    summary: z.array(z.string()).min(1),
    cases: z.object({
      arrived: z.number().int(),
      /** Of these, no verdict yet. */
      open: z.number().int(),
      failed: z.number().int(),
      /** Newest verdict of each segmentation object. */
      judged: z.number().int(),
      judgedBefore: z.number().int(),
      segments: z.number().int(),
    }),
    verdicts: z.array(z.object({ verdict: VerdictKind, rate: Rate, before: Rate.nullable() })),
    segmentsAccepted: Rate,
    segmentsAcceptedBefore: Rate.nullable(),
    days: z.array(DayRow),
    groups: z.array(Group(GROUPINGS)),
    subgroups: z.array(Group(SUBGROUPS)),
    /** Fewer segments than this are too few for a subgroup. */
    subgroupMin: z.number().int(),
    failureModes: z.array(FailureRow),
    notAssessable: z.array(
      z.object({ reason: z.string(), count: z.number().int(), examples: z.array(Example) }),
    ),
    times: z.object({ now: Times, before: Times }),
    /** Segments: better masks that were proposed, taken by a reader, not taken. */
    corrections: z.object({
      proposed: z.number().int(),
      taken: z.number().int(),
      kept: z.number().int(),
    }),
    /** Null: nobody reviewed anything. */
    reviews: ReviewReport.nullable(),
    drift: DriftReport,
    models: z.array(ModelRow),
  })
  .meta({ id: 'ReportModel' })
export type ReportModel = z.infer<typeof ReportModel>
