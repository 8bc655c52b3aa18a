/**
 * Discrimination and robustness of a judge, and how sure they are. Averages go over families, each as heavy as the next;
 * intervals come from drawing patients again. Definitions: docs/measured-quality.md.
 */
import { patientInterval, type Interval } from '../../calibrate/quality.ts'
import type { Outcome } from './outcome.ts'

export interface Scores {
  /** Edits that count. */
  readonly significant: number
  readonly harmless: number
  readonly patients: number
  readonly discrimination: Interval | null
  /** ... with anything but an acceptance. */
  readonly held: Interval | null
  /** ... or with a note in the report at least. */
  readonly hinted: Interval | null
  readonly rightType: Interval | null
  readonly rightPlace: Interval | null
  readonly robustness: Interval | null
  readonly bias: Interval | null
  readonly harmonicMean: Interval | null
  readonly separation: Interval | null
}

type Share = 'isDetected' | 'isHeld' | 'isHinted' | 'isRightType' | 'isRightPlace' | 'isLeftAlone'
const SHARES: readonly Share[] = [
  'isDetected',
  'isHeld',
  'isHinted',
  'isRightType',
  'isRightPlace',
  'isLeftAlone',
]

/** All edits of one family on one patient with one label, counted: what is drawn again and again must be small. */
interface Tally {
  readonly patient: string
  readonly family: string
  readonly isSignificant: boolean
  count: number
  readonly holds: Record<Share, number>
  /** Edits by how many scores they lose. */
  readonly drops: Map<number, number>
}

export function scoresOf(outcomes: readonly Outcome[], seed: number): Scores {
  const tallies = talliesOf(outcomes)
  const interval = (numberOf: (drawn: readonly Tally[]) => number): Interval | null =>
    patientInterval(tallies, numberOf, seed)
  const share =
    (name: Share, isSignificant: boolean) =>
    (drawn: readonly Tally[]): number =>
      meanOverFamilies(drawn, name, isSignificant)
  const discrimination = share('isDetected', true)
  const robustness = share('isLeftAlone', false)
  return {
    significant: outcomes.filter(({ label }) => label === 'significant').length,
    harmless: outcomes.filter(({ label }) => label === 'harmless').length,
    patients: new Set(outcomes.map(({ patient }) => patient)).size,
    discrimination: interval(discrimination),
    held: interval(share('isHeld', true)),
    hinted: interval(share('isHinted', true)),
    rightType: interval(share('isRightType', true)),
    rightPlace: interval(share('isRightPlace', true)),
    robustness: interval(robustness),
    bias: interval((drawn) => discrimination(drawn) - robustness(drawn)),
    harmonicMean: interval((drawn) => harmonicMean(discrimination(drawn), robustness(drawn))),
    separation: interval(separationOf),
  }
}

/** What is neither one nor the other takes no part. */
function talliesOf(outcomes: readonly Outcome[]): Tally[] {
  const tallies = new Map<string, Tally>()
  for (const outcome of outcomes) {
    const { patient, family, label, drop } = outcome
    if (label === 'grey') continue
    const key = `${patient}|${family}|${label}`
    const holds = { isDetected: 0, isHeld: 0, isHinted: 0, isRightType: 0, isRightPlace: 0, isLeftAlone: 0 }
    const fresh = {
      patient,
      family,
      isSignificant: label === 'significant',
      count: 0,
      holds,
      drops: new Map(),
    }
    const tally: Tally = tallies.get(key) ?? fresh
    tallies.set(key, tally)
    tally.count++
    for (const share of SHARES) if (outcome[share]) tally.holds[share]++
    tally.drops.set(drop, (tally.drops.get(drop) ?? 0) + 1)
  }
  return [...tallies.values()]
}

function meanOverFamilies(tallies: readonly Tally[], share: Share, isSignificant: boolean): number {
  const families = new Map<string, { count: number; holds: number }>()
  for (const tally of tallies) {
    if (tally.isSignificant !== isSignificant) continue
    const sum = families.get(tally.family) ?? { count: 0, holds: 0 }
    families.set(tally.family, {
      count: sum.count + tally.count,
      holds: sum.holds + tally.holds[share],
    })
  }
  const shares = [...families.values()].map(({ count, holds }) => holds / count)
  return shares.reduce((sum, one) => sum + one, 0) / shares.length
}

function harmonicMean(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b)
}

/** P(what does harm loses more scores than what does none), ties half: Mann-Whitney U over the number of pairs. */
function separationOf(tallies: readonly Tally[]): number {
  const [harm, none] = [dropsOf(tallies, true), dropsOf(tallies, false)]
  let [sum, pairs] = [0, 0]
  for (const [a, first] of harm)
    for (const [b, second] of none) {
      sum += first * second * (a > b ? 1 : a === b ? 0.5 : 0)
      pairs += first * second
    }
  return sum / pairs
}

function dropsOf(tallies: readonly Tally[], isSignificant: boolean): Map<number, number> {
  const counts = new Map<number, number>()
  for (const tally of tallies)
    if (tally.isSignificant === isSignificant)
      for (const [drop, count] of tally.drops) counts.set(drop, (counts.get(drop) ?? 0) + count)
  return counts
}

export interface Monotony {
  /** Kendall's tau of level and scores lost, mean over segments; a tie in scores counts for nothing. */
  readonly tau: number
  /** Share of pairs of levels of which the worse one has the better score. */
  readonly violations: number
  readonly series: number
}

/** Level 0 is the mask as drawn. Null without an edit of several levels. */
export function monotonyOf(outcomes: readonly Outcome[]): Monotony | null {
  const series = new Map<string, { level: number; drop: number }[]>()
  for (const { patient, structure, family, edit, level, drop } of outcomes) {
    const key = `${patient}|${structure}|${family}|${edit}`
    series.set(key, [...(series.get(key) ?? [{ level: 0, drop: 0 }]), { level, drop }])
  }
  const long = [...series.values()].filter((one) => one.length > 2)
  if (long.length === 0) return null
  const pairs = long.map(pairsOf)
  const sum = (of: (one: (typeof pairs)[number]) => number): number =>
    pairs.reduce((total, one) => total + of(one), 0)
  return {
    tau: sum(({ up, down, all }) => (up - down) / all) / pairs.length,
    violations: sum(({ down }) => down) / sum(({ all }) => all),
    series: long.length,
  }
}

function pairsOf(points: readonly { level: number; drop: number }[]): {
  up: number
  down: number
  all: number
} {
  let [up, down, all] = [0, 0, 0]
  for (const [n, a] of points.entries())
    for (const b of points.slice(n + 1)) {
      const order = (b.level - a.level) * (b.drop - a.drop)
      if (order > 0) up++
      if (order < 0) down++
      all++
    }
  return { up, down, all }
}

/** What a judge that always says the same would have got. */
export function constantOutcomes(outcomes: readonly Outcome[], verdict: 'accept' | 'reject'): Outcome[] {
  const isReject = verdict === 'reject'
  return outcomes.map((outcome) => ({
    ...outcome,
    verdict,
    isDetected: isReject,
    isHeld: isReject,
    isHinted: false,
    isRightType: false,
    isRightPlace: false,
    isLeftAlone: !isReject,
    drop: 0,
  }))
}
