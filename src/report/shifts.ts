/**
 * Have measured values moved? Population stability index over tenths of the distribution before: the sum of
 * (p - q) ln(p / q) (Siddiqi, Credit Risk Scorecards, 2006; above 0.25 is a major shift). By chance it is distributed as
 * (1/n + 1/m) times chi-square with one degree less than there are tenths (Yurdakul & Naranjo, J Risk Model Valid 2020;14(4)).
 */
import type { Shift } from '../domain/drift.ts'
import { grouped } from './grouped.ts'
import type { BinCount } from './rows.ts'

const BINS = 10
const PSI_MATTERS = 0.25
/** Over all values of one report together. */
const CHANCE_PER_REPORT = 0.001
/** Fewer values tell nothing. */
const COUNT_MIN = 100
const WEEK_COUNT_MIN = 40
/** Added to each tenth, so that an empty one has a logarithm. */
const SMOOTHING = 0.5

/** Largest first; only where there are enough values both before and now. */
export function shiftsIn(rows: readonly BinCount[]): Shift[] {
  const groups = grouped(rows, ({ producer, structure, evidence }) => [producer, structure, evidence])
  const enough = groups.filter(
    (group) => total(binsOf(group, isBefore)) >= COUNT_MIN && total(binsOf(group, isNow)) >= COUNT_MIN,
  )
  const chance = CHANCE_PER_REPORT / Math.max(1, enough.length)
  return enough.map((group) => shiftOf(group, chance)).toSorted((a, b) => b.psi - a.psi)
}

function shiftOf(group: readonly BinCount[], chance: number): Shift {
  const { producer = '', structure = '', evidence = '' } = group[0] ?? {}
  const [before, now] = [binsOf(group, isBefore), binsOf(group, isNow)]
  const whole = compare(before, now, chance)
  const weeks = [...new Set(group.flatMap(({ week }) => week ?? []))].toSorted()
  const since = weeks.find((first) => {
    const bins = binsOf(group, ({ week }) => week === first)
    return total(bins) >= WEEK_COUNT_MIN && compare(before, bins, chance).alarm
  })
  const counts = { now: total(now), before: total(before) }
  return { producer, structure, evidence, ...counts, ...whole, since: whole.alarm ? (since ?? null) : null }
}

function compare(before: readonly number[], now: readonly number[], chance: number) {
  const [n, m] = [total(before), total(now)]
  let psi = 0
  for (let bin = 0; bin < BINS; bin++) {
    const q = ((before[bin] ?? 0) + SMOOTHING) / (n + BINS * SMOOTHING)
    const p = ((now[bin] ?? 0) + SMOOTHING) / (m + BINS * SMOOTHING)
    psi += (p - q) * Math.log(p / q)
  }
  // An even number of degrees, one more than there are: on the safe side.
  const critical = (1 / n + 1 / m) * chiSquareQuantile(BINS, chance)
  return { psi, critical, alarm: psi > PSI_MATTERS && psi > critical }
}

const isBefore = ({ week }: BinCount) => week === null
const isNow = ({ week }: BinCount) => week !== null

function binsOf(group: readonly BinCount[], takes: (row: BinCount) => boolean): number[] {
  const bins = Array.from({ length: BINS }, () => 0)
  for (const row of group) if (takes(row)) bins[row.bin] = (bins[row.bin] ?? 0) + row.count
  return bins
}

function total(bins: readonly number[]): number {
  return bins.reduce((sum, count) => sum + count, 0)
}

/** What chi-square exceeds with probability `chance`; `degrees` is even, where its tail is a finite sum. */
function chiSquareQuantile(degrees: number, chance: number): number {
  let [low, high] = [0, 500]
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2
    if (chiSquareTail(degrees, middle) > chance) low = middle
    else high = middle
  }
  return high
}

function chiSquareTail(degrees: number, value: number): number {
  let [term, sum] = [1, 1]
  for (let n = 1; n < degrees / 2; n++) {
    term *= value / 2 / n
    sum += term
  }
  return Math.exp(-value / 2) * sum
}
