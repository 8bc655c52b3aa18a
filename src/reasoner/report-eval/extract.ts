/** What a report says, read by fixed rules: which finding, present or not, where, how large, how it changed. */
import type { Change, Degree, ReportTerms, Significance } from './terms.ts'
import { clausesOf, hitsOf, isNegated, measurementsIn, sideAt, type Hit, type Side } from './words.ts'

export interface Said {
  /** Id of the term. */
  readonly finding: string
  readonly significance: Significance
  readonly isPresent: boolean
  readonly side: Side | null
  readonly place: string | null
  readonly degree: Degree | null
  /** Largest length told with it. */
  readonly sizeMm: number | null
  readonly change: Change | null
}

/** The official GREEN prompt cuts reports at so many words. */
const WORDS_MAX = 300

/** Every statement about a finding, in the order of the text. What is not in the terms is not seen. */
export function extract(report: string, terms: ReportTerms): Said[] {
  const text = report.split(/\s+/).slice(0, WORDS_MAX).join(' ')
  return clausesOf(text).flatMap((clause) => saidIn(clause, terms))
}

function saidIn(clause: string, terms: ReportTerms): Said[] {
  const findings = hitsOf(clause, namesOf(terms.findings))
  const places = hitsOf(clause, namesOf(terms.places))
  const degrees = hitsOf(clause, wordsOf(terms.degrees))
  const changes = hitsOf(clause, wordsOf(terms.changes))
  const lengths = measurementsIn(clause)
    .filter(({ unit }) => unit === 'mm')
    .map(({ value, start }) => ({ id: value, start, end: start }))
  return findings.map((hit) => ({
    finding: hit.id,
    significance: terms.findings.find(({ id }) => id === hit.id)?.significance ?? 'not_actionable_not_urgent',
    isPresent: !isNegated(clause, hit),
    side: sideAt(clause, hit),
    place: nearest(places, hit, findings),
    degree: degreeOf(following(degrees, hit, findings)),
    sizeMm: nearest(lengths, hit, findings),
    change: changeOf(nearest(changes, hit, findings)),
  }))
}

function namesOf(terms: readonly { id: string; names: readonly string[] }[]): [string, string][] {
  return terms.flatMap(({ id, names }) => names.map((name): [string, string] => [name.toLowerCase(), id]))
}

function wordsOf(table: Readonly<Record<string, readonly string[]>>): [string, string][] {
  return Object.entries(table).flatMap(([id, names]) => names.map((name): [string, string] => [name, id]))
}

/** The attribute that lies nearer to this finding than to any other of the clause. */
function nearest<Id>(
  attributes: readonly Hit<Id>[],
  hit: Hit<string>,
  all: readonly Hit<string>[],
): Id | null {
  const own = attributes.filter((attribute) =>
    all.every((other) => distance(attribute, hit) <= distance(attribute, other)),
  )
  return own.toSorted((a, b) => distance(a, hit) - distance(b, hit))[0]?.id ?? null
}

/** An adjective belongs to the next finding after it, and to the last one when none follows. */
function following<Id>(
  adjectives: readonly Hit<Id>[],
  hit: Hit<string>,
  all: readonly Hit<string>[],
): Id | null {
  const ownerOf = ({ end }: Hit<Id>) => all.find(({ start }) => start >= end) ?? all.at(-1)
  return adjectives.find((adjective) => ownerOf(adjective) === hit)?.id ?? null
}

function distance(a: Pick<Hit<unknown>, 'start' | 'end'>, b: Pick<Hit<unknown>, 'start' | 'end'>): number {
  return a.end <= b.start ? b.start - a.end : Math.max(0, a.start - b.end)
}

const DEGREES: Readonly<Record<string, Degree>> = { '1': 1, '2': 2, '3': 3 }
const CHANGES: Readonly<Record<string, Change>> = {
  new: 'new',
  worse: 'worse',
  better: 'better',
  same: 'same',
}

function degreeOf(id: string | null): Degree | null {
  return DEGREES[id ?? ''] ?? null
}

function changeOf(id: string | null): Change | null {
  return CHANGES[id ?? ''] ?? null
}
