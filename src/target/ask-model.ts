/**
 * What a language model makes of a target that the scores leave unsure: it sees the image, the response beside it, and the
 * scores. It may raise doubt, and it may settle doubt where the response knows the structure; it never says more than that,
 * and the fixed limits of decide.ts stand whatever it says.
 */
import { z } from 'zod'
import type { TargetMatch } from '../domain/case.ts'
import type { DrawnFigure } from '../domain/figure.ts'
import type { LanguageModel } from '../domain/language-model.ts'
import { answerTo } from './model-question.ts'
import { isIdentifying } from './verify.ts'

const Answer = z.strictObject({
  imageEvidence: z.array(z.string()),
  responseEvidence: z.array(z.string()),
  risk: z.string(),
  decision: z.enum(['present', 'absent', 'uncertain']),
})

export interface TargetQuestion {
  readonly match: TargetMatch
  /** From its code or knowledge entry: never a label from DICOM. */
  readonly structureName: string
  /** Of kind `response`: the image and the response beside it. */
  readonly picture: DrawnFigure
  /** System message and question, from config/prompts. */
  readonly prompt: { readonly system: string; readonly question: string }
  readonly seed: number
}

/** The match as it stands after the model was heard. Throws what LanguageModel throws, and PlumblineError('model-answer'). */
export async function hearModel(
  { match, structureName, picture, prompt, seed }: TargetQuestion,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<TargetMatch> {
  if (match.status !== 'unsure') return match
  const { strength, compactness, purity, coverage, source } = match
  const scores = {
    structure: structureName,
    strength: rounded(strength),
    compactness: rounded(compactness),
    purity: rounded(purity),
    coverage: rounded(coverage ?? null),
    source,
  }
  const { decision } = await answerTo(
    {
      purpose: 'target: unsure',
      system: prompt.system,
      parts: [
        { kind: 'text', text: prompt.question },
        { kind: 'image', png: picture.png, text: picture.figure.text },
        { kind: 'text', text: JSON.stringify(scores) },
      ],
      answer: Answer,
    },
    seed,
    model,
    signal,
  )
  return {
    ...match,
    status: statusOf(decision, match),
    source: `${match.source}; ${model.name} says ${decision}`,
  }
}

/** More digits than the scores are worth would look like certainty. */
function rounded(score: number | null): number | null {
  return score === null ? null : Number(score.toFixed(2))
}

/** `present` needs a response that knows the structure beside the model's word. */
function statusOf(decision: z.infer<typeof Answer>['decision'], match: TargetMatch): TargetMatch['status'] {
  if (decision === 'present') return isIdentifying(match) ? 'present' : 'unsure'
  return decision === 'absent' ? 'absent' : 'unsure'
}
