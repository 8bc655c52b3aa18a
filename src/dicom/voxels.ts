/** Stored pixel values of the slices of a volume to physical ones, in shared memory. */
import type { Modality } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { damaged } from './element-values.ts'
import { number, numbers, type Dataset } from './part10.ts'
import { decodeFrame, type PixelValues } from './pixels.ts'
import type { Slice } from './slice-groups.ts'

/** What padding outside the field of view counts as: air in CT, nothing elsewhere. */
const PADDING_VALUE: Readonly<Record<Modality, number>> = { CT: -1024, MR: 0, PT: 0 }
/** No unit of CT, MR or PET needs more; 32 bit pixels times it are still a Float32. */
const RESCALE_MAX = 1e12
const [INT16_MIN, INT16_MAX] = [-0x8000, 0x7fff]

type Voxels = Int16Array | Float32Array

/** How the stored values of one slice become physical. */
interface Rescale {
  readonly slope: number
  readonly intercept: number
  /** Stored values that are padding, ends included; none: Infinity to -Infinity. */
  readonly padding: { readonly low: number; readonly high: number }
  readonly paddingValue: number
}

/**
 * Physical values slice by slice, `count` voxels each: stored value x slope + intercept of the very slice or frame
 * (PS3.3 C.11.1.1.2, C.7.6.16.2.9), times `factor`; padding replaced (C.7.5.1.1.2); 0 where there is no slice. Int16
 * where the rescale is in whole numbers and all values fit, else Float32. Throws what decodeFrame throws, and PlumblineError:
 * 'bad-dicom' for a rescale that is no number, 'unsupported-dicom' for colour.
 */
export async function readVoxels(
  slices: readonly (Slice | null)[],
  count: number,
  modality: Modality,
  factor: number,
): Promise<Voxels> {
  const rescales = slices.map((slice) => (slice === null ? null : rescaleOf(slice, modality, factor)))
  const length = count * slices.length
  let voxels = rescales.every(isWhole) ? new Int16Array(new SharedArrayBuffer(length * 2)) : newFloats(length)
  for (const [k, slice] of slices.entries()) {
    const rescale = rescales[k] ?? null
    if (slice === null || rescale === null) continue
    const { values, samples } = await decodeFrame(slice.part10, slice.frameIndex)
    if (samples !== 1) throw new PlumblineError('unsupported-dicom', 'The image series is in colour.')
    if (rescaleInto(voxels, k * count, values, rescale)) continue
    const wide = newFloats(length)
    wide.set(voxels.subarray(0, k * count))
    voxels = wide
    rescaleInto(voxels, k * count, values, rescale)
  }
  return voxels
}

function newFloats(length: number): Voxels {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}

function isWhole(rescale: Rescale | null): boolean {
  return rescale === null || (Number.isInteger(rescale.slope) && Number.isInteger(rescale.intercept))
}

/** Writes one slice; false when a value does not fit, and what was written is then to be thrown away. */
function rescaleInto(voxels: Voxels, offset: number, values: PixelValues, rescale: Rescale): boolean {
  const { slope, intercept, padding, paddingValue } = rescale
  const { low, high } = padding
  if (low > high) return rescaleUnpadded(voxels, offset, values, slope, intercept)
  let [least, most] = [0, 0]
  for (let n = 0; n < values.length; n++) {
    const stored = values[n] ?? 0
    const value = stored >= low && stored <= high ? paddingValue : stored * slope + intercept
    if (value < least) least = value
    if (value > most) most = value
    voxels[offset + n] = value
  }
  return fits(voxels, least, most)
}

function rescaleUnpadded(
  voxels: Voxels,
  offset: number,
  values: PixelValues,
  slope: number,
  intercept: number,
): boolean {
  if (slope === 1 && intercept === 0 && values instanceof Int16Array) {
    voxels.set(values, offset)
    return true
  }
  let [least, most] = [0, 0]
  for (let n = 0; n < values.length; n++) {
    const value = (values[n] ?? 0) * slope + intercept
    if (value < least) least = value
    if (value > most) most = value
    voxels[offset + n] = value
  }
  return fits(voxels, least, most)
}

function fits(voxels: Voxels, least: number, most: number): boolean {
  return voxels instanceof Float32Array || (least >= INT16_MIN && most <= INT16_MAX)
}

function rescaleOf({ attributes }: Slice, modality: Modality, factor: number): Rescale {
  return {
    slope: rescaleNumber(attributes, 'RescaleSlope', 1) * factor,
    intercept: rescaleNumber(attributes, 'RescaleIntercept', 0) * factor,
    padding: paddingRange(attributes),
    paddingValue: PADDING_VALUE[modality],
  }
}

/** Only what is not there at all has a default: what cannot be read must not become one. */
function rescaleNumber(attributes: Dataset, keyword: string, missing: number): number {
  const [value = missing, ...rest] = numbers(attributes, keyword)
  if (rest.length === 0 && Math.abs(value) <= RESCALE_MAX) return value
  throw damaged(`the ${keyword} of an image is not a usable number`)
}

function paddingRange(attributes: Dataset): Rescale['padding'] {
  const padding = storedNumber(attributes, 'PixelPaddingValue')
  if (padding === null) return { low: Infinity, high: -Infinity }
  const end = storedNumber(attributes, 'PixelPaddingRangeLimit') ?? padding
  return { low: Math.min(padding, end), high: Math.max(padding, end) }
}

/** A pixel value in the header as its pixels store it: writers mix up US and SS (63536 for -2000). */
function storedNumber(attributes: Dataset, keyword: string): number | null {
  const value = number(attributes, keyword)
  if (value === null || number(attributes, 'BitsAllocated') !== 16) return value
  const isSigned = number(attributes, 'PixelRepresentation') === 1
  if (isSigned) return value > 0x7fff ? value - 0x10000 : value
  return value < 0 ? value + 0x10000 : value
}
