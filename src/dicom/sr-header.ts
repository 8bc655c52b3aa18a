/** Everything of a verdict SR but its content tree: patient and study as the judged object has them, series, document. */
import type { Case } from '../domain/case.ts'
import type { InstanceSummary } from '../domain/segmentation.ts'
import { PRODUCT_NAME } from '../domain/product.ts'
import type { DicomJson, ReportInput } from '../ports.ts'
import { codeItem, type CodeDictionary } from './sr-codes.ts'
import { deviceUid, type Device } from './sr-build-model.ts'
import type { NaturalDataset } from './write-part10.ts'
import { tagOf } from './dictionary.ts'
import { sopReference } from './patient-study.ts'
import { cleanLine, cleanText } from './sr-text.ts'
import { deriveUid } from './uid.ts'

type SopInstance = Pick<InstanceSummary, 'sopClassUid' | 'sopInstanceUid'>

/** DICOM JSON, or the form that readPart10 gives. */
export type Attributes = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>

const PROCESSING_EQUIPMENT = { scheme: 'DCM', value: '109102', meaning: 'Processing Equipment' }
/** The reports on one case, each a series of its own. */
export const DOCUMENTS = {
  verdict: { name: 'verdict report', seriesNumber: '9001', seriesDescription: 'Plumbline segmentation QC' },
  signed: {
    name: 'signed report',
    seriesNumber: '9003',
    seriesDescription: 'Plumbline segmentation QC, signed',
  },
  text: { name: 'text report', seriesNumber: '9002', seriesDescription: 'Plumbline segmentation QC, text' },
} as const
/** Those that the machine writes alone. */
export type MachineDocument = Exclude<keyof typeof DOCUMENTS, 'signed'>

const LO_CHARACTERS = 64
const ST_CHARACTERS = 1024

/** What is copied from the judged object; a value that is not legal for its VR is left empty, all are type 2 or 3. */
const COPIED: readonly (readonly [keyword: string, legal: RegExp])[] = [
  ['PatientID', /^[^\\\p{Cc}]{1,64}$/u],
  ['IssuerOfPatientID', /^[^\\\p{Cc}]{1,64}$/u],
  ['PatientBirthDate', /^\d{8}$/],
  ['PatientSex', /^[FMO]$/],
  ['StudyDate', /^\d{8}$/],
  ['StudyTime', /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/],
  ['StudyID', /^[^\\\p{Cc}]{1,16}$/u],
  ['AccessionNumber', /^[^\\\p{Cc}]{1,16}$/u],
  ['StudyDescription', /^[^\\\p{Cc}]{1,64}$/u],
]
const OPTIONAL = new Set(['IssuerOfPatientID', 'StudyDescription'])
const NAMES = ['PatientName', 'ReferringPhysicianName'] as const
const UTC = '+0000'

/** Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1). */
export function patientAndStudy(header: DicomJson, studyInstanceUid: string): NaturalDataset {
  const dataset: NaturalDataset = { StudyInstanceUID: studyInstanceUid }
  for (const [keyword, legal] of COPIED) {
    const value = firstText(header, keyword)
    if (legal.test(value)) dataset[keyword] = value
    else if (!OPTIONAL.has(keyword)) dataset[keyword] = ''
  }
  for (const keyword of NAMES) dataset[keyword] = personName(header[tagOf(keyword)]?.Value?.[0])
  return dataset
}

/** SR Document Series, Enhanced Equipment and SR Document General modules (PS3.3 C.17.1, C.7.5.2, C.17.2). */
export function documentHeader(input: ReportInput, device: Device, kind: MachineDocument): NaturalDataset {
  const { name, seriesNumber, seriesDescription } = DOCUMENTS[kind]
  const { id } = input.case
  const written = writtenAt(input.decidedAt, firstText(input.header, 'TimezoneOffsetFromUTC'))
  return {
    Modality: 'SR',
    SeriesInstanceUID: deriveUid(id, `${name} series`),
    SeriesNumber: seriesNumber,
    SeriesDescription: seriesDescription,
    SeriesDate: written.date,
    SeriesTime: written.time,
    SOPInstanceUID: deriveUid(id, name),
    InstanceNumber: '1',
    InstanceCreationDate: written.date,
    InstanceCreationTime: written.time,
    ContentDate: written.date,
    ContentTime: written.time,
    TimezoneOffsetFromUTC: written.offset,
    ...equipment(device),
    DeviceSerialNumber: cleanLine(device.serial, LO_CHARACTERS),
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PreliminaryFlag: 'PRELIMINARY',
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    AuthorObserverSequence: [authorObserver(device)],
    ContributingEquipmentSequence: [contributingEquipment(input.case, device)],
    CurrentRequestedProcedureEvidenceSequence: evidence(input),
  }
}

/** Coding Scheme Identification Sequence (PS3.3 C.12.1.1.1). */
export function codingSchemes({ schemes }: CodeDictionary): NaturalDataset[] {
  return schemes.map(({ designator, uid, name, registry, responsibleOrganization }) => ({
    CodingSchemeDesignator: designator,
    ...(registry !== undefined && { CodingSchemeRegistry: registry }),
    CodingSchemeUID: uid,
    CodingSchemeName: name,
    ...(responsibleOrganization !== undefined && {
      CodingSchemeResponsibleOrganization: responsibleOrganization,
    }),
  }))
}

function equipment({ manufacturer, model, softwareVersion, institution }: Device): NaturalDataset {
  return {
    Manufacturer: cleanLine(manufacturer, LO_CHARACTERS),
    ManufacturerModelName: cleanLine(model, LO_CHARACTERS),
    SoftwareVersions: cleanLine(softwareVersion, LO_CHARACTERS),
    ...(institution !== undefined &&
      institution !== '' && { InstitutionName: cleanLine(institution, LO_CHARACTERS) }),
  }
}

function authorObserver(device: Device): NaturalDataset {
  const { Manufacturer, ManufacturerModelName } = equipment(device)
  return {
    ObserverType: 'DEV',
    Manufacturer,
    ManufacturerModelName,
    StationName: cleanLine(device.name, 16),
    DeviceUID: deviceUid(device),
    InstitutionName: cleanLine(device.institution ?? '', LO_CHARACTERS),
    InstitutionCodeSequence: [],
  }
}

/** Always under the product's own name, so that our output is recognised whatever the device is called. */
function contributingEquipment({ provenance }: Case, device: Device): NaturalDataset {
  const models = provenance.models.map(({ name, sha256 }) => `; model ${name} sha256:${sha256}`)
  return {
    PurposeOfReferenceCodeSequence: [codeItem(PROCESSING_EQUIPMENT)],
    Manufacturer: PRODUCT_NAME,
    ManufacturerModelName: PRODUCT_NAME,
    SoftwareVersions:
      cleanLine(provenance.version, LO_CHARACTERS) || cleanLine(device.softwareVersion, LO_CHARACTERS),
    ContributionDescription: cleanText(
      `Segmentation QC, policy ${provenance.policy}${models.join('')}`,
      ST_CHARACTERS,
    ),
  }
}

/** The judged object, and the images it was measured against (PS3.3 C.17.2.3). */
function evidence({ case: judged, source }: ReportInput): NaturalDataset[] {
  const { object, studyInstanceUid } = judged
  const own = {
    StudyInstanceUID: studyInstanceUid,
    ReferencedSeriesSequence: [seriesItem(object.seriesInstanceUid, [object])],
  }
  if (source === null || source.instances.length === 0) return [own]
  const images = seriesItem(source.seriesInstanceUid, source.instances)
  if (source.studyInstanceUid === studyInstanceUid) {
    return [{ ...own, ReferencedSeriesSequence: [...own.ReferencedSeriesSequence, images] }]
  }
  return [own, { StudyInstanceUID: source.studyInstanceUid, ReferencedSeriesSequence: [images] }]
}

function seriesItem(seriesInstanceUid: string, instances: readonly SopInstance[]): NaturalDataset {
  return {
    SeriesInstanceUID: seriesInstanceUid,
    ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) =>
      sopReference(sopClassUid, sopInstanceUid),
    ),
  }
}

/**
 * One offset counts for every date and time of an instance (PS3.3 C.12.1.1.8), the copied study time too: the judged
 * object's own when it states one, else UTC.
 */
export function writtenAt(at: Date, offsetStated: string): { date: string; time: string; offset: string } {
  const stated = /^([+-])(\d{2})(\d{2})$/.exec(offsetStated)
  const offset = stated === null || offsetStated === '-0000' ? UTC : offsetStated
  const minutes = stated === null ? 0 : Number(`${stated[1]}1`) * (Number(stated[2]) * 60 + Number(stated[3]))
  const digits = new Date(at.getTime() + minutes * 60_000).toISOString().replaceAll(/[-:TZ]/g, '')
  return { date: digits.slice(0, 8), time: digits.slice(8, 14), offset }
}

/** One text of an attribute; '' when there is none. UIDs and numbers too. */
export function firstText(json: Attributes, keyword: string): string {
  const value = json[tagOf(keyword)]?.Value?.[0]
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

/** All component groups of a name (PS3.5 6.2.1), as DICOM JSON or as one string `alphabetic=ideographic=phonetic`. */
function personName(value: unknown): NaturalDataset[] | '' {
  const [alphabetic, ideographic, phonetic] = componentGroups(value).map((group) =>
    cleanLine(group, LO_CHARACTERS),
  )
  const name = {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  }
  return Object.keys(name).length === 0 ? '' : [name]
}

function componentGroups(value: unknown): string[] {
  if (typeof value === 'string') return value.split('=')
  if (typeof value !== 'object' || value === null) return []
  const groups: Record<string, unknown> = { ...value }
  return ['Alphabetic', 'Ideographic', 'Phonetic'].map((name) => {
    const group = groups[name]
    return typeof group === 'string' ? group.replaceAll('=', ' ') : ''
  })
}
