/** Closed polygons with fewer points, or more, that run the same way. */
import type { Contour } from '../../domain/segmentation.ts'

/** Without points that lie no farther than so many mm from the line that stays (Douglas & Peucker, Cartographica 1973;10:112-122). */
export function decimated(contour: Contour, toleranceMm: number): Contour {
  const count = contour.points.length / 3
  if (count <= 3) return contour
  // A closed line has no ends: it is cut at its first point and at the one farthest from that.
  const far = farthest(contour.points, 0, count, 0).index
  const kept = new Set([0, far])
  keep(contour.points, 0, far, toleranceMm, kept)
  keep(contour.points, far, count, toleranceMm, kept)
  if (kept.size < 3) return contour
  const indices = [...kept].toSorted((a, b) => a - b)
  return { ...contour, points: Float64Array.from(indices.flatMap((n) => pointAt(contour.points, n))) }
}

/** With a point more in the middle of every edge. */
export function densified(contour: Contour): Contour {
  const { points } = contour
  const count = points.length / 3
  const all = Array.from({ length: count }, (_, n) => {
    const [a, b] = [pointAt(points, n), pointAt(points, (n + 1) % count)]
    return [...a, ...a.map((value, axis) => (value + (b[axis] ?? 0)) / 2)]
  })
  return { ...contour, points: Float64Array.from(all.flat()) }
}

function pointAt(points: Float64Array, n: number): number[] {
  return [...points.subarray(3 * n, 3 * n + 3)]
}

/** `end` may be the number of points: the first again. */
function keep(
  points: Float64Array,
  start: number,
  end: number,
  toleranceMm: number,
  kept: Set<number>,
): void {
  const open: [number, number][] = [[start, end]]
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [from, to] = part
    const { index, distanceMm } = farthest(points, from, to, to)
    if (distanceMm <= toleranceMm) continue
    kept.add(index)
    open.push([from, index], [index, to])
  }
}

/** Of the points between two others, the farthest from the line through these; from the first where both are one. */
function farthest(
  points: Float64Array,
  from: number,
  to: number,
  lineEnd: number,
): { index: number; distanceMm: number } {
  const count = points.length / 3
  const a = pointAt(points, from)
  const b = pointAt(points, lineEnd % count)
  const along = b.map((value, axis) => value - (a[axis] ?? 0))
  const squared = along.reduce((sum, value) => sum + value * value, 0)
  let [index, distanceMm] = [from, 0]
  for (let n = from + 1; n < to; n++) {
    const p = pointAt(points, n).map((value, axis) => value - (a[axis] ?? 0))
    const t =
      squared === 0 ? 0 : p.reduce((sum, value, axis) => sum + value * (along[axis] ?? 0), 0) / squared
    const clamped = Math.max(0, Math.min(1, t))
    const distance = Math.hypot(...p.map((value, axis) => value - clamped * (along[axis] ?? 0)))
    if (distance > distanceMm) [index, distanceMm] = [n, distance]
  }
  return { index, distanceMm }
}
