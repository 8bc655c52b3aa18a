/** Logistic regression with a ridge and signs that may not turn: one fault more never makes a case better. */

export interface LogisticSample {
  readonly features: readonly number[]
  readonly label: 0 | 1
}

export interface Logistic {
  readonly intercept: number
  readonly weights: readonly number[]
}

/** What a weight may be. */
export type Sign = 'any' | 'not-negative' | 'not-positive'

const STEPS_MAX = 200
const CONVERGED = 1e-9

/**
 * Penalised maximum likelihood by coordinate-wise Newton steps, each projected on its sign: the likelihood is concave, so
 * that ends at the maximum. `ridge` counts against weights of standardised features. Deterministic.
 */
export function fitLogistic(samples: readonly LogisticSample[], signs: readonly Sign[], ridge = 1): Logistic {
  const scales = signs.map((_, f) => scaleOf(samples.map(({ features }) => features[f] ?? 0)))
  const rows = samples.map(({ features }) =>
    signs.map((_, f) => ((features[f] ?? 0) - (scales[f]?.mean ?? 0)) / (scales[f]?.deviation ?? 1)),
  )
  const labels = samples.map(({ label }) => label)
  const weights = signs.map(() => 0)
  let intercept = 0
  const outputs = new Float64Array(samples.length)
  const step = (valueOf: (n: number) => number, weight: number, penalty: number): number => {
    let [gradient, curvature] = [-penalty * weight, penalty]
    for (let n = 0; n < outputs.length; n++) {
      const p = sigmoid(outputs[n] ?? 0)
      const x = valueOf(n)
      gradient += ((labels[n] ?? 0) - p) * x
      // The bound of Böhning and Lindsay (1988), half of the way to it: never steps too far.
      curvature += x * x * Math.max(p * (1 - p), 0.125)
    }
    return curvature === 0 ? 0 : gradient / curvature
  }
  for (let round = 0; round < STEPS_MAX; round++) {
    let moved = step(() => 1, 0, 0)
    intercept += moved
    for (let n = 0; n < outputs.length; n++) outputs[n] = (outputs[n] ?? 0) + moved
    moved = Math.abs(moved)
    for (const [f, sign] of signs.entries()) {
      const before = weights[f] ?? 0
      const after = project(before + step((n) => rows[n]?.[f] ?? 0, before, ridge), sign)
      weights[f] = after
      moved = Math.max(moved, Math.abs(after - before))
      if (after !== before)
        for (let n = 0; n < outputs.length; n++)
          outputs[n] = (outputs[n] ?? 0) + (after - before) * (rows[n]?.[f] ?? 0)
    }
    if (moved < CONVERGED) break
  }
  const raw = weights.map((weight, f) => weight / (scales[f]?.deviation ?? 1))
  return {
    intercept: raw.reduce((sum, weight, f) => sum - weight * (scales[f]?.mean ?? 0), intercept),
    weights: raw,
  }
}

/** p(label = 1). */
export function predict({ intercept, weights }: Logistic, features: readonly number[]): number {
  return sigmoid(weights.reduce((sum, weight, f) => sum + weight * (features[f] ?? 0), intercept))
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

function project(weight: number, sign: Sign): number {
  if (sign === 'not-negative') return Math.max(0, weight)
  return sign === 'not-positive' ? Math.min(0, weight) : weight
}

function scaleOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 }
}
