/**
 * A cut through tissue: on one plane of voxels the mask ends and the image goes on unchanged. The form alone shows a cut only
 * where a structure must taper (flat-end.ts, flat-side.ts); the image shows it at the end of a vessel, within an organ, and
 * where too little was cut off to leave a blunt end. A face without an edge means the more, the rarer they are on the rest of
 * the surface. For structures whose boundary is seen (knowledge entry), bones left out: their marrow goes on into the next one.
 *
 * Limits from 244 masks of TotalSegmentator's examples, hippocampi, tumours and cords on CT and MR: along the stack at most
 * 0.12 of the largest section is open where the rest is closed (kidney), across it 0.23 (spleen); a cut of 10 % off a synthetic
 * organ leaves from 0.16 on. An aorta ends where it parts into the iliac arteries, so a vessel must also go on farther out.
 */
import { voxelVolumeMm3, spacingMm } from '../imaging/geometry.ts'
import { openPlanes, type OpenPlane } from '../imaging/open-planes.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { describeFace, describeSlice, imagesOf, percent, worstSlices } from './words.ts'

interface Limits {
  /** Open faces on the plane over the largest section across it. */
  readonly shareMin: number
  /** Open faces over all on the plane, and how much rarer they must be on the rest. */
  readonly opennessMin: number
  readonly contrastMin: number
  readonly elsewhereMax: number
}
/** Any of them. Organs are cut at an end rather than lengthwise; a surface with few edges must be cut widely. */
const ALONG_STACK: Limits = { shareMin: 0.15, opennessMin: 0.45, contrastMin: 0.3, elsewhereMax: 0.3 }
const ACROSS: Limits = { shareMin: 0.35, opennessMin: 0.6, contrastMin: 0.3, elsewhereMax: 0.35 }
const WIDE: Limits = { shareMin: 0.6, opennessMin: 0.7, contrastMin: 0.2, elsewhereMax: 0.6 }
/** Where nearly all of the surface shows an edge, less is enough. */
const CLEAR: Limits = { shareMin: 0.2, opennessMin: 0.7, contrastMin: 0.5, elsewhereMax: 0.2 }
/** A vessel's last section as a whole. */
const VESSEL: Limits = { shareMin: 0, opennessMin: 0.6, contrastMin: 0.3, elsewhereMax: 0.4 }
const VESSEL_CM2_MIN = 1
/** Farther out it may bend away from the section or narrow, and edges of other structures do not count. */
const FAR_OPENNESS_MIN = 0.4
const SHARE_CRITICAL = 0.5
/** How far outside is looked; a vessel must go on as far as that. */
const NEAR_MM = 3
const FAR_MM = 15
/** Fewer voxels show no tissue. */
const VOXELS_MIN = 500
const KINDS: ReadonlySet<string> = new Set(['organ', 'lesion', 'vessel'])
const SOURCE = 'limit set on real masks of AI and experts'

export function checkOpenCut(context: VolumeContext): CheckResult {
  const { mask, measures, resolved, volume } = context
  const { structure } = resolved
  const isSeen = structure?.boundary === 'sharp' || structure?.boundary === 'visible'
  if (!isSeen || !KINDS.has(structure.kind) || volume.modality === 'PT') return NOTHING
  // A cord or a bowel goes on by nature, and is often drawn in part.
  if (structure.kind === 'organ' && structure.mayReachImageEdge) return NOTHING
  if (measures.voxelCount < VOXELS_MIN) return NOTHING
  const near = openPlanes(mask, volume, NEAR_MM).toSorted((a, b) => b.openShare - a.openShare)
  const cut =
    structure.kind === 'vessel' ? (endOfVessel(near, context) ?? near.find(isSplit)) : near.find(isCut)
  const shown = cut ?? near[0]
  if (shown === undefined) return NOTHING
  const side = describeFace(mask.geometry, shown.axis, shown.end)
  const evidence = [evidenceOf(shown, side)]
  if (cut === undefined) return { evidence, findings: [] }
  const where = cut.axis === 2 ? `, at ${describeSlice(mask.geometry, cut.index)}` : ''
  const finding: FindingDraft = {
    mode: 'truncated',
    severity: cut.openShare >= SHARE_CRITICAL ? 'critical' : 'major',
    text: `It ends in one plane on its ${side} side${where}, and the image goes on unchanged beyond: ${percent(cut.openness)} of this face shows no edge, of the rest of its surface ${percent(cut.elsewhere)}.`,
    evidence: ['cut.open'],
    ...imagesOf(volume, slicesAt(cut, measures)),
  }
  return { evidence, findings: [finding] }
}

function isCut(plane: OpenPlane): boolean {
  return (
    exceeds(plane, plane.axis === 2 ? ALONG_STACK : ACROSS) ||
    [WIDE, CLEAR].some((limits) => exceeds(plane, limits))
  )
}

function isSplit(plane: OpenPlane): boolean {
  return plane.axis !== 2 && exceeds(plane, CLEAR)
}

function exceeds({ openShare, openness, elsewhere }: OpenPlane, limits: Limits): boolean {
  return (
    openShare >= limits.shareMin &&
    openness >= limits.opennessMin &&
    openness - elsewhere >= limits.contrastMin &&
    elsewhere <= limits.elsewhereMax
  )
}

/** The first or last section along the stack, if its tissue goes on near it and farther out. */
function endOfVessel(
  near: readonly OpenPlane[],
  { mask, measures, volume }: VolumeContext,
): OpenPlane | undefined {
  const first = measures.tight.origin[2]
  const ends = [first, first + measures.tight.size[2] - 1]
  const cm2 = voxelVolumeMm3(mask.geometry) / spacingMm(mask.geometry)[2] / 100
  const isEnd = ({ axis, index, end, open }: OpenPlane): boolean =>
    axis === 2 && index === ends[end === 'first' ? 0 : 1] && open * cm2 >= VESSEL_CM2_MIN
  const open = near.filter((plane) => isEnd(plane) && exceeds(plane, VESSEL))
  if (open.length === 0) return undefined
  const far = openPlanes(mask, volume, FAR_MM).filter(
    (plane) => isEnd(plane) && plane.openness >= FAR_OPENNESS_MIN,
  )
  return open.find(({ end }) => far.some((plane) => plane.end === end))
}

function evidenceOf({ openShare, openness, elsewhere }: OpenPlane, side: string): EvidenceDraft {
  return {
    key: 'cut.open',
    name: 'section that ends without an edge',
    value: openShare,
    unit: '1',
    where: `${side} side, over the largest section across it; ${percent(openness)} of the face open, ${percent(elsewhere)} of the rest`,
    expected: { low: null, high: ALONG_STACK.shareMin, source: SOURCE },
  }
}

/** The slice at the cut and those next to it; of a cut across slices those with most of the segment. */
function slicesAt(
  { axis, end, index }: OpenPlane,
  { sliceCounts, tight }: VolumeContext['measures'],
): number[] {
  if (axis !== 2) return worstSlices(sliceCounts, tight.origin[2])
  const outwards = end === 'first' ? -1 : 1
  return [index, index + outwards, index - outwards]
}
