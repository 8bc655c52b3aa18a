/** Segmentation and Label Map Segmentation objects to masks on the object's own grid (PS3.3 A.51, C.8.20). */
import { sameCode } from '../domain/code.ts'
import type { Segment, Segmentation, SegmentShape } from '../domain/segmentation.ts'
import type { ReadLimits } from './limits.ts'
import { damaged } from './element-values.ts'
import { items, number, text, type Dataset, type Part10 } from './part10.ts'
import { decodeFrame, pixelFormat, type PixelFormat } from './pixels.ts'
import { referencedFrames } from './referenced-frames.ts'
import {
  gridOfFrames,
  readSegFrames,
  requireVolumeFrames,
  type SegFrame,
  type SegGrid,
} from './seg-frames.ts'
import { cutLabels, cutPatch, maskOfPatches, voxelBudget, type Patch, type TakeVoxels } from './seg-masks.ts'
import {
  codeOf,
  collectReferences,
  distinct,
  lateralityOf,
  modifiersOf,
  producerOf,
  requiredUid,
  tooManySegments,
} from './segmentation-header.ts'

type SegmentationType = 'BINARY' | 'FRACTIONAL' | 'LABELMAP'

/** At least this share of a voxel must be segment (PROBABILITY: this likely) for the voxel to count. */
const FRACTION_MIN = 0.5
const BACKGROUND = { scheme: 'DCM', value: '125040' }
const LATERALITY_MODIFIERS = [
  ['SegmentedPropertyTypeCodeSequence', 'SegmentedPropertyTypeModifierCodeSequence'],
  ['AnatomicRegionSequence', 'AnatomicRegionModifierSequence'],
] as const

/** A segment as described, before its pixels. */
interface Described {
  readonly number: number
  readonly item: Dataset
}

/** Reads a parsed SEG. Throws PlumblineError('bad-dicom' | 'unsupported-dicom' | 'limit-exceeded'); what is wrong with one segment stays with it. */
export async function readSeg(part10: Part10, limits: ReadLimits): Promise<Segmentation> {
  const { dataset } = part10
  requireVolumeFrames(dataset)
  const format = pixelFormat(dataset)
  const type = segmentationType(dataset)
  const background = backgroundLabels(dataset, type)
  const described = describedSegments(dataset, background, limits)
  const frames = readSegFrames(dataset, format)
  const named = referencedFrames(dataset)
  const frameOfReferenceUid = text(dataset, 'FrameOfReferenceUID') || null
  const gridOf = (some: readonly SegFrame[]) => gridOfFrames(some, format, frameOfReferenceUid)
  const whole = gridOf(frames)
  const patches = await readPatches(part10, { type, format, frames, described, background })
  const take = voxelBudget(limits)
  const shapeOf = (segment: number): SegmentShape => {
    const own = frames.filter((frame) => frame.segmentNumber === segment)
    return segmentShape(patches.get(segment) ?? [], whole.ok || own.length === 0 ? whole : gridOf(own), take)
  }
  return {
    object: objectOf(dataset, described),
    studyInstanceUid: requiredUid(dataset, 'StudyInstanceUID'),
    patientId: text(dataset, 'PatientID'),
    frameOfReferenceUid,
    references: referencesOf(dataset, frames),
    ...(named.length > 0 && { referencedFrames: named }),
    segments: described.map(({ number: segment, item }) => ({
      ...describe(item),
      number: segment,
      shape: shapeOf(segment),
    })),
    notes: notesOf(dataset, type, whole),
  }
}

function segmentationType(dataset: Dataset): SegmentationType {
  const type = text(dataset, 'SegmentationType')
  if (type === 'BINARY' || type === 'FRACTIONAL' || type === 'LABELMAP') return type
  throw damaged('its SegmentationType is none that DICOM defines')
}

/** Segment Sequence in its order. A label map may describe its background: that is no segment to judge. */
function describedSegments(
  dataset: Dataset,
  background: ReadonlySet<number>,
  limits: ReadLimits,
): Described[] {
  const all = items(dataset, 'SegmentSequence').map((item): Described => {
    const segment = number(item, 'SegmentNumber')
    if (segment === null) throw damaged('a segment has no number')
    return { number: segment, item }
  })
  if (all.length > limits.segmentsMax) throw tooManySegments(all.length, limits.segmentsMax)
  if (new Set(all.map((segment) => segment.number)).size < all.length)
    throw damaged('two segments share one number')
  return all.filter((segment) => !background.has(segment.number))
}

/** Values of a label map that are no segment: Pixel Padding Value, 0 without one, and what is coded as background (PS3.3 C.8.20.2). */
function backgroundLabels(dataset: Dataset, type: SegmentationType): Set<number> {
  if (type !== 'LABELMAP') return new Set()
  const coded = items(dataset, 'SegmentSequence').filter((item) => {
    const code = codeOf(item, 'SegmentedPropertyTypeCodeSequence')
    return code !== null && sameCode(code, BACKGROUND)
  })
  return new Set([
    number(dataset, 'PixelPaddingValue') ?? 0,
    ...coded.map((item) => number(item, 'SegmentNumber') ?? 0),
  ])
}

interface Pixels {
  readonly type: SegmentationType
  readonly format: PixelFormat
  readonly frames: readonly SegFrame[]
  readonly described: readonly Described[]
  readonly background: ReadonlySet<number>
}

/** Decodes every frame once. Result: by segment number what is set in which frame. */
async function readPatches(part10: Part10, pixels: Pixels): Promise<Map<number, Patch[]>> {
  const patches = new Map(pixels.described.map((segment): [number, Patch[]] => [segment.number, []]))
  const isSet = setPredicate(part10.dataset, pixels)
  const background = pixels.background
  for (const { index, segmentNumber } of pixels.frames) {
    const { values, columns } = await decodeFrame(part10, index)
    if (pixels.type === 'LABELMAP') {
      for (const [label, patch] of cutLabels(values, columns, background, index)) {
        const own = patches.get(label)
        if (own === undefined)
          throw damaged(`frame ${index + 1} holds the value ${label}, which no segment of the object has`)
        own.push(patch)
      }
      continue
    }
    const own = patches.get(segmentNumber ?? -1)
    if (own === undefined) throw damaged(`frame ${index + 1} belongs to no segment that the object describes`)
    const patch = cutPatch(values, columns, isSet, index)
    if (patch !== null) own.push(patch)
  }
  return patches
}

function setPredicate(dataset: Dataset, { type, format }: Pixels): (value: number) => boolean {
  if (format.samples !== 1) throw damaged('a segmentation has one sample per pixel')
  if (type === 'BINARY' && format.bitsAllocated !== 1)
    throw damaged('a BINARY segmentation has one bit per pixel')
  if (type !== 'FRACTIONAL') return (value) => value !== 0
  const full = number(dataset, 'MaximumFractionalValue')
  if (full === null || full <= 0) throw damaged('a FRACTIONAL segmentation has no MaximumFractionalValue')
  return (value) => value >= FRACTION_MIN * full
}

/** On the grid of all frames; where they have none in common, on the grid of the segment's own frames. */
function segmentShape(patches: readonly Patch[], grid: SegGrid, take: TakeVoxels): SegmentShape {
  if (!grid.ok) return { kind: 'unreadable', reason: grid.reason }
  const sliceOf = (frameIndex: number) => grid.sliceOf.get(frameIndex) ?? 0
  if (new Set(patches.map((patch) => sliceOf(patch.frameIndex))).size < patches.length) {
    return { kind: 'unreadable', reason: 'Two of its frames lie at the same position.' }
  }
  return { kind: 'mask', mask: maskOfPatches(patches, grid.geometry, sliceOf, take) }
}

function describe(item: Dataset): Omit<Segment, 'number' | 'shape'> {
  return {
    label: text(item, 'SegmentLabel'),
    code: codeOf(item, 'SegmentedPropertyTypeCodeSequence'),
    category: codeOf(item, 'SegmentedPropertyCategoryCodeSequence'),
    anatomicRegion: codeOf(item, 'AnatomicRegionSequence'),
    laterality: lateralityOf(
      LATERALITY_MODIFIERS.flatMap(([sequence, modifier]) => modifiersOf(item, sequence, modifier)),
    ),
    trackingId: text(item, 'TrackingID') || null,
    trackingUid: text(item, 'TrackingUID') || null,
  }
}

function objectOf(dataset: Dataset, described: readonly Described[]): Segmentation['object'] {
  const algorithms = described.flatMap(({ item }) =>
    items(item, 'SegmentationAlgorithmIdentificationSequence'),
  )
  const names = [
    ...described.map(({ item }) => text(item, 'SegmentAlgorithmName')),
    ...algorithms.map((algorithm) => text(algorithm, 'AlgorithmName')),
  ]
  const versions = algorithms.map((algorithm) => text(algorithm, 'AlgorithmVersion'))
  return {
    modality: 'SEG',
    sopClassUid: requiredUid(dataset, 'SOPClassUID'),
    sopInstanceUid: requiredUid(dataset, 'SOPInstanceUID'),
    seriesInstanceUid: requiredUid(dataset, 'SeriesInstanceUID'),
    label:
      text(dataset, 'SeriesDescription') ||
      text(dataset, 'ContentDescription') ||
      text(dataset, 'ContentLabel'),
    producer: producerOf(dataset, distinct(names).join(', '), distinct(versions).join(', ')),
  }
}

function referencesOf(dataset: Dataset, frames: readonly SegFrame[]): Segmentation['references'] {
  const references = collectReferences()
  const studies = items(dataset, 'StudiesContainingOtherReferencedInstancesSequence')
  for (const holder of [dataset, ...studies]) {
    for (const series of items(holder, 'ReferencedSeriesSequence')) {
      const uids = items(series, 'ReferencedInstanceSequence').map((instance) =>
        text(instance, 'ReferencedSOPInstanceUID'),
      )
      references.add(text(series, 'SeriesInstanceUID') || null, uids)
    }
  }
  references.add(
    null,
    items(dataset, 'SourceImageSequence').map((image) => text(image, 'ReferencedSOPInstanceUID')),
  )
  for (const frame of frames) references.add(null, frame.sourceUids)
  return references.result()
}

function notesOf(dataset: Dataset, type: SegmentationType, grid: SegGrid): string[] {
  const notes = grid.ok && grid.note !== '' ? [grid.note] : []
  if (type !== 'FRACTIONAL') return notes
  const meaning = text(dataset, 'SegmentationFractionalType')
  const kind =
    meaning === 'OCCUPANCY'
      ? 'The segmentation is fractional (occupancy): voxels filled to at least half count as whole ones.'
      : 'The segmentation is fractional (probability): voxels with a probability of at least 0.5 count.'
  return [kind, ...notes]
}
