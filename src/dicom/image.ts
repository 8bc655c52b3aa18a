/** CT, MR and PET series of single-frame images to one volume of physical values (PS3.3 C.7.6.2, C.11.1). */
import type { Geometry, Modality, SeriesProblem, Volume } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { affineOf, isOrientation } from '../imaging/geometry.ts'
import { stackPlanes, type Stack } from '../imaging/stack.ts'
import type { ReadLimits } from './limits.ts'
import { number, readPart10, text, type Dataset } from './part10.ts'
import { decodeFrame } from './pixels.ts'
import { imageOrientation, imagePosition, pixelSpacing } from './plane-attributes.ts'
import { chooseStack, type Slice } from './slice-groups.ts'
import { petScale } from './suv.ts'

const HOUNSFIELD = "[hnsf'U]"
/** What padding outside the field of view counts as: air in CT, nothing elsewhere. */
const PADDING_VALUE: Readonly<Record<Modality, number>> = { CT: -1024, MR: 0, PT: 0 }

/**
 * Reads a series, in any order of files, as one volume. What is wrong with it as a stack is in `problems`; where no
 * volume can be built at all it throws PlumblineError: 'bad-dicom', 'unsupported-dicom' (enhanced multi-frame images,
 * other modalities) or 'limit-exceeded'. Of several images at one position those in `preferred` (SOP Instance UIDs that a
 * segmentation refers to) are taken.
 */
export async function readVolume(
  files: readonly Uint8Array[],
  limits: ReadLimits,
  preferred: ReadonlySet<string> = new Set(),
): Promise<Volume> {
  requireWithinLimits(files, limits)
  const all = files.map((file) => readSlice(file, limits))
  const modality = commonModality(all)
  const { slices, problems } = chooseStack(all, preferred)
  const [first] = slices
  if (first === undefined) throw new PlumblineError('bad-dicom', 'The image series holds no images.')
  const thicknessMm = sliceThicknessMm(first.part10.dataset)
  const stack =
    stackPlanes(
      slices.map((slice) => slice.position),
      first.orientation,
      null,
    ) ?? singleSlice(first, thicknessMm)
  const kept = onePerSlice(slices, stack)
  const geometry = geometryOf(first, stack, limits)
  const scale = modality === 'PT' ? petScale(slices.map((slice) => slice.part10.dataset)) : null
  return {
    geometry,
    modality,
    seriesInstanceUid: text(first.part10.dataset, 'SeriesInstanceUID'),
    unit: scale?.unit ?? (modality === 'CT' ? HOUNSFIELD : '1'),
    voxels: await readVoxels(kept, geometry, modality, scale?.factor ?? 1),
    instances: kept.map((slice) => slice?.sopInstanceUid ?? null),
    problems: [...problems, ...stackProblems(slices, stack, kept, thicknessMm)],
  }
}

function requireWithinLimits(files: readonly Uint8Array[], limits: ReadLimits): void {
  const bytes = files.reduce((sum, file) => sum + file.length, 0)
  if (files.length > limits.seriesInstancesMax || bytes > limits.seriesBytesMax) {
    throw new PlumblineError(
      'limit-exceeded',
      `The image series has ${files.length} images and ${bytes} bytes, more than is allowed.`,
      {
        nextStep:
          'Raise limits.seriesInstancesMax or limits.seriesBytesMax if series of this size are expected.',
      },
    )
  }
}

function readSlice(file: Uint8Array, limits: ReadLimits): Slice {
  const part10 = readPart10(file, { maxBytes: limits.objectBytesMax })
  const { dataset } = part10
  if ((number(dataset, 'NumberOfFrames') ?? 1) > 1 || dataset['52009230'] !== undefined) {
    throw new PlumblineError(
      'unsupported-dicom',
      'The image series is an enhanced multi-frame object, which Plumbline does not read yet.',
      {
        nextStep: 'Let the modality or the PACS provide the classic single-frame series.',
      },
    )
  }
  const orientation = imageOrientation(dataset)
  return {
    part10,
    sopInstanceUid: text(dataset, 'SOPInstanceUID'),
    instanceNumber: number(dataset, 'InstanceNumber') ?? Infinity,
    frameOfReferenceUid: text(dataset, 'FrameOfReferenceUID') || null,
    position: imagePosition(dataset) ?? fail('ImagePositionPatient'),
    orientation:
      orientation !== null && isOrientation(orientation) ? orientation : fail('ImageOrientationPatient'),
    pixelSpacingMm: pixelSpacing(dataset) ?? fail('PixelSpacing'),
    rows: number(dataset, 'Rows') ?? fail('Rows'),
    columns: number(dataset, 'Columns') ?? fail('Columns'),
  }
}

function fail(keyword: string): never {
  throw new PlumblineError(
    'bad-dicom',
    `An image of the series has no usable ${keyword}: it cannot be placed in the patient.`,
  )
}

function commonModality(slices: readonly Slice[]): Modality {
  const found = new Set(slices.map(({ part10 }) => text(part10.dataset, 'Modality')))
  const series = new Set(slices.map(({ part10 }) => text(part10.dataset, 'SeriesInstanceUID')))
  const [modality] = found
  if (series.size > 1 || found.size > 1)
    throw new PlumblineError('bad-dicom', 'The images belong to several series.')
  if (modality === 'CT' || modality === 'MR' || modality === 'PT') return modality
  throw new PlumblineError('unsupported-dicom', 'The image series is neither CT, MR nor PET.')
}

function sliceThicknessMm(dataset: Dataset): number | null {
  const value = number(dataset, 'SpacingBetweenSlices') ?? number(dataset, 'SliceThickness')
  return value !== null && Math.abs(value) > 0 ? Math.abs(value) : null
}

/** All images at one position: the thickness stands in for the spacing. */
function singleSlice(slice: Slice, thicknessMm: number | null): Stack {
  return stackPlanes([slice.position], slice.orientation, thicknessMm ?? 1) ?? fail('ImagePositionPatient')
}

/** The image of every slice; of several at one position the first of `slices`, which come in order of preference. */
function onePerSlice(slices: readonly Slice[], stack: Stack): (Slice | null)[] {
  const kept: (Slice | null)[] = Array.from({ length: stack.sliceCount }, () => null)
  for (const [n, slice] of slices.entries()) kept[stack.sliceOf[n] ?? 0] ??= slice
  return kept
}

function geometryOf(first: Slice, stack: Stack, limits: ReadLimits): Geometry {
  const size = [first.columns, first.rows, stack.sliceCount] as const
  if (size[0] * size[1] * size[2] > limits.voxelsMax) {
    throw new PlumblineError(
      'limit-exceeded',
      `The image volume has ${size.join(' x ')} voxels, more than ${limits.voxelsMax}.`,
      {
        nextStep: 'Raise limits.voxelsMax if volumes of this size are expected.',
      },
    )
  }
  const affine = affineOf({ ...first, position: stack.origin, stepMm: stack.stepMm })
  return { frameOfReferenceUid: first.frameOfReferenceUid, size, affine }
}

function stackProblems(
  slices: readonly Slice[],
  stack: Stack,
  kept: readonly (Slice | null)[],
  thicknessMm: number | null,
): SeriesProblem[] {
  const problems: SeriesProblem[] = []
  const missing = kept.flatMap((slice, k) => (slice === null ? [k] : []))
  const duplicates = unique(
    slices.flatMap((slice, n) => (kept[stack.sliceOf[n] ?? 0] === slice ? [] : [stack.sliceOf[n] ?? 0])),
  )
  const offGrid = unique(stack.offGrid.map((n) => stack.sliceOf[n] ?? 0))
  const report = (kind: SeriesProblem['kind'], affected: readonly number[], words: string) => {
    if (affected.length > 0) problems.push({ kind, text: words, affected })
  }
  report('missing-slices', missing, `${missing.length} of ${kept.length} slices are missing from the series.`)
  report(
    'duplicate-slices',
    duplicates,
    `${duplicates.length} of ${kept.length} slices occur more than once; the one that the segmentation refers to was taken, else that with the lowest instance number.`,
  )
  report(
    'irregular-spacing',
    offGrid,
    `${offGrid.length} of ${kept.length} slices are not where an evenly spaced stack would have them.`,
  )
  const isGuess = kept.length === 1 && thicknessMm === null
  report(
    'irregular-spacing',
    isGuess ? [0] : [],
    'The series is a single slice without a thickness; 1 mm was assumed.',
  )
  return problems
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b)
}

/** Rescaled values of all slices in shared memory: Int16 as long as that is exact, Float32 from the first value that is not. */
async function readVoxels(
  slices: readonly (Slice | null)[],
  { size: [columns, rows] }: Geometry,
  modality: Modality,
  factor: number,
): Promise<Int16Array | Float32Array> {
  const count = columns * rows
  let voxels: Int16Array | Float32Array = new Int16Array(new SharedArrayBuffer(count * slices.length * 2))
  for (const [k, slice] of slices.entries()) {
    if (slice === null) continue
    const values = await physicalValues(slice, modality, factor)
    if (voxels instanceof Int16Array && !values.every(fitsInt16)) {
      const wide: Float32Array = new Float32Array(new SharedArrayBuffer(count * slices.length * 4))
      wide.set(voxels)
      voxels = wide
    }
    voxels.set(values, k * count)
  }
  return voxels
}

function fitsInt16(value: number): boolean {
  return Number.isInteger(value) && value >= -32768 && value <= 32767
}

/** Stored values x slope + intercept of this very slice (PS3.3 C.11.1.1.2), padding replaced (C.7.5.1.1.2). */
async function physicalValues(slice: Slice, modality: Modality, factor: number): Promise<Float32Array> {
  const { dataset } = slice.part10
  const { values, samples } = await decodeFrame(slice.part10, 0)
  if (samples !== 1) throw new PlumblineError('unsupported-dicom', 'The image series is in colour.')
  const slope = number(dataset, 'RescaleSlope') ?? 1
  const intercept = number(dataset, 'RescaleIntercept') ?? 0
  const { low, high } = paddingRange(dataset)
  const physical = new Float32Array(values.length)
  for (let n = 0; n < physical.length; n++) {
    const value = values[n] ?? 0
    physical[n] =
      value >= low && value <= high ? PADDING_VALUE[modality] : (value * slope + intercept) * factor
  }
  return physical
}

/** Stored values that are padding, ends included; none without Pixel Padding Value. */
function paddingRange(dataset: Dataset): { low: number; high: number } {
  const padding = storedNumber(dataset, 'PixelPaddingValue')
  if (padding === null) return { low: Infinity, high: -Infinity }
  const end = storedNumber(dataset, 'PixelPaddingRangeLimit') ?? padding
  return { low: Math.min(padding, end), high: Math.max(padding, end) }
}

/** A pixel value in the header as its pixels store it: writers mix up US and SS (63536 for -2000). */
function storedNumber(dataset: Dataset, keyword: string): number | null {
  const value = number(dataset, keyword)
  if (value === null || number(dataset, 'BitsAllocated') !== 16) return value
  const isSigned = number(dataset, 'PixelRepresentation') === 1
  if (isSigned) return value > 0x7fff ? value - 0x10000 : value
  return value < 0 ? value + 0x10000 : value
}
