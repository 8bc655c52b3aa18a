/** Exact distances from each point of one set to the nearest of another, on one grid. */
import type { Vector3 } from '../domain/geometry.ts'
import { countPoints, lowestBit, type BitGrid } from './bit-grid.ts'
import { transformToSquaredDistances } from './distance.ts'

/** Rows that are looked at around a point before the whole grid is. */
const ROWS_MAX = 1000
/** So many looks at a row per point of the grid take about as long as the distance transform of the grid. */
const LOOKS_PER_POINT = 4

/**
 * Distance in mm from every point of `from`, in scan order, to the nearest point of `to`; Infinity where there is
 * none. Time goes with the points of `from` where the sets lie close together, else with those of the grid.
 */
export function nearestDistancesMm(from: BitGrid, to: BitGrid, spacingMm: Vector3): Float64Array {
  const squaredMm2 = new Float64Array(countPoints(from)).fill(Infinity)
  if (to.words.every((word) => word === 0)) return squaredMm2
  const [, rows, slices] = from.size
  const search: Search = {
    to,
    around: rowsAround(to.size, spacingMm),
    stepMm: spacingMm[0],
    squaredMm2,
    looksLeft: LOOKS_PER_POINT * to.size[0] * rows * slices,
  }
  let element = 0
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++) element = searchFromRow(search, from, j, k, element)
  if (squaredMm2.includes(Infinity)) fillFromTransform(squaredMm2, from, to, spacingMm)
  return squaredMm2.map(Math.sqrt)
}

interface Search {
  readonly to: BitGrid
  readonly around: Rows
  readonly stepMm: number
  /** One per point of `from`; Infinity as long as it is not known. */
  readonly squaredMm2: Float64Array
  looksLeft: number
}

/** Rows by their distance from the row of a point, nearest first. */
interface Rows {
  readonly dj: Int32Array
  readonly dk: Int32Array
  readonly squaredMm2: Float64Array
  /** All rows up to this distance are there. */
  readonly reachMm2: number
}

function rowsAround(size: Vector3, spacingMm: Vector3): Rows {
  const [, dy, dz] = spacingMm
  const radiusMm = Math.sqrt((ROWS_MAX * dy * dz) / Math.PI)
  const [jMost, kMost] = [
    Math.min(size[1] - 1, Math.floor(radiusMm / dy)),
    Math.min(size[2] - 1, Math.floor(radiusMm / dz)),
  ]
  const places: { dj: number; dk: number; squaredMm2: number }[] = []
  for (let dk = -kMost; dk <= kMost; dk++) {
    for (let dj = -jMost; dj <= jMost; dj++) {
      const squaredMm2 = (dj * dy) ** 2 + (dk * dz) ** 2
      if (squaredMm2 <= radiusMm ** 2) places.push({ dj, dk, squaredMm2 })
    }
  }
  places.sort((a, b) => a.squaredMm2 - b.squaredMm2)
  const isWhole = Math.hypot((size[1] - 1) * dy, (size[2] - 1) * dz) <= radiusMm
  return {
    dj: Int32Array.from(places, ({ dj }) => dj),
    dk: Int32Array.from(places, ({ dk }) => dk),
    squaredMm2: Float64Array.from(places, ({ squaredMm2 }) => squaredMm2),
    reachMm2: isWhole ? Infinity : radiusMm ** 2,
  }
}

/** Looks around every point of one row; the number of the first point of the next row. */
function searchFromRow(search: Search, from: BitGrid, j: number, k: number, first: number): number {
  const { words, wordsPerRow, size } = from
  const row = (k * size[1] + j) * wordsPerRow
  let element = first
  for (let n = 0; n < wordsPerRow; n++) {
    for (let word = words[row + n] ?? 0; word !== 0; word &= word - 1) {
      if (search.looksLeft > 0) lookAround(search, n * 32 + lowestBit(word), j, k, element)
      element++
    }
  }
  return element
}

/** From row to row outwards, until none can hold a nearer point. */
function lookAround(search: Search, i: number, j: number, k: number, element: number): void {
  const { around, to, stepMm } = search
  const [, rows, slices] = to.size
  let best = Infinity
  let steps = to.size[0]
  let n = 0
  for (; n < around.dj.length; n++) {
    const rowMm2 = around.squaredMm2[n] ?? Infinity
    if (rowMm2 >= best) break
    const [y, z] = [j + (around.dj[n] ?? 0), k + (around.dk[n] ?? 0)]
    if (y < 0 || z < 0 || y >= rows || z >= slices) continue
    const found = stepsToNearest(to, (z * rows + y) * to.wordsPerRow, i, steps)
    if (found >= steps) continue
    // In a farther row, only a point fewer steps off can be nearer.
    steps = found
    best = Math.min(best, rowMm2 + (steps * stepMm) ** 2)
  }
  search.looksLeft -= n
  if (best <= around.reachMm2) search.squaredMm2[element] = best
}

/** Steps along one row from column i to the nearest point in it; `limit` when there is none in fewer. */
function stepsToNearest({ words, wordsPerRow }: BitGrid, row: number, i: number, limit: number): number {
  let steps = limit
  const home = i >> 5
  let word = (words[row + home] ?? 0) & (-1 >>> (31 - (i & 31)))
  for (let at = home; ; word = words[row + at] ?? 0) {
    if (word !== 0) steps = Math.min(steps, i - (at * 32 + 31 - Math.clz32(word)))
    at--
    if (word !== 0 || at < 0 || i - (at * 32 + 31) >= steps) break
  }
  word = (words[row + home] ?? 0) & (-1 << (i & 31))
  for (let at = home; ; word = words[row + at] ?? 0) {
    if (word !== 0) steps = Math.min(steps, at * 32 + lowestBit(word) - i)
    at++
    if (word !== 0 || at >= wordsPerRow || at * 32 - i >= steps) break
  }
  return steps
}

/** What the search left open, from the distance transform of the whole grid: 8 bytes per point while it runs. */
function fillFromTransform(squaredMm2: Float64Array, from: BitGrid, to: BitGrid, spacingMm: Vector3): void {
  const [columns, rows, slices] = to.size
  const field = new Float64Array(columns * rows * slices).fill(Infinity)
  const places = placesOf(from)
  for (const place of placesOf(to)) field[place] = 0
  transformToSquaredDistances(field, to.size, spacingMm)
  for (let n = 0; n < places.length; n++)
    if (squaredMm2[n] === Infinity) squaredMm2[n] = field[places[n] ?? 0] ?? Infinity
}

/** Indices of the points in a slice-major array of the grid, in scan order. */
function placesOf(grid: BitGrid): Uint32Array {
  const { words, wordsPerRow, size } = grid
  const places = new Uint32Array(countPoints(grid))
  let count = 0
  for (let n = 0; n < words.length; n++) {
    const first = Math.floor(n / wordsPerRow) * size[0] + (n % wordsPerRow) * 32
    for (let word = words[n] ?? 0; word !== 0; word &= word - 1) places[count++] = first + lowestBit(word)
  }
  return places
}
