/** Planes in any order to slices of a regular grid: order, step, gaps, and what does not fit. */
import type { Vector3 } from '../domain/geometry.ts'
import { dot, length, planeNormal, subtract } from './geometry.ts'

/** Positions closer than this are the same slice. */
export const SAME_POSITION_MM = 0.01
/** How far a plane may lie from its place in the regular grid, as a share of the step. */
const OFF_GRID_FRACTION_MAX = 0.05

export interface Stack {
  /** Position of slice 0, and the step from slice to slice, LPS mm. */
  readonly origin: Vector3
  readonly stepMm: Vector3
  readonly sliceCount: number
  /** Slice index of every given plane, in the order given. */
  readonly sliceOf: readonly number[]
  /** Planes (by their place in the input) that lie off the grid by more than the tolerance. */
  readonly offGrid: readonly number[]
}

/**
 * Sorts planes along the normal of `orientation` (PS3.3 C.7.6.2) and numbers them. The step is `stepHintMm` where
 * given, else the median distance of neighbours; whole multiples are gaps. Planes may share a position. A sheared stack
 * (gantry tilt) keeps its shear. Null without planes, or when all share one position and there is no hint.
 */
export function stackPlanes(
  positions: readonly Vector3[],
  orientation: readonly number[],
  stepHintMm: number | null,
): Stack | null {
  const normal = planeNormal(orientation)
  const heights = positions.map((position) => dot(position, normal))
  const order = heights.map((_, n) => n).toSorted((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
  const first = order[0]
  if (first === undefined) return null
  const gaps = order.slice(1).map((plane, n) => (heights[plane] ?? 0) - (heights[order[n] ?? 0] ?? 0))
  const nominalMm = stepHintMm ?? median(gaps.filter((gap) => gap > SAME_POSITION_MM))
  if (nominalMm === null) return null
  const sliceOf = positions.map(() => 0)
  let slice = 0
  for (const [n, gap] of gaps.entries()) {
    if (gap > SAME_POSITION_MM) slice += Math.max(1, Math.round(gap / nominalMm))
    sliceOf[order[n + 1] ?? 0] = slice
  }
  const origin = positions[first] ?? [0, 0, 0]
  const last = positions[order.at(-1) ?? first] ?? origin
  const stepMm = slice === 0 ? scale(normal, nominalMm) : scale(subtract(last, origin), 1 / slice)
  const toleranceMm = Math.max(2 * SAME_POSITION_MM, OFF_GRID_FRACTION_MAX * length(stepMm))
  const offGrid = order.filter((plane) => {
    const k = sliceOf[plane] ?? 0
    const expected: Vector3 = [
      origin[0] + k * stepMm[0],
      origin[1] + k * stepMm[1],
      origin[2] + k * stepMm[2],
    ]
    return length(subtract(positions[plane] ?? origin, expected)) > toleranceMm
  })
  return { origin, stepMm, sliceCount: slice + 1, sliceOf, offGrid }
}

function scale([x, y, z]: Vector3, factor: number): Vector3 {
  return [x * factor, y * factor, z * factor]
}

/** Lower middle value; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
