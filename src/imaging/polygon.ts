/** Filled polygons in one image plane, and how several of them make one region. */

/** A rectangle of pixels, 1 inside. */
export interface Patch {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  readonly values: Uint8Array
}

type Point = readonly [number, number, ...number[]]

/**
 * Pixels whose centres lie inside a closed polygon by the even-odd rule, clipped to the image. A keyhole (a polygon that
 * walks in to a hole and back) leaves its hole open. Points are in pixel indices; the last joins the first. Null when it
 * covers no pixel centre. One pass over the edges per row they cross.
 */
export function fillPolygon(points: readonly Point[], columns: number, rows: number): Patch | null {
  const crossings = new Map<number, number[]>()
  let [x0, y0] = points.at(-1) ?? [0, 0]
  for (const [x1, y1] of points) {
    const first = Math.max(0, Math.ceil(Math.min(y0, y1)))
    const end = Math.min(rows, Math.ceil(Math.max(y0, y1)))
    for (let row = first; row < end; row++) {
      const x = x0 + ((row - y0) / (y1 - y0)) * (x1 - x0)
      const line = crossings.get(row)
      if (line === undefined) crossings.set(row, [x])
      else line.push(x)
    }
    ;[x0, y0] = [x1, y1]
  }
  const runs = [...crossings].flatMap(([row, line]) => runsOf(line, columns).map((run) => ({ row, ...run })))
  return patchOfRuns(runs)
}

interface Run {
  readonly from: number
  readonly to: number
}

/** Pixel centres between the 1st and 2nd, 3rd and 4th, ... crossing: left edge in, right edge out. */
function runsOf(crossings: readonly number[], columns: number): Run[] {
  const ordered = crossings.toSorted((a, b) => a - b)
  const runs: Run[] = []
  for (let n = 0; n + 1 < ordered.length; n += 2) {
    const from = Math.max(0, Math.ceil(ordered[n] ?? 0))
    const to = Math.min(columns, Math.ceil(ordered[n + 1] ?? 0))
    if (to > from) runs.push({ from, to })
  }
  return runs
}

function patchOfRuns(runs: readonly (Run & { readonly row: number })[]): Patch | null {
  if (runs.length === 0) return null
  let [left, right, top, bottom] = [Infinity, 0, Infinity, 0]
  for (const { from, to, row } of runs) {
    left = Math.min(left, from)
    right = Math.max(right, to)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
  }
  const columns = right - left
  const values = new Uint8Array(columns * (bottom - top + 1))
  for (const { from, to, row } of runs)
    values.fill(1, (row - top) * columns + from - left, (row - top) * columns + to - left)
  return { column: left, row: top, columns, rows: bottom - top + 1, values }
}

export interface FilledPolygon {
  readonly patch: Patch | null
  readonly points: readonly Point[]
  /** CLOSEDPLANAR_XOR: always combined by exclusive-or (PS3.3 C.8.8.6.1). */
  readonly exclusive: boolean
}

export interface CombinedPlane {
  readonly patch: Patch | null
  /** Pixels inside any polygon. */
  readonly unionCount: number
  /** Pixels inside an odd number of polygons. Differs from the union only where the meaning is open. */
  readonly exclusiveCount: number
}

/**
 * One region of all polygons of a plane. DICOM defines CLOSEDPLANAR_XOR, and does not say what CLOSED_PLANAR contours that
 * overlap mean. Planning systems write a hole as a contour wholly inside another and lay separate lobes side by side, so:
 * from the largest to the smallest, a contour inside the region is a hole in it, all others are joined to it; a
 * contour that occurs twice counts once. Where union and exclusive-or differ the counts say so.
 */
export function combinePlane(polygons: readonly FilledPolygon[]): CombinedPlane {
  const exclusive = polygons.some((polygon) => polygon.exclusive)
  const patches = polygons.flatMap(({ patch }) => (patch === null ? [] : [patch]))
  const frame = frameOf(patches)
  if (frame === null) return { patch: null, unionCount: 0, exclusiveCount: 0 }
  const depth = new Uint16Array(frame.columns * frame.rows)
  for (const patch of patches)
    forEachInside(patch, frame, (n) => {
      depth[n] = (depth[n] ?? 0) + 1
    })
  const unionCount = count(depth, (n) => n > 0)
  const exclusiveCount = count(depth, (n) => n % 2 === 1)
  const values =
    exclusive || unionCount === exclusiveCount
      ? Uint8Array.from(depth, (n) => n % 2)
      : nest(distinctPatches(patches), frame)
  return { patch: { ...frame, values }, unionCount: exclusive ? exclusiveCount : unionCount, exclusiveCount }
}

type Frame = Omit<Patch, 'values'>

function frameOf(patches: readonly Patch[]): Frame | null {
  if (patches.length === 0) return null
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (const { column, row, columns, rows } of patches) {
    left = Math.min(left, column)
    top = Math.min(top, row)
    right = Math.max(right, column + columns)
    bottom = Math.max(bottom, row + rows)
  }
  return { column: left, row: top, columns: right - left, rows: bottom - top }
}

function forEachInside(patch: Patch, frame: Frame, visit: (n: number) => void): void {
  for (let row = 0, n = 0; row < patch.rows; row++) {
    const start = (patch.row + row - frame.row) * frame.columns + patch.column - frame.column
    for (let column = 0; column < patch.columns; column++, n++)
      if (patch.values[n] === 1) visit(start + column)
  }
}

function nest(patches: readonly Patch[], frame: Frame): Uint8Array {
  const region = new Uint8Array(frame.columns * frame.rows)
  const size = (patch: Patch) => count(patch.values, (n) => n)
  for (const patch of patches.toSorted((a, b) => size(b) - size(a))) {
    let within = true
    forEachInside(patch, frame, (n) => (within &&= region[n] === 1))
    forEachInside(patch, frame, (n) => (region[n] = within ? 0 : 1))
  }
  return region
}

/** A contour may be repeated from another point on or the other way round: what it fills is the same. */
function distinctPatches(patches: readonly Patch[]): Patch[] {
  const same = (a: Patch, b: Patch): boolean =>
    a.column === b.column &&
    a.row === b.row &&
    a.columns === b.columns &&
    a.rows === b.rows &&
    a.values.every((value, n) => value === b.values[n])
  return patches.filter((patch, index) => !patches.slice(0, index).some((earlier) => same(earlier, patch)))
}

function count(values: ArrayLike<number>, of: (value: number) => number | boolean): number {
  let total = 0
  for (let n = 0; n < values.length; n++) total += Number(of(values[n] ?? 0))
  return total
}
