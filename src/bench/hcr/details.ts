/** What is said of what was measured here besides its row: intervals over patients, differences, rates, what a model took. */
import type { VerdictKind } from '../../domain/case.ts'
import { wilson } from '../../calibrate/binomial.ts'
import { patientInterval } from '../../calibrate/quality.ts'
import { binaryScores, mcnemar, type BinaryScores } from '../statistics.ts'
import type { ModelAccount } from './metered-models.ts'
import { countsOfPredictions, isRight, isToAccept, type Measured, type Prediction } from './prediction.ts'

const SEED = 7

const NUMBERS: readonly { readonly name: string; readonly of: (scores: BinaryScores) => number }[] = [
  { name: 'accuracy', of: ({ accuracy }) => accuracy },
  { name: 'balanced', of: ({ balancedAccuracy }) => balancedAccuracy },
  { name: 'F1 accept', of: ({ accept }) => accept.f1 },
  { name: 'F1 reject', of: ({ reject }) => reject.f1 },
  { name: 'MCC', of: ({ mcc }) => mcc },
  { name: 'kappa', of: ({ kappa }) => kappa },
]

/** Patients are drawn with all of their cases: these are the intervals to believe where one patient has many. */
export function intervalLines(measured: readonly Measured[]): string[] {
  return [
    'With 95 % intervals from a bootstrap of patients (1,000 draws):',
    '',
    `| | ${NUMBERS.map(({ name }) => name).join(' | ')} |`,
    `|${' --- |'.repeat(NUMBERS.length + 1)}`,
    ...measured.map(({ name, predictions }) => {
      const cells = NUMBERS.map(({ of }) => intervalOf(predictions, (own) => of(scoresOf(own))))
      return `| ${name} | ${cells.join(' | ')} |`
    }),
  ]
}

function scoresOf(predictions: readonly Prediction[]): BinaryScores {
  return binaryScores(countsOfPredictions(predictions))
}

function intervalOf<Case extends { readonly row: Prediction['row'] }>(
  cases: readonly Case[],
  numberOf: (cases: readonly Case[]) => number,
): string {
  const ofPatients = cases.map((one) => ({ ...one, patient: one.row.patientId }))
  const interval = patientInterval(ofPatients, numberOf, SEED)
  if (interval === null) return 'none'
  return `${shown(interval.value)} (${shown(interval.low)} to ${shown(interval.high)})`
}

/** Every two that were measured on the same cases, and each against the constant answers. */
export function differenceLines(measured: readonly Measured[], constants: readonly Measured[]): string[] {
  const pairs = measured.flatMap((first, at) =>
    [...measured.slice(at + 1), ...constants].map((second) => ({ first, second })),
  )
  return [
    '| the same cases, judged by | only the first right | only the second right | McNemar, exact p | difference of accuracy (95 % over patients) |',
    '| --- | --- | --- | --- | --- |',
    ...pairs.map(({ first, second }) => {
      const both = first.predictions.flatMap((prediction, n) => {
        const other = second.predictions[n]
        return other === undefined
          ? []
          : [{ row: prediction.row, first: isRight(prediction), second: isRight(other) }]
      })
      const { onlyFirst, onlySecond, p } = mcnemar(both)
      const difference = intervalOf(both, (own) => {
        const ahead = own.reduce((sum, one) => sum + Number(one.first) - Number(one.second), 0)
        return ahead / own.length
      })
      return `| ${first.name}, ${second.name} | ${onlyFirst} | ${onlySecond} | ${p < 0.001 ? 'below 0.001' : shown(p)} | ${difference} |`
    }),
    '',
    'McNemar takes each case for independent; where one patient has many, believe the interval.',
  ]
}

export function detailLines({ name, predictions }: Measured): string[] {
  const decided = predictions.filter(({ verdict }) => verdict === 'accept' || verdict === 'reject')
  const abstained = predictions.filter((one) => one.abstained !== null)
  return [
    `${name}: decided without a person ${rate(decided.length, predictions.length)}; of those accuracy ${shown(scoresOf(decided).accuracy)}. Abstained ${rate(abstained.length, predictions.length)}.`,
    ...accountLines(predictions),
    '',
    '| what was done to the mask | cases | accept | review | reject | not assessable |',
    '| --- | --- | --- | --- | --- | --- |',
    ...byDegradation(predictions),
    '',
  ]
}

/** A share with Wilson's interval. */
function rate(count: number, of: number): string {
  const { low, high } = wilson(count, of)
  return `${count} of ${of} (${shown(of === 0 ? 0 : count / of)}, ${shown(low)} to ${shown(high)})`
}

/** Cases that the measurements alone decide are not put to a model. */
function accountLines(predictions: readonly Prediction[]): string[] {
  const asked = predictions.flatMap(({ account }) =>
    account === null || account.calls === 0 ? [] : [account],
  )
  if (asked.length === 0) return []
  const failed = (code: ModelAccount['failures'][number]): number =>
    asked.filter(({ failures }) => failures.includes(code)).length
  const sum = (of: (account: ModelAccount) => number): number => asked.reduce((all, one) => all + of(one), 0)
  const usd = asked.some((one) => one.usd === null) ? null : sum((one) => one.usd ?? 0)
  const perCase = (total: number): string => Math.round(total / asked.length).toString()
  const seconds = asked.map(({ latencyMs }) => latencyMs / 1000).toSorted((a, b) => a - b)
  const at = (share: number): string => (seconds[Math.round(share * (seconds.length - 1))] ?? 0).toFixed(1)
  const calls = sum((one) => one.calls)
  return [
    '',
    `A model was asked about ${asked.length} cases, in ${calls} calls (${sum((one) => one.cached)} answered from the cache). Cases with a call without a valid answer (parse failure): ${rate(failed('model-answer'), asked.length)}; that the model or its guard refused: ${failed('model-refused')}; not to be reached: ${failed('model-unavailable')}; beyond a limit: ${failed('limit-exceeded')}.`,
    `Per case ${perCase(sum((one) => one.inputTokens))} tokens read and ${perCase(sum((one) => one.outputTokens))} written; cost ${usd === null ? 'not known (model.pricesUsdPerMillionTokens)' : `${(usd / asked.length).toFixed(4)} USD per case, ${usd.toFixed(2)} in all`}; calls take ${at(0.5)} s (median), ${at(0.95)} s (95th percentile).`,
  ]
}

function byDegradation(predictions: readonly Prediction[]): string[] {
  const keyOf = (prediction: Prediction) => {
    const { kind, amount } = prediction.row.degradation
    return `${kind} ${amount}, to be ${isToAccept(prediction) ? 'accepted' : 'rejected'}`
  }
  return [...new Set(predictions.map(keyOf))].map((key) => {
    const own = predictions.filter((one) => keyOf(one) === key)
    const count = (verdict: VerdictKind) => own.filter((one) => one.verdict === verdict).length
    return `| ${key} | ${own.length} | ${count('accept')} | ${count('review')} | ${count('reject')} | ${count('not-assessable')} |`
  })
}

function shown(value: number): string {
  return value.toFixed(3)
}
