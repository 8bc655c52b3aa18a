/** The attributes that searches know (PS3.18 tables 10.6.1-3 to 10.6.3-5), as data. */

export type Level = 'study' | 'series' | 'instance'

/**
 * How a query value is compared (PS3.4 C.2.2.2): `list` wildcards, several by comma or backslash; `range` dates and
 * times; `wildcard` with * and ?; `words` the same, upper and lower case alike.
 */
type Matching = 'list' | 'range' | 'wildcard' | 'words' | 'number'

export interface SearchAttribute {
  readonly keyword: string
  readonly tag: string
  readonly vr: string
  readonly level: Level
  /** Column of archive_instances, where it can be searched by. */
  readonly column?: string
  readonly matching?: Matching
  /** Worked out by the search itself, not taken from an instance. */
  readonly computed?: true
}

export const SEARCH_ATTRIBUTES: readonly SearchAttribute[] = [
  {
    keyword: 'StudyDate',
    tag: '00080020',
    vr: 'DA',
    level: 'study',
    column: 'study_date',
    matching: 'range',
  },
  {
    keyword: 'StudyTime',
    tag: '00080030',
    vr: 'TM',
    level: 'study',
    column: 'study_time',
    matching: 'range',
  },
  {
    keyword: 'AccessionNumber',
    tag: '00080050',
    vr: 'SH',
    level: 'study',
    column: 'accession_number',
    matching: 'wildcard',
  },
  { keyword: 'InstanceAvailability', tag: '00080056', vr: 'CS', level: 'study', computed: true },
  { keyword: 'ModalitiesInStudy', tag: '00080061', vr: 'CS', level: 'study', computed: true },
  { keyword: 'SOPClassesInStudy', tag: '00080062', vr: 'UI', level: 'study', computed: true },
  {
    keyword: 'ReferringPhysicianName',
    tag: '00080090',
    vr: 'PN',
    level: 'study',
    column: 'referring_physician_name',
    matching: 'words',
  },
  { keyword: 'TimezoneOffsetFromUTC', tag: '00080201', vr: 'SH', level: 'study' },
  {
    keyword: 'StudyDescription',
    tag: '00081030',
    vr: 'LO',
    level: 'study',
    column: 'study_description',
    matching: 'words',
  },
  {
    keyword: 'PatientName',
    tag: '00100010',
    vr: 'PN',
    level: 'study',
    column: 'patient_name',
    matching: 'words',
  },
  {
    keyword: 'PatientID',
    tag: '00100020',
    vr: 'LO',
    level: 'study',
    column: 'patient_id',
    matching: 'wildcard',
  },
  { keyword: 'PatientBirthDate', tag: '00100030', vr: 'DA', level: 'study' },
  { keyword: 'PatientSex', tag: '00100040', vr: 'CS', level: 'study' },
  {
    keyword: 'StudyInstanceUID',
    tag: '0020000D',
    vr: 'UI',
    level: 'study',
    column: 'study_instance_uid',
    matching: 'list',
  },
  { keyword: 'StudyID', tag: '00200010', vr: 'SH', level: 'study', column: 'study_id', matching: 'wildcard' },
  { keyword: 'NumberOfStudyRelatedSeries', tag: '00201206', vr: 'IS', level: 'study', computed: true },
  { keyword: 'NumberOfStudyRelatedInstances', tag: '00201208', vr: 'IS', level: 'study', computed: true },
  { keyword: 'SeriesDate', tag: '00080021', vr: 'DA', level: 'series' },
  { keyword: 'SeriesTime', tag: '00080031', vr: 'TM', level: 'series' },
  { keyword: 'Modality', tag: '00080060', vr: 'CS', level: 'series', column: 'modality', matching: 'list' },
  {
    keyword: 'SeriesDescription',
    tag: '0008103E',
    vr: 'LO',
    level: 'series',
    column: 'series_description',
    matching: 'words',
  },
  { keyword: 'BodyPartExamined', tag: '00180015', vr: 'CS', level: 'series' },
  {
    keyword: 'SeriesInstanceUID',
    tag: '0020000E',
    vr: 'UI',
    level: 'series',
    column: 'series_instance_uid',
    matching: 'list',
  },
  {
    keyword: 'SeriesNumber',
    tag: '00200011',
    vr: 'IS',
    level: 'series',
    column: 'series_number',
    matching: 'number',
  },
  { keyword: 'NumberOfSeriesRelatedInstances', tag: '00201209', vr: 'IS', level: 'series', computed: true },
  { keyword: 'PerformedProcedureStepStartDate', tag: '00400244', vr: 'DA', level: 'series' },
  { keyword: 'PerformedProcedureStepStartTime', tag: '00400245', vr: 'TM', level: 'series' },
  {
    keyword: 'SOPClassUID',
    tag: '00080016',
    vr: 'UI',
    level: 'instance',
    column: 'sop_class_uid',
    matching: 'list',
  },
  {
    keyword: 'SOPInstanceUID',
    tag: '00080018',
    vr: 'UI',
    level: 'instance',
    column: 'sop_instance_uid',
    matching: 'list',
  },
  {
    keyword: 'InstanceNumber',
    tag: '00200013',
    vr: 'IS',
    level: 'instance',
    column: 'instance_number',
    matching: 'number',
  },
  { keyword: 'NumberOfFrames', tag: '00280008', vr: 'IS', level: 'instance' },
  { keyword: 'Rows', tag: '00280010', vr: 'US', level: 'instance' },
  { keyword: 'Columns', tag: '00280011', vr: 'US', level: 'instance' },
  { keyword: 'BitsAllocated', tag: '00280100', vr: 'US', level: 'instance' },
]

export const RETRIEVE_URL = '00081190'

const BY_NAME = new Map(
  SEARCH_ATTRIBUTES.flatMap((attribute) => [
    [attribute.keyword, attribute],
    [attribute.tag, attribute],
  ]),
)

/** By keyword or by tag `GGGGEEEE`. */
export function searchAttribute(name: string): SearchAttribute | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toUpperCase())
}

/** The attributes of this level and, with `above`, of the levels over it. */
export function attributesOf(level: Level, above: readonly Level[]): SearchAttribute[] {
  return SEARCH_ATTRIBUTES.filter((attribute) => attribute.level === level || above.includes(attribute.level))
}
