/**
 * Evidence, target match and opinion put into one number, p(a person accepts it), by a calibration that this site made
 * (`plumbline calibrate`). It only ever asks for a look: every fixed limit of decide.ts stands beside it.
 */
import { z } from 'zod'
import type { Severity } from '../domain/evidence.ts'
import type { SegmentResult } from '../domain/case.ts'
import { interpolate } from '../target/calibration.ts'

/** What of a result counts, and which way: more of a fault never makes it better. */
export const FUSION_FEATURES = [
  { name: 'critical findings', sign: 'not-positive', of: (result) => countOf(result, 'critical') },
  { name: 'major findings', sign: 'not-positive', of: (result) => countOf(result, 'major') },
  { name: 'minor findings', sign: 'not-positive', of: (result) => countOf(result, 'minor') },
  { name: 'values out of range', sign: 'not-positive', of: (result) => outOfRange(result) },
  { name: 'target strength', sign: 'not-negative', of: ({ target }) => target.strength ?? 0 },
  { name: 'target coverage', sign: 'not-negative', of: ({ target }) => target.coverage ?? 0 },
  { name: 'target not measured', sign: 'any', of: ({ target }) => (target.strength === null ? 1 : 0) },
  { name: 'opinion score', sign: 'not-negative', of: ({ opinion }) => opinion?.score ?? 0 },
  { name: 'no opinion score', sign: 'any', of: ({ opinion }) => (opinion?.score == null ? 1 : 0) },
] as const satisfies readonly {
  readonly name: string
  readonly sign: 'any' | 'not-negative' | 'not-positive'
  readonly of: (result: FusionInput) => number
}[]

export type FusionInput = Pick<SegmentResult, 'evidence' | 'findings' | 'target' | 'opinion'>

function countOf({ findings }: FusionInput, wanted: Severity): number {
  return findings.filter(({ severity }) => severity === wanted).length
}

function outOfRange({ evidence }: FusionInput): number {
  return evidence.filter(
    ({ value, expected }) =>
      expected !== undefined &&
      ((expected.low !== null && value < expected.low) || (expected.high !== null && value > expected.high)),
  ).length
}

export function featuresOf(result: FusionInput): number[] {
  return FUSION_FEATURES.map(({ of }) => of(result))
}

const Probability = z.number().min(0).max(1)
const Ascending = z
  .array(Probability)
  .min(1)
  .refine((list) => list.every((value, n) => n === 0 || value >= (list[n - 1] ?? 0)), 'is not ascending')

const FusionGroup = z.strictObject({
  /** `MR/prostate`; null: every group without one of its own. */
  group: z.string().nullable(),
  /** Labelled segments, and how many of them people accepted. */
  cases: z.number().int().positive(),
  accepted: z.number().int().min(0),
  intercept: z.number(),
  weights: z.array(z.number()).length(FUSION_FEATURES.length),
  isotonic: z
    .strictObject({ from: Ascending, to: Ascending })
    .refine(({ from, to }) => from.length === to.length, 'has two lengths'),
  /** Lowest p that may be accepted without a look; null: the sample does not bound the risk. */
  acceptFrom: Probability.nullable(),
  /** Upper bound of P(a person would not accept | accepted without a look), on segments that nothing was fitted on. */
  riskBound: Probability.nullable(),
  /** Share of those segments that is accepted without a look. */
  coverage: Probability,
  /** More labelled segments that the bound needs, at least; 0 where it holds. */
  casesNeeded: z.number().int().min(0),
  /** On segments that neither the model nor the threshold saw. */
  metrics: z.strictObject({
    cases: z.number().int().min(0),
    brier: z.number().nullable(),
    calibrationError: z.number().nullable(),
    auroc: z.number().nullable(),
    reliability: z.array(
      z.strictObject({ count: z.number().int(), predicted: z.number(), observed: z.number() }),
    ),
  }),
})
export type FusionGroup = z.infer<typeof FusionGroup>

export const FusionCalibration = z.strictObject({
  version: z.literal(1),
  features: z
    .array(z.string())
    .refine(
      (names) => names.join() === FUSION_FEATURES.map(({ name }) => name).join(),
      'was made from other features than this version has: calibrate again',
    ),
  /** Highest share of wrong ones among what is accepted without a look, and how sure that is. */
  risk: Probability,
  confidence: Probability,
  provenance: z.strictObject({
    madeBy: z.string(),
    /** sha256 of the labelled cases. */
    inputDigest: z.string(),
    /** Policies that the cases were judged under. */
    policies: z.array(z.string()),
    studies: z.number().int().positive(),
  }),
  groups: z.array(FusionGroup).min(1),
})
export type FusionCalibration = z.infer<typeof FusionCalibration>

export interface Fused {
  readonly probability: number
  /** Null: nothing is accepted without a look. */
  readonly acceptFrom: number | null
}

export function groupOf(modality: string | null, structure: string | null): string {
  return `${modality ?? 'unknown'}/${structure ?? 'unknown'}`
}

/** A logistic model, and what its output stands for. */
export interface FusionModel {
  readonly intercept: number
  readonly weights: readonly number[]
  readonly isotonic: { readonly from: readonly number[]; readonly to: readonly number[] }
}

/** p(accept) by the group's own calibration, else by that of all. */
export function fuseResult(result: FusionInput, group: string, { groups }: FusionCalibration): Fused {
  const own = groups.find((one) => one.group === group) ?? groups.find((one) => one.group === null)
  if (own === undefined) return { probability: 0, acceptFrom: null }
  return { probability: probabilityIn(own, featuresOf(result)), acceptFrom: own.acceptFrom }
}

export function probabilityIn(
  { intercept, weights, isotonic }: FusionModel,
  features: readonly number[],
): number {
  const logOdds = weights.reduce((sum, weight, n) => sum + weight * (features[n] ?? 0), intercept)
  return interpolate(isotonic, 1 / (1 + Math.exp(-logOdds)))
}
