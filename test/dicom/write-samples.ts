/** Small inputs for the writers: a tilted grid of 5 x 7 x 4 voxels (35 pixels a frame: not a multiple of 8). */
import { binaryBytes } from '../../src/dicom/byte-source.ts'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import type { PatientStudy, SeriesHeader, SourceImages } from '../../src/dicom/patient-study.ts'
import type { RtStructInput } from '../../src/dicom/write-rtstruct.ts'
import type { SegInput, SegSegment } from '../../src/dicom/write-seg.ts'
import { CT_IMAGE_STORAGE, type ImageSeries } from '../../src/dicom/write-image.ts'
import type { Dataset } from '../../src/dicom/part10.ts'
import { deriveUid } from '../../src/dicom/uid.ts'

const [cosine, sine] = [Math.cos(0.2), Math.sin(0.2)]

export const geometry: Geometry = {
  frameOfReferenceUid: deriveUid('test', 'frame'),
  size: [5, 7, 4],
  affine: [0.7, 0, 0, -20, 0, 0.8 * cosine, -3 * sine, 15, 0, 0.8 * sine, 3 * cosine, 100 / 3, 0, 0, 0, 1],
}

export const patientStudy: PatientStudy = {
  patientName: 'Synthetic^Test',
  patientId: 'TEST-1',
  patientBirthDate: '',
  patientSex: '',
  studyInstanceUid: deriveUid('test', 'study'),
  studyDate: '20250101',
  studyTime: '120000',
  studyId: '1',
  studyDescription: 'SYNTHETIC test',
  accessionNumber: '',
  referringPhysicianName: '',
}

export function seriesHeader(name: string): SeriesHeader {
  return {
    seriesInstanceUid: deriveUid('test', name),
    seriesNumber: 1,
    seriesDescription: `SYNTHETIC ${name}`,
    seriesDate: '20250101',
    seriesTime: '120100',
  }
}

export const source: SourceImages = {
  seriesInstanceUid: deriveUid('test', 'images'),
  sopClassUid: CT_IMAGE_STORAGE,
  sopInstanceUids: [0, 1, 2, 3].map((k) => deriveUid('test', 'image', String(k))),
}

export const producer = { manufacturer: 'Synthetic demo', algorithm: 'TestSeg', version: '1.2' }

export function imageSeries(changes: Partial<ImageSeries> = {}): ImageSeries {
  return {
    patientStudy,
    series: seriesHeader('images'),
    equipment: producer,
    acquisition: { modality: 'CT', kvp: 120, rescaleIntercept: -1024, rescaleSlope: 1 },
    bodyPart: 'ABDOMEN',
    geometry,
    voxels: Int16Array.from({ length: 140 }, (_, index) => index * 11 - 300),
    sopInstanceUids: source.sopInstanceUids.filter((uid) => uid !== null),
    window: { center: 40, width: 400 },
    ...changes,
  }
}

/** Two slices with a hole and a loose corner; 1 at (1, 2, 1), the first voxel of the box. */
export const mask: Mask = {
  geometry,
  box: { origin: [1, 2, 1], size: [3, 3, 2] },
  voxels: Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0]),
}

export const emptyMask: Mask = {
  geometry,
  box: { origin: [0, 0, 0], size: [0, 0, 0] },
  voxels: new Uint8Array(0),
}

export function segment(label: string, shape: Mask, changes: Partial<SegSegment> = {}): SegSegment {
  return {
    label,
    category: { scheme: 'SCT', value: '91723000', meaning: 'Anatomical Structure' },
    type: { scheme: 'SCT', value: '64033007', meaning: 'Kidney' },
    typeModifier: { scheme: 'SCT', value: '7771000', meaning: 'Left' },
    anatomicRegion: null,
    algorithmType: 'AUTOMATIC',
    trackingId: `track ${label}`,
    trackingUid: deriveUid('test', 'tracking', label),
    cielab: [30_000, 40_000, 20_000],
    mask: shape,
    predecessor: null,
    ...changes,
  }
}

export function segInput(segments: readonly SegSegment[], changes: Partial<SegInput> = {}): SegInput {
  return {
    patientStudy,
    series: seriesHeader('seg'),
    sopInstanceUid: deriveUid('test', 'seg', 'object'),
    contentLabel: 'SEGMENTATION',
    contentDescription: 'SYNTHETIC test',
    contentCreatorName: 'TestSeg^',
    producer,
    geometry,
    source,
    segments,
    ...changes,
  }
}

export function rtStructInput(masks: readonly Mask[]): RtStructInput {
  return {
    patientStudy,
    series: seriesHeader('rtstruct'),
    sopInstanceUid: deriveUid('test', 'rtstruct', 'object'),
    structureSetLabel: 'TEST',
    producer,
    geometry,
    source,
    rois: masks.map((shape, index) => ({
      name: `ROI_${index + 1}`,
      type: { scheme: 'SCT', value: '64033007', meaning: 'Kidney' },
      typeModifier: null,
      generation: 'AUTOMATIC',
      interpretedType: 'ORGAN',
      displayColor: [255, 0, 0],
      mask: shape,
    })),
  }
}

/** A copy of the native Pixel Data of a data set that was read. */
export function pixelBytes(dataset: Dataset): Uint8Array<ArrayBuffer> {
  const bytes = binaryBytes(dataset['7FE00010']?.Value[0])
  if (bytes === null) throw new Error('the data set has no pixel data')
  return Uint8Array.from(bytes)
}
