/** One segment brought out, all else dimmed, other objects too; styles of this viewport only, so that the reader's own settings stay. */
import type { RepresentationType, SegmentStyle, Services } from '../host.ts'

interface Emphasis {
  readonly chosen: SegmentStyle
  readonly other: SegmentStyle
}

/** A surface has no style of its segments. */
const EMPHASIS: Readonly<Partial<Record<RepresentationType, Emphasis>>> = {
  Labelmap: { chosen: style(0.45, 3, 1), other: style(0.06, 1, 0.5) },
  Contour: { chosen: style(0, 4, 1), other: style(0, 1, 0.4) },
}

/** The same whether or not the host takes the object for the active one of the viewport. */
function style(fillAlpha: number, outlineWidth: number, outlineOpacity: number): SegmentStyle {
  return {
    fillAlpha,
    outlineWidth,
    outlineOpacity,
    fillAlphaInactive: fillAlpha,
    outlineWidthInactive: outlineWidth,
    outlineOpacityInactive: outlineOpacity,
  }
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
  segmentationService.setActiveSegmentation(viewportId, segmentationId)
  for (const shown of segmentationService.getSegmentationRepresentations(viewportId)) {
    const emphasis = EMPHASIS[shown.type]
    const isObject = shown.segmentationId === segmentationId
    for (const segmentIndex of Object.keys(shown.segments).map(Number)) {
      const isChosen = isObject && segmentIndex === segmentNumber
      known ||= isChosen
      const wanted =
        isObject && segmentNumber === null ? PLAIN : isChosen ? emphasis?.chosen : emphasis?.other
      const specifier = { viewportId, segmentationId: shown.segmentationId, type: shown.type, segmentIndex }
      if (wanted !== undefined) segmentationService.setStyle(specifier, wanted, false)
    }
  }
  if (segmentNumber !== null && known) segmentationService.setActiveSegment(segmentationId, segmentNumber)
  return known
}
