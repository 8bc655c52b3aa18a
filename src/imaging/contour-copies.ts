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
/** Contours whose slice coordinates differ by less are of one plane. */
const SAME_PLANE = 0.05

/** Contours that lie in a run of at least `planesMin` planes with the same outline, point for point. */
export function findCopies(outlines: readonly Outline[], pixelMm: number, planesMin: number): CopiedContours {
  const runs: Outline[][] = []
  let before: Outline[][] = []
  for (const plane of planesOf(outlines)) {
    const open = new Set(before)
    before = plane.map((outline) => {
      const run = [...open].find((earlier) => isCopy(earlier.at(-1), outline, SAME_POINT_MM / pixelMm)) ?? []
      if (run.length === 0) runs.push(run)
      // Of two equal outlines on one plane only one goes on with the run.
      open.delete(run)
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

function isCopy(one: Outline | undefined, other: Outline, tolerance: number): boolean {
  if (one === undefined || one.points.length !== other.points.length) return false
  for (let n = 0; n < one.points.length; n++)
    if (Math.abs((one.points[n] ?? 0) - (other.points[n] ?? 0)) > tolerance) return false
  return true
}
