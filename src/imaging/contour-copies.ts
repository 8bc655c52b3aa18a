/** Outlines that were copied from plane to plane instead of drawn. */
import type { Outline } from './outline.ts'

export interface CopiedContours {
  readonly contourCount: number
  /** Slice indices k, ascending. */
  readonly slices: readonly number[]
  /** Most planes in a row with the same outline. */
  readonly longestRun: number
}

/** Points closer than this are the same, but for their decimals. */
const SAME_POINT_MM = 0.01
/** And never more than this, however small the pixels. */
const SAME_POINT_PIXELS_MAX = 0.5
/** Contours whose slice coordinates differ by less are of one plane. */
const SAME_PLANE = 0.05

/** Contours that lie in a run of at least `planesMin` planes with the same outline, point for point. */
export function findCopies(outlines: readonly Outline[], pixelMm: number, planesMin: number): CopiedContours {
  const tolerance = Math.min(SAME_POINT_MM / pixelMm, SAME_POINT_PIXELS_MAX)
  const runs: Outline[][] = []
  let before: Outline[][] = []
  for (const plane of planesOf(outlines)) {
    const open = openRuns(before)
    before = plane.map((outline) => {
      const run = takeCopied(open, outline, tolerance) ?? []
      if (run.length === 0) runs.push(run)
      run.push(outline)
      return run
    })
  }
  const long = runs.filter((run) => run.length >= planesMin).flat()
  return {
    contourCount: long.length,
    slices: [...new Set(long.map(({ slice }) => slice))].toSorted((a, b) => a - b),
    longestRun: runs.reduce((longest, run) => Math.max(longest, run.length), 0),
  }
}

function planesOf(outlines: readonly Outline[]): Outline[][] {
  const planes: Outline[][] = []
  for (const outline of outlines.toSorted((a, b) => a.k - b.k)) {
    const last = planes.at(-1)
    if (last?.[0] !== undefined && outline.k - last[0].k < SAME_PLANE) last.push(outline)
    else planes.push([outline])
  }
  return planes
}

/** Runs that may go on, by where their last outline begins, so that not every outline meets every other; the first one last. */
function openRuns(runs: readonly Outline[][]): Map<string, Outline[][]> {
  const open = new Map<string, Outline[][]>()
  for (const run of runs.toReversed()) {
    const [x = 0, y = 0] = run.at(-1)?.points ?? []
    const key = startKey(run.at(-1), Math.floor(x), Math.floor(y))
    const others = open.get(key)
    if (others === undefined) open.set(key, [run])
    else others.push(run)
  }
  return open
}

/** The first run that the outline goes on with; of two equal outlines on one plane only one does. */
function takeCopied(
  open: ReadonlyMap<string, Outline[][]>,
  outline: Outline,
  tolerance: number,
): Outline[] | null {
  const [x = 0, y = 0] = outline.points
  for (let i = Math.floor(x - tolerance); i <= Math.floor(x + tolerance); i++) {
    for (let j = Math.floor(y - tolerance); j <= Math.floor(y + tolerance); j++) {
      const runs = open.get(startKey(outline, i, j)) ?? []
      const at = runs.findLastIndex((run) => isCopy(run.at(-1), outline, tolerance))
      const [run] = at < 0 ? [] : runs.splice(at, 1)
      if (run !== undefined) return run
    }
  }
  return null
}

/** Copies have as many points and begin in the same pixel, but for the tolerance. */
function startKey(outline: Outline | undefined, column: number, row: number): string {
  return `${outline?.points.length ?? 0} ${column} ${row}`
}

function isCopy(one: Outline | undefined, other: Outline, tolerance: number): boolean {
  if (one === undefined || one.points.length !== other.points.length) return false
  for (let n = 0; n < one.points.length; n++)
    if (Math.abs((one.points[n] ?? 0) - (other.points[n] ?? 0)) > tolerance) return false
  return true
}
