/** The convex hull of the cells of a slice (Andrew's monotone chain, 1979), and cells along it. */
import type { Cells } from './scene.ts'

/** Its corners, as cells of the slice, once around; empty of nothing. */
export function convexHull(cells: Cells, columns: number): [column: number, row: number][] {
  const points: [number, number][] = []
  const rows = cells.length / columns
  for (let j = 0; j < rows; j++) {
    const row = cells.subarray(j * columns, (j + 1) * columns)
    const first = row.indexOf(1)
    if (first < 0) continue
    const last = row.lastIndexOf(1)
    points.push([first, j])
    if (last > first) points.push([last, j])
  }
  if (points.length < 3) return points
  return [...chain(points), ...chain(points.toReversed())]
}

/** One side of the hull, without its last point, which begins the other side. */
function chain(points: readonly [number, number][]): [number, number][] {
  const kept: [number, number][] = []
  for (const point of points) {
    while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), point) <= 0) kept.pop()
    kept.push(point)
  }
  return kept.slice(0, -1)
}

function turn(
  a: readonly [number, number] = [0, 0],
  b: readonly [number, number] = [0, 0],
  c: readonly [number, number],
): number {
  // Rows ascend along the chain, so they take the place of x.
  return (b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1])
}

/** `count` points at equal distances along a closed course of corners. */
export function spread(corners: readonly [number, number][], count: number): [number, number][] {
  const lengths = corners.map(([x, y], n) => {
    const [nextX, nextY] = corners[(n + 1) % corners.length] ?? [x, y]
    return Math.hypot(nextX - x, nextY - y)
  })
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (total === 0) return corners.slice(0, 1)
  let [corner, passed] = [0, 0]
  return Array.from({ length: count }, (_, n): [number, number] => {
    const at = (n * total) / count
    while (corner < corners.length - 1 && passed + (lengths[corner] ?? 0) < at)
      passed += lengths[corner++] ?? 0
    const [x, y] = corners[corner] ?? [0, 0]
    const [nextX, nextY] = corners[(corner + 1) % corners.length] ?? [x, y]
    const share = (at - passed) / (lengths[corner] || 1)
    return [Math.round(x + share * (nextX - x)), Math.round(y + share * (nextY - y))]
  })
}
