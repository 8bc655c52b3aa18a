/** Reads config/prompts: every template and the questions, checked. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { PlumblineError } from './errors.ts'
import {
  Questions,
  TEMPLATE_NAMES,
  type Prompts,
  type TemplateName,
} from './reasoner/language-model/prompts.ts'

/** Throws PlumblineError('bad-config') naming the file. `directory` ends with a slash. */
export function loadPrompts(directory: URL): Prompts {
  const read = (file: string): string => readText(new URL(file, directory), file)
  const texts = TEMPLATE_NAMES.map((name) => [name, read(`${name}.md`)] as const)
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per name of the list
    templates: Object.fromEntries(texts) as Record<TemplateName, string>,
    questions: parseQuestions(read('questions.yaml')),
  }
}

/** Same digest, same words to the model. */
export function promptsDigest(prompts: Prompts): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(prompts)).digest('hex')}`
}

function parseQuestions(text: string): Questions {
  const result = Questions.safeParse(parse(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw badPrompts(
    `questions.yaml, ${issue?.path.join('.') ?? 'top level'}: ${issue?.message ?? 'not valid'}`,
  )
}

function readText(file: URL, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw badPrompts(`${name} cannot be read`, cause)
  }
}

function badPrompts(what: string, cause?: unknown): PlumblineError {
  return new PlumblineError('bad-config', `The prompts are not usable: ${what}.`, {
    nextStep: 'Restore config/prompts of this installation.',
    cause,
  })
}
