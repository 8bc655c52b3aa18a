/** Better masks for rejected segments: a step of the main path (pipeline.ts). It proposes; no verdict depends on it. */
import type { Case, SegmentResult } from './domain/case.ts'
import type { Correction, SegmentCorrection, SegmentPrompts } from './domain/correction.ts'
import type { SegmentErrors } from './domain/error-mask.ts'
import type { Segmentation } from './domain/segmentation.ts'
import { PlumblineError } from './errors.ts'
import type {
  AssessedSegment,
  Assessment,
  DicomJson,
  Pipeline,
  PlacedImages,
  ProposedSegment,
  RefinedSegment,
  StoreItem,
} from './ports.ts'
import type { SourceLocation } from './target/source-series.ts'

export interface Corrections {
  /** Of every segment that was tried, in the order of the object. */
  readonly segments: readonly SegmentCorrection[]
  /** In the order of their numbers in the proposed object, which count from 1. */
  readonly proposed: readonly ProposedSegment[]
  readonly images: PlacedImages | null
  /** Where the originals depart from the pseudo ground truth. */
  readonly errorMasks: readonly SegmentErrors[]
  readonly prompts: readonly SegmentPrompts[]
  /** What the reader should know of those that were not tried. */
  readonly notes: readonly string[]
}

export const NO_CORRECTIONS: Corrections = {
  segments: [],
  proposed: [],
  images: null,
  errorMasks: [],
  prompts: [],
  notes: [],
}

/** Looks for better masks, worst segments first, one after the other. One that fails is noted: no verdict is lost for it. */
export async function correctRejected(
  results: readonly SegmentResult[],
  { segments: originals }: Segmentation,
  assessment: Pick<Assessment, 'refine' | 'images'>,
  { refinement }: Pick<Pipeline, 'refinement'>,
  signal: AbortSignal,
): Promise<Corrections> {
  const { refine, images } = assessment
  if (refine === undefined || images === undefined || refinement.segments === 'none') return NO_CORRECTIONS
  const rejected = results
    .filter(({ verdict }) => verdict === 'reject')
    .toSorted((one, other) => (one.score ?? 0) - (other.score ?? 0))
  const wanted = rejected.slice(0, refinement.segmentsMax).toSorted((one, other) => one.number - other.number)
  const found: RefinedSegment[] = []
  const notes: string[] = []
  for (const { number } of wanted) {
    const refined = await tried(refine(number, refinement, signal), signal)
    if (typeof refined === 'string') notes.push(`No better mask was looked for segment ${number}: ${refined}`)
    else if (refined !== null) found.push(refined)
  }
  const further = rejected.length - wanted.length
  if (further > 0)
    notes.push(
      `A better mask was looked for the ${refinement.segmentsMax} worst segments only; ${further} more were not tried (refinement.segmentsMax).`,
    )
  return { ...numbered(found, originals), images, notes }
}

/** The reason in a sentence where it failed. */
async function tried<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | string> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof PlumblineError) || signal.aborted) throw error
    return error.message
  }
}

function numbered(
  found: readonly RefinedSegment[],
  originals: Segmentation['segments'],
): Pick<Corrections, 'segments' | 'proposed' | 'errorMasks' | 'prompts'> {
  const proposed: ProposedSegment[] = []
  const segments = found.map(({ correction, mask }): SegmentCorrection => {
    const segment = originals.find(({ number }) => number === correction.number)
    if (mask === null || segment === undefined) return { ...correction, proposedNumber: null }
    return { ...correction, proposedNumber: proposed.push({ segment, mask }) }
  })
  return {
    segments,
    proposed,
    errorMasks: found.flatMap(({ errors }) => errors ?? []),
    prompts: found.flatMap(({ prompts }) => prompts ?? []),
  }
}

/** The case's correction and, where something is proposed, the SEG to store. */
export function proposalOf(
  judged: Case,
  header: DicomJson,
  found: SourceLocation | null,
  corrections: Corrections,
  decidedAt: Date,
  { proposals }: Pick<Pipeline, 'proposals'>,
): { readonly correction: Correction | null; readonly items: readonly StoreItem[] } {
  const { segments, proposed, images } = corrections
  const source = found?.series ?? null
  if (segments.length === 0) return { correction: null, items: [] }
  if (proposed.length === 0 || images === null || source === null)
    return { correction: { proposal: null, segments: [...segments] }, items: [] }
  try {
    const item = proposals.refinedSeg({ case: judged, header, source, images, proposed, decidedAt })
    const { sopClassUid, sopInstanceUid, seriesInstanceUid } = item
    const proposal = { sopClassUid, sopInstanceUid, seriesInstanceUid }
    return { correction: { proposal, segments: [...segments] }, items: [item] }
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error
    return { correction: { proposal: null, segments: segments.map(notWritten(error.message)) }, items: [] }
  }
}

function notWritten(why: string): (segment: SegmentCorrection) => SegmentCorrection {
  return (segment) =>
    segment.outcome === 'nothing-proposed'
      ? segment
      : {
          ...segment,
          outcome: 'nothing-proposed',
          proposedNumber: null,
          reason: `Nothing is proposed: the refined mask cannot be written as a SEG. ${why}`,
        }
}

/** Where segments are wrong: by their findings, and against the pseudo ground truth. */
export function withCorrections(
  assessed: readonly AssessedSegment[],
  { errorMasks }: Corrections,
): SegmentErrors[] {
  return assessed.flatMap(({ number, errors }) => {
    const against = errorMasks.find(({ segmentNumber }) => segmentNumber === number)?.errors ?? []
    const all = [...errors, ...against]
    return all.length === 0 ? [] : [{ segmentNumber: number, errors: all }]
  })
}
