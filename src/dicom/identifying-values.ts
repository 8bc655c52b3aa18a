/** What in a data set names the patient, the people around the patient, the place or the study: values to search for in what leaves. */
import type { DicomJson } from '../ports.ts'
import { tagOf } from './dictionary.ts'
import { jsonItems } from './json.ts'

/** DICOM's own UIDs (PS3.6 annex A) name classes, not instances. */
const REGISTERED_UID = '1.2.840.10008.'
/** Free text from here on is searched as a whole; shorter descriptions ("left kidney") are words that anybody uses. */
const DESCRIPTION_CHARACTERS_MIN = 12
/** A time of day is searched with its fraction of a second only. */
const TIME_CHARACTERS_MIN = 10

const DESCRIPTION_VRS = new Set(['ST', 'LT', 'UT', 'UC', 'UR'])
const NAME_VRS = new Set(['AE', 'LO', 'SH'])
/** LO and SH that describe: the rest of them are names, ids and addresses. */
const DESCRIPTIONS = [
  'StudyDescription',
  'SeriesDescription',
  'ProtocolName',
  'AdmittingDiagnosesDescription',
  'RequestedProcedureDescription',
  'PerformedProcedureStepDescription',
  'ScheduledProcedureStepDescription',
  'ClinicalTrialSeriesDescription',
  'ContrastBolusAgent',
  'ContentDescription',
  'StructureSetLabel',
  'StructureSetName',
] as const
/** What the object claims and which program made it: codes, labels and products. They are no secret, and are not sent as text either. */
const CLAIMS = [
  'CodeValue',
  'CodeMeaning',
  'CodingSchemeDesignator',
  'CodingSchemeVersion',
  'CodingSchemeName',
  'MappingResourceName',
  'Manufacturer',
  'ManufacturerModelName',
  'SoftwareVersions',
  'SegmentLabel',
  'SegmentDescription',
  'SegmentAlgorithmName',
  'AlgorithmName',
  'AlgorithmVersion',
  'ROIName',
  'ConvolutionKernel',
] as const

/**
 * Of headers (DICOM JSON), at any depth: person names, names, ids, dates, UIDs, long descriptions; each once. Codes,
 * numbers, ages and binary values are not among them.
 */
export function identifyingValues(headers: readonly DicomJson[]): string[] {
  const claims = new Set<string>(CLAIMS.map(tagOf))
  const descriptions = new Set<string>(DESCRIPTIONS.map(tagOf))
  const found = new Set<string>()
  const visit = (json: DicomJson): void => {
    for (const [tag, { vr, Value = [] }] of Object.entries(json)) {
      if (vr === 'SQ') jsonItems(json, tag).forEach(visit)
      else if (!claims.has(tag))
        for (const value of Value.flatMap(textsOf))
          for (const name of namesIn(value, vr, descriptions.has(tag))) found.add(name)
    }
  }
  headers.forEach(visit)
  return [...found]
}

/** A person name has up to three forms (PS3.18 F.2.2). */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).filter((form): form is string => typeof form === 'string')
}

function namesIn(value: string, vr: string, describes: boolean): string[] {
  if (vr === 'PN') return personNames(value)
  if (vr === 'UI') return value.startsWith(REGISTERED_UID) ? [] : [value]
  if (vr === 'DA' || vr === 'DT') return [value]
  if (vr === 'TM') return value.length < TIME_CHARACTERS_MIN ? [] : [value]
  if (DESCRIPTION_VRS.has(vr) || describes)
    return value.split(/[\r\n.;]+/).filter((part) => part.trim().length >= DESCRIPTION_CHARACTERS_MIN)
  return NAME_VRS.has(vr) ? [value] : []
}

/** As stored, each part of it, and given name before family name (PS3.5 6.2.1). */
function personNames(value: string): string[] {
  const parts = value.split(/[\^=]/).filter((part) => part !== '')
  const [family, given] = parts
  return [value, ...parts, ...(family !== undefined && given !== undefined ? [`${given} ${family}`] : [])]
}
