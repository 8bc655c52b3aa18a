/** Where the edges of the image would have the surface: moved, or grown. */
import type { Vector3 } from '../domain/geometry.ts'
import type { EdgeVotes } from './edge-votes.ts'

/** Mean vote at the surface grown by `offsetSteps` and moved by `shiftMm` (along the grid's axes); every n-th line. */
export function supportAt(
  { lines, positions, votes }: EdgeVotes,
  offsetSteps: number,
  shiftMm: Vector3,
  everyNth = 1,
): number {
  const { normals, stepMm, count } = lines
  const middle = (positions - 1) / 2
  let sum = 0
  let taken = 0
  for (let line = 0; line < count; line += everyNth) {
    const along =
      shiftMm[0] * (normals[3 * line] ?? 0) +
      shiftMm[1] * (normals[3 * line + 1] ?? 0) +
      shiftMm[2] * (normals[3 * line + 2] ?? 0)
    const at = middle + offsetSteps + along / (stepMm[line] ?? 1)
    const inside = Math.min(positions - 1, Math.max(0, at))
    const low = Math.min(positions - 2, Math.floor(inside))
    const weight = inside - low
    const n = line * positions + low
    sum += (1 - weight) * (votes[n] ?? 0) + weight * (votes[n + 1] ?? 0)
    taken++
  }
  return sum / taken
}

export interface Growth {
  /** Outwards, in steps of the lines; negative: inwards. */
  readonly steps: number
  readonly support: number
}

/** The growth with most support, to parts of a step. Null when that lies at the end of the lines: there is no peak. */
export function bestGrowth(votes: EdgeVotes): Growth | null {
  const middle = (votes.positions - 1) / 2
  const profile = Array.from({ length: votes.positions }, (_, n) => supportAt(votes, n - middle, [0, 0, 0]))
  const peak = profile.reduce((best, value, n) => (value > (profile[best] ?? 0) ? n : best), 0)
  const [before, at, after] = [profile[peak - 1], profile[peak] ?? 0, profile[peak + 1]]
  if (before === undefined || after === undefined) return null
  // Top of the parabola through the peak and its neighbours.
  const bend = before - 2 * at + after
  return { steps: peak - middle + (bend < 0 ? (before - after) / (2 * bend) : 0), support: at }
}

export interface Shift {
  /** Along the grid's axes. */
  readonly mm: Vector3
  readonly support: number
}

/** The coarse search steps by so many units, so often to either side. */
const COARSE_UNITS = 2
const COARSE_STEPS = 2
const COARSE_LINES = 800
const FINE_UNITS = [1, 0.5]
const FINE_PASSES = 2

/** The shift with most support, found on a coarse grid of shifts and refined; `unitMm` is one unit along each axis. */
export function bestShift(votes: EdgeVotes, unitMm: Vector3): Shift {
  const everyNth = Math.max(1, Math.floor(votes.lines.count / COARSE_LINES))
  const coarse = coarseShifts(unitMm)
  const [start] = coarse
    .map((mm) => ({ mm, support: supportAt(votes, 0, mm, everyNth) }))
    .toSorted((a, b) => b.support - a.support)
  let best: Shift = { mm: [0, 0, 0], support: supportAt(votes, 0, [0, 0, 0]) }
  const take = (mm: Vector3): void => {
    const support = supportAt(votes, 0, mm)
    if (support > best.support) best = { mm, support }
  }
  if (start !== undefined) take(start.mm)
  for (const units of FINE_UNITS) {
    for (let pass = 0; pass < FINE_PASSES; pass++) {
      for (const axis of [0, 1, 2] as const) {
        for (const sign of [-1, 1]) take(moved(best.mm, axis, sign * units * unitMm[axis]))
      }
    }
  }
  return best
}

/** No shift first, so that it wins among equals. */
function coarseShifts(unitMm: Vector3): Vector3[] {
  const steps = Array.from({ length: 2 * COARSE_STEPS + 1 }, (_, n) => (n - COARSE_STEPS) * COARSE_UNITS)
  const all = steps.flatMap((k) =>
    steps.flatMap((j) => steps.map((i): Vector3 => [i * unitMm[0], j * unitMm[1], k * unitMm[2]])),
  )
  return [[0, 0, 0], ...all]
}

function moved([i, j, k]: Vector3, axis: 0 | 1 | 2, mm: number): Vector3 {
  return [i + (axis === 0 ? mm : 0), j + (axis === 1 ? mm : 0), k + (axis === 2 ? mm : 0)]
}
