/** Tables of the results, in Markdown. */
import type { Interval } from '../calibrate/quality.ts'

export function tableRow(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

export function tableHead(columns: readonly string[]): string[] {
  return [tableRow(columns), tableRow(columns.map(() => '---'))]
}

export function intervalText(interval: Interval | null): string {
  if (interval === null) return '-'
  return `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
}
