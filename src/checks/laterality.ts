/**
 * Does the segment lie on the side it claims? In patient coordinates (LPS: x grows towards the patient's left,
 * PS3.3 C.7.6.2.1.1), never on the screen. First against its partner (left kidney, right kidney), then against the
 * body's midline. Pair rule: the left one's centre has the larger x (Krishnaswamy et al., arXiv 2406.14486).
 * `side-unverified` says nothing against the mask, hence minor.
 */
import type { Structure } from '../domain/knowledge.ts'
import { indexToLps, spacingMm } from '../imaging/geometry.ts'
import { midlineNear } from '../imaging/midline.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { ResolvedStructure, Side } from './structure.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** Nearer to the midline (or to its partner) than this, a side cannot be told: the midline itself is no better known. */
const UNCERTAIN_BAND_MM = 10
/** A pair in the right order is contradicted by the midline only from this distance on. */
const CERTAIN_DISTANCE_MM = 30
/** The midline is taken around the segment's own slices. */
const MIDLINE_MARGIN_MM = 50

export function checkLaterality(context: MaskContext): CheckResult {
  const claim = claimedSide(context.resolved)
  if (claim === null) return NOTHING
  const [x] = indexToLps(context.mask.geometry, context.measures.centroid)
  const partners = partnerOffsets(context, claim, x)
  const midline = distanceFromMidline(context, x)
  const evidence = [
    ...partners.map(partnerEvidence),
    ...(midline === null ? [] : [midlineEvidence(midline, claim)]),
  ]
  // Towards the claimed side is positive from here on.
  const sign = claim === 'left' ? 1 : -1
  const keys = evidence.map(({ key }) => key)
  const findings: FindingDraft[] = []
  const show = imagesOf(
    context.volume,
    worstSlices(context.measures.sliceCounts, context.measures.tight.origin[2]),
  )
  if (context.resolved.sideConflict) {
    findings.push({
      mode: 'wrong-side',
      severity: 'critical',
      text: `Its code says ${claim}, its name says ${opposite(claim)}: one of them is wrong.`,
      evidence: ['side.claims'],
      ...show,
    })
    evidence.push({
      key: 'side.claims',
      name: 'sides claimed',
      value: 2,
      unit: '1',
      where: 'coded laterality and label',
      expected: { low: 1, high: 1, source: 'DICOM PS3.3 C.8.20.2' },
    })
  }
  const position = judge({
    claim,
    isKnown: context.resolved.structure !== null,
    partners: partners.map(({ mm }) => mm * sign),
    midline: midline === null ? null : midline * sign,
  })
  if (position !== null)
    findings.push({ ...position, evidence: keys.length > 0 ? keys : ['side.unknown'], ...show })
  if (position !== null && keys.length === 0) {
    evidence.push({
      key: 'side.unknown',
      name: 'references for the side',
      value: 0,
      unit: '1',
      where: 'no midline of the body and no partner segment',
    })
  }
  return { evidence, findings }
}

/** Distances towards the claimed side; null midline: unknown. */
function judge(at: {
  claim: Side
  isKnown: boolean
  partners: number[]
  midline: number | null
}): Pick<FindingDraft, 'mode' | 'severity' | 'text'> | null {
  const { claim, isKnown, partners, midline } = at
  const swapped = partners.find((mm) => mm < -UNCERTAIN_BAND_MM)
  if (swapped !== undefined) {
    return wrongSide(
      `It is claimed to be the ${claim} one of a pair, but lies ${figure(-swapped)} mm to the patient's ${opposite(claim)} of its partner: left and right are swapped.`,
    )
  }
  const pairAgrees = partners.some((mm) => mm > UNCERTAIN_BAND_MM)
  const wrongBeyond = pairAgrees ? CERTAIN_DISTANCE_MM : UNCERTAIN_BAND_MM
  if (midline !== null && midline < -wrongBeyond) {
    // "Left" may name a part (left hepatic lobe) that need not lie left of the midline.
    if (!isKnown) {
      return unverified(
        `It is coded as ${claim} and its centre lies ${figure(-midline)} mm to the ${opposite(claim)} of the body's midline. Whether that is wrong is not known of this structure.`,
      )
    }
    return wrongSide(
      `It should lie on the patient's ${claim}, but its centre lies ${figure(-midline)} mm to the ${opposite(claim)} of the body's midline.`,
    )
  }
  if (pairAgrees || (midline !== null && midline > UNCERTAIN_BAND_MM)) return null
  const why =
    midline === null
      ? "the images do not show where the body's midline is"
      : `its centre lies only ${figure(Math.abs(midline))} mm from the body's midline`
  return unverified(`Whether it lies on the patient's ${claim} cannot be told: ${why}.`)
}

function unverified(text: string): Pick<FindingDraft, 'mode' | 'severity' | 'text'> {
  return { mode: 'side-unverified', severity: 'minor', text }
}

function wrongSide(text: string): Pick<FindingDraft, 'mode' | 'severity' | 'text'> {
  return { mode: 'wrong-side', severity: 'critical', text }
}

/** The side to verify: what the segment claims, or where an unpaired organ always lies. */
function claimedSide({ structure, side }: ResolvedStructure): Side | null {
  if (side !== null && (structure === null || hasSides(structure))) return side
  return structure?.usualSide === 'left' || structure?.usualSide === 'right' ? structure.usualSide : null
}

/** "Left" in left atrium or left ventricle names a chamber, not a side of the body. */
function hasSides({ paired, kind }: Structure): boolean {
  return paired || kind === 'lesion'
}

/** The segments of the same structure on the other side. */
function partnerOffsets(
  { resolved, siblings }: MaskContext,
  claim: Side,
  x: number,
): { number: number; mm: number }[] {
  const { structure } = resolved
  if (structure?.paired !== true) return []
  return siblings
    .filter(
      (other) => other.resolved.structure?.id === structure.id && other.resolved.side === opposite(claim),
    )
    .map(({ number, mask, measures }) => ({
      number,
      mm: x - indexToLps(mask.geometry, measures.centroid)[0],
    }))
}

/** mm to the left of the body's midline around its own slices; negative: to the right. Null: the midline is not known. */
export function distanceFromMidline({ body, mask, measures, volume }: MaskContext, x: number): number | null {
  if (body === null || volume === null) return null
  const margin = Math.round(MIDLINE_MARGIN_MM / spacingMm(mask.geometry)[2])
  const first = measures.tight.origin[2]
  const midline = midlineNear(body, first, first + measures.tight.size[2] - 1, margin)
  return midline === null ? null : x - midline
}

function partnerEvidence({ number, mm }: { number: number; mm: number }): EvidenceDraft {
  return {
    key: `side.partner.${number}`,
    name: 'offset to the left of its partner',
    value: mm,
    unit: 'mm',
    where: `centre against segment ${number}, patient x axis`,
  }
}

function midlineEvidence(mm: number, claim: Side): EvidenceDraft {
  const source = 'the side it claims, LPS'
  const expected = claim === 'left' ? { low: 0, high: null, source } : { low: null, high: 0, source }
  return {
    key: 'side.midline',
    name: 'offset to the left of the midline',
    value: mm,
    unit: 'mm',
    where: 'centre of the segment, patient x axis',
    expected,
  }
}

function opposite(side: Side): Side {
  return side === 'left' ? 'right' : 'left'
}
