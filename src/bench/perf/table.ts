/** Results for people: every run, then the medians as one table. */
import { tableHead, tableRow } from '../markdown.ts'
import type { Cost } from './measure.ts'
import type { Comparison, ContenderResult, RowResult } from './rows.ts'

const NAME_WIDTH = 30
const FIGURE_WIDTH = 10
/** Slower than this is said in words too. */
const SLOW_S = 120
const DIGITS = [2, 2, 0]

export function asTable(results: readonly RowResult[]): string {
  return [...results.map((result) => `${rowLines(result).join('\n')}\n`), ...medianLines(results), ''].join(
    '\n',
  )
}

function medianLines(results: readonly RowResult[]): string[] {
  return [
    ...tableHead(['', 'job', 'by', 'wall', 'CPU', 'peak', 'CPU of ours / its', 'answers']),
    ...results.flatMap(({ id, title, ours, peers, comparisons, tolerance }) =>
      [ours, ...peers].map((one) => {
        const comparison = comparisons.find(({ peer }) => peer === one.name)
        const agreement = comparison === undefined ? ['-', '-'] : agreementCells(comparison, tolerance)
        return tableRow([id, title, one.name, ...medianCells(one), ...agreement])
      }),
    ),
  ]
}

function medianCells({ median, missing, failures }: ContenderResult): string[] {
  if (median === null) return [missing ?? failures[0] ?? 'not run', '-', '-']
  return [
    `${median.wallS.toFixed(2)} s`,
    `${median.cpuS.toFixed(2)} s`,
    `${median.peakMebibytes.toFixed(0)} MiB`,
  ]
}

function agreementCells({ ratio, answers, unequal }: Comparison, tolerance: number): string[] {
  const agree = tolerance === 0 ? 'equal' : `within ${tolerance}`
  return [
    ratio.cpuS.toFixed(2),
    unequal === 0 ? `all ${answers} ${agree}` : `${unequal} of ${answers} differ`,
  ]
}

function rowLines({ id, title, measured, target, tolerance, ours, peers, comparisons }: RowResult): string[] {
  return [
    `(${id}) ${title}`,
    `    ${measured}`,
    line('', ['wall s', 'CPU s', 'peak MiB']),
    line('target', figures(target, DIGITS)),
    ...contenderLines(ours),
    ...peers.flatMap(contenderLines),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, tolerance)),
  ]
}

function contenderLines({ name, missing, runs, median, answers, failures }: ContenderResult): string[] {
  if (missing !== null) return [`  ${name} is MISSING: ${missing}`]
  return [
    ...runs.map((run, n) => line(`${name} ${n + 1}`, figures(run, DIGITS))),
    ...(median === null
      ? []
      : [
          `${line(`${name} median`, figures(median, DIGITS))}  ${answers.length} answers`,
          ...(median.wallS > SLOW_S ? [`  ${name} took longer than ${SLOW_S} s`] : []),
        ]),
    ...failures.map((reason) => `  ${name} FAILED: ${reason}`),
  ]
}

function comparisonLines(comparison: Comparison, tolerance: number): string[] {
  const { peer, ratio, answers, unequal, largestDifference } = comparison
  const within = tolerance === 0 ? 'exactly' : `within ${tolerance}`
  const verdict =
    unequal === 0
      ? `all ${answers} answers agree ${within}`
      : `${unequal} of ${answers} answers DIFFER, by a share of ${largestDifference.toPrecision(2)} at most`
  return [`${line(`ours / ${peer}`, figures(ratio, [2, 2, 2]))}  ${verdict}`]
}

function figures({ wallS, cpuS, peakMebibytes }: Partial<Cost>, digits: readonly number[]): string[] {
  return [wallS, cpuS, peakMebibytes].map((value, n) => value?.toFixed(digits[n]) ?? '-')
}

function line(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(FIGURE_WIDTH)).join('')}`
}
