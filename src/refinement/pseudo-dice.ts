/** Dice with the pseudo ground truth: of the whole segment and slice by slice. */
import type { PseudoDice } from '../domain/correction.ts'
import type { PseudoTruth } from './pseudo-truth.ts'
import type { Cells, Scene } from './scene.ts'

/** Both empty: 1. One empty: 0, and not "undefined": that is how a missing or a superfluous slice is seen. */
export function dice(one: Cells, other: Cells): number {
  let [both, sum] = [0, 0]
  for (let n = 0; n < one.length; n++) {
    const [a, b] = [one[n] ?? 0, other[n] ?? 0]
    both += a & b
    sum += a + b
  }
  return sum === 0 ? 1 : (2 * both) / sum
}

export function pseudoDice(cells: Cells, { samples }: Pick<PseudoTruth, 'samples'>): PseudoDice {
  const values = samples.map((sample) => dice(cells, sample))
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
  }
}

/** The least Dice between two samples: how far the pseudo ground truth agrees with itself. */
export function agreementOf(samples: readonly Cells[]): number {
  return Math.min(1, ...samples.flatMap((one, n) => samples.slice(n + 1).map((other) => dice(one, other))))
}

interface SliceDice {
  /** Slice of the scene. */
  readonly k: number
  readonly dice: number
  /** Only one of the two holds cells there. */
  readonly alone: 'candidate' | 'pseudo-truth' | null
}

/** Slices in which either holds cells. */
export function sliceDice(cells: Cells, { fused }: Pick<PseudoTruth, 'fused'>, { size }: Scene): SliceDice[] {
  const plane = size[0] * size[1]
  return Array.from({ length: size[2] }, (_, k): SliceDice | null => {
    const [own, theirs] = [cells, fused].map((all) => all.subarray(k * plane, (k + 1) * plane))
    if (own === undefined || theirs === undefined) return null
    const [hasOwn, hasTheirs] = [own.includes(1), theirs.includes(1)]
    if (!hasOwn && !hasTheirs) return null
    const alone = hasOwn === hasTheirs ? null : hasOwn ? 'candidate' : 'pseudo-truth'
    return { k, dice: dice(own, theirs), alone }
  }).filter((slice) => slice !== null)
}
