/** How much of an outline a person would have to draw or erase to get from one mask to another. */
import type { Mask } from '../domain/geometry.ts'
import { spacingMm } from '../imaging/geometry.ts'
import { outline } from './plane-cells.ts'
import { voxelsIn } from './scene.ts'

interface PathLengths {
  /** Outline of `after` that `before` lacks (added path length: Vaassen et al., Phys Imaging Radiat Oncol 2020;13:1-6). */
  readonly addedMm: number
  readonly erasedMm: number
}

/** Outline pixels, slice by slice, times the mean distance of pixels. The box of `after` holds both masks. */
export function pathLengths(before: Mask, after: Mask): PathLengths {
  const [columns, rows, slices] = after.box.size
  const plane = columns * rows
  const old = voxelsIn(before, after.box)
  let [added, erased] = [0, 0]
  for (let k = 0; k < slices; k++) {
    const [was, is] = [old, after.voxels].map((voxels) =>
      outline(voxels.subarray(k * plane, (k + 1) * plane), columns),
    )
    added += countMissing(is ?? [], was ?? [])
    erased += countMissing(was ?? [], is ?? [])
  }
  const [i, j] = spacingMm(after.geometry)
  const pixelMm = (i + j) / 2
  return { addedMm: added * pixelMm, erasedMm: erased * pixelMm }
}

/** How many of `pixels` the other outline lacks. */
function countMissing(pixels: readonly number[], other: readonly number[]): number {
  const held = new Set(other)
  return pixels.filter((n) => !held.has(n)).length
}
