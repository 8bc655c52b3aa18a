/**
 * Does a narrative about a segment contradict what was measured, in side, identity or size? By fixed rules on its words;
 * silent where they are silent. What is estimated by eye ("about 5 mm of spillage") contradicts nothing.
 */
import type { Laterality } from '../../domain/code.ts'
import type { Evidence, FailureMode, Finding } from '../../domain/evidence.ts'
import type { Structure } from '../../domain/knowledge.ts'
import {
  clausesOf,
  hitsOf,
  isNegated,
  measurementsIn,
  sameLength,
  type Hit,
  type Measurement,
} from './words.ts'

export interface Facts {
  readonly structure: Structure | null
  readonly laterality: Laterality | null
  readonly evidence: readonly Evidence[]
  readonly findings: readonly Finding[]
  /** Every structure that is known, for the names of others. */
  readonly structures: readonly Structure[]
  /** The opinion itself says that this is another structure: then naming one is its claim, not a slip. */
  readonly saysOtherStructure: boolean
}

/** What contradicts, in parts of a sentence made from our own words; empty when nothing does. `narrative`: without general knowledge. */
export function contradictionsOf(narrative: readonly string[], facts: Facts): string[] {
  const clauses = narrative.flatMap(clausesOf)
  const found = clauses.flatMap((clause) => [
    ...sideContradiction(clause, facts),
    ...identityContradiction(clause, facts),
    ...sizeContradictions(clause, facts),
  ])
  return [...new Set(found)]
}

const SUBJECT =
  /\b(?:outline|contour|segmentation|segment|mask|(?:outlined|delineated|segmented|target) (?:structure|organ|region))\b/
const IS =
  /\b(?:is|represents|shows|depicts|delineates|captures|outlines|corresponds to|appears to be|contains)\b/
const OTHER_SIDE = /\b(?:contralateral|opposite|other side|counterpart|other one)\b/
const SIDE_MEASURED: readonly FailureMode[] = ['wrong-side', 'mirrored', 'side-unverified']
const IDENTITY_MEASURED: readonly FailureMode[] = ['wrong-structure']

function sideContradiction(clause: string, { structure, laterality, findings }: Facts): string[] {
  if (structure?.paired !== true || (laterality !== 'left' && laterality !== 'right')) return []
  if (findings.some(({ mode }) => SIDE_MEASURED.includes(mode)) || OTHER_SIDE.test(clause)) return []
  const other = laterality === 'left' ? 'right' : 'left'
  const names = namesOf(structure)
  const sided = names.flatMap(([name]): [string, string][] => [
    [`${other} ${name}`, name],
    [`${name} on the ${other}`, name],
  ])
  const isSaid = hitsOf(clause, sided).some((hit) => !isNegated(clause, hit))
  return isSaid ? [`it speaks of the ${other} one, and the ${laterality} one was measured`] : []
}

/** `The outline shows the stomach`: the first structure named after the verb is another one, and no part of this one. */
function identityContradiction(clause: string, facts: Facts): string[] {
  const { structure, findings, structures, saysOtherStructure } = facts
  if (structure === null || saysOtherStructure) return []
  if (findings.some(({ mode }) => IDENTITY_MEASURED.includes(mode))) return []
  const subject = SUBJECT.exec(clause)
  const verb = subject === null ? null : IS.exec(clause.slice(subject.index))
  if (subject === null || verb === null) return []
  const after = subject.index + verb.index + verb[0].length
  const names = structures.flatMap((other) => namesOf(other))
  const first = hitsOf(clause, names).find(({ start }) => start >= after)
  if (first === undefined || !isDirectObject(clause.slice(after, first.start))) return []
  if (isNegated(clause, first) || isRelated(first, structure, structures)) return []
  return [`it calls the segment ${first.id}, and it was measured as ${structure.id}`]
}

/** Between verb and name: an article, a side, an adjective or two, and nothing that makes it something else's place. */
function isDirectObject(between: string): boolean {
  return /^\s*(?:the|a|an)?\s*(?:whole|entire|left|right|actual|normal)?\s*$/.test(between)
}

function isRelated({ id }: Hit<string>, structure: Structure, structures: readonly Structure[]): boolean {
  const other = structures.find((candidate) => candidate.id === id)
  return (
    id === structure.id ||
    structure.partOf.includes(id) ||
    structure.mayContain.includes(id) ||
    other?.partOf.includes(structure.id) === true ||
    other?.mayContain.includes(structure.id) === true ||
    // Target volumes and regions are made of other structures.
    structure.kind === 'region' ||
    other?.kind === 'region' ||
    namesOf(structure).some(([name]) => namesOf(other ?? structure).some(([theirs]) => theirs === name))
  )
}

/** Names of at least this many letters, so that abbreviations are not taken for words. */
const NAME_LETTERS_MIN = 4

function namesOf({ id, name, names }: Structure): [name: string, id: string][] {
  const all = new Set([name, ...names].map((text) => text.toLowerCase()))
  return [...all]
    .filter((text) => text.length >= NAME_LETTERS_MIN && /^[a-z][a-z -]+$/.test(text))
    .map((text) => [text, id])
}

/** Quantities of the whole segment that a narrative may tell, and the evidence that has them. */
const QUANTITIES: readonly {
  readonly words: RegExp
  readonly unit: Measurement['unit']
  readonly evidence: string
  readonly isSame: (measured: number, said: number) => boolean
}[] = [
  {
    words: /\bvolume\b/,
    unit: 'cm3',
    evidence: 'volume',
    isSame: (measured, said) => Math.abs(said - measured) <= 0.2 * measured,
  },
  {
    words: /\b(?:craniocaudal|cranio-caudal)\b|\bextent\b/,
    unit: 'mm',
    evidence: 'craniocaudal extent',
    isSame: sameLength,
  },
  {
    words: /\b(?:mean|average)\b/,
    unit: 'HU',
    evidence: 'mean value',
    isSame: (measured, said) => Math.abs(said - measured) <= Math.max(10, 0.2 * Math.abs(measured)),
  },
]

function sizeContradictions(clause: string, { evidence }: Facts): string[] {
  return QUANTITIES.filter(({ words }) => words.test(clause)).flatMap((quantity) => {
    const measured = evidence.find(({ name }) => name === quantity.evidence)
    const said = measurementsIn(clause).filter(({ unit }) => unit === quantity.unit)
    if (measured === undefined) return []
    const isWrong = said.some(({ value }) => !isToldOf(measured, value, quantity.isSame))
    return isWrong ? [`it tells another ${quantity.evidence} than ${measured.id}`] : []
  })
}

/** The value itself, or one of the limits that it was compared with. */
function isToldOf(
  { value, expected }: Evidence,
  said: number,
  isSame: (measured: number, said: number) => boolean,
): boolean {
  const limits = [expected?.low, expected?.high].filter((limit) => limit !== undefined && limit !== null)
  return isSame(value, said) || limits.some((limit) => Math.abs(limit - said) <= 0.01 * Math.abs(limit))
}
