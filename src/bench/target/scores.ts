/** What is compared: the published scores and ours, alone and put together by a model that was fitted on other maps. */
import { aurocInterval, aurocOf, type Interval, type Judged } from '../../calibrate/quality.ts'
import { fitLogistic, predict } from '../../calibrate/logistic.ts'
import { featuresOfScores } from '../../target/calibration.ts'
import type { MedVeriSegScores } from '../../target/medveriseg/scores.ts'
import type { ResponseScores } from '../../target/response-scores.ts'

export interface TargetRow {
  /** `present`, or what is wrong. */
  readonly kind: string
  readonly label: 0 | 1
  readonly patient: string
  readonly group: string
  /** `simulated` of maps without an image. */
  readonly modality: string
  readonly published: MedVeriSegScores
  readonly ours: ResponseScores
}

type Score = (row: TargetRow) => number
const publishedFeatures = ({ published }: TargetRow): number[] => [
  published.strength,
  published.compactness,
  published.purity,
]
const ourFeatures = ({ ours }: TargetRow): number[] => featuresOfScores(ours)

/** Scores by name; those that are fitted are fitted on `fitOn`. */
export function scorers(fitOn: readonly TargetRow[]): ReadonlyMap<string, Score> {
  const fitted = (featuresOf: (row: TargetRow) => number[]): Score => {
    const samples = fitOn.map((row) => ({ features: featuresOf(row), label: row.label }))
    const model = fitLogistic(
      samples,
      (samples[0]?.features ?? []).map(() => 'any' as const),
    )
    return (row) => predict(model, featuresOf(row))
  }
  return new Map<string, Score>([
    ['published, strength', ({ published }) => published.strength],
    ['published, compactness', ({ published }) => published.compactness],
    ['published, purity', ({ published }) => published.purity],
    [
      'published, weighted .35/.30/.35',
      ({ published: { strength, compactness, purity } }) =>
        0.35 * strength + 0.3 * compactness + 0.35 * purity,
    ],
    ['published, logistic', fitted(publishedFeatures)],
    ['ours, strength', ({ ours }) => ours.strength],
    ['ours, compactness', ({ ours }) => ours.compactness],
    ['ours, purity', ({ ours }) => ours.purity],
    ['ours, coverage', ({ ours }) => ours.coverage],
    ['ours, logistic', fitted(ourFeatures)],
  ])
}

/** Area under the ROC curve with its interval over patients. */
export function intervalOf(rows: readonly TargetRow[], score: Score, seed: number): Interval | null {
  return aurocInterval(judgedBy(rows, score), seed)
}

export function areaOf(rows: readonly TargetRow[], score: Score): number {
  return aurocOf(judgedBy(rows, score))
}

function judgedBy(rows: readonly TargetRow[], score: Score): Judged[] {
  return rows.map((row) => ({ score: score(row), label: row.label, patient: row.patient }))
}

/** True positives where the threshold lets `falseShare` of the wrong ones of `setOn` pass. */
export function rateAt(
  rows: readonly TargetRow[],
  setOn: readonly TargetRow[],
  score: Score,
  falseShare: number,
): { readonly truePositives: number; readonly falsePositives: number } {
  const wrong = setOn.filter(({ label }) => label === 0).map(score)
  const threshold = wrong.toSorted((a, b) => b - a)[Math.floor(falseShare * wrong.length)] ?? Infinity
  const shareAbove = (label: 0 | 1): number => {
    const own = rows.filter((row) => row.label === label)
    return own.filter((row) => score(row) > threshold).length / own.length
  }
  return { truePositives: shareAbove(1), falsePositives: shareAbove(0) }
}
