/** What a segment claims to be: its knowledge entry and its side. Codes first, then names; never a guess. */
import { sameCode, type Code } from '../domain/code.ts'
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

function findByName(label: string, knowledge: Knowledge): Structure | null {
  // TG-263 marks partial structures with a tilde: what is expected of the whole says nothing about them.
  if (label.includes('~')) return null
  const words = wordsOf(label)
  const whole = words.join('')
  const withoutSide = words.filter((word) => !SIDE_WORDS.has(word)).join('')
  if (whole === '') return null
  const named = (structure: Structure, key: string): boolean =>
    structure.names.some((name) => wordsOf(name).join('') === key)
  return (
    knowledge.structures.find((structure) => named(structure, whole)) ??
    knowledge.structures.find(
      (structure) => structure.paired && withoutSide !== '' && named(structure, withoutSide),
    ) ??
    null
  )
}

const SIDE_WORDS: ReadonlyMap<string, Side> = new Map([
  ['left', 'left'],
  ['lt', 'left'],
  ['l', 'left'],
  ['right', 'right'],
  ['rt', 'right'],
  ['r', 'right'],
])

/** `Glnd_Submand_L` and `SpinalCord` and `lung upper-lobe` alike: lower-case words, camel case taken apart. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => SIDE_WORDS.get(word) ?? word)
    .filter((word) => word !== '')
}

/** The side a name tells; null when it tells none or both. */
function sideInName(name: string): Side | null {
  const sides = new Set(wordsOf(name).flatMap((word) => SIDE_WORDS.get(word) ?? []))
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
