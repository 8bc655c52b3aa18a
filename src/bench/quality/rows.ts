/** Outcomes of `bench dr`, as far as they say something of quality: masks that were changed, with what was measured on them. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { PlumblineError } from '../../errors.ts'
import { FAMILIES } from '../perturb/families.ts'
import { FEATURES } from './features.ts'

const QualityRow = z.object({
  set: z.string(),
  patient: z.string(),
  structure: z.string(),
  family: z.string(),
  edit: z.string(),
  level: z.number(),
  /** Of the mask that it was made from; of the changed one `1 + volumeChange` times as much. */
  cm3: z.number(),
  volumeChange: z.number(),
  dice: z.number(),
  surfaceDice: z.number(),
  features: z.array(z.number()).length(FEATURES.length),
})

const Prediction = z.object({ dice: z.number(), surfaceDice: z.number() })

export type QualityRow = z.infer<typeof QualityRow> & {
  /** By another program; null: none was asked for. */
  readonly elsewhere: z.infer<typeof Prediction> | null
}

/** Families whose edits move the boundary and nothing else: on these a prediction may be fitted. */
const BOUNDARY: ReadonlySet<string> = new Set(['X12', 'X15', 'N1', 'N2', 'N4'])

/**
 * `predictions`: the name of a file beside it with a line for every outcome. Throws PlumblineError('bad-request') for a file
 * that `bench dr` of this version did not write, or without such predictions.
 */
export function readRows(file: string, predictions: string | null): QualityRow[] {
  const elsewhere = predictions === null ? null : readPredictions(join(dirname(file), predictions))
  const lines = linesOf(file)
  if (elsewhere !== null && elsewhere.length !== lines.length)
    throw new PlumblineError('bad-request', 'There is not one prediction for every outcome.')
  return lines.flatMap((line, index): QualityRow[] => {
    const read = QualityRow.safeParse(parsed(line))
    if (!read.success)
      throw new PlumblineError('bad-request', `Line ${index + 1} of the outcomes has no features.`, {
        nextStep: 'Run plumbline bench dr of this version; its folder holds outcomes.jsonl.',
      })
    const row = { ...read.data, elsewhere: elsewhere?.[index] ?? null }
    // A wrong claim about a right mask is no matter of Dice.
    return FAMILIES.find(({ id }) => id === row.family)?.at === 'voxels' ? [row] : []
  })
}

function readPredictions(file: string): z.infer<typeof Prediction>[] {
  return linesOf(file).map((line, index) => {
    const read = Prediction.safeParse(parsed(line))
    if (read.success) return read.data
    throw new PlumblineError(
      'bad-request',
      `Line ${index + 1} of the predictions has no dice and surfaceDice.`,
    )
  })
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

export function isBoundary({ family }: QualityRow): boolean {
  return BOUNDARY.has(family)
}
