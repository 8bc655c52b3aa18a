/** How several polygons of one image plane make one region. Each is the runs of pixels that it fills (scanline.ts). */
import { RUN_LENGTH, type Runs } from './scanline.ts'

export interface FilledPolygon {
  readonly runs: Runs
  /** CLOSEDPLANAR_XOR: always combined by exclusive-or (PS3.3 C.8.8.6.1). */
  readonly exclusive: boolean
}

export interface CombinedPlane {
  readonly runs: Runs
  /** Null where the polygons can mean one region only. */
  readonly ambiguity: Ambiguity | null
}

/** CLOSED_PLANAR polygons of one plane that overlap. */
export interface Ambiguity {
  /** Pixels inside any polygon. */
  readonly unionCount: number
  /** Pixels inside an odd number of polygons. */
  readonly exclusiveCount: number
  /** Polygons that lie partly over another one: no hole, no island, no copy. */
  readonly crossing: number
}

/**
 * One region of all polygons of a plane. DICOM defines CLOSEDPLANAR_XOR, and does not say what CLOSED_PLANAR contours that
 * overlap mean. Planning systems write a hole as a contour wholly inside another and lay separate lobes side by side, so:
 * from the largest to the smallest, a contour inside the region is a hole in it, all others are joined to it; a
 * contour that occurs twice counts once. Where union and exclusive-or differ the ambiguity says so.
 */
export function combinePlane(polygons: readonly FilledPolygon[]): CombinedPlane {
  const filled = polygons.filter(({ runs }) => runs.length > 0)
  const [only] = filled
  if (only === undefined) return { runs: new Int32Array(), ambiguity: null }
  if (filled.length === 1) return { runs: only.runs, ambiguity: null }
  const frame = frameOf(filled)
  const { pixels, unionCount, exclusiveCount } = overlay(filled, frame)
  if (unionCount === exclusiveCount || polygons.some(({ exclusive }) => exclusive))
    return { runs: runsOf(pixels, ODD, frame), ambiguity: null }
  const { region, crossing } = nest(distinctRuns(filled), frame)
  return { runs: runsOf(region, 1, frame), ambiguity: { unionCount, exclusiveCount, crossing } }
}

/** The smallest rectangle of pixels around all polygons. */
interface Frame {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
}

function frameOf(polygons: readonly FilledPolygon[]): Frame {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (const { runs } of polygons) {
    for (let n = 0; n < runs.length; n += RUN_LENGTH) {
      top = Math.min(top, runs[n] ?? 0)
      bottom = Math.max(bottom, runs[n] ?? 0)
      left = Math.min(left, runs[n + 1] ?? 0)
      right = Math.max(right, runs[n + 2] ?? 0)
    }
  }
  return { column: left, row: top, columns: right - left, rows: bottom - top + 1 }
}

/** Bits of a pixel: inside an odd number of polygons, inside any. */
const [ODD, ANY] = [1, 2]

function overlay(polygons: readonly FilledPolygon[], frame: Frame) {
  const pixels = new Uint8Array(frame.columns * frame.rows)
  let [unionCount, exclusiveCount] = [0, 0]
  for (const { runs } of polygons) {
    for (let n = 0; n < runs.length; n += RUN_LENGTH) {
      const end = pixelAt(frame, runs, n, 2)
      for (let at = pixelAt(frame, runs, n, 1); at < end; at++) {
        const before = pixels[at] ?? 0
        if (before === 0) unionCount++
        exclusiveCount += (before & ODD) === 0 ? 1 : -1
        pixels[at] = (before ^ ODD) | ANY
      }
    }
  }
  return { pixels, unionCount, exclusiveCount }
}

/** Index in the frame of where a run begins (1) or ends (2). */
function pixelAt({ column, row, columns }: Frame, runs: Runs, n: number, side: 1 | 2): number {
  return ((runs[n] ?? 0) - row) * columns + (runs[n + side] ?? 0) - column
}

function runsOf(pixels: Uint8Array, bit: number, { column, row, columns, rows }: Frame): Runs {
  const runs: number[] = []
  for (let y = 0, at = 0; y < rows; y++) {
    let from = -1
    for (let x = 0; x < columns; x++, at++) {
      const inside = ((pixels[at] ?? 0) & bit) !== 0
      if (inside && from < 0) from = x
      if (!inside && from >= 0) {
        runs.push(y + row, from + column, x + column)
        from = -1
      }
    }
    if (from >= 0) runs.push(y + row, from + column, columns + column)
  }
  return Int32Array.from(runs)
}

function nest(polygons: readonly Runs[], frame: Frame): { region: Uint8Array; crossing: number } {
  const region = new Uint8Array(frame.columns * frame.rows)
  const bySize = polygons
    .map((runs) => ({ runs, size: pixelCount(runs) }))
    .toSorted((a, b) => b.size - a.size)
  let crossing = 0
  for (const { runs, size } of bySize) {
    let covered = 0
    for (let n = 0; n < runs.length; n += RUN_LENGTH) {
      const end = pixelAt(frame, runs, n, 2)
      for (let at = pixelAt(frame, runs, n, 1); at < end; at++) covered += region[at] ?? 0
    }
    const hole = covered === size
    if (!hole && covered > 0) crossing++
    for (let n = 0; n < runs.length; n += RUN_LENGTH)
      region.fill(hole ? 0 : 1, pixelAt(frame, runs, n, 1), pixelAt(frame, runs, n, 2))
  }
  return { region, crossing }
}

function pixelCount(runs: Runs): number {
  let count = 0
  for (let n = 0; n < runs.length; n += RUN_LENGTH) count += (runs[n + 2] ?? 0) - (runs[n + 1] ?? 0)
  return count
}

const [FNV_OFFSET, FNV_PRIME] = [0x811c9dc5, 0x01000193]

/** A contour may be repeated from another point on or the other way round: what it fills is the same. */
function distinctRuns(polygons: readonly FilledPolygon[]): Runs[] {
  const byHash = new Map<number, Runs[]>()
  for (const { runs } of polygons) {
    const hash = hashOf(runs)
    const alike = byHash.get(hash)
    if (alike === undefined) byHash.set(hash, [runs])
    else if (!alike.some((other) => sameRuns(other, runs))) alike.push(runs)
  }
  return [...byHash.values()].flat()
}

function sameRuns(a: Runs, b: Runs): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n])
}

/** FNV-1a over whole numbers instead of bytes. */
function hashOf(runs: Runs): number {
  let hash = FNV_OFFSET
  for (const value of runs) hash = Math.imul(hash ^ value, FNV_PRIME)
  return hash
}
