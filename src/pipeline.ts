/**
 * The main path for one segmentation object: retrieve, read, locate, measure, reason, report, publish.
 * All branching is here; below are pure leaves and ports. Whoever calls it owns the state of the case
 * (worker.ts), or has none (the `check` command).
 */
import type { Case, Judgement, SegmentResult, SourceSeries } from './domain/case.ts'
import type { SegmentErrors } from './domain/error-mask.ts'
import type { DrawnFigure } from './domain/figure.ts'
import type { Segmentation } from './domain/segmentation.ts'
import {
  correctRejected,
  NO_CORRECTIONS,
  proposalOf,
  withCorrections,
  type Corrections,
} from './correcting.ts'
import type { SegmentPrompts } from './domain/correction.ts'
import { drawFigures, NOT_DRAWN, withFigures, type Drawn } from './drawing.ts'
import { PlumblineError } from './errors.ts'
import {
  factsAt,
  limitErrors,
  measure,
  pronounce,
  pronounceSegment,
  readable,
  readinessOf,
  unmeasured,
} from './judging.ts'
import { modelsOf, opinionsOn } from './opinions.ts'
import type { AssessedSegment, Pipeline, Stage, StoreItem } from './ports.ts'
import { headerOf, imageHeadersOf, imageSeriesOf, refOf, reportRefOf, unread } from './retrieval.ts'
import { secondObjectsOf } from './second-objects.ts'
import { locateSource, sourceSeriesOf, type SourceLocation } from './target/source-series.ts'

/** Of every kind of structured report (PS3.4 B.5); what else is stored is a proposal. */
const SR_CLASSES = '1.2.840.10008.5.1.4.1.1.88.'

export type Outcome =
  | {
      readonly kind: 'judged'
      readonly judgement: Judgement
      readonly outbox: readonly StoreItem[]
      /** Segments that are wrong somewhere. */
      readonly errorMasks: readonly SegmentErrors[]
      readonly figures: readonly DrawnFigure[]
      /** What models were told to better rejected segments. */
      readonly prompts: readonly SegmentPrompts[]
    }
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
  if (!bytes.ok) return conclude(unread(subject), null, [], [], [bytes.reason])

  stage('read')
  const read = await readable(p.compute.readSegmentation(bytes.value, signal))
  if (!read.ok) return conclude(unread(subject), null, [], [], [read.reason])
  const segmentation = read.value

  stage('locate')
  const candidates = await imageSeriesOf(segmentation, subject.studyInstanceUid, p.pacs, signal)
  const location = locateSource(segmentation, candidates)
  const readiness = readinessOf(subject, segmentation, location, p)
  if (readiness.kind === 'wait') {
    const { until, why } = readiness
    return { kind: 'wait', until, why, sourceSeries: sourceSeriesOf(location) }
  }

  stage('measure')
  const seconds = location.series === null ? [] : await secondObjectsOf(subject, segmentation, p, signal)
  const assessment = await readable(measure(subject, segmentation, location, seconds, p, signal))
  const measured = assessment.ok ? assessment.value.segments : unmeasured(segmentation, assessment.reason)
  const { segments, notes } = limitErrors(measured, p)

  stage('reason')
  const { series } = location
  const draw = assessment.ok ? assessment.value.draw : undefined
  const headers = [
    header,
    ...(p.reasoning === null ? [] : await imageHeadersOf(series, subject, p.pacs, signal)),
  ]
  const heard = await opinionsOn({ subject, headers, series, segments, draw }, p, signal)

  const modality = series?.modality ?? null
  const verdicts = segments.map((one) => {
    const { opinion = null, target = one.target } = heard.get(one.number) ?? {}
    return pronounceSegment({ ...one, target }, opinion, modality, p)
  })

  stage('draw')
  const drawn = await drawFigures(verdicts, draw, p, signal)

  stage('refine')
  const images = assessment.ok ? assessment.value : {}
  const corrections = await correctRejected(verdicts, segmentation, images, p, signal)
  const ofImages = assessment.ok ? (assessment.value.notes ?? []) : []
  const told = [...segmentation.notes, ...ofImages, ...notes, ...drawn.notes, ...corrections.notes]
  return conclude({ ...segmentation, notes: told }, location, segments, verdicts, [], drawn, corrections)

  function conclude(
    of: Segmentation,
    found: SourceLocation | null,
    assessed: readonly AssessedSegment[],
    results: SegmentResult[],
    unreadable: readonly string[],
    { figures }: Drawn = NOT_DRAWN,
    corrected: Corrections = NO_CORRECTIONS,
  ): Outcome {
    const decidedAt = p.clock.now()
    const pronounced = pronounce(of, found, results, unreadable)
    const facts = factsAt(found, p)
    const judgement = {
      ...pronounced,
      ...(facts !== null && { facts }),
      segments: withFigures(pronounced.segments, figures),
      decidedAt: decidedAt.toISOString(),
      provenance: { version: p.version, policy: p.policyDigest, models: modelsOf(p) },
    }
    stage('report')
    const proposed = proposalOf({ ...subject, ...judgement }, header, found, corrected, decidedAt, p)
    const { correction } = proposed
    const reports = p.reports.verdictReports({
      case: { ...subject, ...judgement, correction },
      header,
      source: found?.series ?? null,
      segmentation: of,
      anchors: new Map(assessed.flatMap(({ number, anchor }) => (anchor === null ? [] : [[number, anchor]]))),
      decidedAt,
    })
    return {
      kind: 'judged',
      judgement: { ...judgement, correction, reports: reports.map(reportRefOf) },
      // The proposal first: no report tells of what is not there.
      outbox: [...proposed.items, ...reports],
      errorMasks: withCorrections(assessed, corrected),
      figures,
      prompts: corrected.prompts,
    }
  }
}

/**
 * Stores what was judged and reads it back. Safe to repeat: UIDs derive from the case, so a second store is a no-op.
 * Throws PlumblineError('not-stored') when the PACS does not hold an instance afterwards, whatever it answered.
 */
export async function publish(
  caseId: string,
  outbox: readonly StoreItem[],
  p: Pick<Pipeline, 'pacs' | 'onStage'>,
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
    const what = item.sopClassUid.startsWith(SR_CLASSES) ? 'report' : 'proposal'
    throw new PlumblineError('not-stored', `The PACS does not hold the ${what} after storing it (${said}).`, {
      nextStep: `Look at the PACS log for refused or quarantined objects: ${what === 'report' ? 'structured reports' : 'segmentations'}.`,
      retryable: true,
    })
  }
}
