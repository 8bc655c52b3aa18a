/**
 * Faults of the drawing itself, on the contours of an RTSTRUCT: outlines that cross themselves, that zigzag, that were
 * copied from plane to plane, that have too few points for their size. What they fill is judged elsewhere.
 *
 * The limits stand clear of what people draw. Of 29 structures (sarcoma on CT, MR and PET; pancreas; head and neck
 * planning; 1,001 contours, drawn freely or along pixels) none crosses itself; dividers of one pixel find the roughest
 * contour 1.13 times as long as dividers of four, and the roughest structure 1.07 times in the middle; no outline comes
 * back on a third plane; no freely drawn contour cuts corners by more than 0.32 mm.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, SegmentContext } from './check.ts'
import { NOTHING } from './check.ts'
import { measureContours, type ContourQuality, type QualityLimits } from '../imaging/contour-quality.ts'
import { counted, figure, imagesOf, percent } from './words.ts'

const LIMITS: QualityLimits = {
  // Nearly three times the excess of the roughest contour of an expert; noise of 0.7 steps from step to step.
  roughRatio: 1.35,
  roughStepMm: 0.7,
  // A voxel is lost at every corner; six times what experts leave away.
  sparsePixels: 2,
  sparseMm: 2,
  // Two alike occur by chance and by habit, three do not.
  copiedPlanes: 3,
}
/** Share of the area that hangs on the fill rule, from which volumes and doses differ from system to system. */
const MAJOR_AREA_SHARE = 0.02
/** Share of a structure's contours from which a fault is its manner, not a slip. */
const ROUGH_SHARE = 0.2
const SPARSE_SHARE = 0.2
const COPIED_SHARE = 0.1
/** A structure that is the same nearly everywhere is a tube, not a copy. */
const TUBE_SHARE = 0.8

const SOURCE = 'limits set on expert contours (checks/contour-artefact.ts)'

export function checkContourArtefact({ contours, volume, mask }: SegmentContext): CheckResult {
  const geometry = volume?.geometry ?? mask?.geometry
  if (contours === null || geometry === undefined) return NOTHING
  const quality = measureContours(contours, geometry, LIMITS)
  if (quality.contourCount === 0) return NOTHING
  const found = FAULTS.flatMap((fault) => fault(quality) ?? [])
  return {
    evidence: evidenceOf(quality),
    findings: found.map(({ slices, ...finding }): FindingDraft => ({
      mode: 'contour-artefact',
      ...finding,
      ...imagesOf(volume, slices),
    })),
  }
}

function evidenceOf({ contourCount, crossing, rough, copied, sparse }: ContourQuality): EvidenceDraft[] {
  const where = counted(contourCount, 'contour')
  const most = (high: number) => ({ low: null, high, source: SOURCE })
  const drafts: EvidenceDraft[] = [
    {
      key: 'contours.crossing',
      name: 'contours that cross themselves',
      value: crossing.contourCount,
      unit: '1',
      where,
      expected: most(0),
    },
    {
      key: 'contours.crossing.area',
      name: 'area that hangs on the fill rule',
      value: crossing.areaShare,
      unit: '1',
      where,
      expected: most(MAJOR_AREA_SHARE),
    },
    {
      key: 'contours.copied',
      name: 'contours in copied runs',
      value: copied.contourCount,
      unit: '1',
      where,
      expected: most(Math.floor(COPIED_SHARE * contourCount)),
    },
    {
      key: 'contours.sparse',
      name: 'contours of too few points',
      value: sparse.contourCount,
      unit: '1',
      where,
      expected: most(Math.floor(SPARSE_SHARE * contourCount)),
    },
  ]
  if (rough.medianRatio === null) return drafts
  const judged = counted(rough.judgedCount, 'freely drawn contour')
  return [
    ...drafts,
    {
      key: 'contours.roughness',
      name: 'outline length in steps of one pixel over four',
      value: rough.medianRatio,
      unit: '1',
      where: judged,
      expected: most(LIMITS.roughRatio),
    },
  ]
}

interface Fault extends Pick<FindingDraft, 'severity' | 'text' | 'evidence'> {
  readonly slices: readonly number[]
}

/** Each tells one fault of the drawing, or null. */
const FAULTS: readonly ((quality: ContourQuality) => Fault | null)[] = [
  crossingFault,
  roughFault,
  copiedFault,
  sparseFault,
]

function crossingFault({ contourCount, crossing }: ContourQuality): Fault | null {
  if (crossing.contourCount === 0) return null
  const one = crossing.contourCount === 1
  const tangled =
    crossing.tangledCount > 0
      ? ` ${crossing.tangledCount} of them ${crossing.tangledCount === 1 ? 'is' : 'are'} too tangled to be followed edge by edge.`
      : ''
  return {
    severity: crossing.areaShare > MAJOR_AREA_SHARE ? 'major' : 'minor',
    text: `${crossing.contourCount} of ${counted(contourCount, 'contour')} ${one ? 'crosses itself' : 'cross themselves'}: by the rule that a system fills ${one ? 'it' : 'them'} with, the area differs by ${percent(crossing.areaShare)}.${tangled}`,
    evidence: ['contours.crossing', 'contours.crossing.area'],
    slices: crossing.slices,
  }
}

function roughFault({ rough }: ContourQuality): Fault | null {
  if (rough.medianRatio === null || rough.contourCount <= ROUGH_SHARE * rough.judgedCount) return null
  return {
    severity: 'minor',
    text: `The outline zigzags on ${rough.contourCount} of ${counted(rough.judgedCount, 'freely drawn contour')}: measured in steps of one pixel it is ${figure(rough.medianRatio)} times as long as in steps of four.`,
    evidence: ['contours.roughness'],
    slices: rough.slices,
  }
}

function copiedFault({ contourCount, copied }: ContourQuality): Fault | null {
  const share = copied.contourCount / contourCount
  if (share <= COPIED_SHARE || share > TUBE_SHARE) return null
  return {
    severity: 'minor',
    text: `${copied.contourCount} of ${counted(contourCount, 'contour')} repeat the outline of the plane before, point for point, over up to ${counted(copied.longestRun, 'plane')}: copied, not drawn.`,
    evidence: ['contours.copied'],
    slices: copied.slices,
  }
}

function sparseFault({ contourCount, sparse }: ContourQuality): Fault | null {
  if (sparse.contourCount <= SPARSE_SHARE * contourCount) return null
  return {
    severity: 'minor',
    text: `${sparse.contourCount} of ${counted(contourCount, 'contour')} have so few points that a round outline of their size would be cut by up to ${figure(sparse.worstMm)} mm.`,
    evidence: ['contours.sparse'],
    slices: sparse.slices,
  }
}
