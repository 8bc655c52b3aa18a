/** What must hold of everything that was read from broken bytes: it is whole, or it was refused. */
import type { Mask, Volume } from '../../domain/geometry.ts'
import type { Segmentation } from '../../domain/segmentation.ts'
import { number, text, type Part10 } from '../../dicom/part10.ts'
import type { Frame } from '../../dicom/pixels.ts'

/** Something was read that cannot be: neither a value nor a refusal. */
export class InconsistentResult extends Error {
  override readonly name = 'InconsistentResult'
}

export function requireWholeFrame({ rows, columns, samples, values }: Frame): void {
  require(values.length === rows * columns * samples, 'a frame has another number of values than its size')
}

export function requireWholeVolume({ geometry, voxels, instances }: Volume): void {
  const [columns, rows, slices] = geometry.size
  require(voxels.length === columns * rows * slices, 'a volume has another number of voxels than its size')
  require(instances.length === slices, 'a volume has another number of instances than slices')
  require(geometry.affine.every(Number.isFinite), 'a volume has an affine that is not finite')
}

/** Boxes lie in their grid, points are numbers, and every bit of native BINARY frames is in a mask. */
export function requireWholeSegmentation(segmentation: Segmentation, part10: Part10): void {
  let voxels = 0
  let unreadable = false
  for (const { shape } of segmentation.segments) {
    if (shape.kind === 'mask') voxels += requireWholeMask(shape.mask)
    if (shape.kind === 'unreadable') unreadable = true
  }
  const bits = bitsOf(part10)
  if (!unreadable && bits !== null) require(voxels === bits, 'bits that are set in frames are in no mask')
}

/** Returns how many voxels it has. */
function requireWholeMask({ geometry, box, voxels }: Mask): number {
  const inside = box.size.every((extent, axis) => {
    const origin = box.origin[axis] ?? -1
    return origin >= 0 && origin + extent <= (geometry.size[axis] ?? 0)
  })
  require(inside, 'a mask lies outside its grid')
  require(voxels.length === box.size[0] * box.size[1] * box.size[2], 'a mask is not as large as its box')
  require(geometry.affine.every(Number.isFinite), 'a mask has an affine that is not finite')
  return voxels.reduce((sum, voxel) => sum + voxel, 0)
}

/** Bits that are set in the frames of a native BINARY segmentation; null where that is not told by the header alone. */
function bitsOf({ dataset, pixelData }: Part10): number | null {
  if (text(dataset, 'SegmentationType') !== 'BINARY' || pixelData?.kind !== 'native') return null
  const frameBits = (number(dataset, 'Rows') ?? 0) * (number(dataset, 'Columns') ?? 0)
  const frames = number(dataset, 'NumberOfFrames') ?? 1
  const [packed, padded] = [Math.ceil((frameBits * frames) / 8), Math.ceil(frameBits / 8) * frames]
  if (pixelData.bytes.length >= padded && padded - packed > 1) return null // frames may begin with a byte each
  const bytes = pixelData.bytes.view(0, pixelData.bytes.length)
  let count = 0
  for (let bit = 0; bit < frameBits * frames; bit++) count += ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1
  return count
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new InconsistentResult(otherwise)
}
