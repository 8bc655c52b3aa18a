/** Agreement between two who rate the same things, beyond what chance gives. */

export interface KappaOptions {
  /** `none`: agreed or not (Cohen 1960). `quadratic`: the further apart, the worse, for scores (Cohen 1968). */
  readonly weights: 'none' | 'quadratic'
}

export interface Kappa {
  readonly kappa: number
  /**
   * 95 %, by the large-sample standard error (Fleiss, Cohen and Everitt, Psychol Bull 1969;72:323-327). Null where that says
   * nothing: too few pairs, or all of one kind.
   */
  readonly low: number | null
  readonly high: number | null
  readonly pairs: number
  /** Share of pairs that agree exactly. */
  readonly agreed: number
}

/** 95 %: quantile of the normal distribution. */
const Z = 1.959963984540054
/** Below this a large-sample interval is none. */
const INTERVAL_PAIRS_MIN = 10

/**
 * Cohen's kappa of paired ratings. Null where it is not defined: no pairs, or both always say one and the same.
 */
export function cohensKappa(
  ratings: readonly (readonly [number, number])[],
  { weights }: KappaOptions,
): Kappa | null {
  const values = [...new Set(ratings.flat())].toSorted((a, b) => a - b)
  const range = (values.at(-1) ?? 0) - (values[0] ?? 0)
  const count = ratings.length
  if (range === 0) return null
  const weight = (a: number, b: number): number =>
    weights === 'none' ? Number(a === b) : 1 - ((a - b) / range) ** 2
  const shareOf = (side: 0 | 1) =>
    values.map((value) => ratings.filter((pair) => pair[side] === value).length / count)
  const [first, second] = [shareOf(0), shareOf(1)]
  /** Mean weight of each value against what the other one says. */
  const meanOf = (shares: readonly number[]) =>
    new Map(
      values.map((value) => [value, sum(values.map((other, n) => weight(value, other) * (shares[n] ?? 0)))]),
    )
  const [firstMeans, secondMeans] = [meanOf(second), meanOf(first)]
  const observed = sum(ratings.map(([a, b]) => weight(a, b))) / count
  const expected = sum(values.map((value, n) => (first[n] ?? 0) * (firstMeans.get(value) ?? 0)))
  if (expected === 1) return null
  const kappa = (observed - expected) / (1 - expected)
  const spread = sum(
    ratings.map(([a, b]) => {
      const byChance = (firstMeans.get(a) ?? 0) + (secondMeans.get(b) ?? 0)
      return (weight(a, b) - byChance * (1 - kappa)) ** 2
    }),
  )
  const variance = (spread / count - (kappa - expected * (1 - kappa)) ** 2) / (count * (1 - expected) ** 2)
  const half = Z * Math.sqrt(Math.max(0, variance))
  const hasInterval = count >= INTERVAL_PAIRS_MIN && half > 1e-9
  return {
    kappa,
    low: hasInterval ? Math.max(-1, kappa - half) : null,
    high: hasInterval ? Math.min(1, kappa + half) : null,
    pairs: count,
    agreed: ratings.filter(([a, b]) => a === b).length / count,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
