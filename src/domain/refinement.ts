import { z } from 'zod'
import { PromptKind } from './correction.ts'

const whole = z.number().int().positive()

/** How rejected segments are refined (config section `refinement`). */
export const Refinement = z.strictObject({
  /** `rejected`: a proposal is looked for where a segment is rejected. `none`: nowhere. */
  segments: z.enum(['rejected', 'none']),
  /** Of one case, worst first. */
  segmentsMax: whole,
  prompt: PromptKind,
  /** Id of the promptable model: `geodesic`, which needs no weights, or one of config/models.yaml. */
  model: z.string().min(1),
  /** A mask is good enough when its Dice with every sample of the pseudo ground truth is this high. */
  pseudoDiceMin: z.number().min(0).max(1),
  iterationsMax: whole,
  iterationsWithoutGainMax: whole,
  /** For the loop of one segment. */
  budgetMs: whole,
  /** Images around the segment that are looked at: within slices, and beyond its first and last slice. */
  marginMm: z.number().positive(),
  marginAcrossMm: z.number().positive(),
  /** Of one segment with its margin; beyond, several pixels of a slice are taken together. */
  cellsMax: whole,
})
export type Refinement = z.infer<typeof Refinement>
