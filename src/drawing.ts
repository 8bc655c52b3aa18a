/** Which segments of an object are drawn: a step of the main path (pipeline.ts). */
import type { SegmentResult } from './domain/case.ts'
import type { DrawnFigure } from './domain/figure.ts'
import { PlumblineError } from './errors.ts'
import type { Assessment, Drawing, DrawRequest, Pipeline } from './ports.ts'

export interface Drawn {
  readonly figures: readonly DrawnFigure[]
  /** What the reader should know of those that are not there. */
  readonly notes: readonly string[]
}

export const NOT_DRAWN: Drawn = { figures: [], notes: [] }

/** Pictures of the segments that the policy names. A segment that cannot be drawn is noted: no verdict is lost for a picture. */
export async function drawFigures(
  results: readonly SegmentResult[],
  draw: Assessment['draw'] | undefined,
  { figures: limits }: Pick<Pipeline, 'figures'>,
  signal: AbortSignal,
): Promise<Drawn> {
  if (draw === undefined) return NOT_DRAWN
  const { segments, segmentsMax, sheetBytesMax } = limits
  const wanted = wantedOf(results, segments)
  const drawn = await Promise.all(
    wanted
      .slice(0, segmentsMax)
      .map(({ number, structure, findings }) =>
        drawOne({ number, structure, findings, sheetBytesMax }, draw, signal),
      ),
  )
  const further = wanted.length - drawn.length
  const note = `Pictures are of the ${segmentsMax} worst segments only; ${further} more have none (figures.segmentsMax).`
  return {
    figures: drawn.flatMap(({ figures }) => figures),
    notes: [...drawn.flatMap(({ notes }) => notes), ...(further > 0 ? [note] : [])],
  }
}

async function drawOne(
  request: DrawRequest,
  draw: NonNullable<Assessment['draw']>,
  signal: AbortSignal,
): Promise<Drawn> {
  const { number, sheetBytesMax } = request
  try {
    const { figures, leftOut }: Drawing = await draw(request, signal)
    const note = `Pictures of segment ${number} are left out, as they have more than ${sheetBytesMax} bytes: ${leftOut} (figures.sheetBytesMax).`
    return { figures, notes: leftOut > 0 ? [note] : [] }
  } catch (error) {
    if (!(error instanceof PlumblineError) || signal.aborted) throw error
    return { figures: [], notes: [`There are no pictures of segment ${number}: ${error.message}`] }
  }
}

/** Worst first. What could not be measured has no opinion, and no picture either. */
function wantedOf(
  results: readonly SegmentResult[],
  which: Pipeline['figures']['segments'],
): SegmentResult[] {
  if (which === 'none') return []
  return results
    .filter(({ verdict, opinion }) => opinion !== null && (which === 'all' || verdict !== 'accept'))
    .toSorted((one, other) => (one.score ?? 0) - (other.score ?? 0))
}

/** The results with the figures of each. */
export function withFigures(
  segments: readonly SegmentResult[],
  drawn: readonly DrawnFigure[],
): SegmentResult[] {
  return segments.map((segment) => {
    const figures = drawn.flatMap(({ figure }) => (figure.segmentNumber === segment.number ? [figure] : []))
    return figures.length === 0 ? segment : { ...segment, figures }
  })
}
