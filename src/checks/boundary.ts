/**
 * Does the outline follow an edge of the image? Lines across the surface show where the image has its edges: `support`
 * is their share at the drawn surface over an even spread (1: no more than anywhere near). Where another place has
 * much more support, the mask is moved (rigid shift) or drawn too large or too small.
 *
 * Limits from real masks: TotalSegmentator at 3 mm (61 + 41 structures), expert cords, hippocampi and tumours on MR.
 * Organs and bones have a support of 1.07 (a femur that the images cut) to 2.9 at the drawn surface, most above 1.4; a
 * shift by 2 voxels leaves 0.7 to 1.4, by 7 voxels 0.7 to 1.2. No good mask gains more than 1.13 by a shift of 1.5 to
 * 5 voxels, except muscles and tumours without an edge of their own (up to 1.7): a soft boundary is never worse than
 * minor. One voxel off is within what good models do. On PET the edges are those of the scanner: nothing is said.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Geometry, Vector3 } from '../domain/geometry.ts'
import { boundaryProfiles } from '../imaging/boundary-profile.ts'
import { bestGrowth, bestShift, supportAt, type Growth, type Shift } from '../imaging/edge-fit.ts'
import { edgeVotes, type EdgeVotes } from '../imaging/edge-votes.ts'
import { spacingMm } from '../imaging/geometry.ts'
import { describeFace, figure, imagesOf, percent } from './words.ts'

const LINES_MAX = 2000
/** With fewer lines chance alone moves the support by more than 0.1. */
const LINES_MIN = 150
const REACH = 6
const STEP_MIN_MM = 1
/** In voxels, but at least STEP_MIN_MM each: nearer is how well anyone draws, farther is another edge. */
const OFFSET_MIN = 1.5
const OFFSET_MAX = 5
/** The other place must look like the boundary of something. */
const OTHER_SUPPORT_MIN = 1.45

interface Limits {
  /** Support of another place over that of the drawn one. */
  readonly gainMajor: number
  readonly gainMinor: number
  readonly supportMajor: number
  readonly supportMinor: number
}
const LIMITS: Readonly<Record<'sharp' | 'visible' | 'soft', Limits>> = {
  sharp: { gainMajor: 1.35, gainMinor: 1.25, supportMajor: 0.95, supportMinor: 1.04 },
  visible: { gainMajor: 1.45, gainMinor: 1.35, supportMajor: 1, supportMinor: 1.08 },
  soft: { gainMajor: Infinity, gainMinor: 1.8, supportMajor: 0, supportMinor: 0.8 },
}
const SOURCE = 'limit set on real masks of AI and experts'

export function checkBoundary({ mask, resolved, volume }: VolumeContext): CheckResult {
  if (volume.modality === 'PT') return NOTHING
  const options = { pointsMax: LINES_MAX, reach: REACH, stepMinMm: STEP_MIN_MM }
  const votes = edgeVotes(boundaryProfiles(mask, volume, options), LINES_MIN)
  if (votes === null) return NOTHING
  const fit = fitOf(votes, mask.geometry)
  const boundary = resolved.structure?.boundary ?? 'none'
  const limits = boundary === 'none' ? null : LIMITS[boundary]
  const evidence = evidenceOf(fit, votes, limits)
  if (limits === null) return { evidence, findings: [] }
  const images = imagesOf(volume, slicesBySupport(votes))
  const finding = misplaced(fit, limits, mask.geometry) ?? unsupported(fit, votes, limits)
  return { evidence, findings: finding === null ? [] : [{ ...finding, ...images }] }
}

interface Fit {
  readonly support: number
  readonly growth: Growth | null
  readonly growthMm: number
  readonly shift: Shift
  readonly shiftMm: number
  /** In the units of OFFSET_MIN. */
  readonly shiftUnits: number
}

function fitOf(votes: EdgeVotes, geometry: Geometry): Fit {
  const [x, y, z] = spacingMm(geometry)
  const unitMm: Vector3 = [Math.max(STEP_MIN_MM, x), Math.max(STEP_MIN_MM, y), Math.max(STEP_MIN_MM, z)]
  const growth = bestGrowth(votes)
  const shift = bestShift(votes, unitMm)
  const [i, j, k] = shift.mm
  return {
    support: supportAt(votes, 0, [0, 0, 0]),
    growth,
    growthMm: (growth?.steps ?? 0) * meanStepMm(votes),
    shift,
    shiftMm: Math.hypot(i, j, k),
    shiftUnits: Math.hypot(i / unitMm[0], j / unitMm[1], k / unitMm[2]),
  }
}

function meanStepMm({ lines }: EdgeVotes): number {
  return lines.stepMm.subarray(0, lines.count).reduce((sum, step) => sum + step, 0) / lines.count
}

function evidenceOf(fit: Fit, { edgelessShare }: EdgeVotes, limits: Limits | null): EvidenceDraft[] {
  const where = 'whole surface'
  const low = limits?.supportMinor ?? null
  return [
    {
      key: 'boundary.support',
      name: 'edge support of the boundary',
      value: fit.support,
      unit: '1',
      where,
      ...(low === null ? {} : { expected: { low, high: null, source: SOURCE } }),
    },
    {
      key: 'boundary.edgeless',
      name: 'share of the boundary without an edge',
      value: edgelessShare,
      unit: '1',
      where,
    },
    ...(fit.growth === null
      ? []
      : [
          {
            key: 'boundary.offset',
            name: 'offset of the image edge outwards',
            value: fit.growthMm,
            unit: 'mm',
            where,
          },
        ]),
    {
      key: 'boundary.shift',
      name: 'shift to the best edge support',
      value: fit.shiftMm,
      unit: 'mm',
      where,
    },
  ]
}

type Draft = Omit<FindingDraft, 'instances'>

/** Another place fits better: moved, or grown. */
function misplaced(fit: Fit, limits: Limits, geometry: Geometry): Draft | null {
  const { growth, growthMm, shift, shiftMm, shiftUnits, support } = fit
  const canMove = isOffset(shiftUnits) ? shift.support : 0
  const canGrow = growth !== null && isOffset(Math.abs(growth.steps)) ? growth.support : 0
  const other = Math.max(canMove, canGrow)
  const gain = other / support
  if (other < OTHER_SUPPORT_MIN || gain < limits.gainMinor) return null
  const isMove = canMove > canGrow
  const how = isMove
    ? `moved by ${figure(shiftMm)} mm, mostly towards the ${direction(shift.mm, geometry)} end`
    : `${growthMm > 0 ? 'grown' : 'shrunk'} by ${figure(Math.abs(growthMm))} mm`
  return {
    mode: 'boundary-unsupported',
    severity: gain >= limits.gainMajor ? 'major' : 'minor',
    text: `The outline does not lie on the edges of the image: they fit ${figure(gain)} times better when it is ${how}.`,
    evidence: ['boundary.support', isMove ? 'boundary.shift' : 'boundary.offset'],
  }
}

function isOffset(units: number): boolean {
  return units >= OFFSET_MIN && units <= OFFSET_MAX
}

/** The side of the patient that a shift goes to, by its largest part. */
function direction(mm: Vector3, geometry: Geometry): string {
  const axis = ([0, 1, 2] as const).reduce((best, next) =>
    Math.abs(mm[next]) > Math.abs(mm[best]) ? next : best,
  )
  return describeFace(geometry, axis, mm[axis] > 0 ? 'last' : 'first')
}

function unsupported({ support }: Fit, { edgelessShare }: EdgeVotes, limits: Limits): Draft | null {
  if (support >= limits.supportMinor) return null
  return {
    mode: 'boundary-unsupported',
    severity: support < limits.supportMajor ? 'major' : 'minor',
    text: `The outline follows no edge of the image: edges are ${figure(support)} times as frequent on it as around it, and ${percent(edgelessShare)} of it shows none at all.`,
    evidence: ['boundary.support', 'boundary.edgeless'],
  }
}

/** Slices with the least support first. */
function slicesBySupport({ lines, positions, votes }: EdgeVotes): number[] {
  const middle = (positions - 1) / 2
  const bySlice = new Map<number, { sum: number; count: number }>()
  for (let line = 0; line < lines.count; line++) {
    const k = lines.slices[line] ?? 0
    const entry = bySlice.get(k) ?? { sum: 0, count: 0 }
    entry.sum += votes[line * positions + middle] ?? 0
    entry.count++
    bySlice.set(k, entry)
  }
  return [...bySlice].toSorted(([k, a], [m, b]) => a.sum / a.count - b.sum / b.count || k - m).map(([k]) => k)
}
