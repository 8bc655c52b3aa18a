/** Patches of a SEG's frames to masks: every box is known before its voxels are allocated, once. */
import type { Box, Geometry, Mask } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { spreadBits } from './bits.ts'
import type { ReadLimits } from './limits.ts'
import type { Patch } from './seg-patches.ts'

/** Takes from a budget of voxels that all masks of one object share. */
export type TakeVoxels = (count: number) => void

export function voxelBudget(limits: ReadLimits): TakeVoxels {
  let left = limits.voxelsMax
  return (count) => {
    left -= count
    if (left < 0) throw tooManyVoxels(limits)
  }
}

export function tooManyVoxels({ voxelsMax }: ReadLimits): PlumblineError {
  return new PlumblineError('limit-exceeded', `The segmentation holds more than ${voxelsMax} voxels.`, {
    nextStep: 'Raise limits.voxelsMax if objects of this size are expected.',
  })
}

/** A mask without a voxel. */
export function emptyMask(geometry: Geometry): Mask {
  return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
}

/** Puts patches into one mask on the grid, in shared memory. `sliceOf` gives the slice of a frame. */
export function maskOfPatches(
  patches: readonly Patch[],
  geometry: Geometry,
  sliceOf: (frameIndex: number) => number,
  take: TakeVoxels,
): Mask {
  if (patches.length === 0) return emptyMask(geometry)
  const box = boxOf(patches, sliceOf)
  const [columns, rows, slices] = box.size
  const count = columns * rows * slices
  take(count)
  const voxels = new Uint8Array(new SharedArrayBuffer(count))
  for (const patch of patches) {
    const first = (sliceOf(patch.frameIndex) - box.origin[2]) * rows + patch.row - box.origin[1]
    for (let row = 0; row < patch.rows; row++) {
      const at = (first + row) * columns + patch.column - box.origin[0]
      spreadBits(patch.bits, patch.firstBit + row * patch.stride, patch.columns, voxels, at)
    }
  }
  return { geometry, box, voxels }
}

function boxOf(patches: readonly Patch[], sliceOf: (frameIndex: number) => number): Box {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (const { column, row, columns, rows, frameIndex } of patches) {
    const slice = sliceOf(frameIndex)
    low[0] = Math.min(low[0], column)
    low[1] = Math.min(low[1], row)
    low[2] = Math.min(low[2], slice)
    high[0] = Math.max(high[0], column + columns)
    high[1] = Math.max(high[1], row + rows)
    high[2] = Math.max(high[2], slice + 1)
  }
  return { origin: low, size: [high[0] - low[0], high[1] - low[1], high[2] - low[2]] }
}
