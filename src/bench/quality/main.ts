/**
 * `plumbline bench quality`: what the judge measured, as a prediction of Dice and surface Dice, against the truth. Reads
 * outcomes of `bench dr`: fitted on boundary edits of the fit split, tested on the families that it never saw of the test split.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FEATURES } from './features.ts'
import { compare, type Pair } from './measures.ts'
import { predictorsOf, type Predictor, type Truth } from './predictors.ts'
import type { QualityPart, QualityResult, Scored } from './result.ts'
import { isBoundary, readRows, type QualityRow } from './rows.ts'
import { asMarkdown } from './tables.ts'

export interface QualityOptions {
  /** Files of outcomes, of the fit and of the test split. */
  readonly fit: readonly string[]
  readonly test: readonly string[]
  /** Name of a file beside each of the test split with predictions of another program: JSON lines of `dice` and `surfaceDice`. */
  readonly predictions: string | null
  readonly seed: number
  /** Of patients, for the intervals. */
  readonly draws: number
  readonly out: string
  readonly command: string
  readonly date: string
}

/** Writes quality.json and quality.md into `out`; returns the Markdown. */
export function benchQuality(options: QualityOptions): string {
  const fit = options.fit.flatMap((file) => readRows(file, null)).filter(isBoundary)
  const test = options.test.flatMap((file) => readRows(file, options.predictions))
  const parts = (['dice', 'surfaceDice'] as const).flatMap((truth) => {
    const predictors = predictorsOf(fit, truth, options.predictions !== null)
    return partsOf(test).map(({ name, families, rows }): QualityPart => {
      const scored = predictors.map((one) => scoredOf(one, predictors, rows, truth, options))
      return { name, truth, families, scored }
    })
  })
  const { command, date, seed } = options
  const result: QualityResult = {
    command,
    date,
    seed,
    fitRows: fit.length,
    fitPatients: new Set(fit.map(({ patient }) => patient)).size,
    features: FEATURES.map(({ name }) => name),
    dataDigest: digestOf([...options.fit, ...options.test]),
    parts,
  }
  mkdirSync(options.out, { recursive: true })
  writeFileSync(join(options.out, 'quality.json'), `${JSON.stringify(result, null, 1)}\n`)
  const markdown = asMarkdown(result)
  writeFileSync(join(options.out, 'quality.md'), markdown)
  return markdown
}

function partsOf(
  rows: readonly QualityRow[],
): (Pick<QualityPart, 'name' | 'families'> & { readonly rows: QualityRow[] })[] {
  const isPhantom = ({ set }: QualityRow): boolean => set.startsWith('phantom')
  return (['unseen families', 'boundary edits'] as const)
    .flatMap((families) =>
      (['real collections', 'phantoms'] as const).map((name) => ({
        name,
        families,
        rows: rows.filter(
          (row) =>
            isPhantom(row) === (name === 'phantoms') && isBoundary(row) === (families === 'boundary edits'),
        ),
      })),
    )
    .filter((part) => part.rows.length > 0)
}

function scoredOf(
  predictor: Predictor,
  [evidence = predictor]: readonly Predictor[],
  rows: readonly QualityRow[],
  truth: Truth,
  draws: Pick<QualityOptions, 'seed' | 'draws'>,
): Scored {
  const pairs = rows.flatMap((row): Pair[] => {
    const [predicted, other] = [evidence.predict(row), predictor.predict(row)]
    if (predicted === null || other === null) return []
    return [{ patient: row.patient, predicted, other, truth: row[truth] }]
  })
  const { other, gain } = compare(pairs, draws)
  return {
    predictor: predictor.name,
    masks: pairs.length,
    patients: new Set(pairs.map(({ patient }) => patient)).size,
    measures: other,
    gain: predictor === evidence ? null : gain,
  }
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return `sha256:${hash.digest('hex')}`
}
