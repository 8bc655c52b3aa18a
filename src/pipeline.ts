/**
 * The main path for one segmentation object: retrieve, read, locate, measure, reason, report, publish.
 * All branching is here; below are pure leaves and ports. Whoever calls it owns the state of the case
 * (worker.ts), or has none (the `check` command).
 */
import type { Case, Judgement, SegmentResult } from './domain/case.ts'
import type { Knowledge } from './domain/knowledge.ts'
import type { Policy } from './domain/policy.ts'
import type { Segmentation } from './domain/segmentation.ts'
import { PlumblineError, type ErrorCode } from './errors.ts'
import type { AssessedSegment, Clock, Compute, Pacs, ReportWriter, StoreItem } from './ports.ts'
import { decideObject, decideSegment } from './reasoner/decide.ts'
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
  readonly readiness: ReadinessLimits
  /** Hears of each stage as it starts: for the terminal, the metrics and the log. */
  readonly onStage: (caseId: string, stage: Stage) => void
}

export type Stage = 'retrieve' | 'read' | 'locate' | 'measure' | 'reason' | 'report' | 'publish'

export type Outcome =
  | { readonly kind: 'judged'; readonly judgement: Judgement; readonly outbox: readonly StoreItem[] }
  | { readonly kind: 'wait'; readonly until: Date; readonly why: string }

/**
 * Judges one object. What cannot be read becomes `not-assessable` with the reason. What may go better later (a PACS
 * that is down, a worker that died) is thrown as a retryable PlumblineError; nothing was stored then.
 */
export async function judge(subject: Case, p: Pipeline, signal: AbortSignal): Promise<Outcome> {
  const stage = (name: Stage) => p.onStage(subject.id, name)

  stage('retrieve')
  const header = await headerOf(subject, p.pacs, signal)
  const bytes = await p.pacs.retrieveInstance(refOf(subject), signal)

  stage('read')
  const read = await readable(p.compute.readSegmentation(bytes, signal))
  if (!read.ok) return conclude(unread(subject), null, [], [read.reason])
  const segmentation = read.value

  stage('locate')
  const candidates = await imageSeriesOf(segmentation, subject.studyInstanceUid, p.pacs, signal)
  const location = locateSource(segmentation, candidates)
  const readiness = decideReadiness(segmentation, location, new Date(subject.receivedAt), p.clock.now(), p.readiness)
  if (readiness.kind === 'wait') return { kind: 'wait', until: readiness.until, why: readiness.why }

  stage('measure')
  const images = location.series === null ? [] : await p.pacs.retrieveSeries(subject.studyInstanceUid, location.series.seriesInstanceUid, signal)
  const assessment = await readable(p.compute.assess({ segmentation, images, location }, signal))
  const assessed = assessment.ok ? assessment.value.segments : unmeasured(segmentation, assessment.reason)

  stage('reason')
  return conclude(segmentation, location, assessed, [])

  function conclude(
    of: Segmentation,
    found: SourceLocation | null,
    assessed: readonly AssessedSegment[],
    unreadable: readonly string[],
  ): Outcome {
    const source = found?.series ?? null
    const segments = assessed.map((segment) => say(segment, source?.modality ?? null, p))
    const decidedAt = p.clock.now()
    const judgement = {
      object: of.object,
      sourceSeries: found === null ? null : sourceSeriesOf(found),
      segments,
      ...decideObject(segments, unreadable),
      decidedAt: decidedAt.toISOString(),
    }
    stage('report')
    const anchors = new Map(assessed.flatMap(({ number, anchor }) => (anchor === null ? [] : [[number, anchor] as const])))
    const written = { ...subject, ...judgement }
    const outbox = p.reports.verdictReports({ case: written, header, source, segmentation: of, anchors, decidedAt })
    return { kind: 'judged', judgement: { ...judgement, reports: outbox.map(reportRefOf) }, outbox }
  }
}

/**
 * Stores what was judged and reads it back. Safe to repeat: UIDs derive from the case, so a second store is a no-op.
 * Throws PlumblineError('not-stored') when the PACS does not hold an instance afterwards, whatever it answered.
 */
export async function publish(caseId: string, outbox: readonly StoreItem[], p: Pipeline, signal: AbortSignal): Promise<void> {
  p.onStage(caseId, 'publish')
  const missing: StoreItem[] = []
  for (const item of outbox) if (!(await p.pacs.holds(item, signal))) missing.push(item)
  if (missing.length === 0) return
  const results = await p.pacs.store(missing, signal)
  for (const item of missing) {
    if (await p.pacs.holds(item, signal)) continue
    const answer = results.find((result) => result.sopInstanceUid === item.sopInstanceUid)
    const said = answer === undefined ? 'it did not answer for it' : answer.stored ? 'it said it had' : answer.reason
    throw new PlumblineError('not-stored', `The PACS does not hold the verdict report after storing it (${said}).`, {
      nextStep: 'Look at the PACS log for refused or quarantined structured reports.',
      retryable: true,
    })
  }
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

async function readable<Value>(work: Promise<Value>): Promise<{ ok: true; value: Value } | { ok: false; reason: string }> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    if (!(error instanceof PlumblineError) || !UNREADABLE.includes(error.code)) throw error
    return { ok: false, reason: `${error.message} ${error.nextStep}`.trim() }
  }
}

