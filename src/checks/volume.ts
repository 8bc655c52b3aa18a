/** Volume, against the range of the knowledge entry. */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import type { Expected } from '../domain/evidence.ts'
import { expectationsOf } from './structure.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** From this factor beyond a limit on, the mask shows something else than the structure. */
const EXTENSIVE_FACTOR = 2

export function checkVolume({ measures, resolved, volume, shape }: MaskContext): CheckResult {
  const cm3 = shape.volumeCm3
  // What the images cut off cannot be too small.
  const isCut = measures.onFaces.flat().some((count) => count > 0)
  const range = expectationsOf(resolved).volumeCm3
  const expected = range === null ? null : { ...range, low: isCut ? null : range.low }
  const evidence: EvidenceDraft[] = [
    {
      key: 'volume',
      name: 'volume',
      value: cm3,
      unit: 'cm3',
      where: isCut ? 'whole segment, which reaches the edge of the grid' : 'whole segment',
      ...(expected === null || (expected.low === null && expected.high === null) ? {} : { expected }),
    },
  ]
  const findings: FindingDraft[] = []
  const factor = expected === null ? null : factorBeyond(cm3, expected)
  if (expected !== null && factor !== null) {
    const limit =
      expected.low !== null && cm3 < expected.low
        ? `below the plausible ${figure(expected.low)}`
        : `above the plausible ${figure(expected.high ?? 0)}`
    findings.push({
      mode: 'implausible-volume',
      severity: factor >= EXTENSIVE_FACTOR ? 'critical' : 'major',
      text: `Its volume of ${figure(cm3)} cm3 is ${limit} cm3 (${expected.source}).`,
      evidence: ['volume'],
      ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
    })
  }
  return { evidence, findings }
}

/** How many times beyond the limit; null when inside. */
function factorBeyond(value: number, { low, high }: Pick<Expected, 'low' | 'high'>): number | null {
  if (low !== null && value < low) return low / value
  if (high !== null && value > high) return value / high
  return null
}
