/** Outcomes of `bench dr`, as far as they say something of quality: masks that were changed, with what was measured on them. */
import { readFileSync } from 'node:fs'
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
export type QualityRow = z.infer<typeof QualityRow>

/** Families whose edits move the boundary and nothing else: on these a prediction may be fitted. */
const BOUNDARY: ReadonlySet<string> = new Set(['X12', 'X15', 'N1', 'N2', 'N4'])

/** Throws PlumblineError('bad-request') for a file that `bench dr` of this version did not write. */
export function readRows(file: string): QualityRow[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines.flatMap((line, index): QualityRow[] => {
    const read = QualityRow.safeParse(parsed(line))
    if (!read.success)
      throw new PlumblineError('bad-request', `Line ${index + 1} of the outcomes has no features.`, {
        nextStep: 'Run plumbline bench dr of this version; its folder holds outcomes.jsonl.',
      })
    // A wrong claim about a right mask is no matter of Dice.
    return FAMILIES.find(({ id }) => id === read.data.family)?.at === 'voxels' ? [read.data] : []
  })
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

/** Which edit of which mask: what a prediction from elsewhere is found by. */
export function keyOf({ patient, structure, family, edit, level }: QualityRow): string {
  return [patient, structure, family, edit, level].join('|')
}
