/** What the bench of the report evaluator prints. */
import type { Balance, Share } from '../../reasoner/report-eval/discrimination.ts'
import type { Evaluation } from '../../reasoner/report-eval/evaluation.ts'
import { crimson, green } from '../../reasoner/report-eval/scores.ts'
import { wilson } from '../../calibrate/binomial.ts'

interface Row {
  readonly label: 'significant' | 'harmless'
  readonly category: string | null
  readonly evaluation: Evaluation | null
}

export function balanceTable(evaluator: string, balance: Balance, rows: readonly Row[]): string {
  const { discrimination, rightCategory, robustness, unanswered } = balance
  const [d, r] = [valueOf(discrimination), valueOf(robustness)]
  const lines = [
    `Evaluator: ${evaluator}; ${rows.length} pairs. Shares with Wilson's 95 % interval.`,
    '',
    '| | share |',
    '| --- | --- |',
    `| discrimination: significant errors found | ${shown(discrimination)} |`,
    `| ... of the right category | ${shown(rightCategory)} |`,
    `| robustness: harmless pairs left alone | ${shown(robustness)} |`,
    `| bias (discrimination - robustness) | ${(d - r).toFixed(3)} |`,
    `| harmonic mean | ${(d + r === 0 ? 0 : (2 * d * r) / (d + r)).toFixed(3)} |`,
    `| no answer | ${shown(unanswered)} |`,
    '',
    '| pairs | GREEN, mean | CRIMSON, mean |',
    '| --- | --- | --- |',
    ...(['significant', 'harmless'] as const).map((label) => meansOf(label, rows)),
    '',
    '| error put in | found |',
    '| --- | --- |',
    ...categoriesOf(rows).map((category) => `| ${category} | ${shown(foundOf(category, rows))} |`),
  ]
  return `${lines.join('\n')}\n`
}

function meansOf(label: Row['label'], rows: readonly Row[]): string {
  const evaluations = rows.flatMap((row) =>
    row.label === label && row.evaluation !== null ? [row.evaluation] : [],
  )
  const mean = (score: (of: Evaluation) => number): string =>
    evaluations.length === 0
      ? '-'
      : (evaluations.reduce((sum, one) => sum + score(one), 0) / evaluations.length).toFixed(3)
  return `| ${label} | ${mean(green)} | ${mean(crimson)} |`
}

function categoriesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ category }) => category ?? []))].toSorted()
}

function foundOf(category: string, rows: readonly Row[]): Share {
  const own = rows.filter((row) => row.category === category)
  const isFound = ({ evaluation }: Row) =>
    evaluation?.errors.some(({ isSignificant }) => isSignificant) === true
  return { count: own.filter(isFound).length, of: own.length }
}

function valueOf({ count, of }: Share): number {
  return of === 0 ? 0 : count / of
}

function shown(share: Share): string {
  if (share.of === 0) return 'none'
  const { low, high } = wilson(share.count, share.of)
  return `${valueOf(share).toFixed(3)} (${share.count}/${share.of}, ${low.toFixed(3)} to ${high.toFixed(3)})`
}
