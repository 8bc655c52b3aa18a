/**
 * Which segment of an object lies above, in front of or to the left of which, against the orders that the knowledge
 * entries name and against the sides that are claimed. Patient coordinates (LPS, PS3.3 C.7.6.2.1.1), never the screen.
 * Pure arithmetic on centroids: computed anew by each check that asks.
 */
import type { Structure } from '../domain/knowledge.ts'
import { areOppositeSides, type Member } from './neighbours.ts'
import type { Side } from './structure.ts'

export type Axis = Structure['order'][number]['axis']

/** `first` lies further to `axis` than `second`, if both are what they claim and the object is not mirrored. */
export interface Relation {
  readonly axis: Axis
  readonly first: Member
  readonly second: Member
  /** How far further it lies; negative: it lies the other way. Between centres, or between the boxes of what is shown. */
  readonly mm: number
  readonly between: 'centres' | 'boxes'
  /** Up to here either way nothing is certain. */
  readonly marginMm: number
  readonly source: string
}

/** LPS coordinate and its sign towards the named end. */
const DIRECTIONS: Readonly<Record<Axis, { coordinate: 0 | 1 | 2; sign: 1 | -1 }>> = {
  left: { coordinate: 0, sign: 1 },
  anterior: { coordinate: 1, sign: -1 },
  superior: { coordinate: 2, sign: 1 },
}
/** Nearer than this to each other, left and right organs near the midline cannot be told apart. */
const SIDES_RULE = { marginMm: 10, source: 'the sides they claim, LPS' }

/**
 * The orders of the knowledge entries; of two sides never across. Of a structure that the images cut, the centre of what
 * they show is not its own. Then only the gap between the boxes of the two counts, 0 when they overlap: a mask that is cut at
 * one end reaches the edge of the images there, and nothing lies beyond.
 */
export function orderRelations(members: readonly Member[]): Relation[] {
  const byId = groupById(members)
  return members.flatMap((first) =>
    (first.resolved.structure?.order ?? []).flatMap(({ than, side, thanSide, axis, marginMm, source }) =>
      (isOfSide(first, side) ? (byId.get(than) ?? []) : [])
        .filter((second) => isOfSide(second, thanSide))
        .filter((second) => !areOppositeSides(first.resolved, second.resolved))
        .map((second) => relate(axis, first, second, { marginMm, source })),
    ),
  )
}

function isOfSide({ resolved }: Member, side: Side | null): boolean {
  return side === null || resolved.side === side
}

function groupById(members: readonly Member[]): Map<string, Member[]> {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const id = member.resolved.structure?.id
    if (id === undefined) continue
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [member])
    else group.push(member)
  }
  return groups
}

/** The left one of a pair lies to the left of the right one. */
export function sideRelations(members: readonly Member[]): Relation[] {
  const sided = members.filter(
    ({ resolved }) => resolved.structure?.paired === true && !resolved.sideConflict,
  )
  const byId = groupById(sided.filter(({ resolved }) => resolved.side === 'right'))
  return sided
    .filter(({ resolved }) => resolved.side === 'left')
    .flatMap((left) =>
      (byId.get(left.resolved.structure?.id ?? '') ?? []).map((right) =>
        relate('left', left, right, SIDES_RULE),
      ),
    )
}

function relate(
  axis: Axis,
  first: Member,
  second: Member,
  rule: Pick<Relation, 'marginMm' | 'source'>,
): Relation {
  const between = first.place.isCut || second.place.isCut ? 'boxes' : 'centres'
  const mm = between === 'boxes' ? gapMm(axis, first, second) : centresMm(axis, first, second)
  return { axis, first, second, mm, between, ...rule }
}

function centresMm(axis: Axis, first: Member, second: Member): number {
  const { coordinate, sign } = DIRECTIONS[axis]
  return sign * (first.place.centreMm[coordinate] - second.place.centreMm[coordinate])
}

function gapMm(axis: Axis, first: Member, second: Member): number {
  const { coordinate, sign } = DIRECTIONS[axis]
  const beyond = first.place.lowMm[coordinate] - second.place.highMm[coordinate]
  const before = second.place.lowMm[coordinate] - first.place.highMm[coordinate]
  return sign * (beyond > 0 ? beyond : before > 0 ? -before : 0)
}

/** It cannot be as claimed. */
export function isViolated({ mm, marginMm }: Relation): boolean {
  return mm < -marginMm
}

/** It is as claimed, beyond doubt. */
export function isConfirmed({ mm, marginMm }: Relation): boolean {
  return mm > marginMm
}

export function involves({ first, second }: Relation, number: number): boolean {
  return first.number === number || second.number === number
}

/** The other one of the two. */
export function partnerIn({ first, second }: Relation, number: number): Member {
  return first.number === number ? second : first
}

/** This share of the clear relations along an axis must be reversed before the whole object counts as mirrored. */
export const MIRRORED_SHARE_MIN = 0.8

export interface MirroredAxis {
  readonly axis: Axis
  readonly violated: readonly Relation[]
  /** Violated and confirmed ones. */
  readonly clear: number
}

/**
 * The axes along which the object as a whole is reversed: most clear relations are, and no two segments take part in all
 * of the reversed ones (else those two alone may be wrong, or exchanged).
 */
export function mirroredAxes(members: readonly Member[]): MirroredAxis[] {
  const relations = [...orderRelations(members), ...sideRelations(members)]
  return (['superior', 'anterior', 'left'] as const)
    .map((axis): MirroredAxis => {
      const along = relations.filter((one) => one.axis === axis)
      const violated = along.filter(isViolated)
      return { axis, violated, clear: violated.length + along.filter(isConfirmed).length }
    })
    .filter(
      ({ violated, clear }) => violated.length >= MIRRORED_SHARE_MIN * clear && !isExplainedBy(2, violated),
    )
}

/** Do so many segments, or fewer, take part in all of these relations? */
function isExplainedBy(segments: number, relations: readonly Relation[]): boolean {
  const [one] = relations
  if (one === undefined) return true
  if (segments === 0) return false
  // One of the two segments of any relation must be among them.
  return [one.first, one.second].some(({ number }) =>
    isExplainedBy(
      segments - 1,
      relations.filter((other) => !involves(other, number)),
    ),
  )
}

const WORDS: Readonly<Record<Axis, { further: string; other: string }>> = {
  superior: { further: 'above', other: 'below' },
  anterior: { further: 'in front of', other: 'behind' },
  left: { further: "to the patient's left of", other: "to the patient's right of" },
}

/** Where a segment lies from its partner. `mm`: how far further to the axis, negative the other way. */
export function placeOf(relation: Relation, number: number): { mm: number; words: string } {
  const mm = relation.first.number === number ? relation.mm : -relation.mm
  const { further, other } = WORDS[relation.axis]
  return { mm, words: mm < 0 ? other : further }
}
