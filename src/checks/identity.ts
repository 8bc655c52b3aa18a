/** Do the segmentation and its images belong to the same patient and study? Values are compared, never shown. */
import type { CheckResult, EvidenceDraft, FindingDraft, ObjectContext } from './check.ts'
import { NOTHING } from './check.ts'

export function checkIdentity({ segmentation, source }: ObjectContext): CheckResult {
  if (source === null) return NOTHING
  const patient = { ours: segmentation.patientId.trim(), theirs: source.patientId.trim() }
  const samePatient = patient.ours === patient.theirs
  const sameStudy = segmentation.studyInstanceUid === source.studyInstanceUid
  // Patient ID may be empty (type 2, PS3.3 C.7.1.1). One that is missing contradicts nothing: the study decides.
  const patientKnown = patient.ours !== '' && patient.theirs !== ''
  const findings: FindingDraft[] = []
  if (patientKnown && !samePatient) {
    findings.push({
      mode: 'wrong-patient',
      severity: 'critical',
      text: 'The segmentation and the images carry different Patient IDs. It must not be used for either patient until that is resolved.',
      evidence: ['identity.patient'],
      instances: [],
    })
  }
  if (!sameStudy) {
    findings.push({
      mode: 'wrong-study',
      severity: 'critical',
      text: 'The segmentation is filed in another study than the images it was made from: it may show another examination of the patient.',
      evidence: ['identity.study'],
      instances: [],
    })
  }
  const evidence = [agreement('identity.study', 'study match', sameStudy)]
  if (patientKnown) evidence.unshift(agreement('identity.patient', 'patient match', samePatient))
  return { evidence, findings }
}

function agreement(key: string, name: string, agrees: boolean): EvidenceDraft {
  return {
    key,
    name,
    value: agrees ? 1 : 0,
    unit: '1',
    where: 'header of the object against header of the images',
    expected: { low: 1, high: 1, source: 'DICOM PS3.3 C.7.1.1, C.7.2.1' },
  }
}
