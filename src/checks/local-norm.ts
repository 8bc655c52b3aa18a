/**
 * Is a value far from what the accepted segments of this site measure? Beside the sourced ranges, never instead of them:
 * it asks a person to look, and what was accepted before says nothing for sure. Robust z-score: distance from the median
 * in scaled median absolute deviations (Rousseeuw & Croux, J Am Stat Assoc 1993;88:1273-1283).
 */
import type { CheckResult, EvidenceDraft, FindingDraft, SegmentContext } from './check.ts'
import type { LocalNorm } from '../domain/local-norm.ts'
import { figure } from './words.ts'

/** Makes the median absolute deviation of normal values their standard deviation. */
const MAD_SCALE = 1.4826
/** Values spread at least by this share of the median, however alike the cases so far were. */
const SPREAD_SHARE_MIN = 0.05
/** Rare enough to ask for a look: even for values with heavy tails, like volumes. */
const Z_MAX = 6

/** `measured` is the evidence of all other checks. */
export function checkLocalNorm(
  { norms, resolved }: SegmentContext,
  measured: readonly EvidenceDraft[],
): CheckResult {
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  for (const norm of norms) {
    if (norm.structure !== resolved.structure?.id || norm.side !== resolved.side) continue
    const item = measured.find(({ name, unit }) => name === norm.evidence && unit === norm.unit)
    if (item === undefined) continue
    const z = robustZ(item.value, norm)
    const key = `norm.${item.key}`
    const accepted = `${norm.count} accepted cases here, median ${figure(norm.median)}`
    evidence.push({
      key,
      name: `${item.name} against accepted cases`,
      value: z,
      unit: '1',
      where: `robust z-score, ${accepted}`,
      expected: { low: -Z_MAX, high: Z_MAX, source: `${norm.count} accepted cases of this site` },
    })
    if (Math.abs(z) <= Z_MAX) continue
    findings.push({
      mode: 'outside-local-norm',
      severity: 'minor',
      text: `Its ${item.name} of ${figure(item.value)} lies far ${z > 0 ? 'above' : 'below'} what was accepted here before (${accepted}).`,
      evidence: [key, item.key],
      instances: [],
    })
  }
  return { evidence, findings }
}

function robustZ(value: number, { median, mad }: LocalNorm): number {
  const spread = Math.max(MAD_SCALE * mad, SPREAD_SHARE_MIN * Math.abs(median))
  return spread === 0 ? 0 : (value - median) / spread
}
