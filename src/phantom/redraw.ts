/** How a good segmentation model draws a true mask: nearly, with a boundary that wanders by about a millimetre. */
import type { Mask } from '../domain/geometry.ts'
import { spacingMm, transform } from '../imaging/geometry.ts'
import { padded, tight } from './mask-box.ts'
import { seededRandom } from './random.ts'
import { smoothNoise } from './shapes.ts'

/** Width of the blur that stands for a distance from the boundary. */
const BLUR_SIGMA_MM = 3
const BOUNDARY_WAVELENGTH_MM = 30

/**
 * The mask with its boundary moved in and out in the slice by a smooth wave of about `amplitudeMm`. No slice is lost
 * or gained: the boundary moves within slices only.
 */
export function redrawn(truth: Mask, amplitudeMm: number, seed: number): Mask {
  const grid = padded(truth, 4)
  const [columns, rows, slices] = grid.box.size
  const share = blurredInPlane(grid)
  const wave = smoothNoise(seededRandom(seed), BOUNDARY_WAVELENGTH_MM)
  // The blurred edge rises by 1 / (sigma sqrt(2 pi)) per mm, so a shift in level is a distance. The wave is mostly within
  // half of its range, hence the 2.
  const swing = (2 * amplitudeMm) / (BLUR_SIGMA_MM * Math.sqrt(2 * Math.PI))
  const { affine } = grid.geometry
  const [i0, j0, k0] = grid.box.origin
  const voxels = new Uint8Array(columns * rows * slices)
  for (let index = 0, k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, index++) {
        const value = share[index] ?? 0
        if (value > 0.5 + swing) voxels[index] = 1
        if (Math.abs(value - 0.5) > swing) continue
        const [x, y, z] = transform(affine, [i + i0, j + j0, k + k0])
        if (value > 0.5 + swing * wave(x, y, z)) voxels[index] = 1
      }
    }
  }
  return tight({ ...grid, voxels })
}

/** Share of a Gaussian around each voxel that lies in the mask, slice by slice. */
function blurredInPlane({ geometry, box, voxels }: Mask): Float32Array {
  const [columns, rows, slices] = box.size
  const [alongI, alongJ] = spacingMm(geometry)
  const out = Float32Array.from(voxels)
  for (let line = 0; line < rows * slices; line++) convolve(out, line * columns, 1, columns, kernel(alongI))
  for (let k = 0; k < slices; k++) {
    for (let i = 0; i < columns; i++) convolve(out, k * rows * columns + i, columns, rows, kernel(alongJ))
  }
  return out
}

function kernel(spacing: number): number[] {
  const sigma = BLUR_SIGMA_MM / spacing
  const reach = Math.ceil(2.5 * sigma)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) =>
    Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function convolve(
  data: Float32Array,
  start: number,
  step: number,
  count: number,
  weights: readonly number[],
): void {
  const line = Float32Array.from({ length: count }, (_, n) => data[start + n * step] ?? 0)
  const reach = (weights.length - 1) / 2
  for (let n = 0; n < count; n++) {
    let sum = 0
    for (let w = 0; w < weights.length; w++) {
      sum += (weights[w] ?? 0) * (line[Math.min(count - 1, Math.max(0, n + w - reach))] ?? 0)
    }
    data[start + n * step] = sum
  }
}
