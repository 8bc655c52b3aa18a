/** Pairs of segments of one object that carry each other's claim: exchanging the two claims sets every place right. */
import { volumeCm3, type Member } from './neighbours.ts'
import { involves, isViolated, orderRelations, sideRelations, type Axis, type Relation } from './relations.ts'
import { fitsVolume } from './structure.ts'

export interface Exchange {
  readonly numbers: readonly [number, number]
  /** Relations that are violated as claimed and hold after the exchange. */
  readonly setRight: number
  /** A volume was implausible as claimed, and both are plausible after the exchange. */
  readonly fitsVolumes: boolean
}

/** With more suspects than this the object is in disarray, and two of them would fit by chance. */
const SUSPECTS_MAX = 12
const ONE_SIDED_MIN = 2

/** The best exchange first; no segment is in two of them. Relations along `ignored` axes (mirrored ones) do not count. */
export function findExchanges(members: readonly Member[], ignored: ReadonlySet<Axis>): Exchange[] {
  const violated = orderRelations(members).filter((one) => isViolated(one) && !ignored.has(one.axis))
  const suspects = members.filter(({ number }) => violated.some((one) => involves(one, number)))
  if (suspects.length > SUSPECTS_MAX) return []
  const possible = suspects.flatMap((a, index) =>
    suspects.slice(index + 1).flatMap((b): Exchange[] => {
      const fitsVolumes = !fits(a, a) || !fits(b, b)
      if (!fitsVolumes && isOneSided(a, b, violated)) return []
      if (!isBetterExchanged(a, b, members, ignored)) return []
      const setRight = violated.filter((one) => involves(one, a.number) || involves(one, b.number)).length
      return [{ numbers: [a.number, b.number], setRight, fitsVolumes }]
    }),
  )
  return withoutSharing(
    possible.toSorted((a, b) => Number(b.fitsVolumes) - Number(a.fitsVolumes) || b.setRight - a.setRight),
  )
}

/** Third segments contradict one of the two and not the other: that one alone lies wrong. */
function isOneSided(a: Member, b: Member, violated: readonly Relation[]): boolean {
  const byOthers = (own: Member, other: Member): number =>
    violated.filter((one) => involves(one, own.number) && !involves(one, other.number)).length
  const counts = [byOthers(a, b), byOthers(b, a)]
  return Math.min(...counts) === 0 && Math.max(...counts) >= ONE_SIDED_MIN
}

function isBetterExchanged(
  a: Member,
  b: Member,
  members: readonly Member[],
  ignored: ReadonlySet<Axis>,
): boolean {
  const sameStructure = a.resolved.structure?.id === b.resolved.structure?.id
  if (sameStructure || (fits(a, a) && !fits(a, b)) || (fits(b, b) && !fits(b, a))) return false
  const exchanged = members.map((member) => {
    if (member.number === a.number) return { ...member, resolved: b.resolved }
    return member.number === b.number ? { ...member, resolved: a.resolved } : member
  })
  return ![...orderRelations(exchanged), ...sideRelations(exchanged)].some(
    (one) =>
      (involves(one, a.number) || involves(one, b.number)) && !ignored.has(one.axis) && isViolated(one),
  )
}

/** Would the volume of one fit the claim of the other? */
function fits(member: Member, claim: Member): boolean {
  return fitsVolume(claim.resolved, volumeCm3(member))
}

function withoutSharing(exchanges: readonly Exchange[]): Exchange[] {
  const taken = new Set<number>()
  return exchanges.filter(({ numbers }) => {
    if (numbers.some((number) => taken.has(number))) return false
    for (const number of numbers) taken.add(number)
    return true
  })
}
