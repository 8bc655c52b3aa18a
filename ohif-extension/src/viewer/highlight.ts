/** One segment brought out, the others dimmed; styles of this viewport only, so that the reader's own settings stay. */
import type { RepresentationType, SegmentStyle, Services } from '../host.ts'

interface Emphasis {
  readonly chosen: SegmentStyle
  readonly other: SegmentStyle
}

/** A surface has no style of its segments. */
const EMPHASIS: Readonly<Partial<Record<RepresentationType, Emphasis>>> = {
  Labelmap: {
    chosen: { fillAlpha: 0.4, outlineWidth: 3 },
    other: { fillAlpha: 0.08, outlineWidth: 1, outlineOpacity: 0.4 },
  },
  Contour: {
    chosen: { outlineWidth: 4 },
    other: { outlineWidth: 1, outlineOpacity: 0.35 },
  },
}
const PLAIN: SegmentStyle = {}

/** Null: all segments alike. False when the object has no such segment in the viewer. */
export function highlight(
  { segmentationService }: Services,
  viewportId: string,
  segmentationId: string,
  segmentNumber: number | null,
): boolean {
  const representations = segmentationService.getSegmentationRepresentations(viewportId, { segmentationId })
  const numbers = new Set(representations.flatMap(({ segments }) => Object.keys(segments).map(Number)))
  const known = segmentNumber === null || numbers.has(segmentNumber)
  for (const { type } of representations) {
    const emphasis = EMPHASIS[type]
    if (emphasis === undefined) continue
    for (const segmentIndex of numbers) {
      const style = segmentIndex === segmentNumber ? emphasis.chosen : emphasis.other
      const specifier = { viewportId, segmentationId, type, segmentIndex }
      segmentationService.setStyle(specifier, segmentNumber === null || !known ? PLAIN : style, false)
    }
  }
  if (segmentNumber !== null && known) segmentationService.setActiveSegment(segmentationId, segmentNumber)
  return known
}
