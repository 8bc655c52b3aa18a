/** Frames of a SEG to masks: only what is set is kept, so that a large grid with a small segment stays small. */
import type { Geometry, Mask } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import type { ReadLimits } from './limits.ts'

/** The set pixels of one segment in one frame: a rectangle, 1 inside the segment. */
export interface Patch {
  /** Frame it comes from. */
  readonly frameIndex: number
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  readonly values: Uint8Array
}

/** Cuts out the smallest rectangle around the pixels for which `isSet` holds; null when there are none. */
export function cutPatch(
  values: ArrayLike<number>,
  columns: number,
  isSet: (value: number) => boolean,
  frameIndex: number,
): Patch | null {
  let [left, right, top, bottom] = [columns, -1, -1, -1]
  for (let n = 0; n < values.length; n++) {
    if (!isSet(values[n] ?? 0)) continue
    const column = n % columns
    bottom = (n - column) / columns
    if (top < 0) top = bottom
    if (column < left) left = column
    if (column > right) right = column
  }
  if (top < 0) return null
  return cutBox(values, columns, { left, right, top, bottom }, isSet, frameIndex)
}

function cutBox(
  values: ArrayLike<number>,
  columns: number,
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
  isSet: (value: number) => boolean,
  frameIndex: number,
): Patch {
  const size = { columns: right - left + 1, rows: bottom - top + 1 }
  const cut = new Uint8Array(size.columns * size.rows)
  for (let row = 0, n = 0; row < size.rows; row++) {
    const start = (top + row) * columns + left
    for (let column = 0; column < size.columns; column++, n++)
      if (isSet(values[start + column] ?? 0)) cut[n] = 1
  }
  return { frameIndex, column: left, row: top, ...size, values: cut }
}

/** Cuts the patch of every label except `background` ones out of one frame of a label map, in two passes whatever their number. */
export function cutLabels(
  values: ArrayLike<number>,
  columns: number,
  background: ReadonlySet<number>,
  frameIndex: number,
): Map<number, Patch> {
  const bounds = new Map<number, { left: number; right: number; top: number; bottom: number }>()
  for (let n = 0; n < values.length; n++) {
    const label = values[n] ?? 0
    if (background.has(label)) continue
    const column = n % columns
    const row = (n - column) / columns
    const box = bounds.get(label)
    if (box === undefined) bounds.set(label, { left: column, right: column, top: row, bottom: row })
    else {
      if (column < box.left) box.left = column
      if (column > box.right) box.right = column
      box.bottom = row
    }
  }
  const patches = new Map<number, Patch>()
  for (const [label, box] of bounds)
    patches.set(
      label,
      cutBox(values, columns, box, (value) => value === label, frameIndex),
    )
  return patches
}

/** Takes from a budget of voxels that all masks of one object share. */
export type TakeVoxels = (count: number) => void

export function voxelBudget(limits: ReadLimits): TakeVoxels {
  let left = limits.voxelsMax
  return (count) => {
    left -= count
    if (left >= 0) return
    throw new PlumblineError(
      'limit-exceeded',
      `The segmentation holds more than ${limits.voxelsMax} voxels.`,
      {
        nextStep: 'Raise limits.voxelsMax if objects of this size are expected.',
      },
    )
  }
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
  const slices = patches.map((patch) => sliceOf(patch.frameIndex))
  if (patches.length === 0) return emptyMask(geometry)
  const low = (pick: (patch: Patch) => number) =>
    patches.reduce((least, patch) => Math.min(least, pick(patch)), Infinity)
  const high = (pick: (patch: Patch) => number) =>
    patches.reduce((most, patch) => Math.max(most, pick(patch)), -Infinity)
  const [i, j, k] = [low((p) => p.column), low((p) => p.row), slices.reduce((a, b) => Math.min(a, b))]
  const columns = high((p) => p.column + p.columns) - i
  const rows = high((p) => p.row + p.rows) - j
  const depth = slices.reduce((a, b) => Math.max(a, b)) - k + 1
  take(columns * rows * depth)
  const voxels = new Uint8Array(new SharedArrayBuffer(columns * rows * depth))
  for (const [n, patch] of patches.entries()) {
    for (let row = 0; row < patch.rows; row++) {
      const line = patch.values.subarray(row * patch.columns, (row + 1) * patch.columns)
      voxels.set(line, (((slices[n] ?? k) - k) * rows + patch.row + row - j) * columns + patch.column - i)
    }
  }
  return { geometry, box: { origin: [i, j, k], size: [columns, rows, depth] }, voxels }
}
