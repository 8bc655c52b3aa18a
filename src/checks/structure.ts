/** What a segment claims to be: its knowledge entry and its side. Codes first, then names; never a guess. */
import type { Code } from '../domain/code.ts'
import { sameCode } from '../domain/same-code.ts'
import type { Knowledge, Structure } from '../domain/knowledge.ts'
import type { Segment } from '../domain/segmentation.ts'

export type Side = 'left' | 'right'

export interface ResolvedStructure {
  /** Null: no entry describes it; only the general checks apply. */
  readonly structure: Structure | null
  readonly matchedBy: 'code' | 'name' | null
  /** The side it claims; null when it claims none. */
  readonly side: Side | null
  readonly sideFrom: 'code' | 'label' | null
  /** The code says one side and the label the other: one of them is wrong. */
  readonly sideConflict: boolean
}

type Claim = Pick<Segment, 'label' | 'code' | 'anatomicRegion' | 'laterality'>

/**
 * Finds the knowledge entry by coded type (with anatomic region for lesions), else by label. The side comes from
 * coded laterality, from a code that includes one ("Left kidney"), else from a label like `Kidney_L` or `left kidney`.
 */
export function resolveStructure(segment: Claim, knowledge: Knowledge): ResolvedStructure {
  const byCode = findByCode(segment, knowledge)
  const structure = byCode?.structure ?? findByName(segment.label, knowledge)
  const codedSide = oneSide(segment.laterality) ?? sideInCode(byCode)
  // A label's side counts only where sides exist: "left atrium" is no left-right pair.
  const labelSide = structure?.paired === true ? sideInName(segment.label) : null
  return {
    structure,
    matchedBy: structure === null ? null : byCode === null ? 'name' : 'code',
    side: codedSide ?? labelSide,
    sideFrom: codedSide !== null ? 'code' : labelSide !== null ? 'label' : null,
    sideConflict: codedSide !== null && labelSide !== null && codedSide !== labelSide,
  }
}

interface CodeMatch {
  readonly structure: Structure
  readonly code: Code
}

/** An entry for the very region outranks one for any region. */
function findByCode({ code, anatomicRegion }: Claim, knowledge: Knowledge): CodeMatch | null {
  if (code === null) return null
  const matches = knowledge.structures.flatMap((structure): CodeMatch[] => {
    const own = structure.codes.find((candidate) => sameCode(candidate, code))
    return own === undefined ? [] : [{ structure, code: own }]
  })
  const inRegion = matches.find(
    ({ structure }) =>
      anatomicRegion !== null && structure.regions.some((region) => sameCode(region, anatomicRegion)),
  )
  return inRegion ?? matches.find(({ structure }) => structure.regions.length === 0) ?? null
}

/**
 * What TG-263 (Mayo et al., Int J Radiat Oncol Biol Phys 2018;100:1057-1066) says of a name is heeded: a tilde marks a
 * part of the structure, a leading `z` or `_` an aid to planning, `PRV` a margin around it. What is expected of the
 * whole says nothing about those, so nothing is found for them. Only target volumes are told by how a name begins.
 */
function findByName(label: string, knowledge: Knowledge): Structure | null {
  if (label.includes('~') || label.startsWith('_')) return null
  const words = wordsOf(label)
  const whole = words.join('')
  const withoutSide = words.filter((word) => !isSide(word)).join('')
  if (whole === '') return null
  const { structures } = knowledge
  const asPhrase = `${words.join(' ')} `
  return (
    structures.find((structure) => keysOf(structure).has(whole)) ??
    structures.find(
      (structure) => structure.paired && withoutSide !== '' && keysOf(structure).has(withoutSide),
    ) ??
    structures.find(({ namePrefixes }) => namePrefixes.some((prefix) => asPhrase.startsWith(prefix))) ??
    null
  )
}

/** An entry's names in normalised form. They never change, so they are made once. */
const KEYS = new WeakMap<Structure, ReadonlySet<string>>()

function keysOf(structure: Structure): ReadonlySet<string> {
  const known = KEYS.get(structure)
  if (known !== undefined) return known
  const keys = new Set(structure.names.map((name) => wordsOf(name).join('')))
  KEYS.set(structure, keys)
  return keys
}

/** Words that stand for others. Lobes of the lung have their side in the abbreviation. */
const SHORT_FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['lt', ['left']],
  ['l', ['left']],
  ['rt', ['right']],
  ['r', ['right']],
  ['lul', ['left', 'upper', 'lobe']],
  ['lll', ['left', 'lower', 'lobe']],
  ['rul', ['right', 'upper', 'lobe']],
  ['rml', ['right', 'middle', 'lobe']],
  ['rll', ['right', 'lower', 'lobe']],
])

/** `Glnd_Submand_L` and `SpinalCord` and `Rib01_R` alike: lower-case words, camel case taken apart, 01 as 1. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/(?<!\d)0+(?=\d)/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .flatMap((word) => SHORT_FORMS.get(word) ?? [word])
}

function isSide(word: string): word is Side {
  return word === 'left' || word === 'right'
}

/** The side a name tells; null when it tells none or both. */
function sideInName(name: string): Side | null {
  const sides = new Set(wordsOf(name).filter(isSide))
  const [side] = sides
  return sides.size === 1 ? (side ?? null) : null
}

/** Some codes include the side. The knowledge entry's own text is read, never the object's. */
function sideInCode(match: CodeMatch | null): Side | null {
  return match?.structure.paired === true ? sideInName(match.code.meaning) : null
}

function oneSide(laterality: Segment['laterality']): Side | null {
  return laterality === 'left' || laterality === 'right' ? laterality : null
}

/** What is expected of this very segment. A paired structure without a side may be either side or both. */
export function expectationsOf({ structure, side }: Pick<ResolvedStructure, 'structure' | 'side'>): {
  componentsMax: number | null
  volumeCm3: { low: number | null; high: number | null; source: string } | null
} {
  if (structure === null) return { componentsMax: null, volumeCm3: null }
  const sides = structure.paired && side === null ? 2 : 1
  const times = (value: number | null): number | null => (value === null ? null : value * sides)
  const volume = structure.volumeCm3
  return {
    componentsMax: times(structure.components.max),
    volumeCm3: volume === null ? null : { low: volume.low, high: times(volume.high), source: volume.source },
  }
}

/** Is this volume one that the claim allows? True where nothing is known of it. */
export function fitsVolume(claim: Pick<ResolvedStructure, 'structure' | 'side'>, cm3: number): boolean {
  const { low, high } = expectationsOf(claim).volumeCm3 ?? { low: null, high: null }
  return cm3 >= (low ?? 0) && cm3 <= (high ?? Infinity)
}
