/** What a server understands of the protocol. Not every compatible server takes everything; the first refusal teaches. */
import type { ModelServer } from './model-config.ts'

/** How the answer is held to its schema: by the server, by the server to any JSON object, or by words alone. */
export type AnswerFormat = 'json_schema' | 'json_object' | 'text'

export interface Dialect {
  readonly format: AnswerFormat
  readonly outputLimitField: ModelServer['outputLimitField']
  /** The configured field was refused: there is no third one. */
  readonly otherLimitField: boolean
  readonly temperature: boolean
  readonly seed: boolean
}

/** What a server is believed to understand until it says otherwise. */
export function firstDialect({ outputLimitField }: Pick<ModelServer, 'outputLimitField'>): Dialect {
  return { format: 'json_schema', outputLimitField, otherLimitField: false, temperature: true, seed: true }
}

interface Lesson {
  /** Of the field that the server names, or of its message where it names none. */
  readonly about: RegExp
  /** Null when there is nothing left to give up. */
  readonly learn: (dialect: Dialect) => Dialect | null
}

/** In the order in which a message is searched: one about a field may mention the model's "structure" too. */
const LESSONS: readonly Lesson[] = [
  { about: /max_(completion_)?tokens/, learn: otherLimitField },
  {
    about: /temperature/,
    learn: (dialect) => (dialect.temperature ? { ...dialect, temperature: false } : null),
  },
  { about: /\bseed\b/, learn: (dialect) => (dialect.seed ? { ...dialect, seed: false } : null) },
  { about: /response_format|json|schema|structured|grammar|guided/, learn: lesserFormat },
]
const MESSAGE_CHARACTERS_READ = 400

/** What to try after a refusal (HTTP 400, 422); null when the request is not refused for how it is worded. */
export function learnFrom(
  refusal: { readonly param: string | null; readonly message: string },
  dialect: Dialect,
): Dialect | null {
  const said = (refusal.param || refusal.message).slice(0, MESSAGE_CHARACTERS_READ).toLowerCase()
  const named = LESSONS.filter(({ about }) => about.test(said))
  for (const { learn } of named) {
    const next = learn(dialect)
    if (next !== null) return next
  }
  // Many servers do not say what they did not understand; schemas are what they understand least.
  return lesserFormat(dialect)
}

function otherLimitField(dialect: Dialect): Dialect | null {
  if (dialect.otherLimitField) return null
  const other = dialect.outputLimitField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
  return { ...dialect, outputLimitField: other, otherLimitField: true }
}

function lesserFormat(dialect: Dialect): Dialect | null {
  if (dialect.format === 'text') return null
  return { ...dialect, format: dialect.format === 'json_schema' ? 'json_object' : 'text' }
}
