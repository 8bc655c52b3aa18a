/** The prompt texts of config/prompts and how their places are filled. */
import { z } from 'zod'
import { Structure } from '../../domain/knowledge.ts'

/** One Markdown file each. */
export const TEMPLATE_NAMES = [
  'role',
  'context',
  'rubric',
  'harmless',
  'stages',
  'evidence-informed',
  'evidence-blind',
  'answer',
  'single',
  'list-discrepancies',
  'label-discrepancies',
  'compare',
  'target',
  'report-role',
  'report-one-pass',
  'report-list',
  'report-label',
] as const
export type TemplateName = (typeof TEMPLATE_NAMES)[number]

const Question = z.string().min(5)
const Kind = z.enum([...Structure.shape.kind.options, 'unknown'])

/** config/prompts/questions.yaml. */
export const Questions = z.strictObject({
  /** Names the whole set of prompts. */
  version: z.string().min(1),
  /** By id of the knowledge entry. */
  structures: z.record(z.string(), z.array(Question)),
  knowledge: z.array(
    z.strictObject({
      when: z.enum(['neighbours', 'missed-target', 'pieces', 'tapers', 'paired']),
      text: Question,
    }),
  ),
  kinds: z.record(Kind, z.array(Question).min(3)),
})
export type Questions = z.infer<typeof Questions>

export interface Prompts {
  readonly templates: Readonly<Record<TemplateName, string>>
  readonly questions: Questions
}

/** Words of others for between the marks <<< and >>> of a template, which they cannot close. */
export function quoted(text: string): string {
  return text.replace(/<{3,}/g, '<').replace(/>{3,}/g, '>')
}

const PLACE = /\{\{([a-z]+)\}\}/g

/**
 * Fills `{{place}}`s, each once: what is filled in is text and is not looked at again. A place without a value, or a
 * value without a place, is a mistake of this program's files and throws.
 */
export function fill(template: string, values: Readonly<Record<string, string>> = {}): string {
  const used = new Set<string>()
  const text = template.replace(PLACE, (_, place: string) => {
    used.add(place)
    const value = values[place]
    if (value === undefined) throw new Error(`a prompt has no value for its place ${place}`)
    return value
  })
  const unused = Object.keys(values).find((name) => !used.has(name))
  if (unused !== undefined) throw new Error(`a prompt has no place for ${unused}`)
  return text.trim()
}
