/** Contours in the index space of a grid: where they lie among its slices, and their course in the plane. */
import type { Geometry } from '../domain/geometry.ts'
import type { Contour } from '../domain/segmentation.ts'
import { invertAffine } from './geometry.ts'

/** One contour on a grid. */
export interface Outline {
  readonly contour: Contour
  /** Column and row index of every point, repeated. */
  readonly points: Float64Array
  readonly exclusive: boolean
  /** Slice coordinate: mean of its points, a fraction when it lies between slices. */
  readonly k: number
  /** The slice nearest to it. */
  readonly slice: number
  /** It lies in one slice, within half a spacing: it neither leans nor runs across slices. */
  readonly flat: boolean
  /** Least and greatest column and row. */
  readonly low: readonly [number, number]
  readonly high: readonly [number, number]
}

/** A contour may lean this much, in slices, and still be of one slice. */
const SLICE_LEAN_MAX = 0.5

/** Contours without points are left out. */
export function toOutlines(contours: readonly Contour[], geometry: Geometry): Outline[] {
  const inverse = invertAffine(geometry.affine)
  return contours.filter((contour) => contour.points.length > 0).map((contour) => toOutline(contour, inverse))
}

function toOutline(contour: Contour, inverse: readonly number[]): Outline {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, l = 0, m = 0, n = 0, o = 0] = inverse
  const { points } = contour
  const count = points.length / 3
  const plane = new Float64Array(2 * count)
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  let [sum, lowest, highest] = [0, Infinity, -Infinity]
  for (let at = 0; at < count; at++) {
    const [x, y, z] = [points[3 * at] ?? 0, points[3 * at + 1] ?? 0, points[3 * at + 2] ?? 0]
    const i = a * x + b * y + c * z + d
    const j = e * x + f * y + g * z + h
    const k = l * x + m * y + n * z + o
    plane[2 * at] = i
    plane[2 * at + 1] = j
    sum += k
    left = Math.min(left, i)
    right = Math.max(right, i)
    top = Math.min(top, j)
    bottom = Math.max(bottom, j)
    lowest = Math.min(lowest, k)
    highest = Math.max(highest, k)
  }
  const k = sum / count
  return {
    contour,
    points: plane,
    exclusive: contour.geometricType === 'CLOSEDPLANAR_XOR',
    k,
    slice: Math.round(k) || 0,
    flat: Math.max(highest - k, k - lowest) <= SLICE_LEAN_MAX,
    low: [left, top],
    high: [right, bottom],
  }
}
