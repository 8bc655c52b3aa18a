/** Distances to points a few steps away, 32 points at a time: where two surfaces agree, most of their points are. */
import type { Vector3 } from '../domain/geometry.ts'
import { bitCount, lowestBit, type BitGrid } from './bit-grid.ts'

/** So many places around a point are tried, nearest first; they reach about two steps far on cubic voxels. */
const PLACES_MAX = 57
const REACH_STEPS = 4

interface Place {
  readonly di: number
  readonly dj: number
  readonly dk: number
  readonly squaredMm2: number
}

/** Words of `from` that still hold points without a distance, one entry each: what it visits again and again. */
interface Open {
  count: number
  /** Place of the word in the grid. */
  readonly word: Int32Array
  /** Number of its first point. */
  readonly element: Int32Array
  readonly row: Int32Array
}

/**
 * Writes the squared distance in mm² of every point of `from` whose nearest point of `to` is among the places tried.
 * Both grids have one size. Returns the points that are left, in the words of `from`.
 */
export function assignNear(
  from: BitGrid,
  to: BitGrid,
  spacingMm: Vector3,
  squaredMm2: Float64Array,
): Int32Array {
  const left = from.words.slice()
  const open = openWords(from)
  for (const place of placesAround(spacingMm)) assignAt(place, open, left, from, to, squaredMm2)
  return left
}

function openWords({ words, wordsPerRow }: BitGrid): Open {
  let count = 0
  for (let n = 0; n < words.length; n++) if (words[n] !== 0) count++
  const make = (): Int32Array => new Int32Array(count)
  const open: Open = { count, word: make(), element: make(), row: make() }
  let [entry, element] = [0, 0]
  for (let n = 0; n < words.length; n++) {
    const word = words[n] ?? 0
    if (word === 0) continue
    open.word[entry] = n
    open.element[entry] = element
    open.row[entry] = Math.floor(n / wordsPerRow)
    element += bitCount(word)
    entry++
  }
  return open
}

/** By distance, all of one distance or none: among equals none is nearer. Steps beyond REACH_STEPS bound what is complete. */
function placesAround([dx, dy, dz]: Vector3): Place[] {
  const steps = Array.from({ length: 2 * REACH_STEPS + 1 }, (_, n) => n - REACH_STEPS)
  const places = steps.flatMap((dk) =>
    steps.flatMap((dj) =>
      steps.map((di) => ({ di, dj, dk, squaredMm2: (dj * dy) ** 2 + (dk * dz) ** 2 + (di * dx) ** 2 })),
    ),
  )
  const completeMm2 = ((REACH_STEPS + 1) * Math.min(dx, dy, dz)) ** 2
  return places
    .filter(({ squaredMm2 }) => squaredMm2 < completeMm2)
    .toSorted((a, b) => a.squaredMm2 - b.squaredMm2)
    .slice(0, PLACES_MAX)
}

/** Gives the points of `left` that have a point of `to` at this place their distance, and drops the words that are done. */
function assignAt(
  { di, dj, dk, squaredMm2 }: Place,
  open: Open,
  left: Int32Array,
  from: BitGrid,
  to: BitGrid,
  result: Float64Array,
): void {
  const [, rows, slices] = from.size
  const { wordsPerRow } = from
  const byWords = (dk * rows + dj) * wordsPerRow
  let kept = 0
  for (let entry = 0; entry < open.count; entry++) {
    const n = open.word[entry] ?? 0
    const row = open.row[entry] ?? 0
    const [j, k] = [(row % rows) + dj, Math.floor(row / rows) + dk]
    let word = left[n] ?? 0
    if (j >= 0 && k >= 0 && j < rows && k < slices) {
      const column = n - row * wordsPerRow
      const hits = word & shifted(to.words, n + byWords, column, wordsPerRow, di)
      if (hits !== 0) {
        write(result, from.words[n] ?? 0, hits, open.element[entry] ?? 0, squaredMm2)
        word &= ~hits
        left[n] = word
      }
    }
    if (word === 0) continue
    open.word[kept] = n
    open.element[kept] = open.element[entry] ?? 0
    open.row[kept] = row
    kept++
  }
  open.count = kept
}

/** Bit b of the result is the point `di` columns after point b of word `at`, `column` words into its row. */
function shifted(words: Int32Array, at: number, column: number, wordsPerRow: number, di: number): number {
  const here = words[at] ?? 0
  if (di === 0) return here
  if (di > 0) {
    const after = column + 1 < wordsPerRow ? (words[at + 1] ?? 0) : 0
    return (here >>> di) | (after << (32 - di))
  }
  const before = column > 0 ? (words[at - 1] ?? 0) : 0
  return (here << -di) | (before >>> (32 + di))
}

function write(result: Float64Array, all: number, hits: number, first: number, squaredMm2: number): void {
  for (let word = hits; word !== 0; word &= word - 1) {
    const bit = lowestBit(word)
    result[first + bitCount(all & ((1 << bit) - 1))] = squaredMm2
  }
}
