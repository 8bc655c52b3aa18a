/** A normal distribution over a few features: fitted to some cells, asked about others. */

export interface Gaussian {
  readonly mean: Float64Array
  /** Lower triangle of the Cholesky factor of the covariance, row by row. */
  readonly factor: Float64Array
  /** Half the logarithm of the covariance's determinant. */
  readonly halfLogDeterminant: number
}

/** Share of the overall variance that is added to each feature's own: constant tissue has a variance all the same. */
const RIDGE = 1e-2

/** Of the cells that are taken; `scale`: the variance of each feature in the whole crop. Null of fewer than `leastCells`. */
export function fitGaussian(
  features: readonly Float32Array[],
  scale: Float64Array,
  isTaken: (cell: number) => boolean,
  leastCells: number,
): Gaussian | null {
  const count = features.length
  const mean = new Float64Array(count)
  const taken: number[] = []
  for (let n = 0; n < (features[0]?.length ?? 0); n++) if (isTaken(n)) taken.push(n)
  if (taken.length < leastCells) return null
  for (let a = 0; a < count; a++)
    mean[a] = taken.reduce((sum, n) => sum + (features[a]?.[n] ?? 0), 0) / taken.length
  const covariance = new Float64Array(count * count)
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const [first, second] = [features[a], features[b]]
      let sum = 0
      for (const n of taken)
        sum += ((first?.[n] ?? 0) - (mean[a] ?? 0)) * ((second?.[n] ?? 0) - (mean[b] ?? 0))
      covariance[a * count + b] = sum / taken.length + (a === b ? RIDGE * (scale[a] ?? 0) + 1e-9 : 0)
    }
  }
  return { mean, ...cholesky(covariance, count) }
}

/** Variance of each feature over the cells that are known. */
export function variancesOf(
  features: readonly Float32Array[],
  isKnown: (cell: number) => boolean,
): Float64Array {
  return Float64Array.from(features, (values) => {
    let [count, sum, squares] = [0, 0, 0]
    const first = values[0] ?? 0
    for (let n = 0; n < values.length; n++) {
      if (!isKnown(n)) continue
      const value = (values[n] ?? 0) - first
      count++
      sum += value
      squares += value * value
    }
    return count === 0 ? 0 : Math.max(0, squares / count - (sum / count) ** 2)
  })
}

/** Logarithm of the density, but for a constant that is the same for all distributions over these features. */
export function logDensity(
  { mean, factor, halfLogDeterminant }: Gaussian,
  features: readonly Float32Array[],
  cell: number,
  scratch: Float64Array,
): number {
  const count = mean.length
  let squares = 0
  for (let a = 0; a < count; a++) {
    let rest = (features[a]?.[cell] ?? 0) - (mean[a] ?? 0)
    for (let b = 0; b < a; b++) rest -= (factor[a * count + b] ?? 0) * (scratch[b] ?? 0)
    const part = rest / (factor[a * count + a] ?? 1)
    scratch[a] = part
    squares += part * part
  }
  return -squares / 2 - halfLogDeterminant
}

function cholesky(matrix: Float64Array, count: number): Pick<Gaussian, 'factor' | 'halfLogDeterminant'> {
  const factor = new Float64Array(count * count)
  let halfLogDeterminant = 0
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * count + b] ?? 0
      for (let c = 0; c < b; c++) sum -= (factor[a * count + c] ?? 0) * (factor[b * count + c] ?? 0)
      if (a > b) factor[a * count + b] = sum / (factor[b * count + b] ?? 1)
      else {
        // The ridge keeps it positive; rounding must not undo that.
        const root = Math.sqrt(Math.max(sum, 1e-12))
        factor[a * count + a] = root
        halfLogDeterminant += Math.log(root)
      }
    }
  }
  return { factor, halfLogDeterminant }
}
