/** The contours of one ROI, PS3.3 C.8.8.6: those that enclose an area, or why the ROI cannot be read. */
import type { Contour, SegmentShape } from '../domain/segmentation.ts'
import { items, number, numbers, text, type Dataset } from './part10.ts'
import { distinct } from './segmentation-header.ts'

export interface RoiShape {
  readonly shape: SegmentShape
  /** What was left out, in whole sentences. */
  readonly notes: readonly string[]
}

/** No point of a patient is this far from any origin: what says so is damaged, and would swamp the image when filled. */
const COORDINATE_MAX_MM = 100_000

/** One faulty contour makes the whole ROI unreadable: nobody can tell what it lacks. */
export function readContours(contourItems: readonly Dataset[], roiNumber: number): RoiShape {
  const contours: Contour[] = []
  let [lines, short] = [0, 0]
  for (const item of contourItems) {
    const geometricType = text(item, 'ContourGeometricType')
    if (geometricType === 'POINT' || geometricType.startsWith('OPEN_')) {
      lines++
      continue
    }
    if (geometricType !== 'CLOSED_PLANAR' && geometricType !== 'CLOSEDPLANAR_XOR')
      return unreadable('A contour has no known geometric type.')
    const points = pointsOf(item)
    if (typeof points === 'string') return unreadable(points)
    if (points.length === 0) return unreadable('A contour has no coordinates.')
    if (points.length < 9) short++
    else contours.push({ points, geometricType, sopInstanceUids: distinct(imageUids(item)) })
  }
  if (lines + short > 0 && contours.length === 0)
    return unreadable(
      short === 0
        ? 'It has no volume: it consists of points or open lines.'
        : 'It has no volume: no contour of it has three points.',
    )
  const notes = [
    lines > 0 && `Structure ${roiNumber}: ${lines} points or open lines have no volume and were left out.`,
    short > 0 &&
      `Structure ${roiNumber}: ${short} contours of fewer than three points enclose nothing and were left out.`,
  ]
  return { shape: { kind: 'contours', contours }, notes: notes.filter((note) => note !== false) }
}

export function imageUids(item: Dataset): string[] {
  return items(item, 'ContourImageSequence').map((image) => text(image, 'ReferencedSOPInstanceUID'))
}

export function unreadable(reason: string): RoiShape {
  return { shape: { kind: 'unreadable', reason }, notes: [] }
}

/** x, y, z of every point of one contour, or why there are none to trust. */
function pointsOf(contour: Dataset): Float64Array | string {
  const points = Float64Array.from(numbers(contour, 'ContourData'))
  const declared = number(contour, 'NumberOfContourPoints')
  if (points.length % 3 !== 0) return 'The coordinates of a contour do not come in threes.'
  let largest = 0
  for (const value of points) {
    // NaN would pass the comparison below.
    if (!Number.isFinite(value)) return 'A coordinate of a contour is not a number.'
    largest = Math.max(largest, Math.abs(value))
  }
  if (largest > COORDINATE_MAX_MM)
    return `A coordinate of a contour lies more than ${COORDINATE_MAX_MM / 1000} m away, outside any patient.`
  if (declared !== null && declared !== points.length / 3)
    return 'A contour has another number of points than it says.'
  return points
}
