/** A result as Markdown. */
import { intervalText, tableHead, tableRow } from '../markdown.ts'
import type { FamilyRow, Group, MissRow, Part, Result } from './result.ts'

export function asMarkdown(result: Result): string {
  const { parts, misses = [] } = result
  return [...aboutLines(result), ...parts.flatMap(partLines), ...missLines(misses)].join('\n')
}

function aboutLines({ command, date, seed, split, frozen, dataDigest }: Result): string[] {
  return [
    `    ${command}`,
    '',
    `${date}, seed ${seed}, split "${split}", limits ${frozen === null ? 'not frozen' : `${frozen.digest.slice(0, 19)}, frozen ${frozen.frozenAt}`}, data ${dataDigest.slice(0, 19)}. Shares with 95 % intervals from a bootstrap of patients.`,
    '',
  ]
}

function missLines(misses: readonly MissRow[]): string[] {
  if (misses.length === 0) return []
  return [
    '### The gravest errors that were accepted',
    '',
    ...tableHead(['family', 'edit', 'level', 'structure', 'set', 'Dice', 'surface Dice', 'significant by']),
    ...misses.map(({ family, edit, level, structure, set, dice, surfaceDice, reasons }) => {
      const figures = [dice, surfaceDice].map((value) => value.toFixed(2))
      return tableRow([family, edit, level, structure, set, ...figures, reasons.join(', ')])
    }),
    '',
  ]
}

function partLines(part: Part): string[] {
  const goal = part.goal.discrimination
  return [
    `### ${part.name}`,
    '',
    `${part.segments} segments, ${part.accepted} of them accepted as drawn; the others take no part. Judged twice, ${part.flipped} got another verdict or score.`,
    `Discrimination on ${part.goal.families.join(', ')} from level 2 on: ${goal === null ? '-' : goal.toFixed(3)}.`,
    '',
    ...scoreTable('judge', part.judges),
    '',
    ...familyTable(part.families),
    '',
    ...scoreTable('structure', part.structures),
    '',
    ...scoreTable('size', part.sizes),
    '',
  ]
}

function scoreTable(title: string, groups: readonly Group[]): string[] {
  return [
    ...tableHead([
      title,
      'significant / harmless edits (patients)',
      'D',
      'D, or sent to a person',
      'noted',
      'right type',
      'right place',
      'R',
      'D - R',
      'harmonic mean',
      'separation AUC',
    ]),
    ...groups.map(({ name, scores }) =>
      tableRow([
        name,
        `${scores.significant} / ${scores.harmless} (${scores.patients})`,
        intervalText(scores.discrimination),
        intervalText(scores.held),
        intervalText(scores.hinted),
        intervalText(scores.rightType),
        intervalText(scores.rightPlace),
        intervalText(scores.robustness),
        intervalText(scores.bias),
        intervalText(scores.harmonicMean),
        intervalText(scores.separation),
      ]),
    ),
  ]
}

function familyTable(rows: readonly FamilyRow[]): string[] {
  return [
    ...tableHead([
      'family',
      'significant / harmless',
      'D',
      'by level',
      'noted',
      'right type',
      'right place',
      'R',
      'tau',
      'violations',
    ]),
    ...rows
      .filter(({ significant, harmless }) => significant + harmless > 0)
      .map((row) =>
        tableRow([
          `${row.family} ${row.title}`,
          `${row.significant} / ${row.harmless}`,
          share(row.detected),
          row.byLevel.map(({ level, detected }) => `${level}: ${detected.toFixed(2)}`).join(', '),
          share(row.noted),
          share(row.rightType),
          share(row.rightPlace),
          share(row.leftAlone),
          share(row.monotony?.tau ?? null),
          share(row.monotony?.violations ?? null),
        ]),
      ),
  ]
}

function share(value: number | null): string {
  return value === null ? '-' : value.toFixed(2)
}
