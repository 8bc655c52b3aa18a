/** What the pipeline needs from outside, and nothing more. Adapters implement these; main.ts wires them. */
import type { NewAuditEvent } from './domain/audit-event.ts'
import type { Case, Judgement, ReportRef, SegmentResult } from './domain/case.ts'
import type { CaseEventName, CaseState, CaseTransition } from './domain/case-state.ts'
import type { SegmentError, SegmentErrors } from './domain/error-mask.ts'
import type { DrawnFigure } from './domain/figure.ts'
import type { Glance, OpenAlarm } from './domain/glance.ts'
import type { JudgementInputs } from './domain/judgement-inputs.ts'
import type { LanguageModels } from './domain/language-model.ts'
import type { SegmentCorrection, SegmentPrompts } from './domain/correction.ts'
import type { Geometry, Mask, SeriesProblem } from './domain/geometry.ts'
import type { Refinement } from './domain/refinement.ts'
import type { Period, ReportFormat, ReportModel } from './domain/report-model.ts'
import type { Review } from './domain/review.ts'
import type { Segment, Segmentation, SeriesSummary } from './domain/segmentation.ts'
import type { StudySummary } from './domain/study-summary.ts'
import type { LocalNorm } from './domain/local-norm.ts'
import type { Knowledge } from './domain/knowledge.ts'
import type { Policy } from './domain/policy.ts'
import type { Reasoning, ReasoningMode } from './domain/reasoning.ts'
import type { Anchor } from './reasoner/language-model/input.ts'
import type { Prompts } from './reasoner/language-model/prompts.ts'
import type { FusionCalibration } from './reasoner/fusion.ts'
import type { ReadinessLimits } from './target/readiness.ts'
import type { SourceLocation } from './target/source-series.ts'

export interface Clock {
  now(): Date
}

/** Where one DICOM instance lies. */
export interface InstanceRef {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
  readonly sopClassUid: string
}

/** A SEG or RTSTRUCT that intake saw. */
export interface SegmentationRef extends InstanceRef {
  readonly modality: 'SEG' | 'RTSTRUCT'
}

/** One series as the archive lists it (QIDO-RS level, no pixels). */
export interface SeriesListing {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly modality: string
  readonly instanceCount: number | null
}

/** The answer of a store, per instance: what was refused and why, in plain words. */
export interface StoreResult {
  readonly sopInstanceUid: string
  readonly stored: boolean
  readonly reason: string
}

/** A PACS, an embedded archive or a folder of files. Every call may throw PlumblineError('pacs-unreachable' | 'pacs-refused' | 'timeout' | 'not-found'). */
export interface Pacs {
  /** SEG and RTSTRUCT series of studies, newest first as the archive gives them; paged. */
  findSegmentationSeries(query: SegmentationQuery, signal: AbortSignal): Promise<SeriesListing[]>
  listSeries(studyInstanceUid: string, signal: AbortSignal): Promise<SeriesListing[]>
  listInstances(
    studyInstanceUid: string,
    seriesInstanceUid: string,
    signal: AbortSignal,
  ): Promise<InstanceRef[]>
  /** DICOM JSON metadata (PS3.18 F) of a series' instances, bulk data left out. */
  seriesMetadata(
    studyInstanceUid: string,
    seriesInstanceUid: string,
    signal: AbortSignal,
  ): Promise<DicomJson[]>
  /** One instance as a Part 10 file. */
  retrieveInstance(ref: InstanceRef, signal: AbortSignal): Promise<InstanceFile>
  /** Every instance of a series, in any order. */
  retrieveSeries(
    studyInstanceUid: string,
    seriesInstanceUid: string,
    signal: AbortSignal,
  ): Promise<InstanceFile[]>
  store(instances: readonly StoreItem[], signal: AbortSignal): Promise<StoreResult[]>
  /** Does the archive hold this very instance? Used to read back what was stored. */
  holds(ref: InstanceRef, signal: AbortSignal): Promise<boolean>
}

/** A Part 10 file: its bytes, or where they lie on this machine, so that the thread that reads them holds no more than it looks at. */
export type InstanceFile = Uint8Array | { readonly path: string }

export interface StoreItem extends InstanceRef {
  readonly bytes: Uint8Array
}

/** DICOM JSON model: tag `GGGGEEEE` to `{ vr, Value? }`. */
export type DicomJson = Record<
  string,
  { vr: string; Value?: unknown[]; BulkDataURI?: string; InlineBinary?: string }
>

export interface SegmentationQuery {
  readonly modality: 'SEG' | 'RTSTRUCT'
  /** Inclusive study date `YYYYMMDD`, or null for all. */
  readonly studyDateFrom: string | null
  readonly limit: number
  readonly offset: number
}

/** The record of cases. Every change is one transaction and one named transition (domain/case-state.ts). */
export interface CaseStore {
  /** Inserts a case in state `received` unless its id exists; says which. */
  receive(newCase: NewCase): Promise<{ created: boolean; case: Case }>
  get(id: string): Promise<Case | null>
  list(filter: CaseFilter): Promise<CasePage>
  /** One summary per study that has a case, from the newest case of each of its segmentation objects; in any order. */
  summaries(studyInstanceUids: readonly string[]): Promise<StudySummary[]>
  /** Applies one transition with its changes; throws PlumblineError('illegal-transition') if the case is not in the edge's from-state. */
  transition(id: string, name: CaseTransition, changes?: CaseChanges): Promise<Case>
  /**
   * Puts what belongs to a judgement beside the case, in the same transaction as the `judge` transition, in place of what
   * belonged to a judgement before.
   */
  judged(id: string, changes: CaseChanges, beside: Beside): Promise<Case>
  /** Where a segment is wrong, as the case was last judged; null when nothing is known of it. */
  errorMask(id: string, segmentNumber: number): Promise<SegmentErrors | null>
  /** PNG of one figure, as the case was last judged; null when it has none of this name. */
  figure(id: string, name: string): Promise<Uint8Array | null>
  /** What a model was told to better a segment, as the case was last judged; null where nothing was. */
  prompts(id: string, segmentNumber: number): Promise<SegmentPrompts | null>
  /** What is still to be stored for this case. */
  outbox(id: string): Promise<StoreItem[]>
  /** `publish` transition; drops the outbox bytes in the same transaction. */
  published(id: string): Promise<Case>
  /** Cases that a crash left without a job: in one of these states and unchanged since then. */
  stale(states: readonly CaseState[], unchangedSince: Date, limit: number): Promise<Case[]>
  /** Ids of cases whose object or report lies in this series, or anywhere in the study (null). */
  holding(studyInstanceUid: string, seriesInstanceUid: string | null): Promise<string[]>
  /** Case ids that wait for images in this study. */
  waitingInStudy(studyInstanceUid: string): Promise<string[]>
  /** What accepted segments of these structures measured on this modality, where there are enough of them. */
  localNorms(modality: string, structures: readonly string[]): Promise<LocalNorm[]>
  /** Intake's memory, e.g. the poller's watermark. */
  getMark(name: string): Promise<string | null>
  setMark(name: string, value: string): Promise<void>
  /** Events since a sequence number, oldest first; the source of GET /events. */
  eventsSince(sequence: number, limit: number): Promise<CaseEvent[]>
  /** Sequence number of the newest event; 0 when nothing has happened yet. */
  lastSequence(): Promise<number>
}

/** What a judgement was made from, besides its policy. */
export interface JudgedFrom {
  /** Digest of the settings that it depends on and that the policy does not hold. */
  readonly settings: string
  readonly inputs: JudgementInputs
}

/** What is kept beside a case with its judgement. */
export interface Beside {
  /** To be published. */
  readonly outbox: readonly StoreItem[]
  readonly errorMasks?: readonly SegmentErrors[]
  readonly figures?: readonly DrawnFigure[]
  readonly prompts?: readonly SegmentPrompts[]
  /** Goes into the audit log, so that the verdict can be made again. */
  readonly from?: JudgedFrom | null
}

export type NewCase = Pick<Case, 'id' | 'studyInstanceUid' | 'object' | 'provenance'>
export type CaseChanges = Partial<Judgement>

export interface CaseFilter {
  readonly studyInstanceUid?: string
  readonly state?: CaseState
  readonly verdict?: Case['verdict']
  readonly limit: number
  /** Opaque, from the page before. */
  readonly cursor?: string
}
export interface CasePage {
  readonly cases: Case[]
  readonly nextCursor: string | null
}

/** One thing that happened to a case; no patient data. */
export interface CaseEvent {
  readonly sequence: number
  readonly caseId: string
  readonly transition: CaseEventName
  readonly state: CaseState
  readonly at: string
}

/** A review as it was given, before its report is signed. */
export type GivenReview = Omit<Review, 'report' | 'unsigned'>

/** The record of reviews: they are added, never changed or removed. */
export interface ReviewStore {
  /** Keeps the reviews of one sign-off; one whose id is kept already stays as it is. Returns them as they are kept. */
  add(reviews: readonly GivenReview[]): Promise<Review[]>
  /** All of one case, oldest first. */
  ofCase(caseId: string): Promise<Review[]>
  /** Those given in a period, oldest first, page by page. */
  given(filter: ReviewFilter): Promise<ReviewPage>
  /** Reviews of a case that are still to be signed, by sign-off, oldest first: the PACS was not yet seen to hold their report. */
  unsigned(caseId: string): Promise<GivenReview[][]>
  /** The PACS holds this report of the sign-off (`sha256` of its bytes, hex). Telling it twice is a no-op. */
  signed(signOffId: string, report: ReportRef, sha256: string): Promise<void>
  /** There will be no report of the sign-off: it is not tried again. */
  unsignable(signOffId: string, reason: NonNullable<Review['unsigned']>): Promise<void>
  /** Cases with a review that has waited for its report since then. */
  casesToSign(givenBefore: Date, limit: number): Promise<string[]>
}

export interface ReviewFilter {
  readonly from: Date
  /** Not included. */
  readonly to: Date
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: number
}
export interface ReviewPage {
  readonly reviews: Review[]
  /** Null on the last page. */
  readonly next: number | null
}

/** Why somebody is told of a case. */
export type AlertCause = 'reject' | 'critical'

/** The record of alerts: one per case and cause. */
export interface AlertStore {
  /** A no-op when it was raised before. */
  raise(caseId: string, cause: AlertCause): Promise<void>
  /** Neither told nor given up. */
  untold(caseId: string): Promise<AlertCause[]>
  told(caseId: string, cause: AlertCause): Promise<void>
  givenUp(caseId: string, cause: AlertCause): Promise<void>
  /** Cases with an alert that has waited since then. */
  casesToTell(raisedBefore: Date, limit: number): Promise<string[]>
}

/** An alarm of the watch over producers, as it was first raised. */
export interface DriftAlarm extends OpenAlarm {
  readonly id: string
  readonly raisedAt: Date
}

/** The record of drift alarms: one for each change, however often the watch sees it. */
export interface DriftAlarmStore {
  /** What the watch sees now: what is new is raised, what is gone has ended. */
  seen(alarms: readonly OpenAlarm[]): Promise<void>
  /** Neither told nor given up, oldest first. */
  untold(): Promise<DriftAlarm[]>
  told(id: string): Promise<void>
  givenUp(id: string): Promise<void>
}

/** What a person or another system may ask of intake. Implemented in src/intake. */
export interface Intake {
  /**
   * Registers a case for every SEG and RTSTRUCT of the study and queues it; a case that exists is returned as it is.
   * Throws PlumblineError('not-found') when the archive does not know the study, else what Pacs throws.
   */
  checkStudy(studyInstanceUid: string): Promise<Case[]>
}

/** Durable jobs, at least once. One job per case at a time (singleton by case id). */
export interface JobQueue {
  /**
   * Queues the case unless a job for it is queued or active already. `notBefore` delays it; a job that was delayed
   * longer is brought forward to that time (or to now), unless it waits after a failure.
   */
  enqueue(caseId: string, options?: { notBefore?: Date }): Promise<void>
  /** Starts taking jobs. A thrown error means: deliver again later with backoff, up to the configured attempts. */
  work(handler: (job: Job) => Promise<JobOutcome>): Promise<void>
  stop(): Promise<void>
}

export interface Job {
  readonly caseId: string
  /** 1 for the first delivery. */
  readonly attempt: number
  readonly lastAttempt: boolean
  /**
   * True when every attempt ended without an answer (the process died, or time ran out): do not work on the case
   * again, which may be what kills the process; end it.
   */
  readonly exhausted?: boolean
  readonly signal: AbortSignal
}

/** What is left to do for a case that has ended. Safe to repeat; throws when it is to be tried again later. */
export type FollowUp = (caseId: string, job: Pick<Job, 'signal' | 'exhausted'>) => Promise<void>

/** `again`: deliver this case's job once more at that time (it waits for its images). */
export interface JobOutcome {
  readonly again?: Date
}

/**
 * Voxel work, done in worker threads that may die alone. Bytes are untrusted. Buffers come back shared, not copied.
 * A dead worker, a timeout or a bad file is a PlumblineError with a plain reason.
 */
export interface Compute {
  /** SEG or RTSTRUCT file to segmentation. */
  readSegmentation(file: InstanceFile, signal: AbortSignal): Promise<Segmentation>
  /** Measures and checks every segment against the image series given as Part 10 files (empty array: no images). */
  assess(input: AssessInput, signal: AbortSignal): Promise<Assessment>
  close(): Promise<void>
}

export interface AssessInput {
  readonly segmentation: Segmentation
  /** Part 10 files of the source series; empty when it was not found. */
  readonly images: readonly InstanceFile[]
  readonly location: SourceLocation
  /** Part 10 files of a PET in the same frame of reference; absent or empty: there is none. */
  readonly pet?: readonly InstanceFile[]
  /** Segments of other objects of the study that claim the same structures, in the same frame of reference. */
  readonly seconds: readonly SecondObject[]
  /** What accepted segments of these structures measured at this site. */
  readonly norms: readonly LocalNorm[]
}

export interface SecondObject {
  /** Which one it is, without free text: begins a sentence. */
  readonly name: string
  readonly segments: readonly Segment[]
}

/** Evidence and findings of every segment, before any opinion. */
export interface Assessment {
  readonly segments: readonly AssessedSegment[]
  readonly seriesProblems: readonly SeriesProblem[]
  /** What the reader should know of the images. */
  readonly notes?: readonly string[]
  /**
   * Pictures of one of its segments, drawn when they are asked for; the images are kept in memory for it as long as the
   * assessment is. Absent where there are no images. Throws what `assess` throws.
   */
  readonly draw?: (segment: DrawRequest, signal: AbortSignal) => Promise<Drawing>
  /** A better mask of the segment with this number, with the images still in memory. Null where it has no mask. As `draw`. */
  readonly refine?: (
    number: number,
    settings: Refinement,
    signal: AbortSignal,
  ) => Promise<RefinedSegment | null>
  /** Where the images lie that were measured on. As `draw`. */
  readonly images?: PlacedImages
}
/** The images under a grid, one entry per slice k: null where none is. */
export interface PlacedImages {
  readonly geometry: Geometry
  readonly instances: readonly (string | null)[]
  /** From 1; null where the instance is one plane. */
  readonly frames: readonly (number | null)[]
}
/** What was tried to better one segment. */
export interface RefinedSegment {
  readonly correction: Omit<SegmentCorrection, 'proposedNumber'>
  /** The proposal, on the grid of the images; null without one. */
  readonly mask: Mask | null
  /** Where the original departs from the pseudo ground truth. */
  readonly errors: SegmentErrors | null
  /** What a model was told first. */
  readonly prompts: SegmentPrompts | null
}
export type DrawRequest = Pick<AssessedSegment, 'number' | 'structure' | 'findings'> & {
  /** A sheet with more bytes is drawn with fewer greys, or left out. */
  readonly sheetBytesMax: number
  /** Modes of a language model that need pictures of their own. */
  readonly modes?: readonly ReasoningMode[]
}
export interface Drawing {
  /** Empty for a segment without a mask. */
  readonly figures: readonly DrawnFigure[]
  /** Sheets that were too large. */
  readonly leftOut: number
  /** Of mode `anchored`, where that was asked for: the segment beside copies that were made worse. */
  readonly anchors?: readonly Anchor[]
  /** Of mode `single`, where that was asked for: the slice of the largest area. */
  readonly slice?: DrawnFigure
}
export type AssessedSegment = Pick<
  SegmentResult,
  'number' | 'label' | 'code' | 'laterality' | 'structure' | 'evidence' | 'findings' | 'target'
> & {
  /** Why this segment could not be measured at all; null when it was. */
  readonly notAssessable: string | null
  /** Where a viewer should jump: the image that shows the worst finding or the largest area, with a point in its pixel grid (column, row; PS3.3 C.18.6.1.1: the first pixel's centre is 0.5, 0.5). */
  readonly anchor: {
    readonly sopInstanceUid: string
    /** From 1; null where the image is one plane. */
    readonly frameNumber: number | null
    readonly columnRow: readonly [number, number]
  } | null
  /** Where it is wrong, of the findings that know. */
  readonly errors: readonly SegmentError[]
}

/** What the verdict report is made from. Implemented by src/dicom/sr.ts. */
export interface ReportWriter {
  /** Deterministic: same case, same UIDs. `header` is DICOM JSON of the judged object. */
  verdictReports(input: ReportInput): StoreItem[]
}
export interface ReportInput {
  readonly case: Case
  readonly header: DicomJson
  readonly source: SeriesSummary | null
  readonly segmentation: Segmentation
  readonly anchors: ReadonlyMap<number, NonNullable<AssessedSegment['anchor']>>
  readonly decidedAt: Date
}

/** Writes what refinement proposes. Implemented by src/dicom/refined-seg.ts. */
export interface ProposalWriter {
  /**
   * One SEG of all proposed masks, in the order given. Deterministic: same case, same UIDs. Throws PlumblineError
   * ('unsupported-dicom') where the images have no place that a SEG could state.
   */
  refinedSeg(input: ProposalInput): StoreItem
}
export interface ProposalInput {
  readonly case: Case
  readonly header: DicomJson
  readonly source: SeriesSummary
  readonly images: PlacedImages
  readonly proposed: readonly ProposedSegment[]
  readonly decidedAt: Date
}
export interface ProposedSegment {
  /** As the judged object has it. */
  readonly segment: Segment
  readonly mask: Mask
}

/** Everything that the main path (pipeline.ts) works with. */
export interface Pipeline {
  readonly pacs: Pacs
  readonly compute: Compute
  readonly reports: ReportWriter
  readonly clock: Clock
  readonly knowledge: Knowledge
  readonly policy: Policy
  /** The language models that form opinions, and how they are asked; null: the rules do. */
  readonly reasoning: ModelReasoning | null
  /** How likely people accept a result, where this site calibrated that; absent: the fixed limits decide alone. */
  readonly fusion?: FusionCalibration
  /** Digest of policy and knowledge, and the version of this program: what a judgement says it was made by. */
  readonly policyDigest: string
  readonly version: string
  /** Name of the site in the facts of cases; null or absent: the Institution Name of the images. */
  readonly site?: string | null
  /** A series of more images is not fetched. */
  readonly seriesInstancesMax: number
  /** Other objects of the study that are read to compare with; 0: none. */
  readonly secondObjectsMax: number
  /** Runs of all error masks of one case together; findings beyond have none. */
  readonly errorMaskRunsMax: number
  readonly figures: FigureLimits
  readonly refinement: Refinement
  readonly proposals: ProposalWriter
  /** The site's own norms for structures on a modality; none without a record of cases. */
  readonly localNorms: (modality: string, structures: readonly string[]) => Promise<LocalNorm[]>
  readonly readiness: ReadinessLimits
  /** Hears of each stage as it starts: for the terminal, the metrics and the log. */
  readonly onStage: (caseId: string, stage: Stage) => void
}

/** What forming opinions with language models needs. */
export interface ModelReasoning {
  readonly models: LanguageModels
  readonly prompts: Prompts
  readonly settings: Reasoning
}

/** Of which segments pictures are drawn and kept. */
export interface FigureLimits {
  /** `not-accepted`: those whose verdict is not `accept`. */
  readonly segments: 'not-accepted' | 'all' | 'none'
  /** Of one case, worst first. */
  readonly segmentsMax: number
  readonly sheetBytesMax: number
}

export type Stage =
  | 'retrieve'
  | 'read'
  | 'locate'
  | 'measure'
  | 'reason'
  | 'draw'
  | 'refine'
  | 'report'
  | 'publish'

/** Tokens and money; money is 0 where the price is not known. */
export interface ModelAmount {
  readonly tokens: number
  readonly usd: number
}

/** What language models have cost, per day (`YYYY-MM-DD`, UTC): kept, so that a restart does not forget it. */
export interface ModelSpending {
  /** Books the amount unless the day would then exceed the limit; false: nothing was booked. One atomic step. */
  book(day: string, amount: ModelAmount, limit: { tokens: number; usd: number | null }): Promise<boolean>
  /** Corrects what was booked by the difference to what it really was; never refused. */
  correct(day: string, difference: ModelAmount): Promise<void>
}

/** An answer of a language model that passed its schema. */
export interface ModelAnswerRecord {
  readonly text: string
  readonly model: string
}

/** Answers by digest of what was asked, of limited age and size. */
export interface ModelAnswers {
  get(digest: string): Promise<ModelAnswerRecord | null>
  put(digest: string, answer: ModelAnswerRecord): Promise<void>
}

/** The audit log, for what happens outside of the record of cases. Throws when the event was not written. */
export interface AuditTrail {
  record(event: NewAuditEvent): Promise<void>
}

export interface RenderedReport {
  readonly contentType: string
  readonly body: Uint8Array | string
  /** Cases that it shows as examples. */
  readonly caseIds: readonly string[]
}

/** Departmental reports. Implemented in src/report. Throws PlumblineError('bad-request') for a period that is none. */
export interface Reports {
  report(period: Period): Promise<ReportModel>
  /** `linkBase`: address of the service with a slash at its end, absolute or relative to where the report is shown; null: no links. */
  render(period: Period, format: ReportFormat, linkBase: string | null): Promise<RenderedReport>
  /** Looks for drift in the last thirty days and keeps the alarms that stand, for `glance`; returns them. */
  watch(): Promise<readonly OpenAlarm[]>
  /** The state of today; cheap. */
  glance(): Promise<Glance>
}

/** A PostgreSQL-speaking database: a pg pool or PGlite in process. Same SQL on both. */
export interface Sql {
  query<Row extends Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** Runs `work` in one transaction; rolls back when it throws. Never enqueue jobs inside. */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>
}
