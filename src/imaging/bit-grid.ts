/** Sets of grid points, one bit each: 32 neighbours along i are handled at once. */
import type { Box, Mask, Vector3 } from '../domain/geometry.ts'
import { subtract } from './geometry.ts'
import { runsOf } from './runs.ts'

/** Point (i, j, k) is bit i % 32 of word (k * rows + j) * wordsPerRow + i / 32; bits beyond a row are 0. */
export interface BitGrid {
  readonly size: Vector3
  readonly wordsPerRow: number
  readonly words: Int32Array
}

export function newBitGrid(size: Vector3): BitGrid {
  const wordsPerRow = Math.ceil(size[0] / 32)
  return { size, wordsPerRow, words: new Int32Array(wordsPerRow * size[1] * size[2]) }
}

/** The voxels of a mask; `box` holds them all. Indices are those of the box. */
export function packMask(mask: Mask, box: Box): BitGrid {
  const grid = newBitGrid(box.size)
  const runs = runsOf(mask)
  const [i0, j0, k0] = subtract(mask.box.origin, box.origin)
  for (let run = 0; run < runs.count; run++) {
    const row = ((k0 + (runs.k[run] ?? 0)) * box.size[1] + j0 + (runs.j[run] ?? 0)) * grid.wordsPerRow
    setBits(grid.words, row, i0 + (runs.start[run] ?? 0), i0 + (runs.end[run] ?? 0))
  }
  return grid
}

/** Sets bits `first` to `last` of the row that begins at word `row`. */
function setBits(words: Int32Array, row: number, first: number, last: number): void {
  const [from, to] = [row + (first >> 5), row + (last >> 5)]
  const [head, tail] = [-1 << (first & 31), -1 >>> (31 - (last & 31))]
  if (from === to) {
    words[from] = (words[from] ?? 0) | (head & tail)
    return
  }
  words[from] = (words[from] ?? 0) | head
  for (let n = from + 1; n < to; n++) words[n] = -1
  words[to] = (words[to] ?? 0) | tail
}

/** How many bits of a word are set (Warren, Hacker's Delight, 5-1). */
export function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many points are set. */
export function countPoints({ words }: BitGrid): number {
  let count = 0
  for (let n = 0; n < words.length; n++) count += bitCount(words[n] ?? 0)
  return count
}

/** Place in its word of the lowest bit set; the word is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
