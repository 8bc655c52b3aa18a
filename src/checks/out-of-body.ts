/** Voxels in the air around the patient. */
import type { CheckResult, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Modality } from '../domain/geometry.ts'
import { countOutsideBody, outsideBody } from '../imaging/body.ts'
import { describeSlice, imagesOf, percent, worstSlices } from './words.ts'

/**
 * Shares above which it is major, and critical: in the wrong place rather than carelessly drawn. On CT air is known by
 * its number. On MR and PET what is dark may be body: cortical bone, lung, saturated fat, tissue without uptake.
 */
const SHARES: Readonly<Record<Modality, { readonly major: number; readonly critical: number }>> = {
  CT: { major: 0, critical: 0.2 },
  MR: { major: 0.2, critical: 0.5 },
  PT: { major: 0.2, critical: 0.5 },
}

export function checkOutOfBody({
  mask,
  measures,
  volume,
  body,
  policy,
  resolved,
}: VolumeContext): CheckResult {
  // A planning region may include air around the patient: margins are meant to.
  if (body === null || resolved.structure?.kind === 'region') return NOTHING
  const outside = countOutsideBody(mask, body)
  const share = outside.total / measures.voxelCount
  const slices = worstSlices(outside.perSlice, mask.box.origin[2])
  const [worst] = slices
  const evidence = [
    {
      key: 'outside',
      name: 'share outside the body',
      value: share,
      unit: '1',
      where: worst === undefined ? 'whole segment' : `most in ${describeSlice(mask.geometry, worst)}`,
      expected: { low: 0, high: policy.outOfBodyFractionMax, source: 'policy outOfBodyFractionMax' },
    },
  ]
  if (worst === undefined || share <= policy.outOfBodyFractionMax) return { evidence, findings: [] }
  const { major, critical } = SHARES[volume.modality]
  const doubt = volume.modality === 'CT' ? '' : ' as far as the images show it'
  return {
    evidence,
    findings: [
      {
        mode: 'out-of-body',
        severity: share > critical ? 'critical' : share > major ? 'major' : 'minor',
        text: `${percent(share)} of the segment lies outside the patient's body${doubt}, most of it in ${describeSlice(mask.geometry, worst)}.`,
        evidence: ['outside'],
        ...imagesOf(volume, slices),
        region: { kind: 'too-much', voxels: () => outsideBody(mask, body) },
      },
    ],
  }
}
