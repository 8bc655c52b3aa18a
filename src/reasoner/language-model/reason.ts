/**
 * A language model's opinion on one segment. Whatever fails becomes an abstention with the reason, which decide.ts turns
 * into `review`; only a job that was cancelled ends with an error.
 */
import type { LanguageModel } from '../../domain/language-model.ts'
import type { Opinion } from '../../domain/opinion.ts'
import type { Reasoning, ReasoningMode } from '../../domain/reasoning.ts'
import type { Knowledge } from '../../domain/knowledge.ts'
import { PlumblineError } from '../../errors.ts'
import { contradictionsOf } from '../report-eval/contradictions.ts'
import { combined } from './ensemble.ts'
import type { ReasoningInput } from './input.ts'
import { MODES, type Ask } from './modes.ts'
import { ACCEPTED_MIN, opinionOf, withRulesWords, type Account, type Draft } from './opinion-of.ts'
import type { Prompts } from './prompts.ts'
import { requestOf, TASKS, type Sampling } from './tasks.ts'

export interface ReasonerParts {
  /** One, or several for an ensemble across families. */
  readonly models: readonly [LanguageModel, ...LanguageModel[]]
  readonly prompts: Prompts
  readonly settings: Reasoning
  readonly knowledge: Knowledge
}

/** Never throws but what the signal's abort makes of a request. */
export async function reasonByModel(
  input: ReasoningInput,
  parts: ReasonerParts,
  signal: AbortSignal,
): Promise<Opinion> {
  const { mode, greyMode } = parts.settings
  const first = await byMembers(mode, input, parts, signal)
  if (greyMode === null || !isGrey(first, parts.settings)) return first
  const second = await byMembers(greyMode, input, parts, signal)
  return {
    ...second,
    note: `${second.note} It was asked again because the first answer (${mode}) gave ${first.score ?? 'no score'} of 5.`,
  }
}

function isGrey({ score }: Opinion, { greyScoreMin, greyScoreMax }: Reasoning): boolean {
  return score !== null && score >= greyScoreMin && score <= greyScoreMax
}

async function byMembers(
  mode: ReasoningMode,
  input: ReasoningInput,
  { models, prompts, settings, knowledge }: ReasonerParts,
  signal: AbortSignal,
): Promise<Opinion> {
  const { samples, sampleTemperature, seed, outputTokensMax } = settings
  const runs = models.flatMap((model) =>
    Array.from({ length: samples }, (_, index) => ({
      model,
      sampling: { temperature: index === 0 ? 0 : sampleTemperature, seed: seed + index, outputTokensMax },
    })),
  )
  const [first, ...others] = await Promise.all(
    runs.map(({ model, sampling }) =>
      oneOpinion(mode, input, { model, prompts, knowledge, sampling }, signal),
    ),
  )
  if (first === undefined) throw new Error('an ensemble without members')
  return combined([first, ...others], settings)
}

interface Member {
  readonly model: LanguageModel
  readonly prompts: Prompts
  readonly knowledge: Knowledge
  readonly sampling: Sampling
}

async function oneOpinion(
  mode: ReasoningMode,
  input: ReasoningInput,
  member: Member,
  signal: AbortSignal,
): Promise<Opinion> {
  const account: Account = {
    reasoner: `${member.model.name} (${mode})`,
    note: `A language model looked at ${input.figures.length} pictures: ${MODES[mode].what}. Prompts ${member.prompts.questions.version}. Hard limits outrank it.`,
  }
  try {
    const draft = await MODES[mode].judge(input, asker(input, member, signal))
    return heldInCheck(draft, input, member.knowledge, account)
  } catch (error) {
    if (signal.aborted) throw error
    const why =
      error instanceof PlumblineError
        ? `the language model gave no opinion: ${error.message}`
        : 'the language model reasoner failed'
    return withRulesWords(
      input.rules,
      { ...account, note: `${account.note} ${RULES_WORDS}` },
      null,
      why.replace(/\.$/, ''),
    )
  }
}

const RULES_WORDS = 'What is said below comes from measurements and the knowledge base.'

function asker(input: ReasoningInput, { model, prompts, sampling }: Member, signal: AbortSignal): Ask {
  return async (question) => {
    const request = requestOf(question, input, prompts, sampling)
    const { json } = await model.complete(request, signal)
    const result = TASKS[question.task].answer.safeParse(json)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row of this very task has checked it
    if (result.success) return result.data as never
    throw new PlumblineError('model-answer', 'Its answer does not have the form that was asked for.')
  }
}

/** Words that contradict the evidence in side, identity or size are withheld, and an acceptance in such words does not count. */
function heldInCheck(
  draft: Draft,
  input: ReasoningInput,
  { structures }: Knowledge,
  account: Account,
): Opinion {
  const facts = { ...input, structures, saysOtherStructure: draft.score === 1 }
  const contradictions = contradictionsOf(wordsOf(draft), facts)
  if (contradictions.length === 0) return opinionOf(draft, account)
  const said = `Its words were withheld because they contradict the evidence: ${contradictions.join('; ')}.`
  const withheld = { ...account, note: `${account.note} ${said} ${RULES_WORDS}` }
  const { score, abstained } = opinionOf(draft, account)
  const doubted = score !== null && score >= ACCEPTED_MIN ? 'its words contradict the evidence' : null
  const reason = abstained ?? doubted
  return withRulesWords(input.rules, withheld, reason === null ? score : null, reason)
}

/** All that it says of this segment; general knowledge may name any size. */
function wordsOf({ visualFeatures, anatomicalInference, clinicalSynthesis }: Draft): string[] {
  const { statements, strengths, weaknesses } = clinicalSynthesis
  const said = [visualFeatures.statements, anatomicalInference.statements, statements, strengths, weaknesses]
  return said.flat().map(({ text }) => text)
}
