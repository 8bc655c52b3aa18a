/**
 * Does a segment lie where the structure that it claims to be lies, relative to the object's other segments? A violated
 * relation says that one of two segments is wrong: the one with more of them is. An object with one segment, or with
 * structures whose knowledge entries name no order, cannot be judged by place. Mirrored axes are left to mirrored.ts.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import { findExchanges, type Exchange } from './exchanged-claims.ts'
import { describeNeighbour, membersOf, type Member } from './neighbours.ts'
import {
  involves,
  isViolated,
  mirroredAxes,
  orderRelations,
  partnerIn,
  placeOf,
  type Relation,
} from './relations.ts'
import { counted, figure, imagesOf, worstSlices } from './words.ts'

/** So many segments must contradict one before it alone is to blame beyond doubt. */
const CONTRADICTIONS_CRITICAL = 2
/** Contradictions told in full. */
const TOLD_MAX = 5

type Judgement = Pick<FindingDraft, 'severity' | 'text'>

export function checkWrongStructure(context: MaskContext): CheckResult {
  const { number, measures, volume } = context
  const members = membersOf(context)
  const mirrored = new Set(mirroredAxes(members).map(({ axis }) => axis))
  const relations = orderRelations(members).filter(({ axis }) => !mirrored.has(axis))
  const own = relations.filter((one) => involves(one, number))
  if (own.length === 0) return NOTHING
  const summary: EvidenceDraft = {
    key: 'place.fits',
    name: 'places that fit the claim',
    value: own.filter((one) => !isViolated(one)).length,
    unit: '1',
    where: `of ${own.length} relative to ${counted(partnersIn(own, number).length, 'other segment')}`,
  }
  const judgement = judge(number, members, relations, findExchanges(members, mirrored))
  if (judgement === null) return { evidence: [summary], findings: [] }
  const against = own
    .filter(isViolated)
    .toSorted((a, b) => a.mm - b.mm)
    .slice(0, TOLD_MAX)
    .map((one) => asEvidence(one, number))
  const images = imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2]))
  const evidence = [summary, ...against]
  return {
    evidence,
    findings: [
      { mode: 'wrong-structure', ...judgement, evidence: evidence.map(({ key }) => key), ...images },
    ],
  }
}

function judge(
  number: number,
  members: readonly Member[],
  relations: readonly Relation[],
  exchanges: readonly Exchange[],
): Judgement | null {
  const exchange = exchanges.find(({ numbers }) => numbers.includes(number))
  if (exchange !== undefined) return tellExchange(number, members, exchange)
  // What an exchange explains says nothing against a third segment.
  const exchanged = exchanges.flatMap(({ numbers }) => numbers)
  return vote(
    number,
    relations.filter((one) => !exchanged.some((other) => involves(one, other))),
  )
}

function tellExchange(number: number, members: readonly Member[], exchange: Exchange): Judgement | null {
  const other = members.find((one) => one.number !== number && exchange.numbers.includes(one.number))
  if (other === undefined) return null
  const { setRight, fitsVolumes } = exchange
  const places = `${counted(setRight, 'place')} that ${setRight === 1 ? 'contradicts its' : 'contradict their'} claims`
  if (setRight < CONTRADICTIONS_CRITICAL && !fitsVolumes) {
    return {
      severity: 'major',
      text: `It and ${describeNeighbour(other)} lie the wrong way round: they look exchanged, or one of them is not what it claims.`,
    }
  }
  const volumes = fitsVolumes ? ', and their volumes, which are implausible as claimed' : ''
  return {
    severity: 'critical',
    text: `It and ${describeNeighbour(other)} look exchanged: with each other's claim, ${places} would be right${volumes}.`,
  }
}

/** Null: nothing contradicts it, or what does is itself contradicted more. */
function vote(number: number, relations: readonly Relation[]): Judgement | null {
  const own = relations.filter((one) => involves(one, number))
  const [clearest] = own.filter(isViolated).toSorted((a, b) => a.mm + a.marginMm - (b.mm + b.marginMm))
  if (clearest === undefined) return null
  const against = contradictions(relations, number)
  const votes = against.map((partner) => contradictions(relations, partner.number).length)
  const partner = describeNeighbour(partnerIn(clearest, number))
  const { mm, words } = placeOf(clearest, number)
  const place = `it lies ${figure(Math.abs(mm))} mm ${words} ${partner}`
  if (votes.some((count) => count < against.length)) {
    // Along the other axes it may lie anywhere without a contradiction.
    const along = own.filter(({ axis }) => axis === clearest.axis)
    const contrary = along.filter(isViolated).length
    const isMost = contrary >= CONTRADICTIONS_CRITICAL && contrary > along.length / 2
    return {
      severity: isMost ? 'critical' : 'major',
      text: `It is not where the structure it claims to be must lie: ${contrary} of ${counted(along.length, 'segment')} that it can be compared with contradict it; ${place}.`,
    }
  }
  if (votes.every((count) => count > against.length)) return null
  return {
    severity: 'minor',
    text: `Either it or ${partner} is not what it claims: ${place}. Which of the two is wrong cannot be told from their places.`,
  }
}

/** The segments that the relations of this one are with. */
function partnersIn(relations: readonly Relation[], number: number): Member[] {
  const partners = relations.filter((one) => involves(one, number)).map((one) => partnerIn(one, number))
  return [...new Map(partners.map((partner) => [partner.number, partner])).values()]
}

function contradictions(relations: readonly Relation[], number: number): Member[] {
  return partnersIn(relations.filter(isViolated), number)
}

function asEvidence(relation: Relation, number: number): EvidenceDraft {
  const { axis, between, first, marginMm, source } = relation
  const range = first.number === number ? { low: -marginMm, high: null } : { low: null, high: marginMm }
  return {
    key: `place.${axis}.${partnerIn(relation, number).number}`,
    name: OFFSET_NAMES[axis],
    value: placeOf(relation, number).mm,
    unit: 'mm',
    where: `${WHERE[between]} ${describeNeighbour(partnerIn(relation, number))}`,
    expected: { ...range, source },
  }
}

const WHERE: Readonly<Record<Relation['between'], string>> = {
  centres: 'centre against',
  boxes: 'gap between the parts that the images show, against',
}

const OFFSET_NAMES: Readonly<Record<Relation['axis'], string>> = {
  superior: 'offset above another segment',
  anterior: 'offset in front of another segment',
  left: 'offset to the left of another segment',
}
