/**
 * What response scores mean, learned from segments that people accepted and from masks known to be wrong: a logistic model,
 * isotonic steps, thresholds with a bound on their error, and the contrasts of accepted segments for conformal p-values.
 * Without an entry for a source, modality and structure its scores are numbers without a meaning.
 */
import { z } from 'zod'
import type { ResponseScores } from './response-scores.ts'

export const RESPONSE_SOURCES = [
  'fractional-probability',
  'reference-prototypes',
  'self-prototypes',
  'tissue-likelihood',
] as const
export type ResponseSource = (typeof RESPONSE_SOURCES)[number]

/** Sources that know the structure, rather than whether a mask agrees with itself. Only these may say `present`. */
export const IDENTIFIES: Readonly<Record<ResponseSource, boolean>> = {
  'fractional-probability': true,
  'reference-prototypes': true,
  'self-prototypes': false,
  'tissue-likelihood': false,
}

export const SCORE_NAMES = ['contrast', 'strength', 'compactness', 'purity', 'coverage'] as const

const Ascending = z
  .array(z.number())
  .min(1)
  .refine((list) => list.every((value, n) => n === 0 || value >= (list[n - 1] ?? 0)), 'is not ascending')

const Entry = z.strictObject({
  source: z.enum(RESPONSE_SOURCES),
  modality: z.string(),
  /** Id of a knowledge entry; null: any structure without an entry of its own. */
  structure: z.string().nullable(),
  /** Sizes of the samples; one patient counts once in neither fit nor test of another. */
  patients: z.number().int().positive(),
  accepted: z.number().int().positive(),
  wrong: z.number().int().positive(),
  /** Logistic model on the scores (contrast at most `CONTRAST_MAX`). */
  intercept: z.number(),
  weights: z.strictObject({
    contrast: z.number(),
    strength: z.number(),
    compactness: z.number(),
    purity: z.number(),
    coverage: z.number(),
  }),
  /** Isotonic steps from the model's output to p(present): linear between, level beyond. */
  isotonic: z.strictObject({ from: Ascending, to: Ascending }),
  /** Lowest p that is `present`, highest that is `absent`; null where the sample is too small to bound the error. */
  presentFrom: z.number().nullable(),
  absentTo: z.number().nullable(),
  /** Of the accepted segments that the model was not fitted on. */
  contrasts: Ascending,
})
export type TargetCalibrationEntry = z.infer<typeof Entry>

export const TargetCalibration = z.strictObject({
  version: z.literal(1),
  /** Command, date, data and seed: how to make it again. */
  madeBy: z.string(),
  entries: z.array(Entry),
})
export type TargetCalibration = z.infer<typeof TargetCalibration>

export const UNCALIBRATED: TargetCalibration = { version: 1, madeBy: '', entries: [] }

/** Beyond it more contrast means nothing. */
const CONTRAST_MAX = 12

/** The entry of the very structure outranks the one of any. */
export function entryFor(
  { entries }: TargetCalibration,
  source: ResponseSource,
  modality: string,
  structure: string | null,
): TargetCalibrationEntry | null {
  const fitting = entries.filter((entry) => entry.source === source && entry.modality === modality)
  const own = fitting.find((entry) => entry.structure !== null && entry.structure === structure)
  return own ?? fitting.find((entry) => entry.structure === null) ?? null
}

/** Scores as a model takes them, in the order of SCORE_NAMES: the same where it is fitted and where it is asked. */
export function featuresOfScores(scores: ResponseScores): number[] {
  return SCORE_NAMES.map((name) =>
    name === 'contrast' ? Math.min(CONTRAST_MAX, scores.contrast) : scores[name],
  )
}

/** p(the target is under the mask), 0..1. */
export function probabilityPresent(scores: ResponseScores, entry: TargetCalibrationEntry): number {
  const features = featuresOfScores(scores)
  const logOdds = SCORE_NAMES.reduce(
    (sum, name, n) => sum + entry.weights[name] * (features[n] ?? 0),
    entry.intercept,
  )
  return interpolate(entry.isotonic, 1 / (1 + Math.exp(-logOdds)))
}

/** Conformal p-value: how unusual so low a contrast is among accepted segments. Valid for any sample size. */
export function conformalPValue({ contrast }: ResponseScores, { contrasts }: TargetCalibrationEntry): number {
  const asLow = contrasts.filter((one) => one <= contrast).length
  return (1 + asLow) / (contrasts.length + 1)
}

export function interpolate(
  { from, to }: { readonly from: readonly number[]; readonly to: readonly number[] },
  value: number,
): number {
  const above = from.findIndex((x) => x >= value)
  if (above === 0) return to[0] ?? 0
  if (above < 0) return to.at(-1) ?? 0
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [from[above - 1], from[above], to[above - 1], to[above]]
  return x1 === x0 ? y1 : y0 + ((value - x0) / (x1 - x0)) * (y1 - y0)
}
