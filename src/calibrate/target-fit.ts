/**
 * Scores of right and of wrong masks to a calibration entry. Patients are split for good: half fit the model, a quarter
 * makes it a probability, a quarter sets the thresholds and gives the contrasts for conformal p-values.
 */
import {
  featuresOfScores,
  probabilityPresent,
  SCORE_NAMES,
  type TargetCalibrationEntry,
} from '../target/calibration.ts'
import type { ResponseScores } from '../target/response-scores.ts'
import { upperBound } from './binomial.ts'
import { fitIsotonic } from './isotonic.ts'
import { fitLogistic, predict } from './logistic.ts'

export interface TargetSample {
  readonly scores: ResponseScores
  /** 1: the mask is right. */
  readonly label: 0 | 1
  readonly patient: string
}

/** Highest share of wrong masks that are called present, and of right ones that are called absent. */
const ERROR_MAX = 0.05
/** Thresholds that are tried; the confidence is shared among them. */
const TRIED = [0.5, 0.75, 0.9, 0.95, 0.99]
const CONFIDENCE = 0.95

/** Null without right and wrong masks in every part. Thresholds are null where the sample does not bound their error. */
export function fitTarget(
  about: Pick<TargetCalibrationEntry, 'source' | 'modality' | 'structure'>,
  samples: readonly TargetSample[],
): TargetCalibrationEntry | null {
  const patients = [...new Set(samples.map(({ patient }) => patient))]
  const place = new Map(patients.map((patient, n) => [patient, n % 4]))
  const part = (...quarters: number[]): TargetSample[] =>
    samples.filter(({ patient }) => quarters.includes(place.get(patient) ?? 0))
  const [fit, isotonic, rest] = [part(0, 2), part(1), part(3)]
  if ([fit, isotonic, rest].some((some) => !hasBoth(some))) return null
  const logistic = fitLogistic(
    fit.map(({ scores, label }) => ({ features: featuresOfScores(scores), label })),
    SCORE_NAMES.map(() => 'not-negative' as const),
  )
  const [contrast = 0, strength = 0, compactness = 0, purity = 0, coverage = 0] = logistic.weights
  const entry: TargetCalibrationEntry = {
    ...about,
    patients: patients.length,
    accepted: countOf(samples, 1),
    wrong: countOf(samples, 0),
    intercept: logistic.intercept,
    weights: { contrast, strength, compactness, purity, coverage },
    isotonic: stepsOf(
      isotonic.map(({ scores, label }) => ({ score: predict(logistic, featuresOfScores(scores)), label })),
    ),
    presentFrom: null,
    absentTo: null,
    contrasts: rest
      .flatMap(({ scores, label }) => (label === 1 ? [scores.contrast] : []))
      .toSorted((a, b) => a - b),
  }
  return { ...entry, ...thresholdsOf(entry, rest) }
}

function hasBoth(samples: readonly TargetSample[]): boolean {
  return countOf(samples, 0) > 0 && countOf(samples, 1) > 0
}

function countOf(samples: readonly TargetSample[], wanted: 0 | 1): number {
  return samples.filter(({ label }) => label === wanted).length
}

function stepsOf(pairs: readonly { score: number; label: 0 | 1 }[]): TargetCalibrationEntry['isotonic'] {
  const { from, to } = fitIsotonic(pairs)
  return { from: [...from], to: [...to] }
}

/** Fixed beforehand, so that the bounds hold: the laxest of the tried ones whose error is bounded. */
function thresholdsOf(
  entry: TargetCalibrationEntry,
  samples: readonly TargetSample[],
): Pick<TargetCalibrationEntry, 'presentFrom' | 'absentTo'> {
  const each = 1 - (1 - CONFIDENCE) / TRIED.length
  const of = (wanted: 0 | 1): number[] =>
    samples.flatMap(({ scores, label }) => (label === wanted ? [probabilityPresent(scores, entry)] : []))
  const [wrong, right] = [of(0), of(1)]
  const isBounded = (errors: number, count: number): boolean => upperBound(errors, count, each) <= ERROR_MAX
  const present = TRIED.find((from) => isBounded(wrong.filter((p) => p >= from).length, wrong.length))
  const absent = TRIED.find((from) => isBounded(right.filter((p) => p <= 1 - from).length, right.length))
  return { presentFrom: present ?? null, absentTo: absent === undefined ? null : 1 - absent }
}
