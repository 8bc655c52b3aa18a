import { z } from 'zod'
import { Score } from './opinion.ts'

/** How a language model is asked about a segment (src/reasoner/language-model/modes.ts has the table). */
export const ReasoningMode = z.enum(['single', 'one-pass', 'two-pass', 'blind-then-informed', 'anchored'])
export type ReasoningMode = z.infer<typeof ReasoningMode>

/** Which segments a language model is asked about; the others keep the opinion of the rules. */
export const ReasoningSelection = z.enum(['all', 'not-rejected', 'grey-zone'])
export type ReasoningSelection = z.infer<typeof ReasoningSelection>

/** Config section `reasoning`. Without a language model none of it matters. */
export const Reasoning = z.strictObject({
  mode: ReasoningMode.default('one-pass'),
  /** `not-rejected`: all that measurements alone do not reject. `grey-zone`: of those, what measurements do not plainly accept. */
  segments: ReasoningSelection.default('not-rejected'),
  /** Is it asked about a target that the response scores leave unsure? */
  targets: z.boolean().default(true),
  /** How a segment is judged once more when its score lies in the grey zone; null: never. */
  greyMode: ReasoningMode.nullable().default('two-pass'),
  /** The grey zone, both ends included. What is sent is not rejected by measurement, so up to 3 means: the model alone rejects. */
  greyScoreMin: Score.default(1),
  greyScoreMax: Score.default(3),
  /** Answers of each model; with several, the first at temperature 0 and the others at `sampleTemperature`. */
  samples: z.number().int().min(1).max(9).default(1),
  sampleTemperature: z.number().min(0).max(2).default(0.5),
  /** Several answers disagree beyond this standard deviation of their scores, or when fewer than this share say the same. */
  spreadMax: z.number().min(0).default(0.75),
  agreementMin: z.number().min(0.5).max(1).default(0.8),
  seed: z.number().int().min(0).default(7),
  outputTokensMax: z.number().int().positive().default(4096),
})
export type Reasoning = z.infer<typeof Reasoning>
