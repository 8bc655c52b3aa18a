/** What a verdict was made of, as numbers: from these a quality is predicted, and from nothing that a reference is needed for. */
import type { SegmentResult } from '../../domain/case.ts'

export type Judgement = Pick<SegmentResult, 'evidence' | 'findings' | 'target' | 'score'>

interface Feature {
  readonly name: string
  readonly of: (judgement: Judgement) => number
}

/** Values beyond these say no more than that it is much. */
const COUNT_MAX = 3
const MM_MAX = 10
/** Where nothing was measured: as most good masks have it. */
const SUPPORT_USUAL = 1.8

export const FEATURES: readonly Feature[] = [
  { name: 'score', of: ({ score }) => score ?? 1 },
  { name: 'critical findings', of: (judgement) => findings(judgement, 'critical') },
  { name: 'major findings', of: (judgement) => findings(judgement, 'major') },
  { name: 'minor findings', of: (judgement) => findings(judgement, 'minor') },
  { name: 'values out of range', of: (judgement) => Math.min(2 * COUNT_MAX, outOfRange(judgement)) },
  {
    name: 'edge support',
    of: (judgement) => Math.min(3, valueOf(judgement, 'edge support of the boundary') ?? SUPPORT_USUAL),
  },
  row('share without an edge', 'share of the boundary without an edge', 1),
  row('offset of the edge', 'offset of the image edge outwards', MM_MAX),
  row('shift to the best support', 'shift to the best edge support', MM_MAX),
  row('part with other values', 'share of the largest part with other values', 1),
  row('open section', 'section that ends without an edge', 1),
  row('one-slice loss', 'one-slice loss', MM_MAX),
  row('one-slice excess', 'one-slice excess', MM_MAX),
  row('cavities', 'enclosed cavities', 1),
  row('islands', 'island share', 1),
  row('empty slices', 'empty slices inside', 2 * COUNT_MAX),
  row('share outside the body', 'share outside the body', 1),
  { name: 'target strength', of: ({ target }) => target.strength ?? 0.5 },
  { name: 'target compactness', of: ({ target }) => target.compactness ?? 0.5 },
  { name: 'target purity', of: ({ target }) => target.purity ?? 0.5 },
]

/** In the order of the table. */
export function qualityFeatures(judgement: Judgement): number[] {
  return FEATURES.map(({ of }) => of(judgement))
}

/** A measured length or share, without its sign; 0 where it was not measured. */
function row(name: string, evidence: string, max: number): Feature {
  return { name, of: (judgement) => Math.min(max, Math.abs(valueOf(judgement, evidence) ?? 0)) }
}

function valueOf({ evidence }: Judgement, name: string): number | null {
  return evidence.find((item) => item.name === name)?.value ?? null
}

function findings(judgement: Judgement, severity: string): number {
  return Math.min(COUNT_MAX, judgement.findings.filter((one) => one.severity === severity).length)
}

function outOfRange({ evidence }: Judgement): number {
  return evidence.filter(
    ({ value, expected }) =>
      expected !== undefined &&
      ((expected.low !== null && value < expected.low) || (expected.high !== null && value > expected.high)),
  ).length
}
