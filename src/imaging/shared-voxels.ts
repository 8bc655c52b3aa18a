/**
 * The voxels that two masks on one grid have in common. An object with 100 segments has 4950 pairs, so a mask is packed
 * once, 32 voxels of a row to a word, and pairs are compared word by word.
 */
import type { Box, Mask } from '../domain/geometry.ts'

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
  const perSlice = new Array<number>(box.size[2]).fill(0)
  let count = 0
  for (let slice = 0; slice < box.size[2]; slice++) {
    let inSlice = 0
    for (let row = 0; row < box.size[1]; row++) {
      const atFirst = wordIndex(a.box, first, fromWord, j0 + row, k0 + slice)
      const atSecond = wordIndex(b.box, second, fromWord, j0 + row, k0 + slice)
      for (let w = 0; w < words; w++) {
        const both = (first.words[atFirst + w] ?? 0) & (second.words[atSecond + w] ?? 0)
        if (both !== 0) inSlice += bitCount(both)
      }
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

function pack({ box: { origin, size }, voxels }: Mask): Packed {
  const [columns, rows, slices] = size
  const firstWord = origin[0] >> 5
  const wordsPerRow = ((origin[0] + columns - 1) >> 5) - firstWord + 1
  const words = new Int32Array(wordsPerRow * rows * slices)
  const shift = origin[0] - (firstWord << 5)
  for (let row = 0; row < rows * slices; row++) {
    const from = row * columns
    const to = row * wordsPerRow
    for (let i = 0; i < columns; i++) {
      if (voxels[from + i] === 0) continue
      const bit = i + shift
      const at = to + (bit >> 5)
      words[at] = (words[at] ?? 0) | (1 << (bit & 31))
    }
  }
  return { firstWord, wordsPerRow, words }
}

/** Set bits of a 32-bit word, added up in pairs, fours and bytes (Warren, Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Shared voxels whose four neighbours within the slice are shared too: none where the masks share a layer of one or two. */
export function deepVoxels(a: Mask, b: Mask): number {
  const box = intersectBoxes(a.box, b.box)
  if (box === null) return 0
  const [columns, rows, slices] = box.size
  const area = columns * rows
  const shared = sharedMask(a, b, box)
  const at = (index: number): number => shared[index] ?? 0
  let deep = 0
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 1; row < rows - 1; row++) {
      const from = slice * area + row * columns
      for (let i = from + 1; i < from + columns - 1; i++) {
        deep += at(i) & at(i - 1) & at(i + 1) & at(i - columns) & at(i + columns)
      }
    }
  }
  return deep
}

function sharedMask(a: Mask, b: Mask, { origin, size }: Box): Uint8Array {
  const shared = new Uint8Array(size[0] * size[1] * size[2])
  let index = 0
  for (let k = origin[2]; k < origin[2] + size[2]; k++) {
    for (let j = origin[1]; j < origin[1] + size[1]; j++) {
      const inA = voxelIndex(a.box, origin[0], j, k)
      const inB = voxelIndex(b.box, origin[0], j, k)
      for (let i = 0; i < size[0]; i++) shared[index++] = (a.voxels[inA + i] ?? 0) & (b.voxels[inB + i] ?? 0)
    }
  }
  return shared
}

function voxelIndex({ origin, size }: Box, i: number, j: number, k: number): number {
  return ((k - origin[2]) * size[1] + (j - origin[1])) * size[0] + (i - origin[0])
}
