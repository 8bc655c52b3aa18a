/** What `bench hcr` prints: reported rows, constants, and what was measured here, in one table that says which is which. */
import type { VerdictKind } from '../../domain/case.ts'
import { wilson } from '../../calibrate/binomial.ts'
import { binaryScores, countsOf, type Counts } from '../statistics.ts'
import type { ManifestRow } from './manifest.ts'
import { REPORTED } from './paper.ts'

export interface Prediction {
  readonly row: ManifestRow
  readonly verdict: VerdictKind
  readonly score: number | null
  /** Why the reasoner gave no score; null when it gave one. */
  readonly abstained: string | null
}

/** arXiv 2506.01841: 4 and 5 are accepted. */
const ACCEPTED_MIN = 4

export function resultTables(
  measured: readonly { name: string; predictions: readonly Prediction[] }[],
): string {
  const [first] = measured
  const truths = (first?.predictions ?? []).map(({ row }) => row.likert >= ACCEPTED_MIN)
  const accepts = truths.filter(Boolean).length
  const constant = (said: boolean) => countsOf(truths.map((truth) => ({ truth, said })))
  const lines = [
    `${truths.length} cases of ${new Set((first?.predictions ?? []).map(({ row }) => row.patientId)).size} patients, ${accepts} to be accepted. Labels: ${[...new Set((first?.predictions ?? []).map(({ row }) => row.labelledBy))].join(', ')}.`,
    '"reported": arXiv 2506.01841, other cases and labels, not measured here; its last three columns are reconstructed.',
    'A verdict other than accept counts as reject.',
    '',
    '| | accuracy (95 %) | accept P / R / F1 | reject P / R / F1 | balanced | MCC | kappa |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...REPORTED.map(({ name, counts }) => scoreLine(`${name} *(reported)*`, counts)),
    scoreLine('always accept', constant(true)),
    scoreLine('always reject', constant(false)),
    ...measured.map(({ name, predictions }) => scoreLine(`**${name}** (measured)`, headline(predictions))),
    '',
    ...measured.flatMap(({ name, predictions }) => details(name, predictions)),
  ]
  return `${lines.join('\n')}\n`
}

function headline(predictions: readonly Prediction[]): Counts {
  return countsOf(
    predictions.map(({ row, verdict }) => ({
      truth: row.likert >= ACCEPTED_MIN,
      said: verdict === 'accept',
    })),
  )
}

function scoreLine(name: string, counts: Counts): string {
  const { truePositive, trueNegative, falsePositive, falseNegative } = counts
  const right = truePositive + trueNegative
  const { low, high } = wilson(right, right + falsePositive + falseNegative)
  const { accuracy, accept, reject, balancedAccuracy, mcc, kappa } = binaryScores(counts)
  const three = ({ precision, recall, f1 }: typeof accept) => [precision, recall, f1].map(shown).join(' / ')
  return `| ${name} | ${shown(accuracy)} (${shown(low)} to ${shown(high)}) | ${three(accept)} | ${three(reject)} | ${shown(balancedAccuracy)} | ${shown(mcc)} | ${shown(kappa)} |`
}

function details(name: string, predictions: readonly Prediction[]): string[] {
  const decided = predictions.filter(({ verdict }) => verdict === 'accept' || verdict === 'reject')
  const abstained = predictions.filter((one) => one.abstained !== null)
  const unparsed = abstained.filter((one) => one.abstained?.includes('answer') === true)
  return [
    `${name}: ${decided.length} of ${predictions.length} decided without a person; of those accuracy ${shown(binaryScores(headline(decided)).accuracy)}. Abstained ${abstained.length}, of those without a valid answer ${unparsed.length}.`,
    '',
    '| what was done to the mask | cases | accept | review | reject | not assessable |',
    '| --- | --- | --- | --- | --- | --- |',
    ...byDegradation(predictions),
    '',
  ]
}

function byDegradation(predictions: readonly Prediction[]): string[] {
  const keyOf = ({ row: { degradation, likert } }: Prediction) =>
    `${degradation.kind} ${degradation.amount}, to be ${likert >= ACCEPTED_MIN ? 'accepted' : 'rejected'}`
  return [...new Set(predictions.map(keyOf))].map((key) => {
    const own = predictions.filter((one) => keyOf(one) === key)
    const count = (verdict: VerdictKind) => own.filter((one) => one.verdict === verdict).length
    return `| ${key} | ${own.length} | ${count('accept')} | ${count('review')} | ${count('reject')} | ${count('not-assessable')} |`
  })
}

function shown(value: number): string {
  return value.toFixed(3)
}
