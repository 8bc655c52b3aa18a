/** What one reasoner made of one case of the manifest. */
import type { VerdictKind } from '../../domain/case.ts'
import { countsOf, type Counts } from '../statistics.ts'
import type { ManifestRow } from './manifest.ts'
import type { ModelAccount } from './metered-models.ts'

export interface Prediction {
  readonly row: ManifestRow
  readonly verdict: VerdictKind
  readonly score: number | null
  /** Why the reasoner gave no score; null when it gave one. */
  readonly abstained: string | null
  /** What language models took for it; null: none was there to be asked. */
  readonly account: ModelAccount | null
}

/** All predictions of one reasoner, in the order of the manifest. */
export interface Measured {
  readonly name: string
  readonly predictions: readonly Prediction[]
}

/** arXiv 2506.01841: 4 and 5 are accepted. */
const ACCEPTED_MIN = 4

export function isToAccept({ row }: Pick<Prediction, 'row'>): boolean {
  return row.likert >= ACCEPTED_MIN
}

export function isAccepted({ verdict }: Pick<Prediction, 'verdict'>): boolean {
  return verdict === 'accept'
}

export function isRight(prediction: Prediction): boolean {
  return isToAccept(prediction) === isAccepted(prediction)
}

/** A verdict other than accept counts as reject. */
export function countsOfPredictions(predictions: readonly Prediction[]): Counts {
  return countsOf(
    predictions.map((prediction) => ({ truth: isToAccept(prediction), said: isAccepted(prediction) })),
  )
}
