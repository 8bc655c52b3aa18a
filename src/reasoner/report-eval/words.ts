/** Reading English sentences by fixed rules: clauses, named things, sides, negation, measurements. */

/** A name found in a text: which one, and where it begins and ends. */
export interface Hit<Id> {
  readonly id: Id
  readonly start: number
  readonly end: number
}

export type Side = 'left' | 'right' | 'both'

export interface Measurement {
  readonly value: number
  /** `mm` for lengths (the largest of several), `cm3` for volumes, `HU`. */
  readonly unit: 'mm' | 'cm3' | 'HU'
  readonly start: number
}

/** Sentences, and their parts where a new statement begins. Full stops inside numbers do not end one. */
export function clausesOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[\r\n]+/g, '. ')
    .split(
      /(?<!\d)[.](?!\d)|[.](?=\s|$)|[;!?]|\b(?:but|however|although|whereas|except for|otherwise)\b|,\s*(?=(?:there (?:is|are)|an? |the |with |small |mild |moderate |large |severe |trace |new )\b)/,
    )
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
}

/** Every name that occurs as whole words, the longest at each place. `names` in lower case. */
export function hitsOf<Id>(clause: string, names: readonly (readonly [name: string, id: Id])[]): Hit<Id>[] {
  const taken: Hit<Id>[] = []
  for (const [name, id] of names.toSorted(([a], [b]) => b.length - a.length)) {
    for (const { index, 0: found } of clause.matchAll(wholeWords(name))) {
      const hit = { id, start: index, end: index + found.length }
      if (!taken.some(({ start, end }) => hit.start < end && start < hit.end)) taken.push(hit)
    }
  }
  return taken.toSorted((a, b) => a.start - b.start)
}

const PATTERNS = new Map<string, RegExp>()

/** Plural and hyphen aside. Patterns are made once per name. */
function wholeWords(name: string): RegExp {
  const known = PATTERNS.get(name)
  if (known !== undefined) return known
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/[\s-]+/g, String.raw`[\s-]+`)
  const pattern = new RegExp(String.raw`(?<![\p{L}\d])${escaped}(?:s|es)?(?![\p{L}\d])`, 'gu')
  PATTERNS.set(name, pattern)
  return pattern
}

const SIDE_NAMES: readonly (readonly [string, Side])[] = [
  ['left', 'left'],
  ['left-sided', 'left'],
  ['right', 'right'],
  ['right-sided', 'right'],
  ['bilateral', 'both'],
  ['bilaterally', 'both'],
  ['both', 'both'],
]

/** The side of what lies at `at`: the nearest before it in the clause, else the nearest after it. */
export function sideAt(clause: string, at: Pick<Hit<unknown>, 'start' | 'end'>): Side | null {
  const sides = hitsOf(clause, SIDE_NAMES)
  const before = sides.findLast(({ end }) => end <= at.start)
  const after = sides.find(({ start }) => start >= at.end)
  return (before ?? after)?.id ?? null
}

const NEGATED_BEFORE =
  /\b(?:no|not|without|never|neither|nor|denies|negative for|free of|absence of|absent|lack of|rules? out|ruled out|rather than|instead of)\b/
const NEGATED_AFTER =
  /^[^,]*\b(?:(?:is|are|was|were) (?:not|absent|excluded|no longer)|not (?:seen|identified|present|visible|demonstrated|evident)|(?:has|have) resolved|resolved|excluded)\b/
/** `No change in the effusion` speaks of an effusion. */
const NO_NEGATION =
  /\b(?:no (?:interval |significant )?(?:change|increase|decrease)|not (?:changed|only|exclude))\b/g

/** Negation before it in its clause, or said of it afterwards. */
export function isNegated(clause: string, at: Pick<Hit<unknown>, 'start' | 'end'>): boolean {
  const before = clause.slice(0, at.start).replace(NO_NEGATION, '')
  return NEGATED_BEFORE.test(before) || NEGATED_AFTER.test(clause.slice(at.end))
}

const UNITS: Readonly<Record<string, { unit: Measurement['unit']; factor: number }>> = {
  mm: { unit: 'mm', factor: 1 },
  cm: { unit: 'mm', factor: 10 },
  cm3: { unit: 'cm3', factor: 1 },
  cc: { unit: 'cm3', factor: 1 },
  ml: { unit: 'cm3', factor: 1 },
  l: { unit: 'cm3', factor: 1000 },
  mm3: { unit: 'cm3', factor: 0.001 },
  hu: { unit: 'HU', factor: 1 },
}
const NUMBER = String.raw`-?\d+(?:[.,]\d+)?`
const MEASUREMENT = new RegExp(
  String.raw`(${NUMBER})((?:\s*(?:mm|cm)?\s*[x×]\s*${NUMBER})*)\s*(mm3|cm3|mm³|cm³|mm\^3|cm\^3|mm|cm|cc|ml|l|hu)(?![\p{L}\d])`,
  'gu',
)

/** Numbers with a unit; of `12 x 8 mm` the largest. `clause` in lower case. */
export function measurementsIn(clause: string): Measurement[] {
  return [...clause.matchAll(MEASUREMENT)].flatMap(({ index, 1: first, 2: others, 3: written }) => {
    const known = UNITS[(written ?? '').replace('³', '3').replace('^', '')]
    if (known === undefined) return []
    const numbers = `${first} ${others}`.match(new RegExp(NUMBER, 'g')) ?? []
    const largest = Math.max(...numbers.map((text) => Number(text.replace(',', '.'))))
    return [{ value: largest * known.factor, unit: known.unit, start: index }]
  })
}

/**
 * May two lengths in mm be of one and the same thing? CRIMSON's tolerances: below 6 mm 2 mm, below 30 mm 4 mm, else 20 %;
 * on two sides of 30 mm never.
 */
export function sameLength(referenceMm: number, otherMm: number): boolean {
  if (referenceMm < 30 !== otherMm < 30) return false
  const tolerance = referenceMm < 6 ? 2 : referenceMm < 30 ? 4 : 0.2 * referenceMm
  return Math.abs(referenceMm - otherMm) <= tolerance
}
