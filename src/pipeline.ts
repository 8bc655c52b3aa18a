/**
 * The main path for one segmentation object: retrieve, read, locate, measure, reason, report, publish.
 * All branching is here; below are pure leaves and ports. Whoever calls it owns the state of the case
 * (worker.ts), or has none (the `check` command).
 */
import type { Case, Judgement, SegmentResult, SourceSeries } from './domain/case.ts'
import type { Knowledge } from './domain/knowledge.ts'
import type { Policy } from './domain/policy.ts'
import type { Segmentation } from './domain/segmentation.ts'
import { PlumblineError, type ErrorCode } from './errors.ts'
import type { AssessedSegment, Assessment, Clock, Compute, Pacs, ReportWriter, StoreItem } from './ports.ts'
import { decideObject, decideSegment, type ObjectDecision } from './reasoner/decide.ts'
import { reasonByRules } from './reasoner/rules.ts'
import { headerOf, imageSeriesOf, refOf, reportRefOf, unread } from './retrieval.ts'
import { matchTarget } from './target/match.ts'
import { decideReadiness, type ReadinessLimits } from './target/readiness.ts'
import { locateSource, sourceSeriesOf, type SourceLocation } from './target/source-series.ts'

export interface Pipeline {
  readonly pacs: Pacs
  readonly compute: Compute
  readonly reports: ReportWriter
  readonly clock: Clock
  readonly knowledge: Knowledge
  readonly policy: Policy
  /** Digest of policy and knowledge, and the version of this program: what a judgement says it was made by. */
  readonly policyDigest: string
  readonly version: string
  /** A series of more images is not fetched. */
  readonly seriesInstancesMax: number
  readonly readiness: ReadinessLimits
  /** Hears of each stage as it starts: for the terminal, the metrics and the log. */
  readonly onStage: (caseId: string, stage: Stage) => void
}

export type Stage = 'retrieve' | 'read' | 'locate' | 'measure' | 'reason' | 'report' | 'publish'

export type Outcome =
  | { readonly kind: 'judged'; readonly judgement: Judgement; readonly outbox: readonly StoreItem[] }
  /** `sourceSeries` as seen now, so that the next look can tell whether it has changed. */
  | {
      readonly kind: 'wait'
      readonly until: Date
      readonly why: string
      readonly sourceSeries: SourceSeries | null
    }

/**
 * Judges one object. What cannot be read becomes `not-assessable` with the reason. What may go better later (a PACS
 * that is down, a worker that died) is thrown as a retryable PlumblineError; nothing was stored then.
 */
export async function judge(subject: Case, p: Pipeline, signal: AbortSignal): Promise<Outcome> {
  const stage = (name: Stage) => p.onStage(subject.id, name)

  stage('retrieve')
  const header = await headerOf(subject, p.pacs, signal)
  const bytes = await readable(p.pacs.retrieveInstance(refOf(subject), signal))
  if (!bytes.ok) return conclude(unread(subject), null, [], [bytes.reason])

  stage('read')
  const read = await readable(p.compute.readSegmentation(bytes.value, signal))
  if (!read.ok) return conclude(unread(subject), null, [], [read.reason])
  const segmentation = read.value

  stage('locate')
  const candidates = await imageSeriesOf(segmentation, subject.studyInstanceUid, p.pacs, signal)
  const location = locateSource(segmentation, candidates)
  const [receivedAt, now] = [new Date(subject.receivedAt), p.clock.now()]
  const readiness = decideReadiness(
    segmentation,
    location,
    receivedAt,
    now,
    p.readiness,
    quietSince(subject, location, now),
  )
  if (readiness.kind === 'wait')
    return {
      kind: 'wait',
      until: readiness.until,
      why: readiness.why,
      sourceSeries: sourceSeriesOf(location),
    }

  stage('measure')
  const assessment = await readable(measure(subject, segmentation, location, p, signal))
  const segments = assessment.ok ? assessment.value.segments : unmeasured(segmentation, assessment.reason)

  stage('reason')
  return conclude(segmentation, location, segments, [])

  function conclude(
    of: Segmentation,
    found: SourceLocation | null,
    assessed: readonly AssessedSegment[],
    unreadable: readonly string[],
  ): Outcome {
    const source = found?.series ?? null
    const results = assessed.map((segment) => say(segment, source?.modality ?? null, p))
    const decidedAt = p.clock.now()
    const judgement = {
      object: of.object,
      sourceSeries: found === null ? null : sourceSeriesOf(found),
      segments: results,
      ...withNotes(decideObject(results, unreadable), of.notes),
      decidedAt: decidedAt.toISOString(),
      provenance: { ...subject.provenance, version: p.version, policy: p.policyDigest },
    }
    stage('report')
    const anchors = new Map(
      assessed.flatMap(({ number, anchor }) => (anchor === null ? [] : [[number, anchor] as const])),
    )
    const written = { ...subject, ...judgement }
    const outbox = p.reports.verdictReports({
      case: written,
      header,
      source,
      segmentation: of,
      anchors,
      decidedAt,
    })
    return { kind: 'judged', judgement: { ...judgement, reports: outbox.map(reportRefOf) }, outbox }
  }
}

/**
 * Stores what was judged and reads it back. Safe to repeat: UIDs derive from the case, so a second store is a no-op.
 * Throws PlumblineError('not-stored') when the PACS does not hold an instance afterwards, whatever it answered.
 */
export async function publish(
  caseId: string,
  outbox: readonly StoreItem[],
  p: Pipeline,
  signal: AbortSignal,
): Promise<void> {
  p.onStage(caseId, 'publish')
  const missing: StoreItem[] = []
  for (const item of outbox) if (!(await p.pacs.holds(item, signal))) missing.push(item)
  if (missing.length === 0) return
  const results = await p.pacs.store(missing, signal)
  for (const item of missing) {
    if (await p.pacs.holds(item, signal)) continue
    const answer = results.find((result) => result.sopInstanceUid === item.sopInstanceUid)
    const said =
      answer === undefined ? 'it did not answer for it' : answer.stored ? 'it said it had' : answer.reason
    throw new PlumblineError(
      'not-stored',
      `The PACS does not hold the verdict report after storing it (${said}).`,
      {
        nextStep: 'Look at the PACS log for refused or quarantined structured reports.',
        retryable: true,
      },
    )
  }
}

/**
 * When the series was last seen to change, as far as this look and the one before it tell. Without one before it, now:
 * how long it has been as it is is not known.
 */
function quietSince(subject: Case, location: SourceLocation, now: Date): Date {
  const [before, found] = [subject.sourceSeries, sourceSeriesOf(location)]
  const same =
    before?.seriesInstanceUid === found?.seriesInstanceUid && before?.instanceCount === found?.instanceCount
  return before !== null && same ? new Date(subject.receivedAt) : now
}

/** Fetches the images and measures on them. Throws what Pacs and Compute throw, and when the series did not come whole. */
async function measure(
  { studyInstanceUid }: Case,
  segmentation: Segmentation,
  location: SourceLocation,
  p: Pipeline,
  signal: AbortSignal,
): Promise<Assessment> {
  if (location.series === null) return p.compute.assess({ segmentation, images: [], location }, signal)
  const { seriesInstanceUid, instances } = location.series
  if (instances.length > p.seriesInstancesMax) {
    throw new PlumblineError(
      'limit-exceeded',
      `The image series has ${instances.length} images, more than is allowed.`,
      {
        nextStep: 'Raise limits.seriesInstancesMax if series of this size are expected.',
      },
    )
  }
  const images = await p.pacs.retrieveSeries(studyInstanceUid, seriesInstanceUid, signal)
  // Measured on a part of them, or on none, a segment would be accepted that was compared with nothing.
  if (images.length >= instances.length) return p.compute.assess({ segmentation, images, location }, signal)
  throw new PlumblineError(
    'pacs-refused',
    `The PACS delivered ${images.length} of the ${instances.length} images of the series.`,
    {
      nextStep: 'Look in the log of the PACS for images that it lists but cannot read.',
      retryable: true,
    },
  )
}

/** What reading noticed about the object goes to the reader with the reasons: nothing is decided silently. */
function withNotes(decision: ObjectDecision, notes: readonly string[]): ObjectDecision {
  return { ...decision, reasons: [...decision.reasons, ...notes.map((note) => `Note: ${note}`)] }
}

/** Every segment of an object whose images cannot be read. */
function unmeasured({ segments }: Segmentation, reason: string): AssessedSegment[] {
  return segments.map(({ number, label, code, laterality }) => ({
    number,
    label,
    code,
    laterality,
    structure: null,
    evidence: [],
    findings: [],
    notAssessable: reason,
    anchor: null,
  }))
}

/** One segment's opinion and verdict. A segment that could not be measured has no opinion. */
function say(assessed: AssessedSegment, modality: string | null, p: Pipeline): SegmentResult {
  const { notAssessable, anchor: _, ...measured } = assessed
  const structure = p.knowledge.structures.find(({ id }) => id === assessed.structure) ?? null
  const opinion = notAssessable === null ? reasonByRules({ ...measured, structure, modality }) : null
  const decision = decideSegment({ assessed, opinion, policy: p.policy })
  return { ...measured, ...decision, target: matchTarget(), opinion }
}

/** Errors that mean "this object cannot be judged", not "try again": they become the reason of a verdict. */
const UNREADABLE: readonly ErrorCode[] = ['bad-dicom', 'unsupported-dicom', 'limit-exceeded']

async function readable<Value>(
  work: Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; reason: string }> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    if (!(error instanceof PlumblineError) || !UNREADABLE.includes(error.code)) throw error
    return { ok: false, reason: `${error.message} ${error.nextStep}`.trim() }
  }
}
