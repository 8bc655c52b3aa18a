/** The query part of a QIDO-RS request (PS3.18 8.3.4) to a search. */
import { PlumblineError } from '../errors.ts'
import { searchAttribute, type Level } from './attributes.ts'
import { isSearchable, type Search } from './search.ts'

/** Most rows of one answer; more are had with `offset`. */
const ROWS_MAX = 5000
const NO_FILTERS = new Set([
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'emptyvaluematching',
  'accept',
  'charset',
])

export interface ParsedQuery {
  readonly search: Search
  /** Names that were asked for and not used, for the Warning header of PS3.18 8.3.4. */
  readonly ignored: readonly string[]
  /** More rows were asked for, or all, than one answer holds. */
  readonly capped: boolean
}

/** `path`: UIDs that the address gives. Throws PlumblineError('bad-request'). */
export function parseQuery(level: Level, path: Readonly<Record<string, string>>, url: string): ParsedQuery {
  const parameters = [...new URL(url, 'http://archive').searchParams]
  const filters = parameters.filter(([name]) => !NO_FILTERS.has(name.toLowerCase()))
  const known = filters.filter(([name]) => isSearchable(name))
  const value = (wanted: string) => parameters.find(([name]) => name.toLowerCase() === wanted)?.[1]
  const asked = wholeNumber('limit', value('limit') ?? String(ROWS_MAX + 1))
  const search: Search = {
    level,
    filters: [...Object.entries(path), ...known],
    above: levelsAbove(level, path),
    includeTags: includeTagsOf(parameters),
    limit: Math.min(asked, ROWS_MAX),
    offset: wholeNumber('offset', value('offset') ?? '0'),
  }
  const fuzzy = value('fuzzymatching') === 'true' ? ['fuzzymatching'] : []
  const unsearchable = filters.filter(([name]) => !isSearchable(name)).map(([name]) => name)
  return { search, ignored: [...unsearchable, ...fuzzy], capped: asked > ROWS_MAX }
}

/** PS3.18 10.6.1.2.3: what the address does not say of the levels above, the answer does. */
function levelsAbove(level: Level, path: Readonly<Record<string, string>>): Level[] {
  const study: Level[] = 'StudyInstanceUID' in path || level === 'study' ? [] : ['study']
  const series: Level[] = 'SeriesInstanceUID' in path || level !== 'instance' ? [] : ['series']
  return [...study, ...series]
}

function includeTagsOf(parameters: readonly (readonly [string, string])[]): readonly string[] | 'all' {
  const asked = parameters
    .filter(([name]) => name.toLowerCase() === 'includefield')
    .flatMap(([, value]) => value.split(','))
    .map((name) => name.trim())
  if (asked.includes('all')) return 'all'
  // A name that is no tag and no attribute of ours adds nothing: PS3.18 allows that.
  return asked.flatMap(
    (name) => searchAttribute(name)?.tag ?? (/^[0-9a-f]{8}$/i.test(name) ? name.toUpperCase() : []),
  )
}

function wholeNumber(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new PlumblineError('bad-request', `The query value of ${name} is no whole number.`)
}
