/** A result of `bench quality` as Markdown. */
import { intervalText, tableHead, tableRow } from '../markdown.ts'
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
    ...tableHead([
      'predicted by',
      'Pearson',
      'Spearman',
      'mean error',
      ...FAILING_BELOW.map((below) => `AUROC below ${below}`),
    ]),
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
    ...[pearson, spearman, meanError].map(intervalText),
    ...failing.map(({ auroc }) => intervalText(auroc)),
  ])
}
