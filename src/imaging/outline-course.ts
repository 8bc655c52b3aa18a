/** The course of one closed outline in its plane: how rough it is, and whether it was traced along pixels. x, y in mm, repeated. */

/** The wide step of the dividers, in narrow ones. */
const WIDE_STEPS = 4
/** Outlines of fewer wide steps have no course. */
const WIDE_STEPS_MIN = 8
/** The dividers look for their next point at this many points per narrow step. */
const LOOKS_PER_STEP = 4
/** Points that are looked at on one outline at most. */
const LOOKS_MAX = 1_000_000
/** Edges that deviate less from a multiple of 45 degrees follow the pixels. */
const TRACED_DEGREES = 1
/** Share of the length along pixels from which the outline was traced on a mask. */
const TRACED_SHARE_MIN = 0.9

/** Perimeter and area of an outline, by its points. */
export function sizeOf(points: Float64Array): { readonly perimeterMm: number; readonly areaMm2: number } {
  let [perimeterMm, doubled] = [0, 0]
  let [x0, y0] = [points[points.length - 2] ?? 0, points[points.length - 1] ?? 0]
  for (let at = 0; at < points.length; at += 2) {
    const [x1, y1] = [points[at] ?? 0, points[at + 1] ?? 0]
    perimeterMm += Math.hypot(x1 - x0, y1 - y0)
    doubled += x0 * y1 - x1 * y0
    ;[x0, y0] = [x1, y1]
  }
  return { perimeterMm, areaMm2: Math.abs(doubled) / 2 }
}

/**
 * How many times as long an outline is when measured with dividers set to `stepMm` as with dividers four times as wide
 * (Richardson 1961, Mandelbrot 1967); null where it is too short to tell. Smooth curves give 1, however sharp their
 * corners; noise of one step from step to step gives 1.7. What is finer than a step is not seen.
 */
export function roughnessOf(points: Float64Array, stepMm: number): number | null {
  const walked = walk(points, stepMm / LOOKS_PER_STEP)
  const wide = dividerLength(walked, WIDE_STEPS * stepMm)
  return wide.steps < WIDE_STEPS_MIN ? null : dividerLength(walked, stepMm).lengthMm / wide.lengthMm
}

/** Points at equal distances along the outline, the first again at the end. */
function walk(points: Float64Array, distanceMm: number): Float64Array {
  const { perimeterMm } = sizeOf(points)
  const count = Math.min(LOOKS_MAX, Math.ceil(perimeterMm / distanceMm))
  const walked = new Float64Array(2 * count + 2)
  let [x0, y0, n, travelled] = [points[0] ?? 0, points[1] ?? 0, 0, 0]
  for (let at = 2; at <= points.length; at += 2) {
    const around = at < points.length ? at : 0
    const [x1, y1] = [points[around] ?? 0, points[around + 1] ?? 0]
    const edge = Math.hypot(x1 - x0, y1 - y0)
    for (; n < count && (n * perimeterMm) / count < travelled + edge; n++) {
      const share = ((n * perimeterMm) / count - travelled) / edge
      walked[2 * n] = x0 + share * (x1 - x0)
      walked[2 * n + 1] = y0 + share * (y1 - y0)
    }
    travelled += edge
    ;[x0, y0] = [x1, y1]
  }
  // The last ones may be missed by what adding up lengths loses.
  for (; n <= count; n++) walked.set([x0, y0], 2 * n)
  return walked
}

/** Length as dividers measure it: from each point to the first one at least a step away; what is left at the end counts. */
function dividerLength(walked: Float64Array, stepMm: number): { lengthMm: number; steps: number } {
  let [x0, y0, lengthMm, steps] = [walked[0] ?? 0, walked[1] ?? 0, 0, 0]
  for (let at = 2; at < walked.length; at += 2) {
    const [x1, y1] = [walked[at] ?? 0, walked[at + 1] ?? 0]
    const distance = Math.hypot(x1 - x0, y1 - y0)
    const isLast = at + 2 >= walked.length
    if (distance < stepMm && !isLast) continue
    lengthMm += distance
    steps++
    ;[x0, y0] = [x1, y1]
  }
  return { lengthMm, steps }
}

/** Does it run along the pixels and their diagonals? `points` in pixel indices here. */
export function isTraced(points: Float64Array): boolean {
  const slope = Math.tan((TRACED_DEGREES * Math.PI) / 180)
  let [along, total] = [0, 0]
  let [x0, y0] = [points[points.length - 2] ?? 0, points[points.length - 1] ?? 0]
  for (let at = 0; at < points.length; at += 2) {
    const [x1, y1] = [points[at] ?? 0, points[at + 1] ?? 0]
    const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)]
    const [low, high] = [Math.min(dx, dy), Math.max(dx, dy)]
    const length = Math.hypot(dx, dy)
    total += length
    if (low <= slope * high || high - low <= slope * (high + low)) along += length
    ;[x0, y0] = [x1, y1]
  }
  return along >= TRACED_SHARE_MIN * total
}
