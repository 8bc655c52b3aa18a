/** A mask on another grid: shifted where the grids agree, resampled where they do not. */
import type { Box, Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import { corners, invertAffine, multiply, transform } from './geometry.ts'

export interface Aligned {
  /** On the given grid. */
  readonly mask: Mask
  readonly how: 'same-grid' | 'shifted' | 'resampled'
  /** Share of the mask's voxels whose centres lie outside the grid; 0 for an empty mask. */
  readonly outsideFraction: number
}

/** Two grids agree when no voxel of the box is farther off than this share of a voxel. */
const SHIFT_TOLERANCE = 0.05

/**
 * Puts a mask on another grid of the same frame of reference (which the caller has checked). The same grid: the same
 * voxels, shared. Grids that agree up to whole voxels: an exact copy. Else every target voxel takes the nearest mask voxel (a mask that
 * this would lose keeps its centres); volumes then belong on the mask's own grid.
 */
export function alignMask(mask: Mask, geometry: Geometry): Aligned {
  const toTarget = multiply(invertAffine(geometry.affine), mask.geometry.affine)
  const shift = wholeShift(toTarget, mask)
  const how =
    shift === null
      ? 'resampled'
      : shift.every((n) => n === 0) && sameSize(mask.geometry, geometry)
        ? 'same-grid'
        : 'shifted'
  if (mask.voxels.length === 0) return { mask: empty(geometry), how, outsideFraction: 0 }
  if (how === 'same-grid') return { mask: { ...mask, geometry }, how, outsideFraction: 0 }
  if (shift === null) {
    const aligned = resample(mask, geometry, toTarget)
    return { mask: aligned, how, outsideFraction: outsideFraction(mask, geometry, toTarget) }
  }
  const aligned = copyShifted(mask, geometry, shift)
  const [count, kept] = [countSet(mask.voxels), countSet(aligned.voxels)]
  return { mask: aligned, how, outsideFraction: count === 0 ? 0 : (count - kept) / count }
}

function countSet(voxels: Uint8Array): number {
  let count = 0
  for (let n = 0; n < voxels.length; n++) if (voxels[n] !== 0) count++
  return count
}

function sameSize(a: Geometry, b: Geometry): boolean {
  return a.size.every((extent, axis) => extent === b.size[axis])
}

function empty(geometry: Geometry): Mask {
  return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
}

/** The whole-voxel shift that takes every corner of the box to the target grid; null when there is none. */
function wholeShift(toTarget: readonly number[], mask: Mask): Vector3 | null {
  const box = mask.voxels.length === 0 ? { origin: [0, 0, 0] as const, size: mask.geometry.size } : mask.box
  const shifts = corners(box).map((corner) => {
    const [i, j, k] = transform(toTarget, corner)
    return [i - corner[0], j - corner[1], k - corner[2]] as const
  })
  const first = shifts[0]
  if (first === undefined) return null
  const whole: Vector3 = [Math.round(first[0]) + 0, Math.round(first[1]) + 0, Math.round(first[2]) + 0]
  const fits = shifts.every((shift) =>
    shift.every((value, axis) => Math.abs(value - (whole[axis] ?? 0)) <= SHIFT_TOLERANCE),
  )
  return fits ? whole : null
}

/** Part of a box that lies in a grid; null when nothing does. */
function clip(low: Vector3, high: Vector3, geometry: Geometry): { origin: Vector3; size: Vector3 } | null {
  const origin: Vector3 = [Math.max(0, low[0]), Math.max(0, low[1]), Math.max(0, low[2])]
  const end = high.map((value, axis) => Math.min(value, (geometry.size[axis] ?? 0) - 1))
  const size: Vector3 = [
    (end[0] ?? 0) - origin[0] + 1,
    (end[1] ?? 0) - origin[1] + 1,
    (end[2] ?? 0) - origin[2] + 1,
  ]
  return size.every((extent) => extent > 0) ? { origin, size } : null
}

function copyShifted(mask: Mask, geometry: Geometry, shift: Vector3): Mask {
  const { origin, size } = mask.box
  const low: Vector3 = [origin[0] + shift[0], origin[1] + shift[1], origin[2] + shift[2]]
  const box = clip(low, [low[0] + size[0] - 1, low[1] + size[1] - 1, low[2] + size[2] - 1], geometry)
  if (box === null) return empty(geometry)
  const voxels = newVoxels(box.size)
  for (let k = 0; k < box.size[2]; k++) {
    for (let j = 0; j < box.size[1]; j++) {
      const from =
        ((box.origin[2] + k - low[2]) * size[1] + box.origin[1] + j - low[1]) * size[0] +
        box.origin[0] -
        low[0]
      voxels.set(mask.voxels.subarray(from, from + box.size[0]), (k * box.size[1] + j) * box.size[0])
    }
  }
  return { geometry, box, voxels }
}

function resample(mask: Mask, geometry: Geometry, toTarget: readonly number[]): Mask {
  const reach = cornersWithFaces(mask).map((corner) => transform(toTarget, corner))
  const bound = (pick: (...values: number[]) => number, round: (value: number) => number): Vector3 => [
    round(pick(...reach.map((p) => p[0]))),
    round(pick(...reach.map((p) => p[1]))),
    round(pick(...reach.map((p) => p[2]))),
  ]
  const box = clip(bound(Math.min, Math.floor), bound(Math.max, Math.ceil), geometry)
  if (box === null) return empty(geometry)
  const toMask = invertAffine(toTarget)
  const { origin, size } = mask.box
  const step: Vector3 = [toMask[0] ?? 0, toMask[4] ?? 0, toMask[8] ?? 0]
  const voxels = newVoxels(box.size)
  let n = 0
  for (let k = 0; k < box.size[2]; k++) {
    for (let j = 0; j < box.size[1]; j++) {
      const [x, y, z] = transform(toMask, [box.origin[0], box.origin[1] + j, box.origin[2] + k])
      for (let i = 0; i < box.size[0]; i++, n++) {
        const a = Math.round(x + i * step[0]) - origin[0]
        const b = Math.round(y + i * step[1]) - origin[1]
        const c = Math.round(z + i * step[2]) - origin[2]
        if (a < 0 || b < 0 || c < 0 || a >= size[0] || b >= size[1] || c >= size[2]) continue
        voxels[n] = mask.voxels[(c * size[1] + b) * size[0] + a] ?? 0
      }
    }
  }
  if (!voxels.includes(1)) markCentres(mask, box, toTarget, voxels)
  return { geometry, box, voxels }
}

/** A mask so small that it slips between the voxels of the grid: sets those that its voxels' centres lie in. */
function markCentres(
  { box: { origin, size }, voxels }: Mask,
  box: Box,
  toTarget: readonly number[],
  marked: Uint8Array,
): void {
  for (const [n, voxel] of voxels.entries()) {
    if (voxel !== 1) continue
    const j = Math.floor(n / size[0])
    const centre: Vector3 = [
      origin[0] + (n % size[0]),
      origin[1] + (j % size[1]),
      origin[2] + Math.floor(j / size[1]),
    ]
    const [a, b, c] = transform(toTarget, centre).map(
      (value, axis) => Math.round(value) - (box.origin[axis] ?? 0),
    )
    if (a === undefined || b === undefined || c === undefined) continue
    const isInside = a >= 0 && b >= 0 && c >= 0 && a < box.size[0] && b < box.size[1] && c < box.size[2]
    if (isInside) marked[(c * box.size[1] + b) * box.size[0] + a] = 1
  }
}

function cornersWithFaces({ box: { origin, size } }: Mask): Vector3[] {
  const grown = {
    origin: [origin[0] - 0.5, origin[1] - 0.5, origin[2] - 0.5] as const,
    size: [size[0] + 1, size[1] + 1, size[2] + 1] as const,
  }
  return corners(grown)
}

function newVoxels(size: Vector3): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size[0] * size[1] * size[2]))
}

function outsideFraction(
  { box: { origin, size }, voxels }: Mask,
  geometry: Geometry,
  toTarget: readonly number[],
): number {
  const [dx = 0, dy = 0, dz = 0] = [toTarget[0], toTarget[4], toTarget[8]]
  const [columns, rows, slices] = geometry.size
  const isInside = (value: number, extent: number): boolean => value >= -0.5 && value <= extent - 0.5
  let [total, outside, n] = [0, 0, 0]
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const [x, y, z] = transform(toTarget, [origin[0], origin[1] + j, origin[2] + k])
      for (let i = 0; i < size[0]; i++, n++) {
        if (voxels[n] !== 1) continue
        total++
        if (!isInside(x + i * dx, columns) || !isInside(y + i * dy, rows) || !isInside(z + i * dz, slices))
          outside++
      }
    }
  }
  return total === 0 ? 0 : outside / total
}
