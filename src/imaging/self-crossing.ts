/** Does a closed polygon cross itself, and how much of its area depends on how one fills it then? */

/** Edges that pass each other by less are the same line up to its decimals: the two ways over a keyhole's bridge. */
const TOUCH_MM = 0.05
/** Pairs of edges looked at in one polygon; only a tangle of thousands of points has more that lie side by side. */
const PAIRS_MAX = 4_000_000
/** Lines that the area is measured on. */
const LINES = 256

/**
 * How often two edges cross properly: not where they share a point, touch, or run over each other (keyholes). Null when
 * too many edges lie side by side to look at all pairs. `points`: x, y in mm, repeated; the last joins the first.
 */
export function countCrossings(points: Float64Array): number | null {
  const count = points.length / 2
  const order = edgesByLowEnd(points)
  const active = new Int32Array(count)
  let [activeCount, crossings, pairs] = [0, 0, 0]
  for (const edge of order) {
    const low = lowEnd(points, edge)
    let kept = 0
    for (let n = 0; n < activeCount; n++) {
      const other = active[n] ?? 0
      if (highEnd(points, other) < low) continue
      active[kept++] = other
      if (properlyCross(points, edge, other)) crossings++
    }
    pairs += activeCount
    if (pairs > PAIRS_MAX) return null
    active[kept] = edge
    activeCount = kept + 1
  }
  return crossings
}

/** Edge n leads from point n to the one after it. */
function after(points: Float64Array, edge: number): number {
  return 2 * edge + 2 < points.length ? 2 * edge + 2 : 0
}

function lowEnd(points: Float64Array, edge: number): number {
  return Math.min(points[2 * edge + 1] ?? 0, points[after(points, edge) + 1] ?? 0)
}

function highEnd(points: Float64Array, edge: number): number {
  return Math.max(points[2 * edge + 1] ?? 0, points[after(points, edge) + 1] ?? 0)
}

/** By ascending low end. */
function edgesByLowEnd(points: Float64Array): Int32Array {
  const count = points.length / 2
  const lows = Float64Array.from({ length: count }, (_, edge) => lowEnd(points, edge))
  return Int32Array.from({ length: count }, (_, edge) => edge).toSorted(
    (a, b) => (lows[a] ?? 0) - (lows[b] ?? 0),
  )
}

function properlyCross(points: Float64Array, first: number, second: number): boolean {
  const [a, b, c, d] = [2 * first, after(points, first), 2 * second, after(points, second)]
  if (b === c || d === a) return false
  const [ax, bx, cx, dx] = [points[a] ?? 0, points[b] ?? 0, points[c] ?? 0, points[d] ?? 0]
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false
  const [ay, by, cy, dy] = [points[a + 1] ?? 0, points[b + 1] ?? 0, points[c + 1] ?? 0, points[d + 1] ?? 0]
  return parts(ax, ay, bx, by, cx, cy, dx, dy) && parts(cx, cy, dx, dy, ax, ay, bx, by)
}

/** Does the line through p and q leave r and s on different sides, both farther off than a touch? */
function parts(
  px: number,
  py: number,
  qx: number,
  qy: number,
  rx: number,
  ry: number,
  sx: number,
  sy: number,
): boolean {
  const [ux, uy] = [qx - px, qy - py]
  const r = ux * (ry - py) - uy * (rx - px)
  const s = ux * (sy - py) - uy * (sx - px)
  if (r > 0 === s > 0) return false
  const touch = TOUCH_MM * Math.hypot(ux, uy)
  return Math.abs(r) > touch && Math.abs(s) > touch
}

export interface FilledAreas {
  /** Inside an odd number of turns: what rasterising takes. */
  readonly evenOddMm2: number
  /** Inside any turn. */
  readonly nonZeroMm2: number
  /** By the shoelace formula: what turns the other way round counts against the rest. */
  readonly signedMm2: number
}

/** Areas by the three rules in use; equal for a polygon that does not cross itself and has no keyhole. */
export function filledAreas(points: Float64Array): FilledAreas {
  let [low, high, doubled] = [Infinity, -Infinity, 0]
  for (let at = 0; at < points.length; at += 2) {
    const next = after(points, at / 2)
    const [x0, y0, x1, y1] = [points[at] ?? 0, points[at + 1] ?? 0, points[next] ?? 0, points[next + 1] ?? 0]
    low = Math.min(low, y0)
    high = Math.max(high, y0)
    doubled += x0 * y1 - x1 * y0
  }
  const step = (high - low) / LINES
  let [evenOdd, nonZero] = [0, 0]
  for (let line = 0; line < LINES; line++) {
    const inside = insideAlong(points, low + (line + 0.5) * step)
    evenOdd += inside.evenOdd
    nonZero += inside.nonZero
  }
  return { evenOddMm2: evenOdd * step, nonZeroMm2: nonZero * step, signedMm2: Math.abs(doubled) / 2 }
}

/** Length inside along the line at height y, by both rules. */
function insideAlong(points: Float64Array, y: number): { evenOdd: number; nonZero: number } {
  const crossings: { x: number; turn: 1 | -1 }[] = []
  for (let at = 0; at < points.length; at += 2) {
    const next = after(points, at / 2)
    const [y0, y1] = [points[at + 1] ?? 0, points[next + 1] ?? 0]
    if (y0 < y === y1 < y) continue
    const [x0, x1] = [points[at] ?? 0, points[next] ?? 0]
    crossings.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y1 > y0 ? 1 : -1 })
  }
  crossings.sort((a, b) => a.x - b.x)
  let [evenOdd, nonZero, winding] = [0, 0, 0]
  for (const [n, { x, turn }] of crossings.entries()) {
    winding += turn
    const width = (crossings[n + 1]?.x ?? x) - x
    if (n % 2 === 0) evenOdd += width
    if (winding !== 0) nonZero += width
  }
  return { evenOdd, nonZero }
}
