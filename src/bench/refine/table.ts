/** The results of `plumbline bench refine` in Markdown. */
import { tableRow } from '../markdown.ts'
import { correlationText, diceText, mean, shareText } from './numbers.ts'
import type { RefineRow } from './row.ts'
import { sliceTables } from './slice-table.ts'

/** Worse by more than this counts. */
const WORSE_BY = 0.02
const THRESHOLDS = [0.7, 0.8, 0.9]

export function resultTables(rows: readonly RefineRow[]): string {
  const chosen = asServed(rows)
  return [
    ...setTable(rows, chosen),
    '| what was done | masks | rejected | proposals | true Dice before | of proposals before | after |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...groupsOf(chosen, ({ degradation: { kind, amount } }) => `${kind} ${amount}`).map(([kind, of]) =>
      kindRow(kind, of),
    ),
    '',
    '| pseudo ground truth | true Dice below | masks below | pseudo-Dice below: sensitivity | specificity |',
    '| --- | --- | --- | --- | --- |',
    ...groupsOf(rows, ({ provider }) => provider).flatMap(([provider, of]) =>
      THRESHOLDS.map((threshold) => thresholdRow(provider, threshold, of)),
    ),
    '',
    ...sliceTables(rows),
    '| why nothing was proposed for a rejected mask | masks |',
    '| --- | --- |',
    ...groupsOf(chosen.filter(isRefused), ({ correction }) => withoutNumbers(correction.reason)).map(
      ([reason, of]) => tableRow([reason, of.length]),
    ),
    '',
  ].join('\n')
}

/** Of each mask the row that the service would give: of the first provider that could. Rows of one mask follow each other. */
function asServed(rows: readonly RefineRow[]): RefineRow[] {
  return groupsOf(rows, ({ mask }) => String(mask)).flatMap(
    ([, of]) => of.find(({ correction }) => correction.pseudoTruth !== null) ?? of.slice(0, 1),
  )
}

function isRefused({ isRejected, after }: RefineRow): boolean {
  return isRejected && after === null
}

function withoutNumbers(reason: string): string {
  return reason.replaceAll(/ \((least|fewer)[^)]*\)/g, '')
}

function groupsOf(
  rows: readonly RefineRow[],
  key: (row: RefineRow) => string,
): (readonly [string, RefineRow[]])[] {
  const groups = new Map<string, RefineRow[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return [...groups]
}

function setTable(rows: readonly RefineRow[], chosen: readonly RefineRow[]): string[] {
  return [
    '| set | pseudo ground truth | masks | pseudo-Dice with true Dice: r (95 %) | rejected | proposals | true Dice of the rejected | with proposals | largest piece, filled | proposals worse by > 0.02 | Goodhart gap of proposals |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...groupsOf(rows, ({ set, provider }) => `${set} | ${provider}`).map(([name, of]) => setRow(name, of)),
    setRow('all | as the service chooses', chosen),
    '',
  ]
}

function setRow(name: string, rows: readonly RefineRow[]): string {
  const rejected = rows.filter(({ isRejected }) => isRejected)
  const proposed = rejected.flatMap((row) => (row.after === null ? [] : [{ ...row, after: row.after }]))
  const worse = proposed.filter(({ before, after }) => after < before - WORSE_BY).length
  const gap = mean(proposed.map(({ correction, after }) => (correction.after?.mean ?? 0) - after))
  const pairs = rows.flatMap(({ image, correction, before }) =>
    correction.before === null ? [] : [{ image, x: correction.before.mean, y: before }],
  )
  return tableRow([
    name,
    rows.length,
    correlationText(pairs),
    rejected.length,
    proposed.length,
    diceText(mean(rejected.map(({ before }) => before))),
    diceText(mean(rejected.map(({ before, after }) => after ?? before))),
    diceText(mean(rejected.map(({ baseline }) => baseline))),
    shareText(worse, proposed.length),
    diceText(gap),
  ])
}

function kindRow(kind: string, rows: readonly RefineRow[]): string {
  const proposed = rows.flatMap(({ isRejected, before, after }) =>
    isRejected && after !== null ? [{ before, after }] : [],
  )
  return tableRow([
    kind,
    rows.length,
    rows.filter(({ isRejected }) => isRejected).length,
    proposed.length,
    diceText(mean(rows.map(({ before }) => before))),
    diceText(mean(proposed.map(({ before }) => before))),
    diceText(mean(proposed.map(({ after }) => after))),
  ])
}

function thresholdRow(provider: string, threshold: number, rows: readonly RefineRow[]): string {
  const known = rows.flatMap(({ correction, before }) =>
    correction.before === null ? [] : [{ pseudo: correction.before.mean, before }],
  )
  const bad = known.filter(({ before }) => before < threshold)
  const good = known.filter(({ before }) => before >= threshold)
  return tableRow([
    provider,
    threshold,
    bad.length,
    shareText(bad.filter(({ pseudo }) => pseudo < threshold).length, bad.length),
    shareText(good.filter(({ pseudo }) => pseudo >= threshold).length, good.length),
  ])
}
