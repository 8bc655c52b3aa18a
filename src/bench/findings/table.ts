/** What was found on real data, as Markdown: counts per set, what limits stand on, then every grave finding in words. */
import { tableHead, tableRow } from '../markdown.ts'
import { mean } from '../refine/numbers.ts'
import type { SegmentResult } from '../../domain/case.ts'

export interface Row extends Pick<
  SegmentResult,
  'label' | 'structure' | 'verdict' | 'findings' | 'evidence'
> {
  readonly set: string
  readonly drawnBy: 'expert' | 'AI'
  /** Of the case within its set. */
  readonly name: string
  /** Of its images; null without any. */
  readonly modality: string | null
}

const VERDICTS = ['accept', 'review', 'reject', 'not-assessable'] as const

export function asTables(rows: readonly Row[]): string {
  return [
    ...countsTable(rows),
    '',
    ...modesTable(rows),
    '',
    ...evidenceTable(rows),
    '',
    ...graveFindings(rows),
    '',
  ].join('\n')
}

function countsTable(rows: readonly Row[]): string[] {
  const lines = [...grouped(rows, ({ set }) => set)].map(([set, own]) => {
    const verdicts = VERDICTS.map((verdict) => own.filter((row) => row.verdict === verdict).length)
    const all = own.flatMap(({ findings }) => findings)
    const severities = (['critical', 'major', 'minor'] as const).map(
      (severity) => all.filter((finding) => finding.severity === severity).length,
    )
    return tableRow([set, own[0]?.drawnBy ?? '', own.length, ...verdicts, ...severities])
  })
  return [...tableHead(['set', 'drawn by', 'segments', ...VERDICTS, 'critical', 'major', 'minor']), ...lines]
}

function modesTable(rows: readonly Row[]): string[] {
  const found = rows.flatMap(({ set, findings }) =>
    findings.map(({ mode, severity }) => ({ set, mode, severity })),
  )
  const byKey = grouped(found, ({ set, mode, severity }) => tableRow([set, mode, severity]))
  const lines = [...byKey].map(([key, all]) => `${key} ${all.length} |`)
  return [...tableHead(['set', 'failure mode', 'severity', 'findings']), ...lines]
}

/** Limits were set by what real masks of a structure have. */
const LIMITED = ['edge support of the boundary', 'contrast of the clearest piece'] as const

function evidenceTable(rows: readonly Row[]): string[] {
  const measured = rows.flatMap(({ set, structure, modality, evidence }) =>
    evidence
      .filter(({ name }) => LIMITED.some((one) => one === name))
      .map(({ name, value }) => ({
        key: tableRow([name, structure ?? 'unknown', `${set}, ${modality}`]),
        value,
      })),
  )
  const lines = [...grouped(measured, ({ key }) => key)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, all]) => {
      const values = all.map(({ value }) => value)
      const figures = [Math.min(...values), mean(values), Math.max(...values)]
      return `${key} ${values.length} | ${figures.map((value) => value.toFixed(2)).join(' | ')} |`
    })
  return [...tableHead(['measured', 'structure', 'set', 'masks', 'least', 'mean', 'most']), ...lines]
}

function graveFindings(rows: readonly Row[]): string[] {
  return rows.flatMap(({ set, name, label, findings }) =>
    findings
      .filter(({ severity }) => severity !== 'minor')
      .map(({ severity, mode, text }) => `- ${set}, ${name}, ${label}: ${severity} ${mode}: ${text}`),
  )
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
