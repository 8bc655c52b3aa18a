/**
 * Marching cubes (Lorensen and Cline, SIGGRAPH 1987) on binary voxels: the area of the surface between eight voxels.
 * A neighbourhood code has bit (x + 2y + 4z) set when voxel (x, y, z) of the 2 x 2 x 2 is inside.
 */
import type { Vector3 } from '../domain/geometry.ts'
import { cross, length, subtract } from './geometry.ts'

/** Code of eight voxels inside: no surface passes, as with none inside (0). */
const INSIDE = 255

/**
 * Surface area in mm² that passes through each of the 256 neighbourhoods, by code. The rarer kind of voxel is cut
 * off, pieces that share no edge apart, so a code and its complement have the same area. Round surfaces come out too
 * large at any size (a sphere by 8.8 % on cubic voxels): good as weights, not as anatomy.
 */
export function surfaceAreasMm2(spacingMm: Vector3): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => {
    const triangles = (TRIANGLES[code] ??= trianglesOf(code))
    return triangles.reduce((sum, [a, b, c]) => sum + triangleArea(a, b, c, spacingMm), 0)
  })
}

type Triangle = readonly [Vector3, Vector3, Vector3]

/** Of every code, in the unit cube; made when first asked for, as no spacing changes them. */
const TRIANGLES: Triangle[][] = []

function trianglesOf(code: number): Triangle[] {
  const voxelCount = code.toString(2).replaceAll('0', '').length
  const isRarer = voxelCount < 4 || (voxelCount === 4 && code < 128)
  return outlines(isRarer ? code : INSIDE - code).flatMap(triangulate)
}

/** Corner 0..7 of a unit cube as x, y, z: the place of bit 0..7 of a code. */
function cornerAt(corner: number): Vector3 {
  return [corner & 1, (corner >> 1) & 1, corner >> 2]
}

/** Corners of the six cube faces, each counter-clockwise seen from outside. */
const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const

/**
 * Closed polygons that cut the corners of a code off the rest of the unit cube, through the midpoints of the edges.
 * On each face a line goes round every run of corners inside, from the edge where the run begins to the one where it
 * ends.
 */
function outlines(code: number): Vector3[][] {
  const isInside = (corner: number): boolean => ((code >> corner) & 1) === 1
  const next = new Map<number, number>()
  for (const face of FACES) {
    const corner = (n: number): number => face[(n + 4) % 4] ?? 0
    for (let last = 0; last < 4; last++) {
      if (!isInside(corner(last)) || isInside(corner(last + 1))) continue
      let first = last
      while (isInside(corner(first - 1))) first--
      next.set(edgeOf(corner(first - 1), corner(first)), edgeOf(corner(last), corner(last + 1)))
    }
  }
  const polygons: Vector3[][] = []
  for (const start of next.keys()) {
    const polygon: Vector3[] = []
    for (let edge: number | undefined = start; edge !== undefined;) {
      const following = next.get(edge)
      if (following !== undefined) polygon.push(midpointOf(edge))
      next.delete(edge)
      edge = following
    }
    polygons.push(polygon)
  }
  return polygons
}

/** A cube edge as one number: its lower corner, then its upper one. */
function edgeOf(a: number, b: number): number {
  return Math.min(a, b) * 8 + Math.max(a, b)
}

function midpointOf(edge: number): Vector3 {
  const [a, b] = [cornerAt(edge >> 3), cornerAt(edge & 7)]
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2]
}

const UNIT: Vector3 = [1, 1, 1]

/**
 * Triangles of a polygon of three to six corners. Where it is not flat: those of the largest area in the unit cube,
 * whatever the spacing, which are the ones that Nikolov et al. use.
 */
function triangulate(polygon: readonly Vector3[]): Triangle[] {
  const [first, last] = [polygon[0], polygon.at(-1)]
  if (first === undefined || last === undefined || polygon.length < 3) return []
  let best: { triangles: Triangle[]; area: number } | null = null
  for (const [n, middle] of polygon.slice(1, -1).entries()) {
    const triangles: Triangle[] = [
      [first, middle, last],
      ...triangulate(polygon.slice(0, n + 2)),
      ...triangulate(polygon.slice(n + 1)),
    ]
    const area = triangles.reduce((sum, [a, b, c]) => sum + triangleArea(a, b, c, UNIT), 0)
    if (best === null || area > best.area) best = { triangles, area }
  }
  return best?.triangles ?? []
}

function triangleArea(a: Vector3, b: Vector3, c: Vector3, [dx, dy, dz]: Vector3): number {
  const toMm = ([x, y, z]: Vector3): Vector3 => [x * dx, y * dy, z * dz]
  return length(cross(toMm(subtract(b, a)), toMm(subtract(c, a)))) / 2
}
