/**
 * Which pixels of an error mask a view cuts, as parallelograms on its canvas. A pixel is a box: its spacing wide and high, the distance of
 * planes thick. A view is any plane through the patient, so the same arithmetic serves the images themselves and reformatted views.
 */
import type { Point3 } from '../host.ts'
import { cross, dot, type PlaneGeometry } from './plane-geometry.ts'

/** A plane of an error mask with its place in the patient. */
export interface PlacedErrors {
  readonly geometry: PlaneGeometry
  readonly thicknessMm: number
  readonly columns: number
  /** As ErrorPlane.runs. */
  readonly runs: readonly number[]
}

/** World (LPS millimetres) to canvas (CSS pixels), parallel projection: canvas = offset + x * p.x + y * p.y + z * p.z. */
export interface View {
  readonly focalPoint: Point3
  /** Of unit length. */
  readonly normal: Point3
  readonly offset: Vector2
  readonly x: Vector2
  readonly y: Vector2
  readonly z: Vector2
}

export type Vector2 = readonly [number, number]

/** Corner, then the two edges from it: what `outlines` gives for each run or piece of a run. */
export const NUMBERS_PER_OUTLINE = 6

/** A view and a plane closer than this in direction count as parallel; also the tie of a view half way between two planes. */
const EPSILON = 1e-4

export function outlines(planes: readonly PlacedErrors[], view: View): number[] {
  const found: number[] = []
  for (const plane of planes) cutPlane(plane, view, found)
  return found
}

/** The steps of one plane: by one pixel along a row, down a column, through its thickness. */
interface Steps {
  readonly alongRow: Vector2
  readonly downColumn: Vector2
  readonly through: Vector2
}

function cutPlane(plane: PlacedErrors, view: View, found: number[]): void {
  const { geometry, thicknessMm, columns, runs } = plane
  const { rowDirection, columnDirection, columnSpacingMm, rowSpacingMm, origin } = geometry
  const planeNormal = cross(rowDirection, columnDirection)
  // How far one pixel step leads away from the view, and how far a pixel reaches to each side of its centre.
  const stepX = dot(view.normal, rowDirection) * columnSpacingMm
  const stepY = dot(view.normal, columnDirection) * rowSpacingMm
  const stepZ = dot(view.normal, planeNormal) * thicknessMm
  const reach = (Math.abs(stepX) + Math.abs(stepY) + Math.abs(stepZ)) / 2 + EPSILON
  const distance = dot(view.normal, difference(origin, view.focalPoint))
  const start = canvasPoint(origin, view)
  const steps: Steps = {
    alongRow: canvasVector(rowDirection, columnSpacingMm, view),
    downColumn: canvasVector(columnDirection, rowSpacingMm, view),
    through: canvasVector(planeNormal, thicknessMm, view),
  }
  for (let run = 0; run + 1 < runs.length; run += 2) {
    let first = runs[run] ?? 0
    const end = first + (runs[run + 1] ?? 0)
    // A run may go on over the ends of rows.
    while (first < end) {
      const row = Math.floor(first / columns)
      const last = Math.min(end, (row + 1) * columns) - 1
      const [from, to] = columnsCut(distance + row * stepY, stepX, reach, first % columns, last % columns)
      if (from <= to) addOutline(start, steps, { row, from, to }, found)
      first = last + 1
    }
  }
}

/** The columns from..to (within first..last) whose pixels reach the view; from > to when none does. */
function columnsCut(
  rowDistance: number,
  stepX: number,
  reach: number,
  first: number,
  last: number,
): readonly [number, number] {
  if (Math.abs(stepX) < EPSILON) return Math.abs(rowDistance) <= reach ? [first, last] : [1, 0]
  const a = (-reach - rowDistance) / stepX
  const b = (reach - rowDistance) / stepX
  return [Math.max(first, Math.ceil(Math.min(a, b))), Math.min(last, Math.floor(Math.max(a, b)))]
}

function addOutline(
  start: Vector2,
  { alongRow, downColumn, through }: Steps,
  { row, from, to }: { row: number; from: number; to: number },
  found: number[],
): void {
  const middle = (from + to) / 2
  const centreX = start[0] + alongRow[0] * middle + downColumn[0] * row
  const centreY = start[1] + alongRow[1] * middle + downColumn[1] * row
  const wide: Vector2 = [alongRow[0] * (to - from + 1), alongRow[1] * (to - from + 1)]
  const [u, v] = broadestPair(wide, downColumn, through)
  found.push(centreX - (u[0] + v[0]) / 2, centreY - (u[1] + v[1]) / 2, u[0], u[1], v[0], v[1])
}

/** The face of a box that is seen is the one whose picture is largest; exact for views along an axis of the images. */
function broadestPair(a: Vector2, b: Vector2, c: Vector2): readonly [Vector2, Vector2] {
  const ab = Math.abs(a[0] * b[1] - a[1] * b[0])
  const ac = Math.abs(a[0] * c[1] - a[1] * c[0])
  const bc = Math.abs(b[0] * c[1] - b[1] * c[0])
  if (ab >= ac && ab >= bc) return [a, b]
  return ac >= bc ? [a, c] : [b, c]
}

function difference(a: Point3, b: Point3): Point3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function canvasPoint(point: Point3, { offset, x, y, z }: View): Vector2 {
  return [
    offset[0] + x[0] * point[0] + y[0] * point[1] + z[0] * point[2],
    offset[1] + x[1] * point[0] + y[1] * point[1] + z[1] * point[2],
  ]
}

function canvasVector(direction: Point3, lengthMm: number, { x, y, z }: View): Vector2 {
  return [
    (x[0] * direction[0] + y[0] * direction[1] + z[0] * direction[2]) * lengthMm,
    (x[1] * direction[0] + y[1] * direction[1] + z[1] * direction[2]) * lengthMm,
  ]
}
