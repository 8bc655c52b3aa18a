/** Segmentation instances, BINARY (PS3.3 A.51, C.8.20), one frame per segment and slice that is not empty. */
import type { Producer } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import type { Geometry, Mask } from '../domain/geometry.ts'
import type { InstanceRef, StoreItem } from '../ports.ts'
import { PlumblineError } from '../errors.ts'
import { sameGrid } from '../imaging/geometry.ts'
import { gridAttributes, slicePosition } from './grid-attributes.ts'
import { writePart10, type NaturalDataset } from './part10.ts'
import {
  codeItem,
  equipmentAttributes,
  patientStudyAttributes,
  presentInstances,
  seriesAttributes,
  sopReference,
  type PatientStudy,
  type SeriesHeader,
  type SourceImages,
} from './patient-study.ts'
import { SEGMENTATION_STORAGE } from './segmentation-header.ts'
import { deriveUid } from './uid.ts'

/** Attribute tags of the dimension index: Segment Identification Sequence > Referenced Segment Number, ... */
const TAG = {
  segmentIdentification: 0x0062000a,
  referencedSegmentNumber: 0x0062000b,
  planePosition: 0x00209113,
  imagePositionPatient: 0x00200032,
} as const
const ARTIFICIAL_INTELLIGENCE: Code = { scheme: 'DCM', value: '123110', meaning: 'Artificial Intelligence' }
const SEGMENTATION: Code = { scheme: 'DCM', value: '113076', meaning: 'Segmentation' }
const SOURCE_IMAGE: Code = {
  scheme: 'DCM',
  value: '121322',
  meaning: 'Source image for image processing operation',
}

export interface SegSegment {
  readonly label: string
  readonly category: Code
  readonly type: Code
  /** Laterality or another modifier of the type, e.g. (7771000, SCT, Left). */
  readonly typeModifier: Code | null
  readonly anatomicRegion: Code | null
  readonly algorithmType: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL'
  readonly trackingId: string
  readonly trackingUid: string
  /** Recommended Display CIELab Value, already scaled to 16 bit (PS3.3 C.10.7.1.1). */
  readonly cielab: readonly [number, number, number] | null
  /** On the grid of the source images. May be empty: the segment is then described and has no frames. */
  readonly mask: Mask
  /** The segment of an earlier SEG that this one is derived from. */
  readonly predecessor: { readonly instance: InstanceRef; readonly segmentNumber: number } | null
}

export interface SegInput {
  readonly patientStudy: PatientStudy
  readonly series: SeriesHeader
  readonly sopInstanceUid: string
  /** Code string: capitals, digits, space, underscore; at most 16. */
  readonly contentLabel: string
  readonly contentDescription: string
  readonly contentCreatorName: string
  readonly producer: Producer
  readonly geometry: Geometry
  readonly source: SourceImages
  /** Segment numbers are 1, 2, ... in this order. At least one must have a voxel: a SEG without frames is not legal. */
  readonly segments: readonly SegSegment[]
}

interface Frame {
  readonly segment: SegSegment
  readonly segmentNumber: number
  readonly k: number
}

/** Throws PlumblineError('bad-request') when a mask is not on the source grid or nothing is segmented at all. */
export function writeSeg(input: SegInput): StoreItem {
  for (const { mask } of input.segments) requireSourceGrid(mask.geometry, input.geometry)
  if (input.source.sopInstanceUids.length !== input.geometry.size[2]) {
    throw new PlumblineError('bad-request', 'The source series and the grid of the masks differ in slices.')
  }
  const frames = listFrames(input.segments)
  if (frames.length === 0) throw new PlumblineError('bad-request', 'Every segment is empty: a SEG needs one frame.')
  const bytes = writePart10({
    ...patientStudyAttributes(input.patientStudy),
    ...seriesAttributes(input.series),
    ...equipmentAttributes(input.producer),
    ...imageAttributes(input, frames.length),
    SegmentSequence: input.segments.map((segment, index) => segmentItem(segment, index + 1, input.producer)),
    ...dimensionAttributes(input.sopInstanceUid),
    SharedFunctionalGroupsSequence: [sharedGroups(input.geometry)],
    PerFrameFunctionalGroupsSequence: perFrameGroups(frames, input),
    ...commonInstanceReference(input),
    PixelData: [packFrames(frames, input.geometry).buffer],
    _vrMap: { PixelData: 'OB' },
  })
  return {
    bytes,
    sopClassUid: SEGMENTATION_STORAGE,
    sopInstanceUid: input.sopInstanceUid,
    seriesInstanceUid: input.series.seriesInstanceUid,
    studyInstanceUid: input.patientStudy.studyInstanceUid,
  }
}

function requireSourceGrid(mask: Geometry, source: Geometry): void {
  if (!sameGrid(mask, source) || mask.frameOfReferenceUid !== source.frameOfReferenceUid) {
    throw new PlumblineError('bad-request', 'A mask does not lie on the grid of the source images; resample it first.')
  }
}

function listFrames(segments: readonly SegSegment[]): Frame[] {
  return segments.flatMap((segment, index) => {
    const { origin, size, voxels } = { ...segment.mask.box, voxels: segment.mask.voxels }
    const plane = size[0] * size[1]
    return Array.from({ length: size[2] }, (_, slice) => slice)
      .filter((slice) => voxels.subarray(slice * plane, (slice + 1) * plane).includes(1))
      .map((slice) => ({ segment, segmentNumber: index + 1, k: origin[2] + slice }))
  })
}

/** One bit per pixel, least significant first, no padding between frames; the whole has even length (PS3.5 8.1.1). */
function packFrames(frames: readonly Frame[], { size: [columns, rows] }: Geometry): Uint8Array<ArrayBuffer> {
  const byteCount = Math.ceil((frames.length * rows * columns) / 8)
  const packed = new Uint8Array(byteCount + (byteCount % 2))
  for (const [index, { segment, k }] of frames.entries()) {
    const { origin, size } = segment.mask.box
    const { voxels } = segment.mask
    for (let j = 0; j < size[1]; j++) {
      const from = ((k - origin[2]) * size[1] + j) * size[0]
      const to = (index * rows + j + origin[1]) * columns + origin[0]
      for (let i = 0; i < size[0]; i++) {
        // In range: the box lies in the grid, so the bit lies in the buffer.
        if (voxels[from + i] === 1) packed[(to + i) >> 3]! |= 1 << ((to + i) & 7)
      }
    }
  }
  return packed
}

function imageAttributes(input: SegInput, frameCount: number): NaturalDataset {
  const { frameOfReferenceUid, size } = input.geometry
  if (frameOfReferenceUid === null) throw new PlumblineError('bad-request', 'A SEG needs a frame of reference.')
  return {
    SOPClassUID: SEGMENTATION_STORAGE,
    SOPInstanceUID: input.sopInstanceUid,
    Modality: 'SEG',
    InstanceNumber: '1',
    ContentDate: input.series.seriesDate,
    ContentTime: input.series.seriesTime,
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: '',
    ImageType: ['DERIVED', 'PRIMARY'],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(frameCount),
    Rows: size[1],
    Columns: size[0],
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    SegmentationType: 'BINARY',
    ContentLabel: input.contentLabel,
    ContentDescription: input.contentDescription,
    ContentCreatorName: input.contentCreatorName,
    SegmentsOverlap: 'UNDEFINED',
  }
}

function segmentItem(segment: SegSegment, number: number, producer: Producer): NaturalDataset {
  const automatic = segment.algorithmType !== 'MANUAL'
  return {
    SegmentNumber: number,
    SegmentLabel: segment.label,
    SegmentedPropertyCategoryCodeSequence: [codeItem(segment.category)],
    SegmentedPropertyTypeCodeSequence: [
      {
        ...codeItem(segment.type),
        ...(segment.typeModifier && { SegmentedPropertyTypeModifierCodeSequence: [codeItem(segment.typeModifier)] }),
      },
    ],
    ...(segment.anatomicRegion && { AnatomicRegionSequence: [codeItem(segment.anatomicRegion)] }),
    SegmentAlgorithmType: segment.algorithmType,
    ...(automatic && {
      SegmentAlgorithmName: producer.algorithm,
      SegmentationAlgorithmIdentificationSequence: [
        {
          AlgorithmFamilyCodeSequence: [codeItem(ARTIFICIAL_INTELLIGENCE)],
          AlgorithmName: producer.algorithm,
          AlgorithmVersion: producer.version,
          AlgorithmSource: producer.manufacturer,
        },
      ],
    }),
    TrackingID: segment.trackingId,
    TrackingUID: segment.trackingUid,
    ...(segment.cielab && { RecommendedDisplayCIELabValue: [...segment.cielab] }),
  }
}

/** Multi-frame Dimension module (PS3.3 C.7.6.17): frames are indexed by segment, then by position. */
function dimensionAttributes(sopInstanceUid: string): NaturalDataset {
  const organizationUid = deriveUid(sopInstanceUid, 'dimension organization')
  const index = (pointer: number, group: number, label: string): NaturalDataset => ({
    DimensionOrganizationUID: organizationUid,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  })
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organizationUid }],
    DimensionIndexSequence: [
      index(TAG.referencedSegmentNumber, TAG.segmentIdentification, 'Segment Number'),
      index(TAG.imagePositionPatient, TAG.planePosition, 'Image Position Patient'),
    ],
  }
}

function sharedGroups(geometry: Geometry): NaturalDataset {
  const grid = gridAttributes(geometry)
  return {
    PixelMeasuresSequence: [
      {
        PixelSpacing: grid.spacing,
        SliceThickness: grid.sliceDistance,
        SpacingBetweenSlices: grid.sliceDistance,
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: grid.orientation }],
  }
}

function perFrameGroups(frames: readonly Frame[], input: SegInput): NaturalDataset[] {
  const positions = [...new Set(frames.map(({ k }) => k))].toSorted((a, b) => a - b)
  const rank = new Map(positions.map((k, index) => [k, index + 1]))
  return frames.map(({ segment, segmentNumber, k }) => ({
    DerivationImageSequence: derivation(segment, input.source, k),
    FrameContentSequence: [{ DimensionIndexValues: [segmentNumber, rank.get(k)] }],
    PlanePositionSequence: [{ ImagePositionPatient: slicePosition(input.geometry, k) }],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segmentNumber }],
  }))
}

/** Which image, and which segment of an earlier SEG, the frame comes from (PS3.3 C.7.6.16.2.6). Empty without either. */
function derivation(segment: SegSegment, source: SourceImages, k: number): NaturalDataset[] {
  const purpose = { PurposeOfReferenceCodeSequence: [codeItem(SOURCE_IMAGE)] }
  const image = source.sopInstanceUids[k] ?? null
  const items: NaturalDataset[] = []
  if (image !== null) {
    items.push({ ...sopReference(source.sopClassUid, image), SpatialLocationsPreserved: 'YES', ...purpose })
  }
  if (segment.predecessor !== null) {
    const { instance, segmentNumber } = segment.predecessor
    const reference = sopReference(instance.sopClassUid, instance.sopInstanceUid)
    items.push({ ...reference, ReferencedSegmentNumber: segmentNumber, ...purpose })
  }
  if (items.length === 0) return []
  return [{ DerivationCodeSequence: [codeItem(SEGMENTATION)], SourceImageSequence: items }]
}

/** Common Instance Reference module (PS3.3 C.12.2): every image and earlier SEG, by series. */
function commonInstanceReference({ source, segments }: SegInput): NaturalDataset {
  const series = [
    {
      SeriesInstanceUID: source.seriesInstanceUid,
      ReferencedInstanceSequence: presentInstances(source).map((uid) => sopReference(source.sopClassUid, uid)),
    },
  ]
  const predecessors = new Map(
    segments.flatMap(({ predecessor }) =>
      predecessor === null ? [] : [[predecessor.instance.sopInstanceUid, predecessor.instance] as const],
    ),
  )
  for (const instance of predecessors.values()) {
    series.push({
      SeriesInstanceUID: instance.seriesInstanceUid,
      ReferencedInstanceSequence: [sopReference(instance.sopClassUid, instance.sopInstanceUid)],
    })
  }
  return { ReferencedSeriesSequence: series }
}
