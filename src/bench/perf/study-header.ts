/** What the headers of the bench's synthetic studies share. */
import type { PatientStudy, SeriesHeader } from '../../dicom/patient-study.ts'
import { deriveUid } from '../../dicom/uid.ts'

export interface StudyHeader {
  readonly patientStudy: PatientStudy
  readonly series: (name: string, seriesNumber: number) => SeriesHeader
  /** The same for the same parts, in this edition. */
  readonly uid: (...parts: string[]) => string
}

/** `studyId`: also of its patient, one for each study. */
export function studyHeader(edition: string, studyId: string): StudyHeader {
  const uid = (...parts: string[]): string => deriveUid(edition, ...parts)
  const patientStudy: PatientStudy = {
    patientName: 'SYNTHETIC^BENCH',
    patientId: `BENCH-${studyId}`,
    patientBirthDate: '19600101',
    patientSex: 'O',
    studyInstanceUid: uid('study'),
    studyDate: '20250101',
    studyTime: '090000',
    studyId,
    studyDescription: 'SYNTHETIC performance bench',
    accessionNumber: '',
    referringPhysicianName: '',
  }
  const series = (name: string, seriesNumber: number): SeriesHeader => ({
    seriesInstanceUid: uid(name),
    seriesNumber,
    seriesDescription: `SYNTHETIC ${name}`,
    seriesDate: patientStudy.studyDate,
    seriesTime: patientStudy.studyTime,
  })
  return { patientStudy, series, uid }
}
