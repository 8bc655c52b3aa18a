/** Small DICOM objects for the reading tests. */
import type { ReadLimits } from '../../src/dicom/limits.ts'
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'

export const LIMITS: ReadLimits = {
  objectBytesMax: 1e7,
  seriesBytesMax: 1e8,
  seriesInstancesMax: 100,
  voxelsMax: 1e6,
  segmentsMax: 10,
  sequenceItemsMax: 1000,
  contourPointsMax: 1000,
}

/** One explicit VR little endian element as bytes. */
export function element(tag: string, vr: string, value: Uint8Array | string, length?: number): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  const padded =
    bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([vr === 'UI' ? 0 : 0x20])])
  const long = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(vr)
  const head = Buffer.alloc(long ? 12 : 8)
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  head.write(vr, 4, 'latin1')
  if (long) head.writeUInt32LE(length ?? padded.length, 8)
  else head.writeUInt16LE(length ?? padded.length, 6)
  return Buffer.concat([head, padded])
}

/** An item or a delimiter: tag and 32 bit length. */
export function mark(tag: string, length: number): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  head.writeUInt32LE(length >>> 0, 4)
  return head
}

/** A Part 10 file around a data set's bytes. */
export function part10File(transferSyntaxUid: string, ...dataset: Uint8Array[]): Uint8Array {
  const meta = element('00020010', 'UI', transferSyntaxUid)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('00020000', 'UL', length),
    meta,
    ...dataset,
  ])
}

export interface SliceSample {
  readonly position: readonly number[]
  readonly values: readonly number[]
  readonly more?: NaturalDataset
}

/** A component of a UID. */
function digits(value: number | undefined): string {
  return String(value).replace(/[^0-9]/g, '')
}

/** A 3 x 2 CT slice: row spacing 2 mm, column spacing 1 mm. */
export function ctSlice({ position, values, more = {} }: SliceSample): Uint8Array {
  return writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID: `1.2.3.${digits(position[2])}.${digits(values[0] ?? 0)}`,
    SeriesInstanceUID: '1.2.3',
    FrameOfReferenceUID: '1.2.4',
    Modality: 'CT',
    ImagePositionPatient: position.map(String),
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    PixelSpacing: ['2', '1'],
    SliceThickness: '9',
    Rows: 2,
    Columns: 3,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    RescaleSlope: '1',
    RescaleIntercept: '-1000',
    PixelData: [Int16Array.from(values).buffer],
    _vrMap: { PixelData: 'OW' },
    ...more,
  })
}

export interface SegSample {
  readonly type?: 'BINARY' | 'FRACTIONAL' | 'LABELMAP'
  readonly rows?: number
  readonly columns?: number
  /** One per frame: its segment, its z, its pixels (0 or 1, or the stored values). */
  readonly frames: readonly { segment: number; z: number; pixels: readonly number[] }[]
  readonly segments: readonly NaturalDataset[]
  readonly measures?: NaturalDataset
  readonly more?: NaturalDataset
  readonly transferSyntaxUid?: string
}

/** A SEG without any source reference. Pixel Measures: 1 mm, 3 mm thick unless told otherwise. */
export function segFile({
  type = 'BINARY',
  rows = 3,
  columns = 3,
  frames,
  segments,
  measures,
  more = {},
  transferSyntaxUid,
}: SegSample): Uint8Array {
  const values = frames.flatMap((frame) => frame.pixels)
  const natural: NaturalDataset = {
    SOPClassUID: type === 'LABELMAP' ? '1.2.840.10008.5.1.4.1.1.66.7' : '1.2.840.10008.5.1.4.1.1.66.4',
    SOPInstanceUID: '1.2.9.1',
    SeriesInstanceUID: '1.2.9',
    StudyInstanceUID: '1.2',
    PatientID: 'P1',
    Modality: 'SEG',
    Manufacturer: 'Maker',
    FrameOfReferenceUID: '1.2.4',
    Rows: rows,
    Columns: columns,
    NumberOfFrames: frames.length,
    SamplesPerPixel: 1,
    BitsAllocated: type === 'BINARY' ? 1 : 8,
    BitsStored: type === 'BINARY' ? 1 : 8,
    HighBit: type === 'BINARY' ? 0 : 7,
    PixelRepresentation: 0,
    SegmentationType: type,
    SegmentSequence: [...segments],
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'] }],
        PixelMeasuresSequence: [
          measures ?? { PixelSpacing: ['1', '1'], SliceThickness: '3', SpacingBetweenSlices: '3' },
        ],
      },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, z }) => ({
      ...(type === 'LABELMAP'
        ? {}
        : { SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }] }),
      PlanePositionSequence: [{ ImagePositionPatient: ['0', '0', String(z)] }],
    })),
    PixelData: [type === 'BINARY' ? packBits(values).buffer : Uint8Array.from(values).buffer],
    _vrMap: { PixelData: 'OB' },
    ...more,
  }
  return writePart10(natural, transferSyntaxUid)
}

/** Lowest bit first, padded to an even number of bytes. */
export function packBits(values: readonly number[]): Uint8Array {
  const packed = new Uint8Array(2 * Math.ceil(values.length / 16))
  for (const [n, value] of values.entries()) packed[n >> 3] = (packed[n >> 3] ?? 0) | (value << (n & 7))
  return packed
}

export function code(scheme: string, value: string, meaning: string): NaturalDataset {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning }
}

/** One frame of a multi-frame image: its functional groups. */
export interface FrameSample {
  readonly position: readonly number[]
  readonly values: readonly number[]
  readonly groups?: NaturalDataset
}

export interface MultiFrameSample {
  readonly frames: readonly FrameSample[]
  /** Shared functional groups beside orientation, measures and rescale. */
  readonly shared?: NaturalDataset
  readonly more?: NaturalDataset
}

/** An Enhanced CT of 3 x 2 pixels: row spacing 2 mm, column spacing 1 mm, value - 1000 HU, all of it shared. */
export function multiFrameCt({ frames, shared = {}, more = {} }: MultiFrameSample): Uint8Array {
  return writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2.1',
    SOPInstanceUID: '1.2.3.1',
    SeriesInstanceUID: '1.2.3',
    FrameOfReferenceUID: '1.2.4',
    Modality: 'CT',
    ImageType: ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'],
    Rows: 2,
    Columns: 3,
    NumberOfFrames: frames.length,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'] }],
        PixelMeasuresSequence: [{ PixelSpacing: ['2', '1'], SliceThickness: '9' }],
        PixelValueTransformationSequence: [
          { RescaleSlope: '1', RescaleIntercept: '-1000', RescaleType: 'HU' },
        ],
        ...shared,
      },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ position, groups = {} }) => ({
      PlanePositionSequence: [{ ImagePositionPatient: position.map(String) }],
      ...groups,
    })),
    PixelData: [Int16Array.from(frames.flatMap(({ values }) => values)).buffer],
    _vrMap: { PixelData: 'OW' },
    ...more,
  })
}
