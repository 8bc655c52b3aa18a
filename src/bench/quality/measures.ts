/** Predicted against true quality, with intervals from a bootstrap of patients. */
import { patientIntervals, type Interval } from '../../calibrate/quality.ts'
import { areaUnderCurve } from '../../imaging/rank.ts'

export interface Pair {
  readonly patient: string
  readonly predicted: number
  readonly truth: number
  /** What the comparator predicts for the same mask. */
  readonly other: number
}

export interface Measures {
  readonly pearson: Interval | null
  readonly spearman: Interval | null
  readonly meanError: Interval | null
  /** Ranking of what fails at a Dice below: 1 is perfect, 0.5 chance. */
  readonly failing: readonly { readonly below: number; readonly auroc: Interval | null }[]
}

export const FAILING_BELOW = [0.7, 0.8, 0.9] as const

/** Of the predictions, of the comparator's, and how much better the first are, all on the same draws of patients. */
export function compare(
  pairs: readonly Pair[],
  { seed, draws }: { readonly seed: number; readonly draws: number },
): { readonly own: Measures; readonly other: Measures; readonly gain: Measures } {
  const numbersOf = (drawn: readonly Pair[]): number[] => {
    const truth = Float64Array.from(drawn, (pair) => pair.truth)
    const own = numbers(
      Float64Array.from(drawn, (pair) => pair.predicted),
      truth,
    )
    const other = numbers(
      Float64Array.from(drawn, (pair) => pair.other),
      truth,
    )
    return [...own, ...other, ...own.map((value, n) => value - (other[n] ?? 0))]
  }
  const intervals = patientIntervals(pairs, numbersOf, seed, draws)
  const third = intervals.length / 3
  const part = (n: number): Measures => named(intervals.slice(n * third, (n + 1) * third))
  return { own: part(0), other: part(1), gain: part(2) }
}

function numbers(predicted: Float64Array, truth: Float64Array): number[] {
  const error = predicted.reduce((sum, value, n) => sum + Math.abs(value - (truth[n] ?? 0)), 0)
  return [
    pearsonOf(predicted, truth),
    spearmanOf(predicted, truth),
    error / predicted.length,
    ...FAILING_BELOW.map((below) => failingAuroc(predicted, truth, below)),
  ]
}

function named([
  pearson = null,
  spearman = null,
  meanError = null,
  ...aurocs
]: (Interval | null)[]): Measures {
  return {
    pearson,
    spearman,
    meanError,
    failing: FAILING_BELOW.map((below, n) => ({ below, auroc: aurocs[n] ?? null })),
  }
}

/** NaN where all or none fail. */
function failingAuroc(predicted: Float64Array, truth: Float64Array, below: number): number {
  const failed = Float32Array.from(predicted.filter((_, n) => (truth[n] ?? 0) < below)).toSorted()
  const good = Float32Array.from(predicted.filter((_, n) => (truth[n] ?? 0) >= below)).toSorted()
  return failed.length === 0 || good.length === 0 ? NaN : areaUnderCurve(good, failed)
}

/** Pearson's r; of constant values 0: they tell nothing. */
export function pearsonOf(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((x, y) => x + y, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [both, ownA, ownB] = [0, 0, 0]
  for (let n = 0; n < a.length; n++) {
    const [x, y] = [(a[n] ?? 0) - meanA, (b[n] ?? 0) - meanB]
    both += x * y
    ownA += x * x
    ownB += y * y
  }
  return ownA === 0 || ownB === 0 ? 0 : both / Math.sqrt(ownA * ownB)
}

/** Spearman's rho: ties share the mean of their ranks. */
export function spearmanOf(a: Float64Array, b: Float64Array): number {
  return pearsonOf(ranksOf(a), ranksOf(b))
}

function ranksOf(values: Float64Array): Float64Array {
  const sorted = values.toSorted()
  return values.map((value) => (placeIn(sorted, value, false) + placeIn(sorted, value, true) - 1) / 2)
}

/** How many of ascending values lie below one, or not above it. */
function placeIn(ascending: Float64Array, value: number, isUpTo: boolean): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = ascending[middle] ?? 0
    if (at < value || (isUpTo && at === value)) low = middle + 1
    else high = middle
  }
  return low
}
