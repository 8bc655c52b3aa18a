/** Where mutations start: small valid objects from our own writers, in every form that is read; real files where there are any. */
import { deflateRawSync } from 'node:zlib'
import type { Geometry, Mask } from '../../domain/geometry.ts'
import type { PatientStudy, SeriesHeader, SourceImages } from '../../dicom/patient-study.ts'
import { writePart10, type NaturalDataset } from '../../dicom/write-part10.ts'
import {
  LABEL_MAP_SEGMENTATION_STORAGE,
  RT_STRUCTURE_SET_STORAGE,
  SEGMENTATION_STORAGE,
} from '../../dicom/segmentation-header.ts'
import { deriveUid } from '../../dicom/uid.ts'
import { CT_IMAGE_STORAGE, writeImageSeries } from '../../dicom/write-image.ts'
import { writeRtStruct } from '../../dicom/write-rtstruct.ts'
import { writeSeg } from '../../dicom/write-seg.ts'
import { realFiles } from './real-files.ts'
import { ANATOMICAL_STRUCTURE, STRUCTURES } from '../../phantom/structures.ts'

export interface Corpus {
  readonly geometry: Geometry
  /** CT slices of one series, a file each. */
  readonly images: readonly Uint8Array[]
  readonly seg: readonly Uint8Array[]
  readonly rtStruct: readonly Uint8Array[]
  /** A SEG in Implicit VR Little Endian, also among `seg`. */
  readonly implicit: Uint8Array
}

const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2'
const SIZE = [6, 5, 3] as const

const geometry: Geometry = {
  frameOfReferenceUid: uid('frame'),
  size: SIZE,
  affine: [1, 0, 0, -10, 0, 1, 0, -20, 0, 0, 2, 30, 0, 0, 0, 1],
}
const patientStudy: PatientStudy = {
  patientName: 'Synthetic^Fuzz',
  patientId: 'FUZZ',
  patientBirthDate: '',
  patientSex: '',
  studyInstanceUid: uid('study'),
  studyDate: '20260101',
  studyTime: '120000',
  studyId: '1',
  studyDescription: '',
  accessionNumber: '',
  referringPhysicianName: '',
}
const producer = { manufacturer: 'Plumbline', algorithm: 'fuzz', version: '1' }
const source: SourceImages = {
  seriesInstanceUid: uid('images'),
  sopClassUid: CT_IMAGE_STORAGE,
  sopInstanceUids: [0, 1, 2].map((k) => uid('image', String(k))),
}
const MASKS: readonly Mask[] = [
  {
    geometry,
    box: { origin: [1, 1, 0], size: [3, 3, 2] },
    voxels: Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]),
  },
  { geometry, box: { origin: [3, 2, 1], size: [2, 2, 2] }, voxels: new Uint8Array(8).fill(1) },
]

/** `folder`: small real files to start from as well; null for none. */
export function fuzzCorpus(folder: string | null): Corpus {
  const real = folder === null ? [] : realFiles(folder)
  const of = (...classes: string[]) =>
    real.filter(([sopClass]) => classes.includes(sopClass)).map(([, file]) => file)
  const seg = binarySeg()
  const implicit = otherSeg('FRACTIONAL', SEGMENTATION_STORAGE, IMPLICIT_VR_LITTLE_ENDIAN)
  return {
    geometry,
    images: imageFiles(),
    implicit,
    seg: [
      seg,
      deflated(seg),
      otherSeg('LABELMAP', LABEL_MAP_SEGMENTATION_STORAGE),
      otherSeg('FRACTIONAL', SEGMENTATION_STORAGE),
      implicit,
      ...of(SEGMENTATION_STORAGE, LABEL_MAP_SEGMENTATION_STORAGE),
    ],
    rtStruct: [rtStruct(), ...of(RT_STRUCTURE_SET_STORAGE)],
  }
}

function imageFiles(): Uint8Array[] {
  const images = writeImageSeries({
    patientStudy,
    series: series('images'),
    equipment: producer,
    acquisition: { modality: 'CT', kvp: 120, rescaleIntercept: -1024, rescaleSlope: 1 },
    bodyPart: 'ABDOMEN',
    geometry,
    voxels: Int16Array.from({ length: SIZE[0] * SIZE[1] * SIZE[2] }, (_, n) => n * 7),
    sopInstanceUids: source.sopInstanceUids.filter((one) => one !== null),
    window: { center: 40, width: 400 },
  })
  return Array.from(images, ({ bytes }) => bytes)
}

function binarySeg(): Uint8Array {
  return writeSeg({
    patientStudy,
    series: series('seg'),
    sopInstanceUid: uid('seg object'),
    contentLabel: 'FUZZ',
    contentDescription: '',
    contentCreatorName: '',
    producer,
    geometry,
    source,
    segments: MASKS.map((mask, n) => ({
      mask,
      predecessor: null,
      label: `Segment ${n + 1}`,
      category: ANATOMICAL_STRUCTURE,
      type: STRUCTURES.liver.type,
      typeModifier: null,
      anatomicRegion: null,
      algorithmType: 'AUTOMATIC',
      trackingId: String(n),
      trackingUid: uid('tracking', String(n)),
      cielab: null,
    })),
  }).bytes
}

/** One frame with both segments of a label map, or one frame of each, 8 bit. */
function otherSeg(
  type: 'LABELMAP' | 'FRACTIONAL',
  sopClassUid: string,
  transferSyntaxUid?: string,
): Uint8Array {
  const frames = type === 'LABELMAP' ? [0] : [1, 2]
  const pixels = frames.flatMap((segment) =>
    Array.from({ length: SIZE[0] * SIZE[1] }, (_, n) => (segment === 0 ? n % 3 : 200)),
  )
  const natural: NaturalDataset = {
    SOPClassUID: sopClassUid,
    SOPInstanceUID: uid(type),
    SeriesInstanceUID: uid(type, 'series'),
    StudyInstanceUID: patientStudy.studyInstanceUid,
    PatientID: patientStudy.patientId,
    FrameOfReferenceUID: geometry.frameOfReferenceUid,
    Rows: SIZE[1],
    Columns: SIZE[0],
    NumberOfFrames: frames.length,
    SamplesPerPixel: 1,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    SegmentationType: type,
    MaximumFractionalValue: 255,
    SegmentSequence: [1, 2].map((number) => ({ SegmentNumber: number, SegmentLabel: `Segment ${number}` })),
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'] }],
        PixelMeasuresSequence: [{ PixelSpacing: ['1', '1'], SliceThickness: '2', SpacingBetweenSlices: '2' }],
      },
    ],
    PerFrameFunctionalGroupsSequence: frames.map((segment) => ({
      ...(segment === 0 ? {} : { SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }] }),
      PlanePositionSequence: [{ ImagePositionPatient: ['-10', '-20', '30'] }],
    })),
    PixelData: [Uint8Array.from(pixels).buffer],
    _vrMap: { PixelData: 'OB' },
  }
  return writePart10(natural, transferSyntaxUid)
}

function rtStruct(): Uint8Array {
  return writeRtStruct({
    patientStudy,
    series: series('rtstruct'),
    sopInstanceUid: uid('rtstruct object'),
    structureSetLabel: 'FUZZ',
    producer,
    geometry,
    source,
    rois: MASKS.map((mask, n) => ({
      mask,
      type: STRUCTURES.liver.type,
      name: `ROI ${n + 1}`,
      typeModifier: null,
      generation: 'AUTOMATIC',
      interpretedType: 'ORGAN',
      displayColor: [255, 0, 0],
    })),
  }).bytes
}

/** The same in Deflated Explicit VR Little Endian. */
function deflated(file: Uint8Array): Uint8Array {
  const explicit = Buffer.from(file)
  const start = dataSetStart(file)
  const meta = Buffer.from(
    writePart10({ SOPClassUID: '1.2', SOPInstanceUID: '1.2' }, '1.2.840.10008.1.2.1.99'),
  )
  return Buffer.concat([meta.subarray(0, dataSetStart(meta)), deflateRawSync(explicit.subarray(start))])
}

/** Where the first element after the file meta information lies: (0008,0005), which our writer always writes. */
export function dataSetStart(file: Uint8Array): number {
  return Math.max(0, Buffer.from(file).indexOf(Buffer.from([0x08, 0x00, 0x05, 0x00])))
}

function series(name: string): SeriesHeader {
  return {
    seriesInstanceUid: uid(name),
    seriesNumber: 1,
    seriesDescription: name,
    seriesDate: patientStudy.studyDate,
    seriesTime: patientStudy.studyTime,
  }
}

function uid(...parts: string[]): string {
  return deriveUid('fuzz', ...parts)
}
