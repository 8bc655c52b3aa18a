/** A result of `bench quality` as Markdown. */
import { tableRow, tableRule } from '../markdown.ts'
import type { Interval } from '../../calibrate/quality.ts'
import { FAILING_BELOW, type Measures } from './measures.ts'
import type { QualityPart, QualityResult, Scored } from './result.ts'

export function asMarkdown(result: QualityResult): string {
  const { command, date, seed, fitRows, fitPatients, dataDigest, parts } = result
  return [
    `    ${command}`,
    '',
    `${date}, seed ${seed}, fitted on ${fitRows} boundary edits of ${fitPatients} patients, data ${dataDigest.slice(0, 19)}. 95 % intervals from a bootstrap of patients.`,
    '',
    ...parts.flatMap(partLines),
  ].join('\n')
}

const TRUTHS: Readonly<Record<QualityPart['truth'], string>> = { dice: 'Dice', surfaceDice: 'surface Dice' }

function partLines({ name, truth, families, scored }: QualityPart): string[] {
  const [first] = scored
  return [
    `### ${TRUTHS[truth]}, ${families}, ${name}`,
    '',
    `${first?.masks ?? 0} masks of ${first?.patients ?? 0} patients.`,
    '',
    tableRow([
      'predicted by',
      'Pearson',
      'Spearman',
      'mean error',
      ...FAILING_BELOW.map((below) => `AUROC below ${below}`),
    ]),
    tableRule(4 + FAILING_BELOW.length),
    ...scored.flatMap(scoredLines),
    '',
  ]
}

function scoredLines({ predictor, measures, gain }: Scored): string[] {
  const own = measuresLine(predictor, measures)
  return gain === null ? [own] : [own, measuresLine(`the evidence, less the ${predictor}`, gain)]
}

function measuresLine(name: string, { pearson, spearman, meanError, failing }: Measures): string {
  return tableRow([
    name,
    ...[pearson, spearman, meanError].map(cell),
    ...failing.map(({ auroc }) => cell(auroc)),
  ])
}

function cell(interval: Interval | null): string {
  if (interval === null) return '-'
  return `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
}
