/** The evaluator of reports with a language model: it fills the lists of errors, code computes the scores. */
import { z } from 'zod'
import type { LanguageModel, ModelRequest } from '../../domain/language-model.ts'
import { PlumblineError } from '../../errors.ts'
import { strictSchema } from '../language-model/answers.ts'
import { fill, quoted, type Prompts, type TemplateName } from '../language-model/prompts.ts'
import { CATEGORIES, type Evaluation } from './evaluation.ts'
import { Significance } from './terms.ts'

export interface ReportPair {
  readonly reference: string
  readonly candidate: string
}

export type Passes = 'one-pass' | 'two-pass'

/** Characters of one report that are sent. */
const CHARACTERS_MAX = 6000

const Found = z.strictObject({ id: z.string(), text: z.string(), significance: Significance })
const Listed = {
  reference_findings: z.array(Found),
  candidate_findings: z.array(Found),
  matches: z.array(z.strictObject({ reference: z.string(), candidate: z.string() })),
}
const Difference = z.strictObject({
  explanation: z.string(),
  /** Id of the finding it is about, or empty. */
  reference: z.string(),
  candidate: z.string(),
  category: z.enum(CATEGORIES),
})
const OnePass = z.strictObject({
  ...Listed,
  errors: z.array(Difference.extend({ is_significant: z.boolean() })),
})
const FirstPass = z.strictObject({ ...Listed, errors: z.array(Difference) })
const SecondPass = z.strictObject({
  labels: z.array(
    z.strictObject({
      id: z.string(),
      reasoning: z.string(),
      label: z.enum(['significant', 'insignificant', 'not_confirmed']),
    }),
  ),
})

/** Throws PlumblineError as LanguageModel does, and 'model-answer' when an answer does not have its form. */
export async function evaluateByModel(
  pair: ReportPair,
  passes: Passes,
  { model, prompts }: { readonly model: LanguageModel; readonly prompts: Prompts },
  signal: AbortSignal,
): Promise<Evaluation> {
  const ask = async <Answer>(
    template: TemplateName,
    answer: z.ZodType<Answer>,
    extra = {},
  ): Promise<Answer> => {
    const request = requestOf(template, { ...reportsOf(pair), ...extra }, answer, prompts)
    const result = answer.safeParse((await model.complete(request, signal)).json)
    if (result.success) return result.data
    throw new PlumblineError('model-answer', 'The answer does not have the form that was asked for.')
  }
  if (passes === 'one-pass') {
    const listed = await ask('report-one-pass', OnePass)
    return evaluationOf(
      listed,
      listed.errors.map((error) => ({ ...error, isSignificant: error.is_significant })),
    )
  }
  const listed = await ask('report-list', FirstPass)
  if (listed.errors.length === 0) return evaluationOf(listed, [])
  const differences = listed.errors
    .map(({ category, explanation }, index) => quoted(`- D${index + 1}: ${category}: ${explanation}`))
    .join('\n')
  const { labels } = await ask('report-label', SecondPass, { differences })
  const confirmed = listed.errors.flatMap((error, index) => {
    const found = labels.find(({ id }) => id === `D${index + 1}`)
    if (found === undefined)
      throw new PlumblineError('model-answer', `The second pass did not label D${index + 1}.`)
    return found.label === 'not_confirmed' ? [] : [{ ...error, isSignificant: found.label === 'significant' }]
  })
  return evaluationOf(listed, confirmed)
}

function requestOf(
  template: TemplateName,
  values: Readonly<Record<string, string>>,
  answer: z.ZodType,
  prompts: Prompts,
): ModelRequest {
  return {
    purpose: template,
    system: fill(prompts.templates['report-role']),
    parts: [{ kind: 'text', text: fill(prompts.templates[template], values) }],
    schema: { name: template.replaceAll('-', '_'), json: strictSchema(answer) },
    temperature: 0,
    seed: 7,
    outputTokensMax: 4096,
  }
}

/** Reports stand between marks that they cannot contain. */
function reportsOf({ reference, candidate }: ReportPair): { reference: string; candidate: string } {
  const quote = (text: string) => quoted(text.slice(0, CHARACTERS_MAX))
  return { reference: quote(reference), candidate: quote(candidate) }
}

/** Matches and errors that name findings which were not listed are left out: they are about nothing. */
function evaluationOf(
  listed: z.infer<typeof FirstPass>,
  errors: readonly (z.infer<typeof Difference> & { readonly isSignificant: boolean })[],
): Evaluation {
  const reference = listed.reference_findings.map(({ id, significance }) => ({ id, significance }))
  const candidate = listed.candidate_findings.map(({ id, significance }) => ({ id, significance }))
  const idIn = (findings: typeof reference, id: string) =>
    findings.some((finding) => finding.id === id) ? id : null
  return {
    reference,
    candidate,
    matches: listed.matches.filter(
      (match) => idIn(reference, match.reference) !== null && idIn(candidate, match.candidate) !== null,
    ),
    errors: errors.map((error) => ({
      category: error.category,
      isSignificant: error.isSignificant,
      reference: idIn(reference, error.reference),
      candidate: idIn(candidate, error.candidate),
    })),
  }
}
