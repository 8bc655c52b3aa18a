/** Where the planes of an image series lie, from the host's naturalized attributes. */
import type { Instance, Point3 } from '../host.ts'

/** LPS millimetres; directions of unit length. */
export interface PlaneGeometry {
  /** Centre of the first pixel. */
  readonly origin: Point3
  /** Along a row, towards higher column indices. */
  readonly rowDirection: Point3
  /** Down a column, towards higher row indices. */
  readonly columnDirection: Point3
  readonly columnSpacingMm: number
  readonly rowSpacingMm: number
}

/** Null when the attributes do not say (PS3.3 C.7.6.2; of multi-frame images C.7.6.16.2). */
export function planeGeometry(instance: Instance, frameNumber: number | null): PlaneGeometry | null {
  const places = [frameItem(instance, frameNumber), sharedItem(instance), instance]
  const position = numbers(attribute(places, 'PlanePositionSequence', 'ImagePositionPatient'))
  const orientation = numbers(attribute(places, 'PlaneOrientationSequence', 'ImageOrientationPatient'))
  const spacing = numbers(attribute(places, 'PixelMeasuresSequence', 'PixelSpacing'))
  const [x, y, z] = position
  const [rx, ry, rz, cx, cy, cz] = orientation
  const [rowSpacingMm, columnSpacingMm] = spacing
  if (x === undefined || y === undefined || z === undefined) return null
  if (rx === undefined || ry === undefined || rz === undefined) return null
  if (cx === undefined || cy === undefined || cz === undefined) return null
  if (rowSpacingMm === undefined || columnSpacingMm === undefined) return null
  return {
    origin: [x, y, z],
    rowDirection: [rx, ry, rz],
    columnDirection: [cx, cy, cz],
    rowSpacingMm,
    columnSpacingMm,
  }
}

/** Distance between neighbouring planes; `fallbackMm` where there is one plane only. */
export function planeDistanceMm(planes: readonly PlaneGeometry[], fallbackMm: number): number {
  const [first] = planes
  if (first === undefined) return fallbackMm
  const normal = cross(first.rowDirection, first.columnDirection)
  const positions = planes.map((plane) => dot(plane.origin, normal)).toSorted((a, b) => a - b)
  const gaps = positions
    .slice(1)
    .map((position, i) => position - (positions[i] ?? position))
    .filter((gap) => gap > SAME_PLANE_MM)
    .toSorted((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? fallbackMm
}

const SAME_PLANE_MM = 1e-3

export function dot(a: Point3, b: Point3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Point3, b: Point3): Point3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function frameItem(instance: Instance, frameNumber: number | null): unknown {
  const items = instance['PerFrameFunctionalGroupsSequence']
  return Array.isArray(items) ? items[(frameNumber ?? 1) - 1] : undefined
}

function sharedItem(instance: Instance): unknown {
  return firstItem(instance['SharedFunctionalGroupsSequence'])
}

/** The attribute from the first place that has it, within its functional group or by itself. */
function attribute(places: readonly unknown[], group: string, name: string): unknown {
  for (const place of places) {
    const value = read(firstItem(read(place, group)), name) ?? read(place, name)
    if (value !== undefined) return value
  }
  return undefined
}

function firstItem(sequence: unknown): unknown {
  return Array.isArray(sequence) ? sequence[0] : sequence
}

function read(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined
}

/** None where one of them is no number, so that what is read from them is missing. */
function numbers(value: unknown): number[] {
  const parsed = Array.isArray(value) ? value.map(Number) : []
  return parsed.every(Number.isFinite) ? parsed : []
}
