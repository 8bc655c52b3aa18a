/** Segmentation and Label Map Segmentation objects to masks on the object's own grid (PS3.3 A.51, C.8.20). */
import { sameCode } from '../domain/same-code.ts'
import type { Segment, Segmentation } from '../domain/segmentation.ts'
import type { ReadLimits } from './limits.ts'
import { damaged } from './element-values.ts'
import { bytesBeyondFrames } from './frame-bytes.ts'
import { items, number, text, type Dataset, type Part10 } from './part10.ts'
import { pixelFormat, type PixelFormat } from './pixel-format.ts'
import { referencedFrames } from './referenced-frames.ts'
import {
  gridOfFrames,
  readSegFrames,
  requireVolumeFrames,
  type SegFrame,
  type SegGrid,
} from './seg-frames.ts'
import { tooManyVoxels, voxelBudget } from './seg-masks.ts'
import { readSegmentPixels, type SegmentationType, type SegmentPixels } from './seg-pixels.ts'
import { segmentShapes } from './seg-shapes.ts'
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

const BACKGROUND = { scheme: 'DCM', value: '125040' }
/** Segment Number is an unsigned number of 16 bits (PS3.3 C.8.20.4). */
const SEGMENT_NUMBER_MAX = 65_535
/** Probabilities that are kept of one object, in bytes: its segments share them. */
const SHADES_MAX = 2 ** 27
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
  if (format.rows * format.columns > limits.voxelsMax) throw tooManyVoxels(limits)
  const type = segmentationType(dataset)
  const background = backgroundLabels(dataset, type, format)
  const described = describedSegments(dataset, background, limits)
  const frames = readSegFrames(dataset, format)
  const named = referencedFrames(dataset)
  const frameOfReferenceUid = text(dataset, 'FrameOfReferenceUID') || null
  const segments = described.map((segment) => segment.number)
  const areProbabilities = type === 'FRACTIONAL' && !hasOccupancies(dataset)
  const shadesMax = areProbabilities ? Math.floor(SHADES_MAX / Math.max(1, segments.length)) : 0
  const pixels = await readSegmentPixels(part10, { type, frames, segments, background, shadesMax })
  const gridNotes = new Set<string>()
  const gridOf = (some: readonly SegFrame[]): SegGrid => {
    const grid = gridOfFrames(some, format, frameOfReferenceUid, limits.voxelsMax)
    if (grid.ok && grid.note !== '') gridNotes.add(grid.note)
    return grid
  }
  const shapes = segmentShapes(pixels, frames, {
    whole: gridOf(frames),
    gridOf,
    take: voxelBudget(limits),
    areOccupancies: type === 'FRACTIONAL' && hasOccupancies(dataset),
    shadesMax,
  })
  return {
    object: objectOf(dataset, described),
    studyInstanceUid: requiredUid(dataset, 'StudyInstanceUID'),
    patientId: text(dataset, 'PatientID'),
    frameOfReferenceUid,
    references: referencesOf(dataset, frames),
    ...(named.length > 0 && { referencedFrames: named }),
    segments: described.flatMap(({ number: segment, item }) => {
      const shape = shapes.get(segment)
      return shape === undefined ? [] : [{ ...describe(item), number: segment, shape }]
    }),
    notes: notesOf(part10, { type, format, background, gridNotes, pixels }),
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
    if (!Number.isInteger(segment) || segment < 0 || segment > SEGMENT_NUMBER_MAX)
      throw damaged(`the number of a segment is not a whole one up to ${SEGMENT_NUMBER_MAX}`)
    return { number: segment, item }
  })
  if (all.length > limits.segmentsMax) throw tooManySegments(all.length, limits.segmentsMax)
  if (new Set(all.map((segment) => segment.number)).size < all.length)
    throw damaged('two segments share one number')
  return all.filter((segment) => !background.has(segment.number))
}

/** Values of a label map that are no segment: Pixel Padding Value, 0 without one, and what is coded as background (PS3.3 C.8.20.2). */
function backgroundLabels(
  dataset: Dataset,
  type: SegmentationType,
  { bitsAllocated }: PixelFormat,
): Set<number> {
  if (type !== 'LABELMAP') return new Set()
  const coded = items(dataset, 'SegmentSequence').filter(isCodedBackground)
  const padding = number(dataset, 'PixelPaddingValue') ?? 0
  return new Set([
    // Writers mix up US and SS (-1 for 65535).
    padding < 0 ? padding + 2 ** bitsAllocated : padding,
    ...coded.map((item) => number(item, 'SegmentNumber') ?? 0),
  ])
}

function isCodedBackground(item: Dataset): boolean {
  const code = codeOf(item, 'SegmentedPropertyTypeCodeSequence')
  return code !== null && sameCode(code, BACKGROUND)
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

interface NotesInput {
  readonly type: SegmentationType
  readonly format: PixelFormat
  readonly background: ReadonlySet<number>
  readonly gridNotes: ReadonlySet<string>
  readonly pixels: ReadonlyMap<number, SegmentPixels>
}

function notesOf(part10: Part10, { type, format, background, gridNotes, pixels }: NotesInput): string[] {
  const notes = type === 'FRACTIONAL' ? fractionNotes(part10.dataset, pixels) : []
  notes.push(...gridNotes)
  const beyond = bytesBeyondFrames(part10, format)
  if (beyond > 0)
    notes.push(`Its pixel data are ${beyond} bytes longer than its frames: what these hold was not read.`)
  for (const item of items(part10.dataset, 'SegmentSequence')) {
    const segment = number(item, 'SegmentNumber')
    if (segment !== null && background.has(segment) && !isCodedBackground(item))
      notes.push(`Segment ${segment} is the background of the label map, so it was not taken for a segment.`)
  }
  return notes
}

function fractionNotes(dataset: Dataset, pixels: ReadonlyMap<number, SegmentPixels>): string[] {
  const kind = hasOccupancies(dataset)
    ? 'The segmentation is fractional (occupancy): voxels filled to at least half count as whole ones, but volumes are the sum of all fractions.'
    : 'The segmentation is fractional (probability): voxels with a probability of at least 0.5 count.'
  const faint = [...pixels].filter(([, { patches, fractionSum }]) => patches.length === 0 && fractionSum > 0)
  return [
    kind,
    ...faint.map(
      ([segment]) =>
        `No voxel of segment ${segment} reaches 0.5, so its mask is empty although its pixels are not.`,
    ),
  ]
}

function hasOccupancies(dataset: Dataset): boolean {
  return text(dataset, 'SegmentationFractionalType') === 'OCCUPANCY'
}
