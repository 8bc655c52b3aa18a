/**
 * Does another segmentation of the same structure in the study show something else? Two that disagree cannot both be
 * right, and which of them is wrong is not known from this alone: hence a look by a person, never a rejection. One that
 * has grave faults of its own says nothing against this one.
 *
 * Two people agree on a parotid with a Dice of 0.86 and on a cochlea with 0.75, so one limit for Dice would accuse small
 * structures: surfaces are compared within a tolerance instead, and Dice counts only where little is shared at all.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, SecondMask, VolumeContext } from './check.ts'
import { PlumblineError } from '../errors.ts'
import { surfaceAgreement, volumeAgreement, type SurfaceAgreement } from '../imaging/agreement.ts'
import { spacingMm } from '../imaging/geometry.ts'
import { figure, instancesOf, percent, worstSlices } from './words.ts'

/** Surfaces no farther apart than this, and than one and a half voxels, are the same to a reader. */
const TOLERANCE_MM = 3
const TOLERANCE_VOXELS = 1.5
const SURFACE_DICE_MIN = 0.7
const DICE_MIN = 0.4
/** Voxel corners compared at most: about 500 x 500 x 200. */
const POINTS_MAX = 50_000_000

export function checkSecond({ mask, measures, seconds, volume }: VolumeContext): CheckResult {
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  const toleranceMm = Math.max(TOLERANCE_MM, TOLERANCE_VOXELS * Math.max(...spacingMm(mask.geometry)))
  for (const [index, second] of seconds.entries()) {
    const { dice } = volumeAgreement(mask, second.mask)
    const surface = surfaceOrNull(second, mask, toleranceMm)
    const drafts = evidenceOf(`second.${index}`, second.name, dice, surface, toleranceMm)
    evidence.push(...drafts)
    const agrees = dice >= DICE_MIN && (surface === null || surface.surfaceDice >= SURFACE_DICE_MIN)
    if (agrees || !second.isSound()) continue
    const apart = surface?.hausdorff95Mm ?? null
    findings.push({
      mode: 'second-disagrees',
      severity: 'minor',
      text: `${second.name} shows the same structure elsewhere or in another size: Dice ${figure(dice)}${apart === null ? '' : `, surfaces up to ${figure(apart)} mm apart (95th percentile)`}. ${surface === null ? '' : `Only ${percent(surface.surfaceDice)} of the surfaces agree within ${figure(toleranceMm)} mm. `}One of the two is wrong.`,
      evidence: drafts.map(({ key }) => key),
      instances: instancesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
    })
  }
  return { evidence, findings }
}

/** Null where surfaces cannot be compared: sheared grids, very large boxes. Dice is left then. */
function surfaceOrNull(
  second: SecondMask,
  mask: VolumeContext['mask'],
  toleranceMm: number,
): SurfaceAgreement | null {
  try {
    return surfaceAgreement(mask, second.mask, { toleranceMm, pointsMax: POINTS_MAX })
  } catch (error) {
    if (error instanceof PlumblineError) return null
    throw error
  }
}

function evidenceOf(
  key: string,
  name: string,
  dice: number,
  surface: SurfaceAgreement | null,
  toleranceMm: number,
): EvidenceDraft[] {
  const source = 'limit below what two readers reach on small structures'
  const where = `against ${name}`
  const drafts: EvidenceDraft[] = [
    {
      key: `${key}.dice`,
      name: 'Dice',
      value: dice,
      unit: '1',
      where,
      expected: { low: DICE_MIN, high: 1, source },
    },
  ]
  if (surface === null) return drafts
  drafts.push({
    key: `${key}.surface`,
    name: 'surface Dice',
    value: surface.surfaceDice,
    unit: '1',
    where: `${where}, tolerance ${figure(toleranceMm)} mm`,
    expected: { low: SURFACE_DICE_MIN, high: 1, source },
  })
  const { hausdorff95Mm } = surface
  if (hausdorff95Mm !== null)
    drafts.push({ key: `${key}.hd95`, name: 'HD95', value: hausdorff95Mm, unit: 'mm', where })
  return drafts
}
