/** What the tissue at a cell looks like, without a trained encoder: a few numbers from the image alone. */
import type { Vector3 } from '../domain/geometry.ts'
import { valueAtRank } from '../imaging/rank.ts'

/** Values beyond these shares of the crop are metal, air of the room, noise. */
const [LOW_SHARE, HIGH_SHARE] = [0.005, 0.995]

/**
 * Arrays over the grid: intensity within the range of the crop, the same smoothed over 3 and over 5 cells, size of the
 * gradient, and local deviation; all within the slice, so that one slice tells nothing of another. (A Laplacian of Gaussians
 * is the difference of two of them.) Cells without an image are NaN in `values`: their features are made from the median
 * and mean nothing. Null where no cell has a value.
 */
export function tissueFeatures(values: Float32Array, size: Vector3): Float32Array[] | null {
  const known = values.filter((value) => !Number.isNaN(value))
  if (known.length === 0) return null
  const rank = (share: number): number => valueAtRank(known, Math.round(share * (known.length - 1)))
  const [low, middle, high] = [rank(LOW_SHARE), rank(0.5), rank(HIGH_SHARE)]
  const own = values.map((value) => (Number.isNaN(value) ? middle : Math.min(high, Math.max(low, value))))
  const smooth = meanOfNeighbours(own, size)
  const smoother = meanOfNeighbours(smooth, size)
  const ofSquares = meanOfNeighbours(
    own.map((value) => (value - middle) ** 2),
    size,
  )
  const deviation = smooth.map((value, n) =>
    Math.sqrt(Math.max(0, (ofSquares[n] ?? 0) - (value - middle) ** 2)),
  )
  return [own, smooth, smoother, gradientOf(smooth, size), deviation]
}

/** Mean of 3 x 3 in the slice; beyond the grid the value at its border goes on. */
function meanOfNeighbours(values: Float32Array, size: Vector3): Float32Array {
  let mean = values
  for (const axis of [0, 1] as const) mean = meanAlong(mean, size, axis)
  return mean
}

function meanAlong(values: Float32Array, size: Vector3, axis: 0 | 1): Float32Array {
  const step = axis === 0 ? 1 : size[0]
  const last = (size[axis] - 1) * step
  const mean = new Float32Array(values.length)
  for (let n = 0; n < values.length; n++) {
    const along = n % (step * size[axis])
    const own = values[n] ?? 0
    const before = along < step ? own : (values[n - step] ?? 0)
    const after = along >= last ? own : (values[n + step] ?? 0)
    mean[n] = (before + own + after) / 3
  }
  return mean
}

/** Per cell, not per millimetre: cells are about cubes. */
function gradientOf(values: Float32Array, size: Vector3): Float32Array {
  const squares = new Float32Array(values.length)
  for (const axis of [0, 1] as const) {
    const step = axis === 0 ? 1 : size[0]
    const last = (size[axis] - 1) * step
    for (let n = 0; n < values.length; n++) {
      const along = n % (step * size[axis])
      const before = along < step ? n : n - step
      const after = along >= last ? n : n + step
      squares[n] = (squares[n] ?? 0) + ((values[after] ?? 0) - (values[before] ?? 0)) ** 2
    }
  }
  return squares.map((square) => Math.sqrt(square))
}
