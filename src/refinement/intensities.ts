/** What image values say of a cell: the odds that it is inside, from the values that are known to be and those around. */
import { INSIDE, OUTSIDE } from './random-walk.ts'

const BINS = 64
/** Of the values, at either end: beyond lies what no bin should be spent on. */
const TAIL_SHARE = 0.005
/** Passes of (1 2 1) / 4 over the bins. */
const SMOOTHING = 4
/** One value says at most so much, as natural logarithm of the odds. */
const ODDS_MAX = 3

/** The bin of every cell: the values between their outermost percents in equal steps. */
export function binned(values: Float32Array): Uint8Array {
  const stride = Math.max(1, Math.floor(values.length / 50_000))
  const sample = values.filter((_, n) => n % stride === 0).toSorted()
  const low = sample[Math.floor(TAIL_SHARE * sample.length)] ?? 0
  const high = sample[Math.ceil((1 - TAIL_SHARE) * (sample.length - 1))] ?? 0
  const scale = high > low ? (BINS - 1) / (high - low) : 0
  return Uint8Array.from(values, (value) =>
    Math.min(BINS - 1, Math.max(0, Math.round((value - low) * scale))),
  )
}

/** Log odds of every bin: inside against outside, both as they are marked in `known`. All 0 without one of them. */
export function logOdds(bins: Uint8Array, known: Uint8Array): Float32Array {
  const inside = new Float64Array(BINS)
  const outside = new Float64Array(BINS)
  for (let n = 0; n < bins.length; n++) {
    const counts = known[n] === INSIDE ? inside : known[n] === OUTSIDE ? outside : null
    const bin = bins[n] ?? 0
    if (counts !== null) counts[bin] = (counts[bin] ?? 0) + 1
  }
  const [dense, sparse] = [density(inside), density(outside)]
  if (dense === null || sparse === null) return new Float32Array(BINS)
  return Float32Array.from(dense, (share, bin) => {
    const odds = Math.log((share + 1e-4) / ((sparse[bin] ?? 0) + 1e-4))
    return Math.max(-ODDS_MAX, Math.min(ODDS_MAX, odds))
  })
}

function density(counts: Float64Array): Float64Array | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let smooth = counts
  for (let pass = 0; pass < SMOOTHING; pass++) {
    const before = smooth
    smooth = before.map(
      (count, bin) => ((before[bin - 1] ?? count) + 2 * count + (before[bin + 1] ?? count)) / 4,
    )
  }
  return smooth.map((count) => count / total)
}
