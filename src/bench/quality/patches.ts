/**
 * Image and mask as a small network is shown them (training/quality_baseline.py): the box around the mask with a margin, on
 * a grid of 32 x 32 x 32 along the axes of the images, nearest voxel, a byte each. No reference is looked at.
 */
import type { Mask, Volume } from '../../domain/geometry.ts'
import { spacingMm } from '../../imaging/geometry.ts'
import { measureMask } from '../../imaging/measure.ts'

export const PATCH_SIDE = 32
/** First the image, then the mask; i fastest. */
export const PATCH_BYTES = 2 * PATCH_SIDE ** 3
const MARGIN_MM = 10
/** What is shown as black and as white: these shares of the values in the patch lie below. */
const [BLACK, WHITE] = [0.01, 0.99]

/** All zero for a mask without voxels or without images. */
export function patchOf(mask: Mask, volume: Volume | null): Uint8Array {
  const patch = new Uint8Array(PATCH_BYTES)
  const tight = measureMask(mask)?.tight
  if (tight === undefined || volume === null) return patch
  const spacing = spacingMm(volume.geometry)
  const along = (axis: 0 | 1 | 2): number[] => {
    const margin = MARGIN_MM / spacing[axis]
    return centres(tight.origin[axis] - margin, tight.size[axis] + 2 * margin, volume.geometry.size[axis])
  }
  const [columns, rows, slices] = [along(0), along(1), along(2)]
  const values = new Float32Array(PATCH_SIDE ** 3)
  const [width, height] = volume.geometry.size
  let n = 0
  for (const k of slices)
    for (const j of rows)
      for (const i of columns) {
        values[n] = volume.voxels[(k * height + j) * width + i] ?? 0
        patch[PATCH_SIDE ** 3 + n++] = isInside(mask, i, j, k) ? 255 : 0
      }
  patch.set(asBytes(values))
  return patch
}

/** Voxels under the centres of the cells; beyond the images the last one. */
function centres(from: number, length: number, size: number): number[] {
  return Array.from({ length: PATCH_SIDE }, (_, n) =>
    Math.min(size - 1, Math.max(0, Math.floor(from + ((n + 0.5) * length) / PATCH_SIDE))),
  )
}

function isInside({ box, voxels }: Mask, i: number, j: number, k: number): boolean {
  const [x, y, z] = [i - box.origin[0], j - box.origin[1], k - box.origin[2]]
  if (x < 0 || y < 0 || z < 0 || x >= box.size[0] || y >= box.size[1] || z >= box.size[2]) return false
  return voxels[(z * box.size[1] + y) * box.size[0] + x] === 1
}

function asBytes(values: Float32Array): Uint8Array {
  const sorted = values.toSorted()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  const [black, white] = [at(BLACK), at(WHITE)]
  const range = Math.max(white - black, Number.EPSILON)
  return Uint8Array.from(values, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - black) / range))),
  )
}
