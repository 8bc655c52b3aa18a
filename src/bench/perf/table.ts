/** Results for people. */
import type { Cost } from './measure.ts'
import type { ContenderResult, RowResult } from './rows.ts'

const NAME_WIDTH = 18
const FIGURE_WIDTH = 10
/** Slower than this is said in words too. */
const SLOW_S = 120

export function asTable(results: readonly RowResult[]): string {
  return results.map((result) => `${rowLines(result).join('\n')}\n`).join('\n')
}

function rowLines({ id, title, contenders, ratio, totalsEqual }: RowResult): string[] {
  return [
    `(${id}) ${title}`,
    line('', ['wall s', 'CPU s', 'peak MiB']),
    ...contenders.flatMap(contenderLines),
    ...(ratio === null ? [] : [line('ours / peer', figures(ratio, [2, 2, 2]))]),
    ...(totalsEqual === null
      ? []
      : [totalsEqual ? '  voxel totals equal' : `  voxel totals DIFFER: ${differences(contenders)}`]),
  ]
}

function contenderLines({ name, runs, median, totals, failures }: ContenderResult): string[] {
  const sum = totals.reduce((a, b) => a + b, 0)
  return [
    ...runs.map((run, n) => line(`${name} ${n + 1}`, figures(run, [2, 2, 0]))),
    ...(median === null
      ? []
      : [
          `${line(`${name} median`, figures(median, [2, 2, 0]))}  ${totals.length} totals, sum ${sum}`,
          ...(median.wallS > SLOW_S ? [`  ${name} took longer than ${SLOW_S} s`] : []),
        ]),
    ...failures.map((reason) => `  ${name} FAILED: ${reason}`),
  ]
}

function figures({ wallS, cpuS, peakMebibytes }: Cost, digits: readonly number[]): string[] {
  return [wallS, cpuS, peakMebibytes].map((value, n) => value.toFixed(digits[n]))
}

function line(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(NAME_WIDTH + 8)}${cells.map((cell) => cell.padStart(FIGURE_WIDTH)).join('')}`
}

function differences([ours, peer]: readonly ContenderResult[]): string {
  const pairs = (ours?.totals ?? []).map((count, n) => [count, peer?.totals[n] ?? 0] as const)
  const unequal = pairs.filter(([a, b]) => a !== b)
  const largest = unequal.reduce((most, [a, b]) => Math.max(most, Math.abs(a - b)), 0)
  return `${unequal.length} of ${pairs.length}, by ${largest} voxels at most`
}
