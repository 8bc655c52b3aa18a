/**
 * Surfaces of masks and how far they lie apart, as in Nikolov et al., arXiv:1809.04430: a surface element is a point
 * where eight voxels meet that are not all inside or all outside; voxels beyond the grid count as outside.
 */
import type { Box, Mask, Vector3 } from '../domain/geometry.ts'
import { countPoints, lowestBit, newBitGrid, packMask, type BitGrid } from './bit-grid.ts'
import { spacingMm } from './geometry.ts'
import { surfaceAreasMm2 } from './marching-cubes.ts'
import { nearestDistancesMm } from './nearest.ts'

/** Elements of one surface, in no order: area, and distance to the nearest element of the other surface. */
export interface SurfaceDistances {
  readonly areaMm2: Float64Array
  readonly distanceMm: Float64Array
}

/**
 * Distances from each surface to the other, both masks on one grid with right angles. `box` holds all voxels of
 * both: every element and its nearest one lie on the corners of the box's voxels, so no margin is needed. Distances
 * to an empty mask are Infinity.
 */
export function surfaceDistances(
  first: Mask,
  second: Mask,
  box: Box,
): readonly [fromFirst: SurfaceDistances, fromSecond: SurfaceDistances] {
  const spacing = spacingMm(first.geometry)
  const areas = surfaceAreasMm2(spacing)
  const [voxelsA, voxelsB] = [packMask(first, box), packMask(second, box)]
  const [a, b] = [surfaceOf(voxelsA), surfaceOf(voxelsB)]
  return [
    { areaMm2: areasOf(voxelsA, a, areas), distanceMm: nearestDistancesMm(a, b, spacing) },
    { areaMm2: areasOf(voxelsB, b, areas), distanceMm: nearestDistancesMm(b, a, spacing) },
  ]
}

/** Points where the voxels of a box meet, its outer corners included: one more than voxels along each axis. */
export function cornerGridSize({ size }: Box): Vector3 {
  return [size[0] + 1, size[1] + 1, size[2] + 1]
}

/** The corner points of the voxels that the surface passes through. */
function surfaceOf(voxels: BitGrid): BitGrid {
  const points = newBitGrid([voxels.size[0] + 1, voxels.size[1] + 1, voxels.size[2] + 1])
  const [, rows, slices] = points.size
  for (let k = 0; k < slices; k++) for (let j = 0; j < rows; j++) surfaceOfRow(voxels, points, j, k)
  return points
}

/** One row of points: those of whose eight voxels some are inside and some are not. */
function surfaceOfRow(voxels: BitGrid, points: BitGrid, j: number, k: number): void {
  const { words, wordsPerRow } = voxels
  const to = (k * points.size[1] + j) * points.wordsPerRow
  const a = rowOf(voxels, j - 1, k - 1)
  const b = rowOf(voxels, j, k - 1)
  const c = rowOf(voxels, j - 1, k)
  const d = rowOf(voxels, j, k)
  let [anyBefore, allBefore] = [0, 0]
  for (let n = 0; n < wordsPerRow; n++) {
    const wordA = a < 0 ? 0 : (words[a + n] ?? 0)
    const wordB = b < 0 ? 0 : (words[b + n] ?? 0)
    const wordC = c < 0 ? 0 : (words[c + n] ?? 0)
    const wordD = d < 0 ? 0 : (words[d + n] ?? 0)
    const any = wordA | wordB | wordC | wordD
    const all = wordA & wordB & wordC & wordD
    points.words[to + n] =
      (any | (any << 1) | (anyBefore >>> 31)) & ~(all & ((all << 1) | (allBefore >>> 31)))
    anyBefore = any
    allBefore = all
  }
  // Where the voxels fill their last word, the points need one more.
  if (points.wordsPerRow > wordsPerRow) points.words[to + wordsPerRow] = anyBefore >>> 31
}

/** First word of a row of voxels; -1 outside the grid. */
function rowOf({ size, wordsPerRow }: BitGrid, j: number, k: number): number {
  return j < 0 || k < 0 || j >= size[1] || k >= size[2] ? -1 : (k * size[1] + j) * wordsPerRow
}

/** One word of the four rows of voxels that meet at a row of points: (j - 1, k - 1), (j, k - 1), (j - 1, k), (j, k). */
function readRows(voxels: BitGrid, j: number, k: number, word: number, into: Int32Array): void {
  const { words, wordsPerRow } = voxels
  const isThere = word >= 0 && word < wordsPerRow
  for (let n = 0; n < 4; n++) {
    const row = rowOf(voxels, j - 1 + (n & 1), k - 1 + (n >> 1))
    into[n] = isThere && row >= 0 ? (words[row + word] ?? 0) : 0
  }
}

/** Area of every point of a surface, in scan order, by the marching-cubes code of the voxels around it. */
function areasOf(voxels: BitGrid, surface: BitGrid, areas: Float64Array): Float64Array {
  const areaMm2 = new Float64Array(countPoints(surface))
  const { words, wordsPerRow, size } = surface
  const [here, before] = [new Int32Array(4), new Int32Array(4)]
  let element = 0
  for (let n = 0; n < words.length; n++) {
    let left = words[n] ?? 0
    if (left === 0) continue
    const row = Math.floor(n / wordsPerRow)
    const [j, k, word] = [row % size[1], Math.floor(row / size[1]), n % wordsPerRow]
    readRows(voxels, j, k, word, here)
    readRows(voxels, j, k, word - 1, before)
    for (; left !== 0; left &= left - 1)
      areaMm2[element++] = areas[codeAt(here, before, lowestBit(left))] ?? 0
  }
  return areaMm2
}

/** Code of the voxels around point `bit` of a word: of each of the four rows, the voxels before and after it. */
function codeAt(here: Int32Array, before: Int32Array, bit: number): number {
  let code = 0
  for (let n = 0; n < 4; n++) {
    const word = here[n] ?? 0
    const left = bit === 0 ? (before[n] ?? 0) >>> 31 : (word >>> (bit - 1)) & 1
    code |= (left | (((word >>> bit) & 1) << 1)) << (2 * n)
  }
  return code
}
