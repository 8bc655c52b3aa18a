/** A run in numbers: what the JSON file holds and the pages show. */
import type { Frozen } from './frozen.ts'
import type { Base, Outcome, Run } from './outcome.ts'
import { constantOutcomes, monotonyOf, scoresOf, type Monotony, type Scores } from './scores.ts'
import { FAMILIES } from '../perturb/families.ts'

export interface About {
  readonly command: string
  readonly date: string
  readonly seed: number
  readonly split: 'fit' | 'test'
  readonly frozen: Frozen | null
  /** Of what the judge said on everything that it was shown. */
  readonly dataDigest: string
}

export interface FamilyRow {
  readonly family: string
  readonly title: string
  readonly significant: number
  readonly harmless: number
  readonly detected: number | null
  readonly noted: number | null
  readonly rightType: number | null
  readonly rightPlace: number | null
  readonly leftAlone: number | null
  /** Share detected of what is significant, by level. */
  readonly byLevel: readonly { readonly level: number; readonly count: number; readonly detected: number }[]
  readonly monotony: Monotony | null
}

export interface Group {
  readonly name: string
  readonly scores: Scores
}

export interface Part {
  readonly name: string
  readonly segments: number
  readonly accepted: number
  readonly flipped: number
  readonly judges: readonly Group[]
  readonly families: readonly FamilyRow[]
  readonly structures: readonly Group[]
  readonly sizes: readonly Group[]
  /** The families and levels that the goal names. */
  readonly goal: { readonly families: readonly string[]; readonly discrimination: number | null }
}

/** A grave error that was accepted. Its picture is on the page. */
export type MissRow = Pick<
  Outcome,
  'family' | 'edit' | 'level' | 'structure' | 'set' | 'dice' | 'surfaceDice' | 'reasons'
>

export interface Result extends About {
  readonly parts: readonly Part[]
  /** The gravest first. Absent in the first readings, which kept pictures only. */
  readonly misses?: readonly MissRow[]
}

/** What must be seen from the second level on: what code decides, not taste. */
const GOAL = ['X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X9', 'X10', 'X13', 'X14', 'X16'] as const
const GOAL_LEVEL_MIN = 2

/** Synthetic patients, and each real collection by itself. */
export function resultOf(about: About, { bases, outcomes }: Run, misses: readonly Outcome[]): Result {
  const sets = [...new Set(bases.map(({ set }) => set))]
  const phantoms = sets.filter((set) => set.startsWith('phantom'))
  const groups = [
    ...(phantoms.length > 0 ? [{ name: 'phantoms', sets: phantoms }] : []),
    ...sets.filter((set) => !phantoms.includes(set)).map((set) => ({ name: set, sets: [set] })),
  ]
  const parts = groups.map(({ name, sets: own }) =>
    partOf(
      name,
      bases.filter(({ set }) => own.includes(set)),
      outcomes.filter(({ set }) => own.includes(set)),
      about.seed,
    ),
  )
  return { ...about, parts, misses: misses.map(missRow) }
}

function missRow({ family, edit, level, structure, set, dice, surfaceDice, reasons }: Outcome): MissRow {
  return { family, edit, level, structure, set, dice, surfaceDice, reasons }
}

function partOf(name: string, bases: readonly Base[], outcomes: readonly Outcome[], seed: number): Part {
  return {
    name,
    segments: bases.length,
    accepted: bases.filter(({ isAccepted }) => isAccepted).length,
    flipped: bases.filter(({ flipped }) => flipped).length,
    judges: [
      { name: 'checks and rules', scores: scoresOf(outcomes, seed) },
      { name: 'always accept', scores: scoresOf(constantOutcomes(outcomes, 'accept'), seed) },
      { name: 'always reject', scores: scoresOf(constantOutcomes(outcomes, 'reject'), seed) },
    ],
    families: FAMILIES.map((family) =>
      familyRow(
        family,
        outcomes.filter((one) => one.family === family.id),
      ),
    ),
    structures: groupsOf(outcomes, ({ structure }) => structure, seed),
    sizes: groupsOf(outcomes, sizeIn(outcomes), seed),
    goal: { families: GOAL, discrimination: goalOf(outcomes) },
  }
}

function familyRow({ id, title }: { id: string; title: string }, outcomes: readonly Outcome[]): FamilyRow {
  const significant = outcomes.filter(({ label }) => label === 'significant')
  const harmless = outcomes.filter(({ label }) => label === 'harmless')
  const levels = [...new Set(significant.map(({ level }) => level))].toSorted((a, b) => a - b)
  return {
    family: id,
    title,
    significant: significant.length,
    harmless: harmless.length,
    detected: shareOf(significant, ({ isDetected }) => isDetected),
    noted: shareOf(significant, ({ isHinted }) => isHinted),
    rightType: shareOf(significant, ({ isRightType }) => isRightType),
    rightPlace: shareOf(significant, ({ isRightPlace }) => isRightPlace),
    leftAlone: shareOf(harmless, ({ isLeftAlone }) => isLeftAlone),
    byLevel: levels.map((level) => {
      const own = significant.filter((one) => one.level === level)
      return { level, count: own.length, detected: shareOf(own, ({ isDetected }) => isDetected) ?? 0 }
    }),
    monotony: monotonyOf(outcomes),
  }
}

function shareOf(outcomes: readonly Outcome[], holds: (one: Outcome) => boolean): number | null {
  return outcomes.length === 0 ? null : outcomes.filter(holds).length / outcomes.length
}

function groupsOf(outcomes: readonly Outcome[], nameOf: (one: Outcome) => string, seed: number): Group[] {
  return [...new Set(outcomes.map(nameOf))]
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => ({
      name,
      scores: scoresOf(
        outcomes.filter((one) => nameOf(one) === name),
        seed,
      ),
    }))
}

/** Thirds by the volume of the segments that take part. */
function sizeIn(outcomes: readonly Outcome[]): (one: Outcome) => string {
  const segments = new Map(outcomes.map(({ patient, structure, cm3 }) => [`${patient}|${structure}`, cm3]))
  const ascending = [...segments.values()].toSorted((a, b) => a - b)
  const third = (n: number): number => ascending[Math.floor((n * ascending.length) / 3)] ?? Infinity
  const [small, middle] = [third(1), third(2)]
  const [a, b] = [small.toFixed(1), middle.toFixed(1)]
  return ({ cm3 }) =>
    cm3 < small ? `1: below ${a} cm3` : cm3 < middle ? `2: ${a} to ${b} cm3` : `3: from ${b} cm3`
}

function goalOf(outcomes: readonly Outcome[]): number | null {
  const shares = GOAL.flatMap((id) => {
    const own = outcomes.filter(
      (one) =>
        one.family === id &&
        one.label === 'significant' &&
        (one.level >= GOAL_LEVEL_MIN || FAMILIES.find((family) => family.id === id)?.levels.length === 1),
    )
    return shareOf(own, ({ isDetected }) => isDetected) ?? []
  })
  return shares.length === 0 ? null : shares.reduce((sum, one) => sum + one, 0) / shares.length
}
