/** Numbers about decisions between two classes, with what they are worth. */
import { atMost } from '../calibrate/binomial.ts'

/** Positive is "accept". */
export interface Counts {
  readonly truePositive: number
  readonly falsePositive: number
  readonly falseNegative: number
  readonly trueNegative: number
}

export interface ClassScores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface BinaryScores {
  readonly accuracy: number
  readonly accept: ClassScores
  readonly reject: ClassScores
  readonly balancedAccuracy: number
  readonly mcc: number
  readonly kappa: number
}

export function countsOf(rows: readonly { readonly truth: boolean; readonly said: boolean }[]): Counts {
  const count = (truth: boolean, said: boolean) =>
    rows.filter((row) => row.truth === truth && row.said === said).length
  return {
    truePositive: count(true, true),
    falsePositive: count(false, true),
    falseNegative: count(true, false),
    trueNegative: count(false, false),
  }
}

/** A ratio with nothing below it is 0: who never says "accept" has no precision to be praised for. */
export function binaryScores({
  truePositive: tp,
  falsePositive: fp,
  falseNegative: fn,
  trueNegative: tn,
}: Counts): BinaryScores {
  const total = tp + fp + fn + tn
  const accuracy = ratio(tp + tn, total)
  const accept = classScores(tp, fp, fn)
  const reject = classScores(tn, fn, fp)
  const expected = ratio((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp), total * total)
  const product = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
  return {
    accuracy,
    accept,
    reject,
    balancedAccuracy: (accept.recall + reject.recall) / 2,
    mcc: ratio(tp * tn - fp * fn, product),
    kappa: ratio(accuracy - expected, 1 - expected),
  }
}

/** How two that judged the same cases differ in being right. */
export interface Mcnemar {
  readonly onlyFirst: number
  readonly onlySecond: number
  /** Two-sided, exact: a sign test on the cases that only one of them got right (Psychometrika 1947;12:153-157). */
  readonly p: number
}

/** Each case counts as independent: of cases of one patient that says too much. */
export function mcnemar(cases: readonly { readonly first: boolean; readonly second: boolean }[]): Mcnemar {
  const onlyFirst = cases.filter(({ first, second }) => first && !second).length
  const onlySecond = cases.filter(({ first, second }) => second && !first).length
  const p = 2 * atMost(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond, 0.5)
  return { onlyFirst, onlySecond, p: Math.min(1, p) }
}

function classScores(right: number, wrongly: number, missed: number): ClassScores {
  return {
    precision: ratio(right, right + wrongly),
    recall: ratio(right, right + missed),
    f1: ratio(2 * right, 2 * right + wrongly + missed),
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
