/** Segmentation instances, BINARY (PS3.3 A.51, C.8.20), one frame per segment and slice that is not empty. */
import type { Producer } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import type { Geometry } from '../domain/geometry.ts'
import type { StoreItem } from '../ports.ts'
import { PlumblineError } from '../errors.ts'
import { sameGrid } from '../imaging/geometry.ts'
import { gridAttributes } from './grid-attributes.ts'
import { writePart10, type NaturalDataset } from './write-part10.ts'
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
import { listFrames, packFrames, perFrameGroups, type FrameSource } from './write-seg-frames.ts'

/** Attribute tags of the dimension index: Segment Identification Sequence > Referenced Segment Number, ... */
const TAG = {
  segmentIdentification: 0x0062000a,
  referencedSegmentNumber: 0x0062000b,
  planePosition: 0x00209113,
  imagePositionPatient: 0x00200032,
} as const
const ARTIFICIAL_INTELLIGENCE: Code = { scheme: 'DCM', value: '123110', meaning: 'Artificial Intelligence' }

/** On the grid of the source images. May be empty: the segment is then described and has no frames. */
export interface SegSegment extends FrameSource {
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

/** Throws what `segAttributes` throws. */
export function writeSeg(input: SegInput): StoreItem {
  return {
    bytes: writePart10({ ...patientStudyAttributes(input.patientStudy), ...segAttributes(input) }),
    sopClassUid: SEGMENTATION_STORAGE,
    sopInstanceUid: input.sopInstanceUid,
    seriesInstanceUid: input.series.seriesInstanceUid,
    studyInstanceUid: input.patientStudy.studyInstanceUid,
  }
}

/**
 * All but patient and study, by keyword. Throws PlumblineError('bad-request') when a mask is not on the source grid or nothing
 * is segmented at all.
 */
export function segAttributes(input: Omit<SegInput, 'patientStudy'>): NaturalDataset {
  for (const { mask } of input.segments) requireSourceGrid(mask.geometry, input.geometry)
  if (input.source.sopInstanceUids.length !== input.geometry.size[2]) {
    throw new PlumblineError('bad-request', 'The source series and the grid of the masks differ in slices.')
  }
  const frames = listFrames(input.segments)
  if (frames.length === 0)
    throw new PlumblineError('bad-request', 'Every segment is empty: a SEG needs one frame.')
  return {
    ...seriesAttributes(input.series),
    ...equipmentAttributes(input.producer),
    ...imageAttributes(input, frames.length),
    SegmentSequence: input.segments.map((segment, index) => segmentItem(segment, index + 1, input.producer)),
    ...dimensionAttributes(input.sopInstanceUid),
    SharedFunctionalGroupsSequence: [sharedGroups(input.geometry)],
    PerFrameFunctionalGroupsSequence: perFrameGroups(frames, input.geometry, input.source),
    ...commonInstanceReference(input),
    PixelData: [packFrames(frames, input.geometry).buffer],
    _vrMap: { PixelData: 'OB' },
  }
}

function requireSourceGrid(mask: Geometry, source: Geometry): void {
  if (!sameGrid(mask, source) || mask.frameOfReferenceUid !== source.frameOfReferenceUid) {
    throw new PlumblineError(
      'bad-request',
      'A mask does not lie on the grid of the source images; resample it first.',
    )
  }
}

function imageAttributes(input: Omit<SegInput, 'patientStudy'>, frameCount: number): NaturalDataset {
  const { frameOfReferenceUid, size } = input.geometry
  if (frameOfReferenceUid === null)
    throw new PlumblineError('bad-request', 'A SEG needs a frame of reference.')
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
        ...(segment.typeModifier && {
          SegmentedPropertyTypeModifierCodeSequence: [codeItem(segment.typeModifier)],
        }),
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

/** Common Instance Reference module (PS3.3 C.12.2): every image and earlier SEG, by series. */
function commonInstanceReference({
  source,
  segments,
}: Pick<SegInput, 'source' | 'segments'>): NaturalDataset {
  const series = [
    {
      SeriesInstanceUID: source.seriesInstanceUid,
      ReferencedInstanceSequence: presentInstances(source).map((uid) =>
        sopReference(source.sopClassUid, uid),
      ),
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
