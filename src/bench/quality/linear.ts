/**
 * Least squares with a ridge on standardised features: few numbers, fitted in closed form, the same every time. What lies beyond
 * the values that it was fitted on counts as the last of them: a weight says nothing of what it never saw.
 */

export interface Linear {
  readonly intercept: number
  readonly weights: readonly number[]
  /** Least and most of each feature in what it was fitted on. */
  readonly ranges: readonly (readonly [low: number, high: number])[]
}

export function fitLinear(
  rows: readonly { readonly features: readonly number[]; readonly target: number }[],
  ridge = 1,
): Linear {
  const count = rows[0]?.features.length ?? 0
  const scales = Array.from({ length: count }, (_, f) =>
    scaleOf(rows.map(({ features }) => features[f] ?? 0)),
  )
  const meanTarget = rows.reduce((sum, { target }) => sum + target, 0) / rows.length
  const standard = rows.map(({ features }) =>
    scales.map(({ mean, deviation }, f) => ((features[f] ?? 0) - mean) / deviation),
  )
  const normal = scales.map((_, a) => [
    ...scales.map((__, b) => product(standard, a, b) + (a === b ? ridge : 0)),
    standard.reduce((sum, row, n) => sum + (row[a] ?? 0) * ((rows[n]?.target ?? 0) - meanTarget), 0),
  ])
  const solved = solve(normal)
  const weights = solved.map((weight, f) => weight / (scales[f]?.deviation ?? 1))
  const intercept = weights.reduce((sum, weight, f) => sum - weight * (scales[f]?.mean ?? 0), meanTarget)
  const ranges = scales.map((_, f): [number, number] => {
    const values = rows.map(({ features }) => features[f] ?? 0)
    return [Math.min(...values), Math.max(...values)]
  })
  return { intercept, weights, ranges }
}

export function predictLinear({ intercept, weights, ranges }: Linear, features: readonly number[]): number {
  return weights.reduce((sum, weight, f) => {
    const [low = 0, high = 0] = ranges[f] ?? []
    return sum + weight * Math.min(high, Math.max(low, features[f] ?? 0))
  }, intercept)
}

function product(rows: readonly (readonly number[])[], a: number, b: number): number {
  return rows.reduce((sum, row) => sum + (row[a] ?? 0) * (row[b] ?? 0), 0)
}

function scaleOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 }
}

/** Gauss-Jordan; the matrix is positive definite, so that no pivot is 0. Each row ends with its right side. */
function solve(matrix: number[][]): number[] {
  for (const [n, pivot] of matrix.entries()) {
    const scale = pivot[n] ?? 1
    for (let c = n; c < pivot.length; c++) pivot[c] = (pivot[c] ?? 0) / scale
    for (const [m, row] of matrix.entries()) {
      const factor = row[n] ?? 0
      if (m === n || factor === 0) continue
      for (let c = n; c < row.length; c++) row[c] = (row[c] ?? 0) - factor * (pivot[c] ?? 0)
    }
  }
  return matrix.map((row) => row.at(-1) ?? 0)
}

export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value))
}
