/** Questions about a target to a language model. */
import type { z } from 'zod'
import type { LanguageModel, ModelPart, ModelRequest } from '../domain/language-model.ts'
import { PlumblineError } from '../errors.ts'
import { strictSchema } from '../reasoner/language-model/answers.ts'

/** One question to the model; the answer is checked against the schema that was asked for. */
export interface Question<Answer> {
  readonly purpose: string
  readonly system: string
  readonly parts: readonly ModelPart[]
  readonly answer: z.ZodType<Answer>
}

const OUTPUT_TOKENS_MAX = 512

/** Throws what LanguageModel throws, and PlumblineError('model-answer'). */
export async function answerTo<Answer>(
  { purpose, system, parts, answer }: Question<Answer>,
  seed: number,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<Answer> {
  const request: ModelRequest = {
    purpose,
    system,
    parts,
    schema: { name: purpose.replace(/\W+/g, '_'), json: strictSchema(answer) },
    temperature: 0,
    seed,
    outputTokensMax: OUTPUT_TOKENS_MAX,
  }
  const checked = answer.safeParse((await model.complete(request, signal)).json)
  if (checked.success) return checked.data
  throw new PlumblineError(
    'model-answer',
    `The model did not answer the question "${purpose}" as it was asked to.`,
  )
}
