/** CT, MR and PET series, single-frame or multi-frame, to one volume of physical values (PS3.3 C.7.6.2, C.7.6.16, C.11.1). */
import type { Geometry, SeriesProblem, Volume } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { affineOf } from '../imaging/geometry.ts'
import { stackPlanes, type Stack } from '../imaging/stack.ts'
import type { ByteSource } from './byte-source.ts'
import { notPlaced, readImageFrames } from './image-frames.ts'
import type { ReadLimits } from './limits.ts'
import { number, text, type Dataset } from './part10.ts'
import type { PreferredImages } from './preferred-images.ts'
import { chooseStack, type Slice } from './slice-groups.ts'
import { commonModality, requireOwnIdentities } from './series-identity.ts'
import { NO_SUV_TEXTS, petScale } from './suv.ts'
import { readVoxels } from './voxels.ts'

const HOUNSFIELD = "[hnsf'U]"

/**
 * Reads a series, in any order of files, as one volume. What is wrong with it as a stack is in `problems`; where no
 * volume can be built at all it throws PlumblineError: 'bad-dicom', 'unsupported-dicom' (frames that say not where they
 * lie, other modalities) or 'limit-exceeded'. Of several images at one position those in `preferred` are taken.
 */
export async function readVolume(
  files: readonly (Uint8Array | ByteSource)[],
  limits: ReadLimits,
  preferred: PreferredImages = new Map(),
): Promise<Volume> {
  requireWithinLimits(files, limits)
  const all = readImageFrames(files, limits)
  const modality = commonModality(all.map(({ part10 }) => part10.dataset))
  requireOwnIdentities(all)
  const { slices, problems } = chooseStack(all, preferred)
  const [first] = slices
  if (first === undefined) throw new PlumblineError('bad-dicom', 'The image series holds no images.')
  const thicknessMm = sliceThicknessMm(first.attributes)
  const stack =
    stackPlanes(
      slices.map((slice) => slice.position),
      first.orientation,
      null,
    ) ?? singleSlice(first, thicknessMm)
  // First: what lies between two far positions may be more slices than memory holds.
  const geometry = geometryOf(first, stack, limits)
  const kept = onePerSlice(slices, stack)
  const scale = modality === 'PT' ? petScale(slices.map(({ attributes }) => attributes)) : null
  const hasFrames = kept.some((slice) => slice !== null && slice.frameNumber !== null)
  return {
    geometry,
    modality,
    seriesInstanceUid: text(first.part10.dataset, 'SeriesInstanceUID'),
    unit: scale?.unit ?? (modality === 'CT' ? HOUNSFIELD : '1'),
    voxels: await readVoxels(kept, first.rows * first.columns, modality, scale?.factor ?? 1),
    instances: kept.map((slice) => slice?.sopInstanceUid ?? null),
    ...(scale?.noSuv != null && { noSuv: NO_SUV_TEXTS[scale.noSuv] }),
    ...(hasFrames && { frames: kept.map((slice) => slice?.frameNumber ?? null) }),
    problems: [...problems, ...stackProblems(slices, stack, kept, thicknessMm)],
  }
}

function requireWithinLimits(files: readonly (Uint8Array | ByteSource)[], limits: ReadLimits): void {
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

function sliceThicknessMm(dataset: Dataset): number | null {
  const value = number(dataset, 'SpacingBetweenSlices') ?? number(dataset, 'SliceThickness')
  return value !== null && Math.abs(value) > 0 ? Math.abs(value) : null
}

/** All images at one position: the thickness stands in for the spacing. */
function singleSlice(slice: Slice, thicknessMm: number | null): Stack {
  return (
    stackPlanes([slice.position], slice.orientation, thicknessMm ?? 1) ?? notPlaced('ImagePositionPatient')
  )
}

/** The image of every slice; of several at one position the first of `slices`, which come in order of preference. */
function onePerSlice(slices: readonly Slice[], stack: Stack): (Slice | null)[] {
  const kept: (Slice | null)[] = Array.from({ length: stack.sliceCount }, () => null)
  for (const [n, slice] of slices.entries()) kept[stack.sliceOf[n] ?? 0] ??= slice
  return kept
}

function geometryOf(first: Slice, stack: Stack, limits: ReadLimits): Geometry {
  const size = [first.columns, first.rows, stack.sliceCount] as const
  if (stack.sliceCount > limits.seriesInstancesMax) {
    throw new PlumblineError(
      'limit-exceeded',
      `The images lie so far apart that their volume would have ${stack.sliceCount} slices, more than ${limits.seriesInstancesMax}.`,
      {
        nextStep: 'Raise limits.seriesInstancesMax if volumes of this size are expected.',
      },
    )
  }
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
