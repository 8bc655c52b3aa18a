/** Masks cut, moved, grown and pierced by known amounts. Pure; on the grid of the mask; may come out empty. */
import type { Mask, Vector3 } from '../../domain/geometry.ts'
import { transformToSquaredDistances } from '../../imaging/distance.ts'
import { spacingMm } from '../../imaging/geometry.ts'
import { measureMask } from '../../imaging/measure.ts'
import { tight } from '../../phantom/mask-box.ts'
import { extentOf, redraw, valueAt } from '../../imaging/redraw.ts'

/** Does it hold a voxel? */
export function isEmpty(mask: Mask): boolean {
  return !mask.voxels.includes(1)
}

export function voxelCountOf(mask: Mask): number {
  return measureMask(mask)?.voxelCount ?? 0
}

/**
 * The mask seen through a map of indices, axis by axis: the result at index x is the mask at `scale * x + offset`, linear
 * between voxel centres, at least one half of it inside.
 */
export function resampled(mask: Mask, scale: Vector3, offset: Vector3): Mask {
  const low: [number, number, number] = [0, 0, 0]
  const size: [number, number, number] = [0, 0, 0]
  const { box, geometry } = mask
  for (const axis of [0, 1, 2] as const) {
    const ends = [box.origin[axis] - 1, box.origin[axis] + box.size[axis]].map(
      (at) => (at - offset[axis]) / scale[axis],
    )
    low[axis] = Math.max(0, Math.floor(Math.min(...ends)))
    size[axis] = Math.max(0, Math.min(geometry.size[axis] - 1, Math.ceil(Math.max(...ends))) - low[axis] + 1)
  }
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  let at = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++) {
        const x = scale[0] * (low[0] + i) + offset[0]
        const y = scale[1] * (low[1] + j) + offset[1]
        const z = scale[2] * (low[2] + k) + offset[2]
        if (shareAt(mask, x, y, z) >= HALF) voxels[at] = 1
      }
  return tight({ geometry, box: { origin: low, size }, voxels })
}

/** One half, less what rounding takes. */
const HALF = 0.5 - 1e-9

function shareAt(mask: Mask, x: number, y: number, z: number): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
  let sum = 0
  for (let n = 0; n < 8; n++) {
    const [di, dj, dk] = [n & 1, (n >> 1) & 1, n >> 2]
    const weight =
      (di === 1 ? x - i : 1 - x + i) * (dj === 1 ? y - j : 1 - y + j) * (dk === 1 ? z - k : 1 - z + k)
    if (weight > 0) sum += weight * valueAt(mask, i + di, j + dj, k + dk)
  }
  return sum
}

/** Moved by so many mm along the axes of the grid, to fractions of a voxel. */
export function shifted(mask: Mask, mm: Vector3): Mask {
  const [x, y, z] = spacingMm(mask.geometry)
  return resampled(mask, [1, 1, 1], [-mm[0] / x, -mm[1] / y, -mm[2] / z])
}

/** Larger or smaller about its centre. */
export function scaled(mask: Mask, factor: number): Mask {
  const [x, y, z] = measureMask(mask)?.centroid ?? [0, 0, 0]
  const [scale, rest] = [1 / factor, 1 - 1 / factor]
  return resampled(mask, [scale, scale, scale], [x * rest, y * rest, z * rest])
}

/** As it lies in the images, the last voxel along an axis first. */
export function reversed(mask: Mask, axis: 0 | 1 | 2): Mask {
  const along = (value: number, other: number): Vector3 => [
    axis === 0 ? value : other,
    axis === 1 ? value : other,
    axis === 2 ? value : other,
  ]
  return resampled(mask, along(-1, 1), along(mask.geometry.size[axis] - 1, 0))
}

/** A surface moved outwards by so many mm, or inwards when they are negative. */
export function grown(mask: Mask, mm: number): Mask {
  const spacing = spacingMm(mask.geometry)
  const margin = mm > 0 ? Math.ceil(mm / Math.min(...spacing)) : 1
  const wide = redraw(mask, margin, (i, j, k) => valueAt(mask, i, j, k))
  const inside = mm > 0 ? 1 : 0
  const distances = Float64Array.from(wide.voxels, (value) => (value === inside ? 0 : Infinity))
  transformToSquaredDistances(distances, wide.box.size, spacing)
  const reach = mm * mm + 1e-9
  const voxels = wide.voxels.slice()
  for (let n = 0; n < voxels.length; n++) if ((distances[n] ?? 0) <= reach) voxels[n] = inside
  return tight({ ...wide, voxels })
}

/** Without a share of its slices, one at least, at the low (-1) or high (1) end. */
export function cutEnd(mask: Mask, share: number, end: -1 | 1): Mask {
  const [[, , first], [, , last]] = extentOf(mask)
  const cut = Math.max(1, Math.round((last - first + 1) * share))
  return tight(
    redraw(mask, 0, (i, j, k) =>
      (end > 0 ? k <= last - cut : k >= first + cut) ? valueAt(mask, i, j, k) : 0,
    ),
  )
}

/** Without so many slices in the middle; null where too few would be left on both sides. */
export function withoutSlices(mask: Mask, slices: number): Mask | null {
  const [[, , first], [, , last]] = extentOf(mask)
  if (last - first + 1 < slices + 2 * LEFT_MIN) return null
  const start = Math.round((first + last - slices + 1) / 2)
  return redraw(mask, 0, (i, j, k) => (k >= start && k < start + slices ? 0 : valueAt(mask, i, j, k)))
}
const LEFT_MIN = 2

/** One of the two masks: the voxels of either. */
export function united(a: Mask, b: Mask): Mask {
  const end = (axis: 0 | 1 | 2): number =>
    Math.max(a.box.origin[axis] + a.box.size[axis], b.box.origin[axis] + b.box.size[axis])
  const low: Vector3 = [
    Math.min(a.box.origin[0], b.box.origin[0]),
    Math.min(a.box.origin[1], b.box.origin[1]),
    Math.min(a.box.origin[2], b.box.origin[2]),
  ]
  const size: Vector3 = [end(0) - low[0], end(1) - low[1], end(2) - low[2]]
  const box = { origin: low, size }
  const empty: Mask = { geometry: a.geometry, box, voxels: new Uint8Array(size[0] * size[1] * size[2]) }
  return redraw(empty, 0, (i, j, k) => valueAt(a, i, j, k) | valueAt(b, i, j, k))
}

/** The part on one side of its centre along an axis. */
export function halfOf(mask: Mask, axis: 0 | 1 | 2): Mask {
  const middle = measureMask(mask)?.centroid[axis] ?? 0
  return tight(redraw(mask, 0, (i, j, k) => (([i, j, k][axis] ?? 0) <= middle ? valueAt(mask, i, j, k) : 0)))
}

/** Blurred within slices by (1 2 1)/4 along rows and columns (a Gaussian of 0.7 voxels), so many times, and cut at one half. */
export function smoothed(mask: Mask, passes: number): Mask {
  const wide = redraw(mask, passes + 1, (i, j, k) => valueAt(mask, i, j, k))
  let share = Float32Array.from(wide.voxels)
  const [columns, rows] = wide.box.size
  for (let pass = 0; pass < passes; pass++) share = blurred(blurred(share, 1, columns), columns, rows)
  return tight({ ...wide, voxels: Uint8Array.from(share, (value) => (value >= HALF ? 1 : 0)) })
}

/** Along one axis; what lies beyond its ends is as the end. */
function blurred(values: Float32Array, stride: number, count: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length)
  for (let n = 0; n < values.length; n++) {
    const at = Math.floor(n / stride) % count
    const here = values[n] ?? 0
    const before = at > 0 ? (values[n - stride] ?? 0) : here
    const after = at < count - 1 ? (values[n + stride] ?? 0) : here
    out[n] = (before + 2 * here + after) / 4
  }
  return out
}
