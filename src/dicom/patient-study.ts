/** Attributes that every instance we write carries: patient, study, equipment; and coded sequence items. */
import type { Code } from '../domain/code.ts'
import type { Producer } from '../domain/case.ts'
import type { NaturalDataset } from './write-part10.ts'

/** Who and when. Dates are `YYYYMMDD`, times `HHMMSS`; an empty string is written as an empty type 2 value. */
export interface PatientStudy {
  readonly patientName: string
  readonly patientId: string
  readonly patientBirthDate: string
  readonly patientSex: '' | 'F' | 'M' | 'O'
  readonly studyInstanceUid: string
  readonly studyDate: string
  readonly studyTime: string
  readonly studyId: string
  readonly studyDescription: string
  readonly accessionNumber: string
  readonly referringPhysicianName: string
}

/** What one new series says of itself. */
export interface SeriesHeader {
  readonly seriesInstanceUid: string
  readonly seriesNumber: number
  readonly seriesDescription: string
  readonly seriesDate: string
  readonly seriesTime: string
}

/** The image series that a segmentation was drawn on, one entry per slice k of its grid, null where no image is. */
export interface SourceImages {
  readonly seriesInstanceUid: string
  readonly sopClassUid: string
  readonly sopInstanceUids: readonly (string | null)[]
  /** Frame numbers (from 1), null where the instance is one plane. Absent without multi-frame images. */
  readonly frames?: readonly (number | null)[]
}

/** Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1). */
export function patientStudyAttributes(from: PatientStudy): NaturalDataset {
  return {
    PatientName: from.patientName,
    PatientID: from.patientId,
    PatientBirthDate: from.patientBirthDate,
    PatientSex: from.patientSex,
    StudyInstanceUID: from.studyInstanceUid,
    StudyDate: from.studyDate,
    StudyTime: from.studyTime,
    StudyID: from.studyId,
    StudyDescription: from.studyDescription,
    AccessionNumber: from.accessionNumber,
    ReferringPhysicianName: from.referringPhysicianName,
  }
}

/** General Series module (PS3.3 C.7.3.1) without the modality's own attributes. */
export function seriesAttributes(from: SeriesHeader): NaturalDataset {
  return {
    SeriesInstanceUID: from.seriesInstanceUid,
    SeriesNumber: String(from.seriesNumber),
    SeriesDescription: from.seriesDescription,
    SeriesDate: from.seriesDate,
    SeriesTime: from.seriesTime,
  }
}

/** General and Enhanced General Equipment modules (PS3.3 C.7.5.1, C.7.5.2). */
export function equipmentAttributes(producer: Producer): NaturalDataset {
  return {
    Manufacturer: producer.manufacturer,
    ManufacturerModelName: producer.algorithm,
    DeviceSerialNumber: producer.version,
    SoftwareVersions: producer.version,
  }
}

/** One item of a code sequence (PS3.3 8.8). */
export function codeItem(code: Code): NaturalDataset {
  return { CodeValue: code.value, CodingSchemeDesignator: code.scheme, CodeMeaning: code.meaning }
}

/** One item of a SOP instance reference sequence (PS3.3 10.8). */
export function sopReference(sopClassUid: string, sopInstanceUid: string): NaturalDataset {
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }
}

/** The SOP Instance UIDs of the images that exist, in slice order, each once. */
export function presentInstances(source: SourceImages): string[] {
  return [...new Set(source.sopInstanceUids.filter((uid) => uid !== null))]
}
