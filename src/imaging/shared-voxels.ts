/**
 * The voxels that two masks on one grid have in common. An object with 100 segments has 4950 pairs, so a mask is packed
 * once, 32 voxels of a row to a word, and pairs are compared word by word.
 */
import type { Box, Mask } from '../domain/geometry.ts'
import { bitCount, packMask } from './bit-grid.ts'

export interface SharedVoxels {
  readonly count: number
  /** Shared voxels per slice, starting at slice `from` of the grid. Empty when the boxes are apart. */
  readonly perSlice: readonly number[]
  readonly from: number
}

/** Rows of words; bit b of word w is the voxel with column 32 (firstWord + w) + b. */
interface Packed {
  readonly firstWord: number
  readonly wordsPerRow: number
  readonly words: Int32Array
}

const NONE: SharedVoxels = { count: 0, perSlice: [], from: 0 }

/** Both masks must lie on the same grid (the caller sees to it). */
export function sharedVoxels(a: Mask, b: Mask): SharedVoxels {
  const box = intersectBoxes(a.box, b.box)
  if (box === null) return NONE
  const [first, second] = [packedOf(a), packedOf(b)]
  const [i0, j0, k0] = box.origin
  const fromWord = i0 >> 5
  const words = ((i0 + box.size[0] - 1) >> 5) - fromWord + 1
  const perSlice = Array.from({ length: box.size[2] }, () => 0)
  let count = 0
  for (let slice = 0; slice < box.size[2]; slice++) {
    let inSlice = 0
    let atFirst = wordIndex(a.box, first, fromWord, j0, k0 + slice)
    let atSecond = wordIndex(b.box, second, fromWord, j0, k0 + slice)
    for (let row = 0; row < box.size[1]; row++) {
      for (let w = 0; w < words; w++) {
        const both = (first.words[atFirst + w] ?? 0) & (second.words[atSecond + w] ?? 0)
        if (both !== 0) inSlice += bitCount(both)
      }
      atFirst += first.wordsPerRow
      atSecond += second.wordsPerRow
    }
    perSlice[slice] = inSlice
    count += inSlice
  }
  return { count, perSlice, from: k0 }
}

/** What two boxes have in common; null when they are apart. */
export function intersectBoxes(a: Box, b: Box): Box | null {
  const low = (axis: 0 | 1 | 2): number => Math.max(a.origin[axis], b.origin[axis])
  const extent = (axis: 0 | 1 | 2): number =>
    Math.min(a.origin[axis] + a.size[axis], b.origin[axis] + b.size[axis]) - low(axis)
  const box: Box = { origin: [low(0), low(1), low(2)], size: [extent(0), extent(1), extent(2)] }
  return Math.min(...box.size) > 0 ? box : null
}

function wordIndex({ origin, size }: Box, packed: Packed, word: number, j: number, k: number): number {
  return ((k - origin[2]) * size[1] + (j - origin[1])) * packed.wordsPerRow + (word - packed.firstWord)
}

/** Masks never change, so each is packed once. */
const PACKED = new WeakMap<Mask, Packed>()

function packedOf(mask: Mask): Packed {
  const known = PACKED.get(mask)
  if (known !== undefined) return known
  const packed = pack(mask)
  PACKED.set(mask, packed)
  return packed
}

/** With rows that begin at a word of the whole grid, so that those of two masks can be compared. */
function pack(mask: Mask): Packed {
  const { origin, size } = mask.box
  const firstWord = origin[0] >> 5
  const columns = origin[0] + size[0] - firstWord * 32
  const { words, wordsPerRow } = packMask(mask, {
    origin: [firstWord * 32, origin[1], origin[2]],
    size: [columns, size[1], size[2]],
  })
  return { firstWord, wordsPerRow, words }
}

/** Shared voxels whose four neighbours within the slice are shared too: none where the masks share a layer of one or two. */
export function deepVoxels(a: Mask, b: Mask): number {
  const box = intersectBoxes(a.box, b.box)
  if (box === null) return 0
  const [, rows, slices] = box.size
  const { words, perRow } = sharedWords(a, b, box)
  let deep = 0
  for (let row = 0; row < rows * slices; row++) {
    if (row % rows === 0 || row % rows === rows - 1) continue
    for (let w = 0; w < perRow; w++) {
      const at = row * perRow + w
      const here = words[at] ?? 0
      if (here === 0) continue
      const before = (here << 1) | (w > 0 ? (words[at - 1] ?? 0) >>> 31 : 0)
      const after = (here >>> 1) | (w < perRow - 1 ? (words[at + 1] ?? 0) << 31 : 0)
      deep += bitCount(here & before & after & (words[at - perRow] ?? 0) & (words[at + perRow] ?? 0))
    }
  }
  return deep
}

/** The shared voxels of a box, row by row, in words. */
function sharedWords(a: Mask, b: Mask, { origin, size }: Box): { words: Int32Array; perRow: number } {
  const [first, second] = [packedOf(a), packedOf(b)]
  const fromWord = origin[0] >> 5
  const perRow = ((origin[0] + size[0] - 1) >> 5) - fromWord + 1
  const words = new Int32Array(perRow * size[1] * size[2])
  let to = 0
  for (let k = origin[2]; k < origin[2] + size[2]; k++) {
    for (let j = origin[1]; j < origin[1] + size[1]; j++) {
      const atFirst = wordIndex(a.box, first, fromWord, j, k)
      const atSecond = wordIndex(b.box, second, fromWord, j, k)
      for (let w = 0; w < perRow; w++) {
        words[to++] = (first.words[atFirst + w] ?? 0) & (second.words[atSecond + w] ?? 0)
      }
    }
  }
  return { words, perRow }
}
