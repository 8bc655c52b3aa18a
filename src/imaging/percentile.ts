/** Percentiles of values that do not all weigh the same. */

/** Rounding of sums: a share of exactly 95 % is reached in whatever order equal values come. */
const ROUNDING_SHARE = 1e-12

/**
 * Smallest of the values that `share` (0..1) of the weight does not exceed. Halves the range of values that it can be
 * in, so it looks at each value a few times and sorts nothing. Throws RangeError without values.
 */
export function weightedPercentile(values: Float64Array, weights: Float64Array, share: number): number {
  if (values.length === 0) throw new RangeError('Nothing has no percentile.')
  const part = { values: values.slice(), weights: weights.slice() }
  let [from, end] = [0, values.length]
  let [low, high, total] = [Infinity, -Infinity, 0]
  for (let n = 0; n < end; n++) {
    low = Math.min(low, values[n] ?? 0)
    high = Math.max(high, values[n] ?? 0)
    total += weights[n] ?? 0
  }
  let wanted = (share - ROUNDING_SHARE) * total
  while (low < high) {
    const middle = low + (high - low) / 2
    const split = partition(part, from, end, middle < high ? middle : low)
    if (split.weightBelow >= wanted) {
      end = split.at
      high = split.highestBelow
    } else {
      wanted -= split.weightBelow
      from = split.at
      low = split.lowestAbove
    }
  }
  return low
}

interface Weighted {
  readonly values: Float64Array
  readonly weights: Float64Array
}

interface Split {
  /** Values up to the pivot lie before, the others from here on. */
  readonly at: number
  readonly weightBelow: number
  readonly highestBelow: number
  readonly lowestAbove: number
}

function partition({ values, weights }: Weighted, from: number, end: number, pivot: number): Split {
  let [at, weightBelow, highestBelow, lowestAbove] = [from, 0, -Infinity, Infinity]
  for (let n = from; n < end; n++) {
    const value = values[n] ?? 0
    if (value > pivot) {
      lowestAbove = Math.min(lowestAbove, value)
      continue
    }
    const weight = weights[n] ?? 0
    values[n] = values[at] ?? 0
    weights[n] = weights[at] ?? 0
    values[at] = value
    weights[at] = weight
    at++
    weightBelow += weight
    highestBelow = Math.max(highestBelow, value)
  }
  return { at, weightBelow, highestBelow, lowestAbove }
}
