/** Centre and principal axes of a mask in patient space: where it lies, how long, broad and flat it is. */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { axisVectorMm, indexToLps } from './geometry.ts'
import { runsOf } from './runs.ts'

/** First and second moments of the voxel centres. */
export interface Moments {
  /** Mean position, LPS mm. */
  readonly centroidMm: Vector3
  /** Variances (of the population) of the positions along `axes`, largest first. A single voxel has none: 0. */
  readonly variancesMm2: readonly [number, number, number]
  /**
   * Perpendicular unit vectors (LPS) in the order of `variancesMm2`, each pointing so that its largest coordinate is
   * positive. Where variances are equal, as for a ball, any such set of axes.
   */
  readonly axes: readonly [Vector3, Vector3, Vector3]
}

/** Moments of a mask on any grid, oblique or sheared as well; null when it holds no voxel. One pass over the box. */
export function momentsOf(mask: Mask): Moments | null {
  const sums = indexSums(mask)
  if (sums.count === 0) return null
  const at = (axis: 0 | 1 | 2): number => sums.first[axis] / sums.count
  const mean: Vector3 = [at(0), at(1), at(2)]
  const { origin } = mask.box
  const centre: Vector3 = [origin[0] + mean[0], origin[1] + mean[1], origin[2] + mean[2]]
  const principal = eigen(toMm2(covariance(sums, mean), mask.geometry.affine))
  return { centroidMm: indexToLps(mask.geometry, centre), ...principal }
}

/** Symmetric 3 x 3. */
interface Symmetric {
  readonly xx: number
  readonly yy: number
  readonly zz: number
  readonly xy: number
  readonly xz: number
  readonly yz: number
}

/** Sums over the voxels, in indices of the box: whole numbers, so exact up to 2^53. */
interface IndexSums {
  readonly count: number
  readonly first: Vector3
  readonly second: Symmetric
}

function indexSums(mask: Mask): IndexSums {
  const runs = runsOf(mask)
  let [count, x, y, z, xx, yy, zz, xy, xz, yz] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let run = 0; run < runs.count; run++) {
    const [start, end, j, k] = [runs.start[run] ?? 0, runs.end[run] ?? 0, runs.j[run] ?? 0, runs.k[run] ?? 0]
    const inRun = end - start + 1
    const sum = (inRun * (start + end)) / 2
    count += inRun
    x += sum
    y += inRun * j
    z += inRun * k
    xx += squaresTo(end) - squaresTo(start - 1)
    yy += inRun * j * j
    zz += inRun * k * k
    xy += sum * j
    xz += sum * k
    yz += inRun * j * k
  }
  return { count, first: [x, y, z], second: { xx, yy, zz, xy, xz, yz } }
}

/** 1² + 2² + ... + n², also for n = 0 and -1. */
function squaresTo(n: number): number {
  return (n * (n + 1) * (2 * n + 1)) / 6
}

function covariance({ count, second }: IndexSums, [x, y, z]: Vector3): Symmetric {
  return {
    xx: second.xx / count - x * x,
    yy: second.yy / count - y * y,
    zz: second.zz / count - z * z,
    xy: second.xy / count - x * y,
    xz: second.xz / count - x * z,
    yz: second.yz / count - y * z,
  }
}

/** A covariance of indices as one of positions: A C Aᵀ, A being the upper left 3 x 3 of the affine. */
function toMm2(c: Symmetric, affine: readonly number[]): Symmetric {
  const [u, v, w] = [axisVectorMm(affine, 0), axisVectorMm(affine, 1), axisVectorMm(affine, 2)]
  const entry = (a: 0 | 1 | 2, b: 0 | 1 | 2): number =>
    c.xx * u[a] * u[b] +
    c.yy * v[a] * v[b] +
    c.zz * w[a] * w[b] +
    c.xy * (u[a] * v[b] + v[a] * u[b]) +
    c.xz * (u[a] * w[b] + w[a] * u[b]) +
    c.yz * (v[a] * w[b] + w[a] * v[b])
  return {
    xx: entry(0, 0),
    yy: entry(1, 1),
    zz: entry(2, 2),
    xy: entry(0, 1),
    xz: entry(0, 2),
    yz: entry(1, 2),
  }
}

/** Each sweep squares the error: a handful is enough, the rest is a safeguard. */
const SWEEPS_MAX = 30
const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const

/** Eigenvalues and eigenvectors by Jacobi's rotations, which stay accurate for equal values (Golub & Van Loan, 8.5). */
function eigen({ xx, yy, zz, xy, xz, yz }: Symmetric): Pick<Moments, 'variancesMm2' | 'axes'> {
  const matrix = Float64Array.of(xx, xy, xz, xy, yy, yz, xz, yz, zz)
  const vectors = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  for (let sweep = 0; sweep < SWEEPS_MAX && !isDiagonal(matrix); sweep++)
    for (const [p, q] of PAIRS) rotate(matrix, vectors, p, q)
  const variance = (n: number): number => Math.max(0, matrix[n * 4] ?? 0)
  const axis = (n: number): Vector3 => pointed([vectors[n] ?? 0, vectors[n + 3] ?? 0, vectors[n + 6] ?? 0])
  const [a = 0, b = 0, c = 0] = [0, 1, 2].toSorted((m, n) => variance(n) - variance(m))
  return { variancesMm2: [variance(a), variance(b), variance(c)], axes: [axis(a), axis(b), axis(c)] }
}

/** Is what lies off the diagonal lost in its rounding? */
function isDiagonal(matrix: Float64Array): boolean {
  const off = PAIRS.reduce((most, [p, q]) => Math.max(most, Math.abs(matrix[p * 3 + q] ?? 0)), 0)
  const trace = (matrix[0] ?? 0) + (matrix[4] ?? 0) + (matrix[8] ?? 0)
  return off <= Number.EPSILON * trace * 1e-3
}

/** Turns the axes p and q so that entry (p, q) becomes 0. */
function rotate(matrix: Float64Array, vectors: Float64Array, p: number, q: number): void {
  const off = matrix[p * 3 + q] ?? 0
  if (off === 0) return
  const ratio = ((matrix[q * 4] ?? 0) - (matrix[p * 4] ?? 0)) / (2 * off)
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (let n = 0; n < 3; n++) turn(matrix, p * 3 + n, q * 3 + n, cosine, sine)
  for (let n = 0; n < 3; n++) turn(matrix, n * 3 + p, n * 3 + q, cosine, sine)
  for (let n = 0; n < 3; n++) turn(vectors, n * 3 + p, n * 3 + q, cosine, sine)
}

function turn(values: Float64Array, a: number, b: number, cosine: number, sine: number): void {
  const [atA, atB] = [values[a] ?? 0, values[b] ?? 0]
  values[a] = cosine * atA - sine * atB
  values[b] = sine * atA + cosine * atB
}

function pointed(axis: Vector3): Vector3 {
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most))
  return largest < 0 ? [-axis[0], -axis[1], -axis[2]] : axis
}
