/** The results of `plumbline bench refine` in Markdown. */
import { wilson } from '../../calibrate/binomial.ts'
import type { RefineRow } from './row.ts'

/** Worse by more than this counts. */
const WORSE_BY = 0.02
const THRESHOLDS = [0.7, 0.8, 0.9]

export function resultTables(rows: readonly RefineRow[]): string {
  const sets = [...new Set(rows.map(({ set }) => set))]
  const parts = [
    ...sets.map((set) => [set, rows.filter((row) => row.set === set)] as const),
    ['all', rows] as const,
  ]
  return [
    '| set | masks | pseudo-Dice with true Dice: r (95 %) | rejected | proposals | true Dice of the rejected | with proposals | largest piece, filled | proposals worse by > 0.02 | Goodhart gap of proposals |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...parts.map(([set, of]) => setRow(set, of)),
    '',
    '| what was done | masks | rejected | proposals | true Dice before | of proposals before | after |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...kindsOf(rows).map(([kind, of]) => kindRow(kind, of)),
    '',
    '| true Dice below | masks below | pseudo-Dice below: sensitivity | specificity |',
    '| --- | --- | --- | --- |',
    ...THRESHOLDS.map((threshold) => thresholdRow(threshold, rows)),
    '',
  ].join('\n')
}

function setRow(set: string, rows: readonly RefineRow[]): string {
  const rejected = rows.filter(({ isRejected }) => isRejected)
  const proposed = rejected.flatMap((row) => (row.after === null ? [] : [{ ...row, after: row.after }]))
  const worse = proposed.filter(({ before, after }) => after < before - WORSE_BY).length
  const gap = mean(proposed.map(({ correction, after }) => (correction.after?.mean ?? 0) - after))
  return cells([
    set,
    rows.length,
    correlation(rows),
    rejected.length,
    proposed.length,
    dice(mean(rejected.map(({ before }) => before))),
    dice(mean(rejected.map(({ before, after }) => after ?? before))),
    dice(mean(rejected.map(({ baseline }) => baseline))),
    share(worse, proposed.length),
    dice(gap),
  ])
}

function kindsOf(rows: readonly RefineRow[]): [string, RefineRow[]][] {
  const kinds = new Map<string, RefineRow[]>()
  for (const row of rows) {
    const kind = `${row.degradation.kind} ${row.degradation.amount}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), row])
  }
  return [...kinds]
}

function kindRow(kind: string, rows: readonly RefineRow[]): string {
  const proposed = rows.flatMap(({ isRejected, before, after }) =>
    isRejected && after !== null ? [{ before, after }] : [],
  )
  return cells([
    kind,
    rows.length,
    rows.filter(({ isRejected }) => isRejected).length,
    proposed.length,
    dice(mean(rows.map(({ before }) => before))),
    dice(mean(proposed.map(({ before }) => before))),
    dice(mean(proposed.map(({ after }) => after))),
  ])
}

function thresholdRow(threshold: number, rows: readonly RefineRow[]): string {
  const known = rows.flatMap(({ correction, before }) =>
    correction.before === null ? [] : [{ pseudo: correction.before.mean, before }],
  )
  const bad = known.filter(({ before }) => before < threshold)
  const good = known.filter(({ before }) => before >= threshold)
  return cells([
    threshold,
    bad.length,
    share(bad.filter(({ pseudo }) => pseudo < threshold).length, bad.length),
    share(good.filter(({ pseudo }) => pseudo >= threshold).length, good.length),
  ])
}

/** Pearson's r with its interval by Fisher's z (Metron 1921;1:3-32). */
function correlation(rows: readonly RefineRow[]): string {
  const pairs = rows.flatMap(({ correction, before }) =>
    correction.before === null ? [] : [[correction.before.mean, before] as const],
  )
  if (pairs.length < 4) return '-'
  const r = pearson(pairs)
  const half = 1.959963984540054 / Math.sqrt(pairs.length - 3)
  const [low, high] = [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)]
  return `${r.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}

function pearson(pairs: readonly (readonly [number, number])[]): number {
  const [x, y] = [mean(pairs.map(([one]) => one)), mean(pairs.map(([, other]) => other))]
  const sum = (of: (pair: readonly [number, number]) => number): number =>
    pairs.reduce((total, pair) => total + of(pair), 0)
  return (
    sum(([a, b]) => (a - x) * (b - y)) / Math.sqrt(sum(([a]) => (a - x) ** 2) * sum(([, b]) => (b - y) ** 2))
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

function dice(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3)
}

function share(count: number, of: number): string {
  if (of === 0) return '-'
  const { low, high } = wilson(count, of)
  return `${count} of ${of} (${percent(low)} to ${percent(high)})`
}

function percent(value: number): string {
  return `${Math.round(100 * value)} %`
}

function cells(values: readonly (string | number)[]): string {
  return `| ${values.join(' | ')} |`
}
