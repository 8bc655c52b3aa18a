/**
 * A cut inside the images: an end that is flat where the structure should taper.
 *
 * A rounded end shrinks to nothing: near its tip the cross-section falls about linearly with the distance from the
 * tip (A = 2 pi R d for a cap of radius R). Two numbers per end: the area of the end slice as a share of the largest,
 * and how many slices its trend needs to reach zero. A whole organ ends with a small share and about one slice to
 * go; a cut one has both large. Only structures whose knowledge entry says `tapers` are judged: glands, brainstem and
 * cords are drawn with blunt ends by convention. With these limits no complete organ of TotalSegmentator's published
 * examples is flagged, and every cut of 15 % or more off their kidneys is. Cuts of 5 % and less are not seen.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import { describeFace, describeSlice, imagesOf, isStackedAlongBody, percent } from './words.ts'

/** Fewer slices show no trend. */
const SLICES_MIN = 8
const AREA_SHARE_MAX = 0.25
const AREA_SHARE_CRITICAL = 0.5
const SLICES_TO_ZERO_MAX = 2.5
/** A slender end, like the lower tip of the liver: less area, but a trend that is far from its end. */
const SLENDER_AREA_SHARE_MAX = 0.12
const SLENDER_SLICES_MAX = 4
const SLENDER_EXTENT_SHARE_MAX = 0.15
/** The trend is read over this share of the extent, at least 1 and at most 6 slices. */
const TREND_SHARE = 0.1
const TREND_SLICES_MAX = 6

export interface EndShape {
  /** Area of the end slice over the largest area. */
  readonly areaShare: number
  /** Slices until the trend reaches zero area; at most the number of slices (also when the area grows outwards). */
  readonly slicesToZero: number
}

export function checkFlatEnd({ shape: own, resolved, volume }: MaskContext): CheckResult {
  const { mask, measures, imageSlice } = own
  const counts = measures.sliceCounts
  if (resolved.structure?.tapers !== true || counts.length < SLICES_MIN || !isStackedAlongBody(mask.geometry))
    return NOTHING
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  const lastImage = (volume?.geometry.size[2] ?? Infinity) - 1
  for (const end of ['first', 'last'] as const) {
    const k = measures.tight.origin[2] + (end === 'first' ? 0 : counts.length - 1)
    // An end at the edge of the images is image-edge.ts's.
    if (volume !== null && (imageSlice(k) <= 0 || imageSlice(k) >= lastImage)) continue
    const shape = endShape(end === 'first' ? counts : counts.toReversed())
    const where = `${describeFace(mask.geometry, 2, end)} end, ${describeSlice(mask.geometry, k)}`
    const keys = { share: `end.${end}.share`, trend: `end.${end}.trend` }
    evidence.push(...evidenceOf(shape, keys, where))
    if (!isCut(shape, counts.length)) continue
    findings.push({
      mode: 'truncated',
      severity: shape.areaShare > AREA_SHARE_CRITICAL ? 'critical' : 'major',
      text: `The ${where} is cut flat: it still has ${percent(shape.areaShare)} of the largest cross-section, where the structure should taper.`,
      evidence: [keys.share, keys.trend],
      ...imagesOf(volume, nearEnd(k, end).map(imageSlice)),
    })
  }
  return { evidence, findings }
}

function isCut({ areaShare, slicesToZero }: EndShape, slices: number): boolean {
  const isBlunt = areaShare > AREA_SHARE_MAX && slicesToZero > SLICES_TO_ZERO_MAX
  const isSlenderCut =
    areaShare > SLENDER_AREA_SHARE_MAX &&
    slicesToZero > Math.max(SLENDER_SLICES_MAX, SLENDER_EXTENT_SHARE_MAX * slices)
  return isBlunt || isSlenderCut
}

/** `areas` from the end inwards. */
export function endShape(areas: readonly number[]): EndShape {
  const largest = areas.reduce((a, b) => Math.max(a, b), 0)
  const [end = 0] = areas
  const span = Math.min(
    areas.length - 1,
    Math.max(1, Math.min(TREND_SLICES_MAX, Math.round(areas.length * TREND_SHARE))),
  )
  const growthPerSlice = ((areas[span] ?? end) - end) / span
  const slices = growthPerSlice > 0 ? end / growthPerSlice : areas.length
  return { areaShare: end / largest, slicesToZero: Math.min(areas.length, slices) }
}

function evidenceOf(shape: EndShape, keys: { share: string; trend: string }, where: string): EvidenceDraft[] {
  const source = 'limit set on complete organs of TotalSegmentator examples'
  return [
    {
      key: keys.share,
      name: 'end area share',
      value: shape.areaShare,
      unit: '1',
      where,
      expected: { low: null, high: AREA_SHARE_MAX, source },
    },
    {
      key: keys.trend,
      name: 'slices to zero area by trend',
      value: shape.slicesToZero,
      unit: '1',
      where,
      expected: { low: null, high: SLICES_TO_ZERO_MAX, source },
    },
  ]
}

/** The end slice, the one outside that should still show it, and the one before. */
function nearEnd(k: number, end: 'first' | 'last'): number[] {
  return end === 'first' ? [k, k - 1, k + 1] : [k, k + 1, k - 1]
}
