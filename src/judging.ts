/** The steps of the main path (pipeline.ts), one function each; which of them run is decided there. */
import { resolveStructure } from './checks/structure.ts'
import type { CaseFacts } from './domain/case-facts.ts'
import type { Case, Judgement, SegmentResult } from './domain/case.ts'
import type { SegmentError } from './domain/error-mask.ts'
import type { Finding } from './domain/evidence.ts'
import type { Opinion } from './domain/opinion.ts'
import type { Segmentation, SeriesSummary } from './domain/segmentation.ts'
import { PlumblineError, type ErrorCode } from './errors.ts'
import type { AssessedSegment, Assessment, InstanceFile, Pipeline, SecondObject } from './ports.ts'
import { petBeside } from './pet-beside.ts'
import { decideObject, decideSegment } from './reasoner/decide.ts'
import { fuseResult, groupOf } from './reasoner/fusion.ts'
import { decideReadiness, type Readiness } from './target/readiness.ts'
import { sourceSeriesOf, type SourceLocation } from './target/source-series.ts'
import { noMatch } from './target/verify.ts'

/** Are the images there? Knows of earlier looks by the source series that the case kept. */
export function readinessOf(
  subject: Case,
  segmentation: Segmentation,
  location: SourceLocation,
  p: Pipeline,
): Readiness {
  const now = p.clock.now()
  const quiet = quietSince(subject, location, now)
  return decideReadiness(segmentation, location, new Date(subject.receivedAt), now, p.readiness, quiet)
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
export async function measure(
  { studyInstanceUid }: Case,
  segmentation: Segmentation,
  location: SourceLocation,
  seconds: readonly SecondObject[],
  p: Pipeline,
  signal: AbortSignal,
): Promise<Assessment> {
  const { series } = location
  const images = series === null ? [] : await imagesOf(series, studyInstanceUid, p, signal)
  const norms = series === null ? [] : await p.localNorms(series.modality, structuresOf(segmentation, p))
  const pet = await petBeside({ studyInstanceUid }, segmentation, series, p, signal)
  const input = { segmentation, images, pet: pet.files, location, seconds, norms }
  const assessment = await p.compute.assess(input, signal)
  return { ...assessment, notes: [...pet.notes, ...(assessment.notes ?? [])] }
}

async function imagesOf(
  { seriesInstanceUid, instances }: SeriesSummary,
  studyInstanceUid: string,
  p: Pipeline,
  signal: AbortSignal,
): Promise<InstanceFile[]> {
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
  if (images.length >= instances.length) return images
  throw new PlumblineError(
    'pacs-refused',
    `The PACS delivered ${images.length} of the ${instances.length} images of the series.`,
    {
      nextStep: 'Look in the log of the PACS for images that it lists but cannot read.',
      retryable: true,
    },
  )
}

function structuresOf({ segments }: Segmentation, { knowledge }: Pipeline): string[] {
  return [...new Set(segments.flatMap((segment) => resolveStructure(segment, knowledge).structure?.id ?? []))]
}

/** Every segment of an object whose images cannot be read. */
export function unmeasured({ segments }: Segmentation, reason: string): AssessedSegment[] {
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
    errors: [],
    target: noMatch('the segment could not be measured'),
  }))
}

/** Errors that mean "this object cannot be judged", not "try again": they become the reason of a verdict. */
const UNREADABLE: readonly ErrorCode[] = ['bad-dicom', 'unsupported-dicom', 'limit-exceeded']

export async function readable<Value>(
  work: Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; reason: string }> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    if (!(error instanceof PlumblineError) || !UNREADABLE.includes(error.code)) throw error
    return { ok: false, reason: `${error.message} ${error.nextStep}`.trim() }
  }
}

/** Error masks as far as they stay below the limit, in the order of segments and findings; the note says how many do not. */
export function limitErrors(
  assessed: readonly AssessedSegment[],
  { errorMaskRunsMax }: Pick<Pipeline, 'errorMaskRunsMax'>,
): { segments: AssessedSegment[]; notes: string[] } {
  let [runs, leftOut] = [0, 0]
  const isKept = ({ planes }: SegmentError): boolean => {
    const more = planes.reduce((sum, plane) => sum + plane.runs.length / 2, 0)
    const fits = runs + more <= errorMaskRunsMax
    if (fits) runs += more
    else leftOut++
    return fits
  }
  const segments = assessed.map((segment) => ({ ...segment, errors: segment.errors.filter(isKept) }))
  const [what, them] = leftOut === 1 ? ['1 finding has', 'it'] : [`${leftOut} findings have`, 'them']
  const note = `${what} no error mask: with ${them} the object would have more than ${errorMaskRunsMax} runs (limits.errorMaskRunsMax).`
  return { segments, notes: leftOut === 0 ? [] : [note] }
}

/**
 * The verdict on the object, by those on its segments. `unreadable` says why there are no segments. What reading noticed about
 * the object goes to the reader with the reasons: nothing is decided silently.
 */
export function pronounce(
  of: Segmentation,
  found: SourceLocation | null,
  segments: SegmentResult[],
  unreadable: readonly string[],
): Pick<Judgement, 'object' | 'sourceSeries' | 'segments' | 'verdict' | 'score' | 'reasons'> {
  const { verdict, score, reasons } = decideObject(segments, unreadable)
  return {
    object: of.object,
    sourceSeries: found === null ? null : sourceSeriesOf(found),
    segments,
    verdict,
    score,
    reasons: [...reasons, ...of.notes.map((note) => `Note: ${note}`)],
  }
}

/** What reports group the case by; the site is the configured one where there is one. */
export function factsAt(
  found: SourceLocation | null,
  { site = null }: Pick<Pipeline, 'site'>,
): CaseFacts | null {
  const facts = found?.series?.facts ?? null
  if (site === null) return facts
  return { scanner: null, sex: null, ageBand: null, bodySize: null, ...facts, site }
}

/** One segment's verdict. A segment that could not be measured has no opinion. */
export function pronounceSegment(
  assessed: AssessedSegment,
  opinion: Opinion | null,
  modality: string | null,
  { policy, fusion }: Pick<Pipeline, 'policy' | 'fusion'>,
): SegmentResult {
  const { notAssessable: _, anchor: __, errors, ...rest } = assessed
  const measured = { ...rest, findings: rest.findings.map((finding) => withErrorKind(finding, errors)) }
  const fused =
    fusion === undefined
      ? null
      : fuseResult({ ...measured, opinion }, groupOf(modality, assessed.structure), fusion)
  const decision = decideSegment({ assessed, opinion, policy, fused })
  return { ...measured, ...decision, opinion }
}

function withErrorKind(finding: Finding, errors: readonly SegmentError[]): Finding {
  const error = errors.find(({ finding: id }) => id === finding.id)
  return error === undefined ? finding : { ...finding, errorMask: error.kind }
}
