/**
 * Mean value under the mask, against the range of the knowledge entry. The ranges are wide on purpose: a mean beyond
 * them is the value of some other tissue, or the mask lies in the wrong place.
 */
import type { CheckResult, EvidenceDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { withUnit } from '../domain/unit.ts'
import { countBeyond, valuesUnder } from '../imaging/measure.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

export function checkIntensity({ mask, resolved, volume }: VolumeContext): CheckResult {
  const statistics = valuesUnder(mask, volume)
  if (statistics === null) return NOTHING
  const { mean, standardDeviation } = statistics
  const range = resolved.structure?.intensity.find(
    ({ modality, unit }) => modality === volume.modality && unit === volume.unit,
  )
  const expected =
    range === undefined ? {} : { expected: { low: range.low, high: range.high, source: range.source } }
  const common = { unit: volume.unit, where: `whole segment, ${volume.modality}` }
  const evidence: EvidenceDraft[] = [
    { key: 'value.mean', name: 'mean value', value: mean, ...common, ...expected },
    {
      key: 'value.deviation',
      name: 'standard deviation of the values',
      value: standardDeviation,
      ...common,
    },
  ]
  const [low, high] = [range?.low ?? -Infinity, range?.high ?? Infinity]
  if (range === undefined || (mean >= low && mean <= high)) return { evidence, findings: [] }
  const { perSlice } = countBeyond(mask, volume, low, high)
  const limit = mean < low ? `below the plausible ${figure(low)}` : `above the plausible ${figure(high)}`
  return {
    evidence,
    findings: [
      {
        mode: 'implausible-intensity',
        severity: 'major',
        text: `Its mean value of ${withUnit(figure(mean), volume.unit)} is ${limit} (${range.source}): what lies under it looks like something else.`,
        evidence: ['value.mean'],
        ...imagesOf(volume, worstSlices(perSlice, mask.box.origin[2])),
      },
    ],
  }
}
