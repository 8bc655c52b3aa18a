/**
 * Index space to patient space and back. LPS millimetres (PS3.3 C.7.6.2.1.1), voxel centres at integer indices,
 * index order (i, j, k) = (column, row, slice).
 */
import type { Box, Geometry, Vector3 } from '../domain/geometry.ts'

/** Row-major 4x4 of the first slice's place, PS3.3 equation C.7.6.2.1-1, with the step from slice to slice as third column. */
export interface PlaneGrid {
  /** Image Position (Patient) of slice 0. */
  readonly position: Vector3
  /** Image Orientation (Patient): row then column direction cosines. */
  readonly orientation: readonly number[]
  /** Row spacing, column spacing (the order of Pixel Spacing, PS3.3 10.7.1.3). */
  readonly pixelSpacingMm: readonly [number, number]
  /** From a slice's position to the next one's; along the normal unless the stack is sheared (gantry tilt). */
  readonly stepMm: Vector3
}

/** Affine of a stack of planes. The column index moves along the row direction, so it takes the column spacing. */
export function affineOf({ position, orientation, pixelSpacingMm, stepMm }: PlaneGrid): number[] {
  const [rowX = 0, rowY = 0, rowZ = 0, colX = 0, colY = 0, colZ = 0] = orientation
  const [rowSpacing, columnSpacing] = pixelSpacingMm
  return [
    [rowX * columnSpacing, colX * rowSpacing, stepMm[0], position[0]],
    [rowY * columnSpacing, colY * rowSpacing, stepMm[1], position[1]],
    [rowZ * columnSpacing, colZ * rowSpacing, stepMm[2], position[2]],
    [0, 0, 0, 1],
  ].flat()
}

const UNIT_LENGTH_TOLERANCE = 1e-2

/** Is this a row and a column direction: two perpendicular unit vectors, within what decimal strings lose? */
export function isOrientation(cosines: readonly number[]): boolean {
  if (cosines.length !== 6 || !cosines.every(Number.isFinite)) return false
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = cosines
  const [row, column]: [Vector3, Vector3] = [
    [a, b, c],
    [d, e, f],
  ]
  const off = Math.max(Math.abs(length(row) - 1), Math.abs(length(column) - 1), Math.abs(dot(row, column)))
  return off < UNIT_LENGTH_TOLERANCE
}

/** Unit normal of an image plane: row direction x column direction. Slices are ordered along it. */
export function planeNormal(orientation: readonly number[]): Vector3 {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = orientation
  return cross([a, b, c], [d, e, f])
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function length(a: Vector3): number {
  return Math.hypot(a[0], a[1], a[2])
}

/** Applies a row-major 4x4 affine to a point. */
export function transform(affine: readonly number[], [x, y, z]: Vector3): Vector3 {
  const at = (row: number) =>
    (affine[row * 4] ?? 0) * x +
    (affine[row * 4 + 1] ?? 0) * y +
    (affine[row * 4 + 2] ?? 0) * z +
    (affine[row * 4 + 3] ?? 0)
  return [at(0), at(1), at(2)]
}

/** Position (LPS mm) of a voxel index; fractions are points between voxel centres. */
export function indexToLps(geometry: Geometry, index: Vector3): Vector3 {
  return transform(geometry.affine, index)
}

/** Continuous voxel index of a position (LPS mm). For many points take `invertAffine` and `transform`. */
export function lpsToIndex(geometry: Geometry, point: Vector3): Vector3 {
  return transform(invertAffine(geometry.affine), point)
}

/** Column `axis` of the affine: the vector in mm from one voxel to the next along that index axis. */
export function axisVectorMm(affine: readonly number[], axis: 0 | 1 | 2): Vector3 {
  return [affine[axis] ?? 0, affine[4 + axis] ?? 0, affine[8 + axis] ?? 0]
}

/** Inverse of a row-major 4x4 affine. Throws RangeError for one that squashes space. */
export function invertAffine(affine: readonly number[]): number[] {
  const [i, j, k] = [axisVectorMm(affine, 0), axisVectorMm(affine, 1), axisVectorMm(affine, 2)]
  const determinant = dot(i, cross(j, k))
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12)
    throw new RangeError('The affine has no inverse.')
  const rows = [cross(j, k), cross(k, i), cross(i, j)].map(([x, y, z]): Vector3 => [
    x / determinant,
    y / determinant,
    z / determinant,
  ])
  const origin: Vector3 = [affine[3] ?? 0, affine[7] ?? 0, affine[11] ?? 0]
  return [...rows.flatMap((row) => [...row, -dot(row, origin)]), 0, 0, 0, 1]
}

/** Row-major 4x4 product a * b: applies b first. */
export function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 16 }, (_, n) => {
    const row = n - (n % 4)
    return [0, 1, 2, 3].reduce((sum, m) => sum + (a[row + m] ?? 0) * (b[m * 4 + (n % 4)] ?? 0), 0)
  })
}

/** Distance between neighbouring voxel centres along i, j, k. */
export function spacingMm(geometry: Geometry): Vector3 {
  const spacing = (axis: 0 | 1 | 2) => length(axisVectorMm(geometry.affine, axis))
  return [spacing(0), spacing(1), spacing(2)]
}

/** Volume of one voxel: |determinant|, so it is right for sheared stacks as well. */
export function voxelVolumeMm3({ affine }: Geometry): number {
  return Math.abs(dot(axisVectorMm(affine, 0), cross(axisVectorMm(affine, 1), axisVectorMm(affine, 2))))
}

/**
 * Do two grids put every voxel in the same place? They do when their sizes agree and no corner is farther off than
 * `toleranceFraction` of the smallest spacing. Frames of reference are the caller's business.
 */
export function sameGrid(a: Geometry, b: Geometry, toleranceFraction = 0.05): boolean {
  if (a.size.some((extent, axis) => extent !== b.size[axis])) return false
  const toleranceMm = toleranceFraction * Math.min(...spacingMm(a))
  const whole: Box = { origin: [0, 0, 0], size: a.size }
  return corners(whole).every(
    (corner) => length(subtract(indexToLps(a, corner), indexToLps(b, corner))) <= toleranceMm,
  )
}

/** The eight corner voxel centres of a box. */
export function corners({ origin, size }: Box): Vector3[] {
  const last = (axis: 0 | 1 | 2) => origin[axis] + Math.max(size[axis] - 1, 0)
  return [origin[2], last(2)].flatMap((k) =>
    [origin[1], last(1)].flatMap((j) => [origin[0], last(0)].map((i): Vector3 => [i, j, k])),
  )
}

const PATIENT_AXES = { left: 0, posterior: 1, superior: 2 } as const

/** Which index axis runs most nearly along a patient axis, and which way. */
export interface IndexAxis {
  readonly axis: 0 | 1 | 2
  /** 1 when a growing index moves towards the named side, -1 when away from it. */
  readonly sign: 1 | -1
  /** Cosine of the angle between the two: 1 when they are parallel. */
  readonly cosine: number
}

/** The index axis that runs left-right, anterior-posterior or inferior-superior in the patient (+x, +y, +z of LPS). */
export function indexAxisTowards(geometry: Geometry, side: keyof typeof PATIENT_AXES): IndexAxis {
  const patientAxis = PATIENT_AXES[side]
  const cosines = ([0, 1, 2] as const).map((axis) => {
    const vector = axisVectorMm(geometry.affine, axis)
    return { axis, signed: vector[patientAxis] / (length(vector) || 1) }
  })
  const best = cosines.reduce((a, b) => (Math.abs(b.signed) > Math.abs(a.signed) ? b : a))
  return { axis: best.axis, sign: best.signed < 0 ? -1 : 1, cosine: Math.abs(best.signed) }
}
