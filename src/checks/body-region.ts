/**
 * Does it lie in the region of the body where the structure that it claims to be lies? Against two landmarks that the images
 * themselves show: the lungs on CT, and the body's midline. An object with a single segment has no other place to be judged by.
 * Adults: the pelvic organs lie 15 cm and more below the lungs, the brain 8 cm and more above; limits are set far within.
 */
import { indexToLps } from '../imaging/geometry.ts'
import { findLungs } from '../imaging/lungs.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { distanceFromMidline } from './laterality.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** mm that its centre lies at least below or above the lungs. */
const FROM_LUNGS_MIN_MM = { below: 60, above: 20 } as const
/** mm that the centre of a midline organ may lie off. */
const OFF_MIDLINE_MAX_MM = 35
const SOURCE = 'adult anatomy; a limit far within what is usual'

interface Place {
  readonly evidence: EvidenceDraft
  /** Null: it may be there. */
  readonly fault: string | null
}

export function checkBodyRegion(context: VolumeContext): CheckResult {
  const places = [fromLungs(context), offMidline(context)].flatMap((place) => place ?? [])
  const evidence = places.map((place) => place.evidence)
  const wrong = places.filter(({ fault }) => fault !== null)
  if (wrong.length === 0) return places.length === 0 ? NOTHING : { evidence, findings: [] }
  const { measures, volume } = context
  const finding: FindingDraft = {
    mode: 'wrong-structure',
    severity: 'critical',
    text: `It cannot be what it claims: ${wrong.flatMap(({ fault }) => fault ?? []).join(', and ')}.`,
    evidence: wrong.map((place) => place.evidence.key),
    ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
  }
  return { evidence, findings: [finding] }
}

function fromLungs({ body, mask, measures, resolved, volume }: VolumeContext): Place | null {
  const side = resolved.structure?.fromLungs ?? null
  const lungs = side === null || body === null ? null : findLungs(volume, body)
  if (side === null || lungs === null) return null
  const z = indexToLps(mask.geometry, measures.centroid)[2]
  const mm = side === 'below' ? lungs.lowMm - z : z - lungs.highMm
  const low = FROM_LUNGS_MIN_MM[side]
  const end = side === 'below' ? 'lower' : 'upper'
  return {
    evidence: {
      key: 'region.lungs',
      name: `distance ${side} the lungs`,
      value: mm,
      unit: 'mm',
      where: `its centre against the ${end} end of the lungs on the images`,
      expected: { low, high: null, source: SOURCE },
    },
    fault:
      mm >= low
        ? null
        : `its centre lies ${figure(Math.abs(mm))} mm ${mm < 0 === (side === 'below') ? 'above' : 'below'} the ${end} end of the lungs, and should lie ${side} by at least ${low} mm`,
  }
}

function offMidline(context: VolumeContext): Place | null {
  const { structure } = context.resolved
  if (structure?.usualSide !== 'midline' || structure.kind !== 'organ') return null
  const [x] = indexToLps(context.mask.geometry, context.measures.centroid)
  const mm = distanceFromMidline(context, x)
  if (mm === null) return null
  return {
    evidence: {
      key: 'region.midline',
      name: 'distance from the midline',
      value: Math.abs(mm),
      unit: 'mm',
      where: "its centre against the body's midline",
      expected: { low: null, high: OFF_MIDLINE_MAX_MM, source: SOURCE },
    },
    fault:
      Math.abs(mm) <= OFF_MIDLINE_MAX_MM
        ? null
        : `its centre lies ${figure(Math.abs(mm))} mm to the ${mm > 0 ? 'left' : 'right'} of the body's midline`,
  }
}
