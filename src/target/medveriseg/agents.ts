/**
 * MedVeriSeg's agents through a language model: one sees the raw image, one the response map, one weighs; the decision is
 * arithmetic (router.ts). As published but for two things: answers are checked against a schema by the port, and a failure
 * of the model is a failure, not an "uncertain".
 */
import { z } from 'zod'
import type { LanguageModel, ModelPart } from '../../domain/language-model.ts'
import { answerTo, type Question } from '../model-question.ts'
import { HEATMAP_PROMPT, PROMPT_VERSION, RAW_IMAGE_PROMPT, WEIGHTING_PROMPT } from './prompts.ts'
import { fuse, quantitativeCard, route, type Card, type Decision, type Thresholds } from './router.ts'
import type { MedVeriSegScores } from './scores.ts'

const DecisionText = z.enum(['present', 'absent', 'uncertain'])
const Confidence = z.number().min(0).max(1)

const RawImageAnswer = z.strictObject({
  evidence: z.array(z.string()),
  imageQuality: z.enum(['clear', 'low_contrast', 'ambiguous', 'small_target', 'unknown']),
  risk: z.string(),
  decision: DecisionText,
  confidence: Confidence,
})
const HeatmapAnswer = z.strictObject({
  evidence: z.array(z.string()),
  pattern: z.enum(['focused', 'scattered', 'off_target', 'multi_peak', 'ambiguous']),
  risk: z.string(),
  decision: DecisionText,
  confidence: Confidence,
})
const WeightingAnswer = z.strictObject({
  reason: z.string(),
  conflict: z.enum(['none', 'mild', 'strong']),
  weights: z.strictObject({ quantitative: z.number(), rawImage: z.number(), heatmap: z.number() }),
})

export interface VerificationInput {
  /** Of the claimed structure, from its code or knowledge entry: never a label from DICOM. */
  readonly structureName: string
  readonly scores: MedVeriSegScores
  readonly thresholds: Thresholds
  readonly rawImagePng: Uint8Array
  readonly heatmapPng: Uint8Array
  readonly seed: number
}

export interface Verification {
  /** Of scores, thresholds and prompts. */
  readonly version: string
  readonly route: Decision
  readonly decision: 'present' | 'absent'
  readonly confidence: number
  /** Null where no agent was asked. */
  readonly existenceScore: number | null
  readonly cards: Readonly<Record<string, Card>>
}

/** The published verification. Throws what LanguageModel throws, and PlumblineError('model-answer'). */
export async function verifyAsPublished(
  input: VerificationInput,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<Verification> {
  const { scores, thresholds } = input
  const routed = route(scores, thresholds)
  const quantitative = quantitativeCard(scores, thresholds)
  if (routed !== 'uncertain') {
    const { confidence } = quantitative
    return {
      version: PROMPT_VERSION,
      route: routed,
      decision: routed,
      confidence,
      existenceScore: null,
      cards: { quantitative },
    }
  }
  const ask = async <Answer>(question: Question<Answer>): Promise<Answer> =>
    answerTo(question, input.seed, model, signal)
  const subject: ModelPart = { kind: 'text', text: `Structure: ${input.structureName}` }
  const rawImage = cardOf(
    await ask({
      purpose: 'target: raw image',
      system: RAW_IMAGE_PROMPT,
      parts: [{ kind: 'image', png: input.rawImagePng, text: 'the image' }, subject],
      answer: RawImageAnswer,
    }),
  )
  const heatmap = cardOf(
    await ask({
      purpose: 'target: response map',
      system: HEATMAP_PROMPT,
      parts: [{ kind: 'image', png: input.heatmapPng, text: 'the response map' }, subject],
      answer: HeatmapAnswer,
    }),
  )
  const cards = { quantitative, rawImage, heatmap }
  const { weights } = await ask({
    purpose: 'target: weighting',
    system: WEIGHTING_PROMPT,
    parts: [subject, { kind: 'text', text: JSON.stringify(cards, null, 1) }],
    answer: WeightingAnswer,
  })
  const { decision, confidence, score } = fuse(cards, weights, thresholds)
  return { version: PROMPT_VERSION, route: routed, decision, confidence, existenceScore: score, cards }
}

function cardOf(answer: { decision: Decision; confidence: number; evidence: readonly string[] }): Card {
  return { decision: answer.decision, confidence: answer.confidence, evidence: answer.evidence.join('; ') }
}
