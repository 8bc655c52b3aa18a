/** Small CT files, written by our own writer, for tests of the PACS side. */
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntax.ts'
import type { StoreItem } from '../../src/ports.ts'

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'

/** One 4x4 CT slice of study `2.25.1<study>`; `changes` by keyword. Invented patient. */
export function ctSlice(
  study: number,
  series: number,
  instance: number,
  changes: NaturalDataset = {},
  transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN,
): StoreItem {
  const studyInstanceUid = `2.25.1${study}`
  const seriesInstanceUid = `${studyInstanceUid}.${series}`
  const sopInstanceUid = `${seriesInstanceUid}.${instance}`
  const pixels = Int16Array.from({ length: 16 }, (_, index) => index * 10 + instance)
  const natural = {
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: seriesInstanceUid,
    PatientID: `TEST-${study}`,
    PatientName: `Prüfung^Nr ${study}`,
    StudyDate: `2024010${study}`,
    StudyTime: '101112',
    StudyID: String(study),
    StudyDescription: 'Abdomen',
    AccessionNumber: `ACC${study}`,
    Modality: 'CT',
    SeriesNumber: String(series),
    SeriesDescription: `Reihe ${series}`,
    InstanceNumber: String(instance),
    FrameOfReferenceUID: `${studyInstanceUid}.0`,
    ImagePositionPatient: ['0', '0', String(instance)],
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    PixelSpacing: ['1', '1'],
    SliceThickness: '1',
    Rows: 4,
    Columns: 4,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    RescaleIntercept: '0',
    RescaleSlope: '1',
    WindowCenter: '80',
    WindowWidth: '160',
    PixelData: [pixels.buffer],
    _vrMap: { PixelData: 'OW' },
    ...changes,
  }
  const bytes = writePart10(natural, transferSyntaxUid)
  return { bytes, sopClassUid: CT_IMAGE_STORAGE, studyInstanceUid, seriesInstanceUid, sopInstanceUid }
}
