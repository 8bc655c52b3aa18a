/** One segment brought out, all else dimmed, other objects too; styles of this viewport only, so that the reader's own settings stay. */
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

/** Null: all segments of the object alike. False when the object has no such segment in the viewer. */
export function highlight(
  { segmentationService }: Services,
  viewportId: string,
  segmentationId: string,
  segmentNumber: number | null,
): boolean {
  let known = segmentNumber === null
  for (const shown of segmentationService.getSegmentationRepresentations(viewportId)) {
    const emphasis = EMPHASIS[shown.type]
    const isObject = shown.segmentationId === segmentationId
    for (const segmentIndex of Object.keys(shown.segments).map(Number)) {
      const isChosen = isObject && segmentIndex === segmentNumber
      known ||= isChosen
      const style = isObject && segmentNumber === null ? PLAIN : isChosen ? emphasis?.chosen : emphasis?.other
      const specifier = { viewportId, segmentationId: shown.segmentationId, type: shown.type, segmentIndex }
      if (style !== undefined) segmentationService.setStyle(specifier, style, false)
    }
  }
  if (segmentNumber !== null && known) segmentationService.setActiveSegment(segmentationId, segmentNumber)
  return known
}
