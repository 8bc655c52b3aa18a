/** Voxels in the air around the patient. */
import type { CheckResult, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { countOutsideBody } from '../imaging/body.ts'
import { describeSlice, instancesOf, percent, worstSlices } from './words.ts'

/** From this share on the segment is in the wrong place rather than carelessly drawn. */
const EXTENSIVE_SHARE = 0.2

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
  return {
    evidence,
    findings: [
      {
        mode: 'out-of-body',
        severity: share > EXTENSIVE_SHARE ? 'critical' : 'major',
        text: `${percent(share)} of the segment lies outside the patient's body, most of it in ${describeSlice(mask.geometry, worst)}.`,
        evidence: ['outside'],
        instances: instancesOf(volume, slices),
      },
    ],
  }
}
