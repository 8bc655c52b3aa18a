/**
 * The three scores of MedVeriSeg (Tong et al. 2026, by the formulas of its public code) over a square response map:
 * exactly as published, for comparison. They see no mask and say nothing of one; ours are in ../response-scores.ts. The
 * published code computes in single precision, this in double.
 */
import { findComponents } from '../../imaging/components.ts'

/** A response over the image, row by row. */
export interface SquareMap {
  readonly side: number
  /** `side * side` values; of any scale: the scores do not change with it. */
  readonly values: Float64Array
}

export interface MedVeriSegScores {
  /** How far the highest responses stand above the median, 0..1. At least 0.417 unless the map is flat. */
  readonly strength: number
  /** How near the active region lies to its own centre, 0..1. */
  readonly compactness: number
  /** Share of the active response that is in its strongest piece, 0..1. */
  readonly purity: number
  /** What the strength is made of. */
  readonly strengthRaw: number
}

const EPSILON = 1e-6
const TOP_SHARE = 0.05
const STRENGTH = { tau: 1.2, temperature: 0.6 }
const ACTIVE = { quantile: 0.8, floor: 0.4 }
const SPREAD_TAU = 0.18

/** Throws RangeError where the map is not square or holds what is no number. */
export function scoreAsPublished(map: SquareMap): MedVeriSegScores {
  const { side, values } = map
  if (side < 1 || values.length !== side * side) throw new RangeError('The response map is not square.')
  if (!values.every(Number.isFinite)) throw new RangeError('The response map holds what is no number.')
  const ascending = values.toSorted()
  const [median, high] = [quantile(ascending, 0.5), quantile(ascending, 0.95)]
  const scale = high - median + EPSILON
  const strengthRaw = Math.max(0, (topMean(ascending) - median) / scale)
  const strength = 1 / (1 + Math.exp(-(strengthRaw - STRENGTH.tau) / STRENGTH.temperature))
  const smooth = meanOfNine(
    values.map((value) => Math.max(0, (value - median) / scale)),
    side,
  )
  const active = activeRegion(smooth)
  if (active === null) return { strength, compactness: 0, purity: 0, strengthRaw }
  return {
    strength,
    strengthRaw,
    compactness: Math.exp(-spreadOf(smooth, active, side) / SPREAD_TAU),
    purity: purityOf(smooth, active, side),
  }
}

/** Linear between the two nearest ranks. */
function quantile(ascending: Float64Array, share: number): number {
  const rank = share * (ascending.length - 1)
  const below = Math.floor(rank)
  const low = ascending[below] ?? 0
  const high = ascending[below + 1] ?? low
  return low + (rank - below) * (high - low)
}

function topMean(ascending: Float64Array): number {
  const count = Math.max(1, Math.floor(ascending.length * TOP_SHARE))
  let sum = 0
  for (let n = ascending.length - count; n < ascending.length; n++) sum += ascending[n] ?? 0
  return sum / count
}

/** Mean of 3 x 3; what lies outside counts as zeros. */
function meanOfNine(values: Float64Array, side: number): Float64Array {
  const means = new Float64Array(values.length)
  for (let y = 0, n = 0; y < side; y++) {
    for (let x = 0; x < side; x++, n++) {
      let sum = 0
      for (let row = Math.max(0, y - 1); row <= Math.min(side - 1, y + 1); row++)
        for (let column = Math.max(0, x - 1); column <= Math.min(side - 1, x + 1); column++)
          sum += values[row * side + column] ?? 0
      means[n] = sum / 9
    }
  }
  return means
}

/** 1 where the response is active; null where nothing is. */
function activeRegion(scores: Float64Array): Uint8Array | null {
  const positive = scores.filter((score) => score > 0).toSorted()
  if (positive.length === 0) return null
  const least = Math.max(quantile(positive, ACTIVE.quantile), ACTIVE.floor)
  const active = Uint8Array.from(scores, (score) => (score >= least ? 1 : 0))
  return active.includes(1) ? active : null
}

/** Mean distance from the centre of the active response, weighted by it, as a share of the map's diagonal. */
function spreadOf(scores: Float64Array, active: Uint8Array, side: number): number {
  let [weight, x, y] = [0, 0, 0]
  for (let n = 0; n < scores.length; n++) {
    if (active[n] === 0) continue
    const score = scores[n] ?? 0
    weight += score
    x += score * (n % side)
    y += score * Math.floor(n / side)
  }
  const [centreX, centreY] = [x / (weight + EPSILON), y / (weight + EPSILON)]
  let far = 0
  for (let n = 0; n < scores.length; n++) {
    if (active[n] === 0) continue
    far += (scores[n] ?? 0) * Math.hypot((n % side) - centreX, Math.floor(n / side) - centreY)
  }
  const diagonal = Math.hypot(side - 1, side - 1) + EPSILON
  return far / (weight * diagonal + EPSILON)
}

/** The strongest 8-connected piece, by its response, not its size. */
function purityOf(scores: Float64Array, active: Uint8Array, side: number): number {
  const { components, runs } = findComponents({
    geometry: { frameOfReferenceUid: null, size: [side, side, 1], affine: [] },
    box: { origin: [0, 0, 0], size: [side, side, 1] },
    voxels: active,
  })
  const pieces = new Float64Array(components.length)
  let total = 0
  for (let run = 0; run < runs.count; run++) {
    const [row, label] = [(runs.j[run] ?? 0) * side, runs.label[run] ?? 0]
    for (let n = row + (runs.start[run] ?? 0); n <= row + (runs.end[run] ?? 0); n++) {
      pieces[label] = (pieces[label] ?? 0) + (scores[n] ?? 0)
      total += scores[n] ?? 0
    }
  }
  return Math.min(1, Math.max(...pieces) / (total + EPSILON))
}
