/** What `bench hcr` prints: reported rows, constants, and what was measured here, in one table that says which is which. */
import { wilson } from '../../calibrate/binomial.ts'
import { binaryScores, type ClassScores, type Counts } from '../statistics.ts'
import { detailLines, differenceLines, intervalLines } from './details.ts'
import { REPORTED } from './paper.ts'
import { countsOfPredictions, isToAccept, type Measured, type Prediction } from './prediction.ts'

/** At least one reasoner, each about the same cases in the same order. */
export function resultTables(measured: readonly [Measured, ...Measured[]]): string {
  const [{ predictions }] = measured
  const distinct = (of: (row: Prediction['row']) => string) => new Set(predictions.map(({ row }) => of(row)))
  const patients = distinct(({ patientId }) => patientId).size
  const labels = [...distinct(({ labelledBy }) => labelledBy)].join(', ')
  const constants: Measured[] = (['accept', 'reject'] as const).map((verdict) => ({
    name: `always ${verdict}`,
    predictions: predictions.map((one): Prediction => ({ ...one, verdict, abstained: null, account: null })),
  }))
  const lines = [
    `${predictions.length} cases of ${patients} patients, ${predictions.filter(isToAccept).length} to be accepted. Labels: ${labels}.`,
    '"reported": arXiv 2506.01841, other cases and labels, not measured here; its last three columns are reconstructed.',
    "A verdict other than accept counts as reject. Intervals of this table are Wilson's, as if every case were a patient of its own.",
    '',
    '| | accuracy (95 %) | accept P / R / F1 | reject P / R / F1 | balanced | MCC | kappa |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...REPORTED.map(({ name, counts }) => scoreLine(`${name} *(reported)*`, counts)),
    ...constants.map((one) => scoreLine(one.name, countsOfPredictions(one.predictions))),
    ...measured.map((one) => scoreLine(`**${one.name}** (measured)`, countsOfPredictions(one.predictions))),
    '',
    ...intervalLines(measured),
    '',
    ...differenceLines(measured, constants),
    '',
    ...measured.flatMap(detailLines),
  ]
  return `${lines.join('\n')}\n`
}

function scoreLine(name: string, counts: Counts): string {
  const { truePositive, trueNegative, falsePositive, falseNegative } = counts
  const right = truePositive + trueNegative
  const { low, high } = wilson(right, right + falsePositive + falseNegative)
  const { accuracy, accept, reject, balancedAccuracy, mcc, kappa } = binaryScores(counts)
  const three = ({ precision, recall, f1 }: ClassScores) => [precision, recall, f1].map(shown).join(' / ')
  return `| ${name} | ${shown(accuracy)} (${shown(low)} to ${shown(high)}) | ${three(accept)} | ${three(reject)} | ${shown(balancedAccuracy)} | ${shown(mcc)} | ${shown(kappa)} |`
}

function shown(value: number): string {
  return value.toFixed(3)
}
