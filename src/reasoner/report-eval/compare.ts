/** Two reports' statements against each other: matches and errors in GREEN's six categories. No language model. */
import type { Category, Evaluation, ReportError } from './evaluation.ts'
import { extract, type Said } from './extract.ts'
import type { ReportTerms } from './terms.ts'
import { sameLength } from './words.ts'

/** By the names of terms.yaml alone: a finding in other words is missed in both reports, or looks like an error in one. */
export function evaluateByRules(reference: string, candidate: string, terms: ReportTerms): Evaluation {
  const inReference = presentOnce(extract(reference, terms))
  const inCandidate = presentOnce(extract(candidate, terms))
  const matches = matched(inReference, inCandidate)
  const isMatched = (side: 'r' | 'c', index: number) => matches.some((match) => match[side] === index)
  const missing = inReference.flatMap((said, index) =>
    isMatched('r', index)
      ? []
      : [lone('missing_finding', said, { reference: idOf('R', index), candidate: null })],
  )
  const invented = inCandidate.flatMap((said, index) =>
    isMatched('c', index)
      ? []
      : [lone('false_finding', said, { reference: null, candidate: idOf('P', index) })],
  )
  const differing = matches.flatMap(({ r, c }) => {
    const [one, other] = [inReference[r], inCandidate[c]]
    const about = { reference: idOf('R', r), candidate: idOf('P', c) }
    return one === undefined || other === undefined
      ? []
      : differences(one, other).map((row) => ({ ...row, ...about }))
  })
  return {
    reference: inReference.map(({ significance }, index) => ({ id: idOf('R', index), significance })),
    candidate: inCandidate.map(({ significance }, index) => ({ id: idOf('P', index), significance })),
    matches: matches.map(({ r, c }) => ({ reference: idOf('R', r), candidate: idOf('P', c) })),
    errors: [...invented, ...missing, ...differing],
  }
}

function idOf(letter: 'R' | 'P', index: number): string {
  return `${letter}${index + 1}`
}

/** What is there; said twice in the same place counts once, with all that either says. */
function presentOnce(said: readonly Said[]): Said[] {
  const kept: Said[] = []
  for (const one of said.filter(({ isPresent }) => isPresent)) {
    const at = kept.findIndex((other) => other.finding === one.finding && compatible(other, one))
    const before = kept[at]
    if (before === undefined) kept.push(one)
    else kept[at] = joined(before, one)
  }
  return kept
}

function compatible(a: Said, b: Said): boolean {
  return (
    (a.side === null || b.side === null || a.side === b.side) &&
    (a.place === null || b.place === null || a.place === b.place)
  )
}

function joined(a: Said, b: Said): Said {
  return {
    ...a,
    side: a.side ?? b.side,
    place: a.place ?? b.place,
    degree: a.degree ?? b.degree,
    sizeMm: a.sizeMm ?? b.sizeMm,
    change: a.change ?? b.change,
  }
}

/** One to one by finding; those in the same place first. */
function matched(reference: readonly Said[], candidate: readonly Said[]): { r: number; c: number }[] {
  const pairs: { r: number; c: number }[] = []
  const isFree = (r: number, c: number) => !pairs.some((pair) => pair.r === r || pair.c === c)
  for (const suits of [compatible, () => true]) {
    reference.forEach((one, r) => {
      const c = candidate.findIndex(
        (other, index) => other.finding === one.finding && isFree(r, index) && suits(one, other),
      )
      if (c >= 0) pairs.push({ r, c })
    })
  }
  return pairs
}

/** A finding that only one report has matters unless it is expected or benign. */
function lone(
  category: 'false_finding' | 'missing_finding',
  { significance }: Said,
  about: Pick<ReportError, 'reference' | 'candidate'>,
): ReportError {
  return { category, isSignificant: significance !== 'benign_expected', ...about }
}

type Difference = Pick<ReportError, 'category' | 'isSignificant'>

/** Wrong side or lobe matters (CRIMSON, CT guidelines); a place that only one of them names does not. */
function differences(one: Said, other: Said): Difference[] {
  const found: Difference[] = []
  const add = (category: Category, isSignificant: boolean) => found.push({ category, isSignificant })
  if (one.side !== other.side) add('location', one.side !== null && other.side !== null)
  if (one.place !== other.place) add('location', one.place !== null && other.place !== null)
  if (one.degree !== null && other.degree !== null && one.degree !== other.degree)
    add('severity', Math.abs(one.degree - other.degree) > 1)
  if (one.sizeMm !== null && other.sizeMm !== null && one.sizeMm !== other.sizeMm)
    add('severity', !sameLength(one.sizeMm, other.sizeMm))
  if (one.change !== other.change)
    add(
      one.change === null || other.change !== null ? 'false_comparison' : 'missing_comparison',
      (one.change ?? 'same') !== 'same' || (other.change ?? 'same') !== 'same',
    )
  return found
}
