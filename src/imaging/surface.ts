/**
 * Surfaces of masks and how far they lie apart, as in Nikolov et al., arXiv:1809.04430: a surface element is a point
 * where eight voxels meet that are not all inside or all outside; voxels beyond the grid count as outside.
 */
import type { Box, Mask, Vector3 } from '../domain/geometry.ts'
import { transformToSquaredDistances } from './distance.ts'
import { spacingMm, subtract } from './geometry.ts'
import { cornerAt, isSurface, surfaceAreasMm2 } from './marching-cubes.ts'

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
  const [codesA, codesB] = [neighbourhoodCodes(first, box), neighbourhoodCodes(second, box)]
  const field = new Float64Array(codesA.length)
  const distancesFrom = (from: Uint8Array, to: Uint8Array): SurfaceDistances => {
    for (let n = 0; n < field.length; n++) field[n] = isSurface(to[n] ?? 0) ? 0 : Infinity
    transformToSquaredDistances(field, cornerGridSize(box), spacing)
    return elementsOf(from, field, areas)
  }
  return [distancesFrom(codesA, codesB), distancesFrom(codesB, codesA)]
}

/** Points where the voxels of a box meet, its outer corners included: one more than voxels along each axis. */
export function cornerGridSize({ size }: Box): Vector3 {
  return [size[0] + 1, size[1] + 1, size[2] + 1]
}

/** Marching-cubes code of the eight voxels around every corner point of the box, slice-major. */
function neighbourhoodCodes(mask: Mask, box: Box): Uint8Array {
  const [columns, rows, slices] = cornerGridSize(box)
  const codes = new Uint8Array(columns * rows * slices)
  const [i0, j0, k0] = subtract(mask.box.origin, box.origin)
  const [maskColumns, maskRows] = mask.box.size
  // Seen from the corner point after it (x = 1), the voxel is the one before (bit of x = 0), and the other way round.
  const corners = Array.from({ length: 8 }, (_, corner) => {
    const [x, y, z] = cornerAt(corner)
    return { offset: (z * rows + y) * columns + x, bit: 1 << (7 - corner) }
  })
  for (let n = 0; n < mask.voxels.length; n++) {
    if (mask.voxels[n] === 0) continue
    const row = Math.floor(n / maskColumns)
    const k = k0 + Math.floor(row / maskRows)
    const first = (k * rows + j0 + (row % maskRows)) * columns + i0 + (n % maskColumns)
    for (const { offset, bit } of corners) codes[first + offset] = (codes[first + offset] ?? 0) | bit
  }
  return codes
}

function elementsOf(codes: Uint8Array, squaredMm2: Float64Array, areas: Float64Array): SurfaceDistances {
  let count = 0
  for (const code of codes) if (isSurface(code)) count++
  const areaMm2 = new Float64Array(count)
  const distanceMm = new Float64Array(count)
  let element = 0
  for (let n = 0; n < codes.length; n++) {
    const code = codes[n] ?? 0
    if (!isSurface(code)) continue
    areaMm2[element] = areas[code] ?? 0
    distanceMm[element] = Math.sqrt(squaredMm2[n] ?? Infinity)
    element++
  }
  return { areaMm2, distanceMm }
}
