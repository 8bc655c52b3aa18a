/**
 * Labelled segments to a fusion calibration. Studies are split for good into those that fit the model, those that make it
 * a probability, those that set the threshold and those that test it, so that the bound on the risk holds.
 */
import {
  FUSION_FEATURES,
  probabilityIn,
  type FusionCalibration,
  type FusionGroup,
  type FusionModel,
} from '../reasoner/fusion.ts'
import { trialsNeeded, upperBound } from './binomial.ts'
import { fitIsotonic, type Isotonic } from './isotonic.ts'
import { fitLogistic, predict, type Logistic } from './logistic.ts'
import { aurocOf, brierOf, calibrationError, reliabilityOf } from './quality.ts'

export interface LabelledSegment {
  /** Segments of one study are never on both sides of a split. */
  readonly study: string
  readonly group: string
  readonly features: readonly number[]
  /** 1: a person accepted it. */
  readonly label: 0 | 1
}

export interface FusionOptions {
  readonly risk: number
  readonly confidence: number
  /** Where a study belongs: 0..1, the same every time. */
  readonly placeOf: (study: string) => number
}

/** A group with fewer is calibrated with all the others, but for an offset. */
export const GROUP_CASES_MIN = 100
const SHARES = { fit: 0.4, isotonic: 0.6, threshold: 0.8 }
/** Thresholds that are tried: quantiles of what the model says of the segments it was fitted on. */
const THRESHOLDS = 10

interface Split {
  readonly fit: readonly LabelledSegment[]
  readonly isotonic: readonly LabelledSegment[]
  readonly threshold: readonly LabelledSegment[]
  readonly test: readonly LabelledSegment[]
}

/** Of all, then of every group: its own where it has enough segments, else that of all with an offset. */
export function fitFusion(
  segments: readonly LabelledSegment[],
  options: FusionOptions,
): FusionCalibration['groups'] {
  const all = modelOf(split(segments, options))
  const groups = [...new Set(segments.map(({ group }) => group))].toSorted()
  return [
    calibrate(null, segments, all, options),
    ...groups.map((group) => {
      const own = segments.filter((one) => one.group === group)
      const model =
        own.length >= GROUP_CASES_MIN ? modelOf(split(own, options)) : withOffset(all, split(own, options))
      return calibrate(group, own, model, options)
    }),
  ]
}

function split(segments: readonly LabelledSegment[], { placeOf }: FusionOptions): Split {
  const between = (low: number, high: number): LabelledSegment[] =>
    segments.filter(({ study }) => placeOf(study) >= low && placeOf(study) < high)
  return {
    fit: between(0, SHARES.fit),
    isotonic: between(SHARES.fit, SHARES.isotonic),
    threshold: between(SHARES.isotonic, SHARES.threshold),
    test: between(SHARES.threshold, Infinity),
  }
}

function modelOf({ fit, isotonic }: Split): FusionModel {
  const signs = FUSION_FEATURES.map(({ sign }) => sign)
  const logistic = fitLogistic(fit, signs)
  return { ...logistic, isotonic: isotonicOf(logistic, isotonic) }
}

function isotonicOf(logistic: Logistic, segments: readonly LabelledSegment[]): Isotonic {
  // Of nothing nothing is known: what is worst.
  if (segments.length === 0) return { from: [0], to: [0] }
  return fitIsotonic(segments.map(({ features, label }) => ({ score: predict(logistic, features), label })))
}

/** The offset of few segments, drawn towards none: its ridge is worth as much as ten of them. */
function withOffset(all: FusionModel, { fit }: Split): FusionModel {
  const samples = fit.map(({ features, label }) => ({ p: predict(all, features), label }))
  const gradient = samples.reduce((sum, { p, label }) => sum + label - p, 0)
  const curvature = samples.reduce((sum, { p }) => sum + p * (1 - p), 0)
  return { ...all, intercept: all.intercept + gradient / (curvature + 2.5) }
}

function calibrate(
  group: string | null,
  segments: readonly LabelledSegment[],
  model: FusionModel,
  options: FusionOptions,
): FusionGroup {
  const { fit, threshold, test } = split(segments, options)
  const judged = test.map(({ features, label }) => ({ score: probabilityIn(model, features), label }))
  const has = judged.length > 0
  const auroc = aurocOf(judged)
  return {
    group,
    cases: segments.length,
    accepted: segments.filter(({ label }) => label === 1).length,
    intercept: model.intercept,
    weights: [...model.weights],
    isotonic: { from: [...model.isotonic.from], to: [...model.isotonic.to] },
    ...acceptance(model, fit, threshold, options),
    metrics: {
      cases: judged.length,
      brier: has ? brierOf(judged) : null,
      calibrationError: has ? calibrationError(judged) : null,
      auroc: Number.isNaN(auroc) ? null : auroc,
      reliability: reliabilityOf(judged),
    },
  }
}

/**
 * The laxest threshold whose wrong acceptances are bounded by the risk (Clopper-Pearson, split evenly over the thresholds
 * that are tried, which the segments of the test had no part in). Without one: how many segments more the nearest needs.
 */
function acceptance(
  model: FusionModel,
  fit: readonly LabelledSegment[],
  segments: readonly LabelledSegment[],
  { risk, confidence }: FusionOptions,
): Pick<FusionGroup, 'acceptFrom' | 'riskBound' | 'coverage' | 'casesNeeded'> {
  const ascending = fit.map(({ features }) => probabilityIn(model, features)).toSorted((a, b) => a - b)
  const each = 1 - (1 - confidence) / THRESHOLDS
  const tried = Array.from({ length: THRESHOLDS }, (_, n) => {
    const from = ascending[Math.floor((n * ascending.length) / THRESHOLDS)] ?? 1
    const taken = segments.filter(({ features }) => probabilityIn(model, features) >= from)
    const wrong = taken.filter(({ label }) => label === 0).length
    return { from, taken: taken.length, wrong, bound: upperBound(wrong, taken.length, each) }
  })
  const found = tried.find(({ taken, bound }) => taken > 0 && bound <= risk)
  if (found !== undefined) {
    const { from, bound, taken } = found
    return { acceptFrom: from, riskBound: bound, coverage: taken / segments.length, casesNeeded: 0 }
  }
  // Only a fifth of the segments sets the threshold, and only a share of those is beyond it.
  const more = tried.map(({ taken, wrong }) => {
    const share = Math.max(taken, 1) / Math.max(segments.length, 1)
    return Math.ceil((trialsNeeded(wrong, risk, each) - taken) / share / (SHARES.threshold - SHARES.isotonic))
  })
  return { acceptFrom: null, riskBound: null, coverage: 0, casesNeeded: Math.min(...more) }
}
