/**
 * Outlines of a mask, slice by slice: marching squares at level 0.5 between voxel centres (Lorensen and Cline 1987,
 * in two dimensions). Every voxel centre keeps its side of the outline, so rasterising at centres gives the mask back.
 */
import type { Mask } from '../domain/geometry.ts'

/** A point in a slice, column and row index, half-integer on one axis. */
export type PlanePoint = readonly [i: number, j: number]

export interface SliceOutlines {
  /** Slice index in the whole grid. */
  readonly k: number
  /** Closed polygons (the last point is joined to the first), holes opened to their outer ring by a keyhole. */
  readonly polygons: readonly (readonly PlanePoint[])[]
}

/** The polygons of every slice that has voxels, in slice order. */
export function traceOutlines(mask: Mask): SliceOutlines[] {
  const [columns, rows, slices] = mask.box.size
  const [i0, j0, k0] = mask.box.origin
  const outlines: SliceOutlines[] = []
  for (let slice = 0; slice < slices; slice++) {
    const plane = mask.voxels.subarray(slice * columns * rows, (slice + 1) * columns * rows)
    const polygons = withKeyholes(traceRings(plane, columns, rows)).map((ring) =>
      ring.map(([i, j]): PlanePoint => [i + i0, j + j0]),
    )
    if (polygons.length > 0) outlines.push({ k: k0 + slice, polygons })
  }
  return outlines
}

/**
 * The edges that the outline crosses in a cell of four voxel centres, walked with the inside on the right
 * (rows grow downwards). Edges: 0 top, 1 right, 2 bottom, 3 left. Index bits: 1 top left, 2 top right,
 * 4 bottom right, 8 bottom left. The saddles 5 and 10 keep diagonal voxels apart (4-neighbourhood).
 */
const CELL_EDGES: readonly (readonly (readonly [from: number, to: number])[])[] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 3],
    [2, 1],
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [1, 0],
    [3, 2],
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  [],
]

/** Closed rings in plane indices; outer rings and holes turn in opposite directions. */
function traceRings(plane: Uint8Array, columns: number, rows: number): PlanePoint[][] {
  const next = linkEdges(plane, columns, rows)
  const width = 2 * columns + 3
  const rings: PlanePoint[][] = []
  for (const start of next.keys()) {
    const ring: PlanePoint[] = []
    let at: number | undefined = start
    while (at !== undefined) {
      const following: number | undefined = next.get(at)
      if (following !== undefined) ring.push([(at % width) / 2 - 1, Math.floor(at / width) / 2 - 1])
      // What was walked is taken out: the walk ends where it began and no ring is found twice.
      next.delete(at)
      at = following
    }
    rings.push(withoutCollinear(ring))
  }
  return rings
}

/** Successor of every crossed edge midpoint. Ids are doubled indices shifted by one voxel: (2j + 2) * width + 2i + 2. */
function linkEdges(plane: Uint8Array, columns: number, rows: number): Map<number, number> {
  const inside = (i: number, j: number): number =>
    i >= 0 && j >= 0 && i < columns && j < rows ? (plane[j * columns + i] ?? 0) : 0
  const width = 2 * columns + 3
  const next = new Map<number, number>()
  for (let j = -1; j < rows; j++) {
    for (let i = -1; i < columns; i++) {
      const cell =
        inside(i, j) | (inside(i + 1, j) << 1) | (inside(i + 1, j + 1) << 2) | (inside(i, j + 1) << 3)
      if (cell === 0 || cell === 15) continue
      const topLeft = (2 * j + 2) * width + 2 * i + 2
      const edges = [topLeft + 1, topLeft + width + 2, topLeft + 2 * width + 1, topLeft + width]
      for (const [from, to] of CELL_EDGES[cell] ?? []) next.set(edges[from] ?? 0, edges[to] ?? 0)
    }
  }
  return next
}

function withoutCollinear(ring: readonly PlanePoint[]): PlanePoint[] {
  return ring.filter((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length] ?? point
    const after = ring[(index + 1) % ring.length] ?? point
    return cross(before, point, after) !== 0
  })
}

/** Joins each hole to an outer ring by a bridge walked both ways, which encloses nothing (PS3.3 C.8.8.6.3). */
function withKeyholes(rings: readonly PlanePoint[][]): PlanePoint[][] {
  const outer = rings.filter((ring) => signedArea(ring) > 0)
  for (const hole of rings.filter((ring) => signedArea(ring) < 0)) {
    const host = outer
      .filter((ring) => encloses(ring, hole[0]))
      .toSorted((a, b) => signedArea(a) - signedArea(b))[0]
    if (host === undefined) continue
    const { at, from } = nearestPair(host, hole)
    host.splice(at + 1, 0, ...hole.slice(from), ...hole.slice(0, from + 1), ...host.slice(at, at + 1))
  }
  return outer
}

function nearestPair(host: readonly PlanePoint[], hole: readonly PlanePoint[]): { at: number; from: number } {
  let best = { at: 0, from: 0, distance: Infinity }
  for (const [at, [x, y]] of host.entries()) {
    for (const [from, [u, v]] of hole.entries()) {
      const distance = (x - u) ** 2 + (y - v) ** 2
      if (distance < best.distance) best = { at, from, distance }
    }
  }
  return best
}

/** Even-odd rule. */
function encloses(ring: readonly PlanePoint[], point: PlanePoint | undefined): boolean {
  if (point === undefined) return false
  // A quarter voxel aside of every possible vertex, so no ray meets one.
  const [x, y] = [point[0], point[1] + 0.25]
  let inside = false
  for (const [index, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside
  }
  return inside
}

/** Positive for outer rings as traced here. */
function signedArea(ring: readonly PlanePoint[]): number {
  return ring.reduce((sum, [ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    return sum + (ax * by - bx * ay) / 2
  }, 0)
}

function cross(a: PlanePoint, b: PlanePoint, c: PlanePoint): number {
  return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
}
