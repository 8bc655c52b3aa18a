/** QIDO-RS searches as SQL over archive_instances (PS3.18 10.6, matching of PS3.4 C.2.2.2). */
import { PlumblineError } from '../errors.ts'
import type { DicomJson, Sql } from '../ports.ts'
import { attributesOf, searchAttribute, type Level, type SearchAttribute } from './attributes.ts'

export interface Search {
  readonly level: Level
  /** Keyword or tag to value, as in the query and the path. Names that cannot be searched by are left to the caller. */
  readonly filters: readonly (readonly [name: string, value: string])[]
  /** Levels above whose attributes are answered as well. */
  readonly above: readonly Level[]
  /** Further tags `GGGGEEEE` to answer; `all`: the whole header. */
  readonly includeTags: readonly string[] | 'all'
  readonly limit: number
  readonly offset: number
}

export interface SearchResult {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
  /** Without Retrieve URL, which depends on who asks. */
  readonly attributes: DicomJson
}

interface Row extends Record<string, unknown> {
  readonly study_instance_uid: string
  readonly series_instance_uid: string
  readonly sop_instance_uid: string
  readonly header: DicomJson
  readonly study_series: number
  readonly study_instances: number
  readonly series_instances: number
  readonly modalities: readonly string[]
  readonly sop_classes: readonly string[]
}

const GROUP_COLUMNS: Readonly<Record<Level, string>> = {
  study: 'study_instance_uid',
  series: 'study_instance_uid, series_instance_uid',
  instance: 'study_instance_uid, series_instance_uid, sop_instance_uid',
}
const MODALITIES_IN_STUDY = 'ModalitiesInStudy'

/** Can this name be searched by? */
export function isSearchable(name: string): boolean {
  const attribute = searchAttribute(name)
  return (
    attribute !== undefined && (attribute.column !== undefined || attribute.keyword === MODALITIES_IN_STUDY)
  )
}

/** Newest arrival first. Throws PlumblineError('bad-request') on a value that cannot be matched with. */
export async function search(sql: Sql, query: Search): Promise<SearchResult[]> {
  const { conditions, parameters } = conditionsOf(query.filters, query.level)
  const bind = (value: unknown) => `$${parameters.push(value)}`
  const header = needsWholeHeader(query) ? 'metadata' : 'attributes'
  const rows = await sql.query<Row>(
    `with found as (select min(arrival) as first, max(arrival) as newest from archive_instances
       where ${conditions.join(' and ')} group by ${GROUP_COLUMNS[query.level]}
       order by newest desc limit ${bind(query.limit)} offset ${bind(query.offset)}),
     sample as (select newest, study_instance_uid, series_instance_uid, sop_instance_uid, ${header} as header
       from found join archive_instances on arrival = first),
     -- Counted once per study and series, not per row: a study has thousands of instances.
     study as (select study_instance_uid, count(distinct series_instance_uid)::int as study_series,
         count(*)::int as study_instances, array_agg(distinct modality) as modalities,
         array_agg(distinct sop_class_uid) as sop_classes
       from archive_instances where study_instance_uid = any(array(select distinct study_instance_uid from sample))
       group by 1),
     series as (select study_instance_uid, series_instance_uid, count(*)::int as series_instances
       from archive_instances where study_instance_uid = any(array(select distinct study_instance_uid from sample))
       group by 1, 2)
     select * from sample join study using (study_instance_uid) join series using (study_instance_uid, series_instance_uid)
     order by newest desc`,
    parameters,
  )
  return rows.map((row) => ({
    studyInstanceUid: row.study_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    attributes: answerOf(row, query),
  }))
}

function needsWholeHeader({ includeTags }: Search): boolean {
  return includeTags === 'all' || includeTags.some((tag) => searchAttribute(tag) === undefined)
}

/** PS3.18 10.6.1.2.3: required attributes are answered even when they are empty. */
function answerOf(row: Row, query: Search): DicomJson {
  const answer: DicomJson = query.includeTags === 'all' ? { ...row.header } : {}
  for (const { tag, vr } of attributesOf(query.level, query.above)) answer[tag] = row.header[tag] ?? { vr }
  if (query.includeTags !== 'all') {
    for (const tag of query.includeTags) {
      const attribute = row.header[tag]
      if (attribute !== undefined) answer[tag] = attribute
    }
  }
  for (const [tag, Value] of Object.entries(computedOf(row))) {
    const vr = answer[tag]?.vr
    if (vr !== undefined) answer[tag] = { vr, Value }
  }
  return Object.fromEntries(Object.entries(answer).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function computedOf(row: Row): Record<string, unknown[]> {
  return {
    '00080056': ['ONLINE'],
    '00080061': row.modalities.filter((modality) => modality !== ''),
    '00080062': [...row.sop_classes],
    '00201206': [row.study_series],
    '00201208': [row.study_instances],
    '00201209': [row.series_instances],
  }
}

function conditionsOf(filters: Search['filters'], level: Level) {
  const parameters: unknown[] = []
  const bind = (value: unknown) => `$${parameters.push(value)}`
  const conditions = ['true']
  for (const [name, value] of filters) {
    const attribute = searchAttribute(name)
    // An empty value and a lone * match everything (PS3.4 C.2.2.2.3).
    if (attribute === undefined || value === '' || value === '*') continue
    // PostgreSQL's text cannot hold it.
    if (value.includes('\0')) throw unmatchable(attribute.keyword)
    if (
      attribute.keyword === MODALITIES_IN_STUDY ||
      (attribute.keyword === 'Modality' && level === 'study')
    ) {
      const studies = `select study_instance_uid from archive_instances where ${oneOf('modality', value, bind)}`
      conditions.push(`study_instance_uid in (${studies})`)
    } else {
      conditions.push(conditionOf(attribute, value, bind))
    }
  }
  return { conditions, parameters }
}

type Bind = (value: unknown) => string

function conditionOf({ keyword, column = '', matching }: SearchAttribute, value: string, bind: Bind): string {
  if (matching === 'list') return oneOf(column, value, bind)
  if (matching === 'wildcard') return `${column} like ${bind(likePattern(value))}`
  if (matching === 'words') return `${column} ilike ${bind(likePattern(value))}`
  if (matching === 'number') return `${column} = ${bind(integerOf(keyword, value))}::int`
  const [from = '', to = from] = rangeOf(keyword, value)
  const lower = from === '' ? [] : [`${column} >= ${bind(from)}`]
  // A shorter bound means the whole of it: up to 1012 includes 101259.
  const upper = to === '' ? [] : [`${column} <= ${bind(`${to}~`)} collate "C"`]
  return [...lower, ...upper, `${column} <> ''`].join(' and ')
}

/** Several values by comma or backslash; codes may hold wildcards (PS3.4 C.2.2.2.4), and no UID has one. */
function oneOf(column: string, value: string, bind: Bind): string {
  const list = value.split(/[,\\]/).map((part) => part.trim())
  if (!/[*?]/.test(value)) return `${column} = any(${bind(list)}::text[])`
  return `${column} like any(${bind(list.map(likePattern))}::text[])`
}

function likePattern(value: string): string {
  return value
    .replaceAll(/[\\%_]/g, String.raw`\$&`)
    .replaceAll('*', '%')
    .replaceAll('?', '_')
}

function integerOf(keyword: string, value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw unmatchable(keyword)
  return Number(value)
}

/** `a`, `a-b`, `a-`, `-b` (PS3.4 C.2.2.2.5). */
function rangeOf(keyword: string, value: string): string[] {
  const date = /^(\d{8})?(-(\d{8})?)?$/
  const time = /^(\d{2,6}(\.\d{1,6})?)?(-(\d{2,6}(\.\d{1,6})?)?)?$/
  const pattern = keyword.endsWith('Date') ? date : time
  if (!pattern.test(value) || value === '-') throw unmatchable(keyword)
  return value.split('-')
}

function unmatchable(keyword: string): PlumblineError {
  return new PlumblineError('bad-request', `The query value of ${keyword} is not one to match with.`)
}
