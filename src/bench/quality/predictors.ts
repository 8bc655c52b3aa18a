/** Who predicts, each fitted on the same rows: what the judge measured, its score alone, and what it must beat. */
import { clamp01, fitLinear, predictLinear } from './linear.ts'
import type { QualityRow } from './rows.ts'

export interface Predictor {
  readonly name: string
  /** Predicted quality, 0 to 1; null where it says nothing. */
  readonly predict: (row: QualityRow) => number | null
}

export type Truth = 'dice' | 'surfaceDice'

/** Position of the verdict's score among the features. */
const SCORE = 0

/** Fitted to `truth` on rows of the fit split. `withElsewhere`: and what another program predicted. */
export function predictorsOf(fit: readonly QualityRow[], truth: Truth, withElsewhere: boolean): Predictor[] {
  const norms = volumeNorms(fit)
  const all = [
    linear('evidence', fit, truth, ({ features }) => features),
    linear('score alone', fit, truth, ({ features }) => [features[SCORE] ?? 0]),
    linear('volume z-score', fit, truth, (row) => [volumeZ(row, norms)]),
  ]
  if (withElsewhere) all.push({ name: 'small CNN', predict: ({ elsewhere }) => elsewhere?.[truth] ?? null })
  return all
}

function linear(
  name: string,
  fit: readonly QualityRow[],
  truth: Truth,
  featuresOf: (row: QualityRow) => readonly number[],
): Predictor {
  const model = fitLinear(fit.map((row) => ({ features: featuresOf(row), target: row[truth] })))
  return { name, predict: (row) => clamp01(predictLinear(model, featuresOf(row))) }
}

interface Norm {
  readonly mean: number
  readonly deviation: number
}

/** Log volumes vary by at least so much from one person to the next. */
const DEVIATION_MIN = 0.2
const Z_MAX = 6

/** Of the masks that were taken for right, by structure. */
function volumeNorms(fit: readonly QualityRow[]): Map<string, Norm> {
  const volumes = new Map<string, Map<string, number>>()
  for (const { structure, patient, cm3 } of fit) {
    const own = volumes.get(structure) ?? new Map<string, number>()
    volumes.set(structure, own.set(patient, Math.log(cm3)))
  }
  return new Map(
    [...volumes].map(([structure, byPatient]) => {
      const logs = [...byPatient.values()]
      const mean = logs.reduce((a, b) => a + b, 0) / logs.length
      const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logs.length
      return [structure, { mean, deviation: Math.max(DEVIATION_MIN, Math.sqrt(variance)) }]
    }),
  )
}

/** 0 for a structure that the fit split has none of. */
function volumeZ({ structure, cm3, volumeChange }: QualityRow, norms: ReadonlyMap<string, Norm>): number {
  const norm = norms.get(structure)
  if (norm === undefined) return 0
  const volume = Math.log(Math.max(1e-6, cm3 * (1 + volumeChange)))
  return Math.min(Z_MAX, Math.abs(volume - norm.mean) / norm.deviation)
}
