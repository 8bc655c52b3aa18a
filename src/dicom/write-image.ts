/** CT and MR images, one slice each, as Part 10 files (PS3.3 A.3, A.4). */
import type { Geometry } from '../domain/geometry.ts'
import type { Producer } from '../domain/case.ts'
import type { StoreItem } from '../ports.ts'
import { PlumblineError } from '../errors.ts'
import { decimalString } from './decimal-string.ts'
import { gridAttributes, slicePosition } from './grid-attributes.ts'
import { writePart10, type NaturalDataset } from './write-part10.ts'
import {
  equipmentAttributes,
  patientStudyAttributes,
  seriesAttributes,
  type PatientStudy,
  type SeriesHeader,
} from './patient-study.ts'

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
export const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4'

/** How the images were made. CT values are Hounsfield units after rescale; MR has no rescale (PS3.3 C.8.3.1). */
export type Acquisition =
  | {
      readonly modality: 'CT'
      readonly kvp: number
      readonly rescaleIntercept: number
      readonly rescaleSlope: number
    }
  | {
      readonly modality: 'MR'
      readonly scanningSequence: 'SE' | 'GR' | 'IR'
      readonly repetitionTimeMs: number
      readonly echoTimeMs: number
      readonly echoTrainLength: number
    }

export interface ImageSeries {
  readonly patientStudy: PatientStudy
  readonly series: SeriesHeader
  readonly equipment: Producer
  readonly acquisition: Acquisition
  readonly bodyPart: string
  /** Frame of reference must be known. */
  readonly geometry: Geometry
  /** Stored values, slice-major (k, j, i). */
  readonly voxels: Int16Array
  /** One per slice. */
  readonly sopInstanceUids: readonly string[]
  readonly window: { readonly center: number; readonly width: number }
}

/** Slices of a series, one Part 10 file each, in slice order. Throws PlumblineError('bad-request') on sizes that disagree. */
export function* writeImageSeries(input: ImageSeries): Generator<StoreItem> {
  const [columns, rows, slices] = input.geometry.size
  if (input.voxels.length !== columns * rows * slices || input.sopInstanceUids.length !== slices) {
    throw new PlumblineError(
      'bad-request',
      'Voxels, instance UIDs and grid size of the image series disagree.',
    )
  }
  const common = commonAttributes(input)
  const sopClassUid = input.acquisition.modality === 'CT' ? CT_IMAGE_STORAGE : MR_IMAGE_STORAGE
  for (const [k, sopInstanceUid] of input.sopInstanceUids.entries()) {
    const pixels = input.voxels.slice(k * columns * rows, (k + 1) * columns * rows)
    const bytes = writePart10({
      ...common,
      SOPClassUID: sopClassUid,
      SOPInstanceUID: sopInstanceUid,
      InstanceNumber: String(k + 1),
      ImagePositionPatient: slicePosition(input.geometry, k),
      PixelData: [pixels.buffer],
      _vrMap: { PixelData: 'OW' },
    })
    yield {
      bytes,
      sopClassUid,
      sopInstanceUid,
      seriesInstanceUid: input.series.seriesInstanceUid,
      studyInstanceUid: input.patientStudy.studyInstanceUid,
    }
  }
}

function commonAttributes(input: ImageSeries): NaturalDataset {
  const grid = gridAttributes(input.geometry)
  const { frameOfReferenceUid, size } = input.geometry
  if (frameOfReferenceUid === null)
    throw new PlumblineError('bad-request', 'Images need a frame of reference.')
  return {
    ...patientStudyAttributes(input.patientStudy),
    ...seriesAttributes(input.series),
    ...equipmentAttributes(input.equipment),
    ...acquisitionAttributes(input.acquisition),
    Modality: input.acquisition.modality,
    BodyPartExamined: input.bodyPart,
    PatientPosition: 'HFS',
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: '',
    AcquisitionNumber: '1',
    AcquisitionDate: input.series.seriesDate,
    AcquisitionTime: input.series.seriesTime,
    ContentDate: input.series.seriesDate,
    ContentTime: input.series.seriesTime,
    ImageOrientationPatient: grid.orientation,
    PixelSpacing: grid.spacing,
    SliceThickness: grid.sliceDistance,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: size[1],
    Columns: size[0],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    WindowCenter: decimalString(input.window.center),
    WindowWidth: decimalString(input.window.width),
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
  }
}

function acquisitionAttributes(acquisition: Acquisition): NaturalDataset {
  if (acquisition.modality === 'CT') {
    return {
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      KVP: decimalString(acquisition.kvp),
      RescaleIntercept: decimalString(acquisition.rescaleIntercept),
      RescaleSlope: decimalString(acquisition.rescaleSlope),
      RescaleType: 'HU',
    }
  }
  return {
    ImageType: ['ORIGINAL', 'PRIMARY', 'OTHER'],
    ScanningSequence: acquisition.scanningSequence,
    SequenceVariant: 'SK',
    ScanOptions: '',
    MRAcquisitionType: '2D',
    RepetitionTime: decimalString(acquisition.repetitionTimeMs),
    EchoTime: decimalString(acquisition.echoTimeMs),
    EchoTrainLength: String(acquisition.echoTrainLength),
  }
}
