/**
 * CUSUM charts over small whole numbers (0 or 1 for a failure, 0 to 4 for how far a score lies below 5):
 * S = max(0, S + x - k), alarm at S >= h (Page, Biometrika 1954;41:100-115). With k as below the steps are multiples of the
 * log likelihood ratio between the in-control distribution and its exponential tilt, so no chart of the same ARL0 sees that
 * change sooner (Moustakides, Ann Stat 1986;14:1379-1387); for 0 and 1 this is the Bernoulli CUSUM (Reynolds & Stoumbos,
 * J Qual Technol 1999;31:87-108). k and h lie on a lattice, so the run lengths are those of a finite Markov chain and exact
 * (Brook & Evans, Biometrika 1972;59:539-549).
 */

/** Probability of 0, 1, 2 ... */
export type Distribution = readonly number[]

export interface CusumDesign {
  /** k and h, in the unit of what is watched. */
  readonly reference: number
  readonly threshold: number
  /** Average run length in control, and after the change that it is tuned to. */
  readonly arl0: number
  readonly arl1: number
  /** 95 % of such changes are seen within so many, whatever came before. */
  readonly delay95: number
}

/** Finest lattice that is tried, and how near to k it must come. */
const LATTICE_MAX = 400
const LATTICE_ERROR_MAX = 0.02
const STATES_MAX = 20_000

export function meanOf(distribution: Distribution): number {
  return distribution.reduce((sum, probability, value) => sum + probability * value, 0)
}

/** The same with weights e^(tilt x): for 0 and 1 its odds are e^tilt times as high. */
export function tilted(distribution: Distribution, tilt: number): Distribution {
  const weights = distribution.map((probability, value) => probability * Math.exp(tilt * value))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** The tilt that brings the mean to `mean`, which lies between the mean and the largest value. */
export function tiltTo(distribution: Distribution, mean: number): number {
  let [low, high] = [0, 1]
  while (high < 64 && meanOf(tilted(distribution, high)) < mean) high *= 2
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2
    if (meanOf(tilted(distribution, middle)) < mean) low = middle
    else high = middle
  }
  return high
}

/** The lowest threshold with an ARL0 of `arl0Min` at least, for a change by `tilt` > 0. */
export function designCusum(inControl: Distribution, tilt: number, arl0Min: number): CusumDesign {
  const changed = tilted(inControl, tilt)
  const moment = inControl.reduce((sum, probability, value) => sum + probability * Math.exp(tilt * value), 0)
  const lattice = latticeFor(Math.log(moment) / tilt)
  const arlAt = (states: number) => averageRunLength(inControl, lattice, states)
  let high = lattice.perUnit
  while (high < STATES_MAX && arlAt(high) < arl0Min) high *= 2
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (arlAt(middle) < arl0Min) low = middle
    else high = middle
  }
  return {
    reference: lattice.down / lattice.perUnit,
    threshold: high / lattice.perUnit,
    arl0: arlAt(high),
    arl1: averageRunLength(changed, lattice, high),
    delay95: runLengthQuantile(changed, lattice, high, 0.95),
  }
}

/** Steps of 1 / `perUnit`: a value x moves the sum by x * perUnit - down of them. */
interface Lattice {
  readonly perUnit: number
  readonly down: number
}

function latticeFor(reference: number): Lattice {
  for (let perUnit = 1; perUnit < LATTICE_MAX; perUnit++) {
    const down = Math.round(reference * perUnit)
    if (down > 0 && Math.abs(down / perUnit - reference) <= LATTICE_ERROR_MAX * reference)
      return { perUnit, down }
  }
  return { perUnit: LATTICE_MAX, down: Math.max(1, Math.round(reference * LATTICE_MAX)) }
}

/**
 * Mean time to absorption from state 0: (I - Q) a = 1 by elimination within the band. No pivots are needed: the rows are
 * diagonally dominant.
 */
function averageRunLength(distribution: Distribution, { perUnit, down }: Lattice, states: number): number {
  const up = (distribution.length - 1) * perUnit
  const width = down + up + 1
  const band = new Float64Array(states * width)
  const right = new Float64Array(states).fill(1)
  const at = (row: number, column: number) => row * width + (column - row + down)
  for (let row = 0; row < states; row++) {
    band[at(row, row)] = 1
    distribution.forEach((probability, value) => {
      const column = Math.max(0, row + value * perUnit - down)
      if (column < states) band[at(row, column)] = (band[at(row, column)] ?? 0) - probability
    })
  }
  for (let pivot = 0; pivot < states; pivot++) {
    const diagonal = band[at(pivot, pivot)] ?? 1
    for (let row = pivot + 1; row <= Math.min(states - 1, pivot + down); row++) {
      const factor = (band[at(row, pivot)] ?? 0) / diagonal
      if (factor === 0) continue
      for (let column = pivot; column <= Math.min(states - 1, pivot + up); column++)
        band[at(row, column)] = (band[at(row, column)] ?? 0) - factor * (band[at(pivot, column)] ?? 0)
      right[row] = (right[row] ?? 0) - factor * (right[pivot] ?? 0)
    }
  }
  for (let row = states - 1; row >= 0; row--) {
    let sum = right[row] ?? 0
    for (let column = row + 1; column <= Math.min(states - 1, row + up); column++)
      sum -= (band[at(row, column)] ?? 0) * (right[column] ?? 0)
    right[row] = sum / (band[at(row, row)] ?? 1)
  }
  return right[0] ?? 0
}

/** So many steps bring the sum from 0 over the threshold with probability `quantile`. */
function runLengthQuantile(
  distribution: Distribution,
  { perUnit, down }: Lattice,
  states: number,
  quantile: number,
): number {
  let at = new Float64Array(states)
  at[0] = 1
  let inside = 1
  for (let steps = 0; ; steps++) {
    if (inside <= 1 - quantile || steps >= STATES_MAX) return steps
    const next = new Float64Array(states)
    for (let state = 0; state < states; state++) {
      const here = at[state] ?? 0
      if (here === 0) continue
      for (const [value, probability] of distribution.entries()) {
        const to = Math.max(0, state + value * perUnit - down)
        if (to < states) next[to] = (next[to] ?? 0) + here * probability
      }
    }
    at = next
    inside = at.reduce((sum, probability) => sum + probability, 0)
  }
}
