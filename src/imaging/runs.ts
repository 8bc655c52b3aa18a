/** The run-length form of a mask: what is measured on runs is not measured voxel by voxel. */
import type { Box, Geometry, Mask } from '../domain/geometry.ts'

/**
 * Run r covers columns start[r]..end[r] (inclusive) of row j[r], slice k[r], indices of the mask's box. In scan order;
 * runs of one row do not touch.
 */
export interface Runs {
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  readonly j: Int32Array
  readonly k: Int32Array
}

/** A dozen checks measure the same mask. Its voxels do not change once it is made. */
const known = new WeakMap<Mask, Runs>()

/** Runs of the mask, or with value 0 of the background in its box. */
export function runsOf(mask: Mask, value: 0 | 1 = 1): Runs {
  if (value === 0) return findRuns(mask, value)
  const before = known.get(mask)
  if (before !== undefined) return before
  const runs = findRuns(mask, value)
  known.set(mask, runs)
  return runs
}

/** A mask from its runs in scan order, which need not be found again. Voxels are in memory of their own. */
export function maskOfRuns(geometry: Geometry, box: Box, runs: Runs): Mask {
  const [columns, rows, slices] = box.size
  const voxels = new Uint8Array(columns * rows * slices)
  for (let run = 0; run < runs.count; run++) {
    const row = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    voxels.fill(1, row + (runs.start[run] ?? 0), row + (runs.end[run] ?? 0) + 1)
  }
  const mask = { geometry, box, voxels }
  known.set(mask, runs)
  return mask
}

/** One pass, four voxels at a time where they are alike. */
function findRuns({ box, voxels }: Mask, value: 0 | 1): Runs {
  const [columns, rows] = box.size
  const words = wordsOf(voxels)
  const wanted = value === 1
  const found: number[] = []
  for (let n = nextOther(voxels, words, 0, !wanted, voxels.length); n < voxels.length;) {
    const row = Math.floor(n / columns)
    const rowStart = row * columns
    const next = nextOther(voxels, words, n, wanted, rowStart + columns)
    found.push(row, n - rowStart, next - 1 - rowStart)
    n = nextOther(voxels, words, next, !wanted, voxels.length)
  }
  const count = found.length / 3
  const make = (): Int32Array => new Int32Array(count)
  const runs: Runs = { count, start: make(), end: make(), j: make(), k: make() }
  for (let run = 0; run < count; run++) {
    const row = found[3 * run] ?? 0
    runs.j[run] = row % rows
    runs.k[run] = Math.floor(row / rows)
    runs.start[run] = found[3 * run + 1] ?? 0
    runs.end[run] = found[3 * run + 2] ?? 0
  }
  return runs
}

/** The voxels as whole words of four; none where they do not begin at one. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : new Int32Array()
}

const FOUR_INSIDE = 0x01010101

/** Place of the first voxel from `from` on that is not `inside` (or not outside); `end` when there is none before it. */
function nextOther(
  voxels: Uint8Array,
  words: Int32Array,
  from: number,
  inside: boolean,
  end: number,
): number {
  let n = from
  for (; n < end && (n & 3) !== 0; n++) if ((voxels[n] !== 0) !== inside) return n
  const fourAlike = inside ? FOUR_INSIDE : 0
  const wordEnd = end >> 2
  let word = n >> 2
  while (word < wordEnd && words[word] === fourAlike) word++
  n = Math.max(n, word << 2)
  while (n < end && (voxels[n] !== 0) === inside) n++
  return n
}
