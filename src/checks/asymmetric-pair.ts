/**
 * The left and the right one of a pair are of about the same size; how far they may differ is in the knowledge entry.
 * One whose own volume is plausible is not blamed for a partner whose volume is not.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext, Sibling } from './check.ts'
import { NOTHING } from './check.ts'
import { areOppositeSides, describeNeighbour, isCut, volumeCm3 } from './neighbours.ts'
import { fitsVolume } from './structure.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** From this factor beyond the limit on, one of the two shows something else or a part only. */
const EXTENSIVE_FACTOR = 2

export function checkAsymmetricPair(context: MaskContext): CheckResult {
  const limit = context.resolved.structure?.pairRatioMax ?? null
  if (limit === null || isCut(context.measures)) return NOTHING
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  for (const partner of partnersOf(context)) {
    const [own, other] = [volumeCm3(context), volumeCm3(partner)]
    const ratio = Math.max(own, other) / Math.min(own, other)
    const isBlamed = ratio > limit.value && isToBlame(context, partner)
    const key = `pair.ratio.${partner.number}`
    evidence.push({
      key,
      name: 'volume ratio of the pair',
      value: ratio,
      unit: '1',
      where: `larger to smaller, with ${describeNeighbour(partner)}`,
      // The other one's fault is no unusual value of this one.
      ...(isBlamed || ratio <= limit.value
        ? { expected: { low: 1, high: limit.value, source: limit.source } }
        : {}),
    })
    if (isBlamed) findings.push({ ...tell(context, partner, ratio, limit.value), evidence: [key] })
  }
  return { evidence, findings }
}

function partnersOf({ resolved, siblings }: MaskContext): Sibling[] {
  return siblings.filter(
    (other) =>
      other.resolved.structure?.id === resolved.structure?.id &&
      areOppositeSides(resolved, other.resolved) &&
      !isCut(other.measures),
  )
}

/** Its own volume is implausible, or that of neither: then it may be either. */
function isToBlame(own: MaskContext, partner: Sibling): boolean {
  return !fitsVolume(own.resolved, volumeCm3(own)) || fitsVolume(partner.resolved, volumeCm3(partner))
}

function tell(
  context: MaskContext,
  partner: Sibling,
  ratio: number,
  limit: number,
): Omit<FindingDraft, 'evidence'> {
  const { measures, resolved, volume } = context
  const [own, other] = [volumeCm3(context), volumeCm3(partner)]
  const isCertain = !fitsVolume(resolved, own) && fitsVolume(partner.resolved, other)
  const who = isCertain
    ? 'its own volume is the implausible one'
    : 'which of the two is wrong cannot be told from their volumes'
  return {
    mode: 'asymmetric-pair',
    severity: ratio > EXTENSIVE_FACTOR * limit ? 'major' : 'minor',
    text: `It holds ${figure(own)} cm3 and its partner, ${describeNeighbour(partner)}, ${figure(other)} cm3: ${figure(ratio)} times as much in one as in the other, where ${figure(limit)} is plausible; ${who}.`,
    ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
  }
}
