/** GREEN and CRIMSON of an evaluation, computed in code from its lists. */
import type { Evaluation } from './evaluation.ts'
import type { Significance } from './terms.ts'

/**
 * GREEN (arXiv 2405.03595): matched / (matched + clinically significant errors of all six types); 0 where nothing matches.
 * Two reports without any finding match in that: one pseudo-finding, "no abnormality", which the formula as published lacks.
 */
export function green({ reference, candidate, matches, errors }: Evaluation): number {
  const bothNormal = reference.length === 0 && candidate.length === 0
  const matched = bothNormal ? 1 : matches.length
  const significant = errors.filter(({ isSignificant }) => isSignificant).length
  return matched === 0 ? 0 : matched / (matched + significant)
}

/** CRIMSON (arXiv 2603.06183). What is not in the list of findings counts as not actionable. */
const WEIGHTS: Readonly<Record<Significance, number>> = {
  urgent: 1,
  actionable_not_urgent: 0.5,
  not_actionable_not_urgent: 0.25,
  benign_expected: 0,
}
const UNKNOWN_WEIGHT = 0.25
/** Of an error in an attribute of a matched finding; one that is not significant weighs nothing. */
const ATTRIBUTE_WEIGHT = 0.5

/**
 * From -1 (exclusive) to 1. S = (credit of what matches - weight of false findings) / weight of the reference; below 0 it is
 * -x / (1 + x) with x = false - credit. A reference that weighs nothing: 1 without false findings, else as below 0.
 */
export function crimson(evaluation: Evaluation): number {
  const weightOf = weigher(evaluation)
  const falseWeight = sum(
    evaluation.errors.filter(({ category }) => category === 'false_finding'),
    ({ candidate }) => weightOf(candidate),
  )
  const credit = creditOf(evaluation, weightOf)
  const referenceWeight = sum(evaluation.reference, ({ id }) => weightOf(id))
  if (referenceWeight === 0 && falseWeight === 0) return 1
  const score = referenceWeight === 0 ? -1 : (credit - falseWeight) / referenceWeight
  if (score >= 0) return score
  const excess = falseWeight - credit
  return excess > 0 ? -excess / (1 + excess) : 0
}

/** A matched finding of weight w with significant attribute errors keeps w * w / (w + their sum). Each reference finding counts once. */
function creditOf({ matches, errors }: Evaluation, weightOf: (id: string | null) => number): number {
  return sum([...new Set(matches.map(({ reference }) => reference))], (id) => {
    const weight = weightOf(id)
    const faults = errors.filter(
      (error) => error.reference === id && error.isSignificant && error.category !== 'missing_finding',
    ).length
    return weight === 0 ? 0 : (weight * weight) / (weight + faults * ATTRIBUTE_WEIGHT)
  })
}

function weigher({ reference, candidate }: Evaluation): (id: string | null) => number {
  const weights = new Map(
    [...reference, ...candidate].map(({ id, significance }) => [id, WEIGHTS[significance]]),
  )
  return (id) => (id === null ? UNKNOWN_WEIGHT : (weights.get(id) ?? UNKNOWN_WEIGHT))
}

function sum<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0)
}
