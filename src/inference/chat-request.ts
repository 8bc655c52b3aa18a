/** A request of the reasoner as a chat-completions request. */
import { createHash } from 'node:crypto'
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import type { ModelPart, ModelRequest } from '../domain/language-model.ts'
import { requireCleanPng } from './clean-png.ts'
import type { AnswerFormat, Dialect } from './dialect.ts'

/** A bad answer, and what is wrong with it. */
export interface FailedTurn {
  readonly answer: string
  readonly fault: string
}

const SCHEMA_IN_WORDS =
  'Answer with one JSON object that validates against this JSON Schema, and with nothing else: no other text, no code fence.'
const REPAIR_IN_WORDS =
  'That answer cannot be used. Answer the same question again with one JSON object that validates against the schema. What is wrong:'

/** Part of what answers depend on: digested into the provenance. */
export const INSTRUCTIONS = [SCHEMA_IN_WORDS, REPAIR_IN_WORDS] as const

/** Throws ModelError('unclean-picture'). */
export function chatRequest(
  model: string,
  request: ModelRequest,
  failed: readonly FailedTurn[],
  dialect: Dialect,
): ChatCompletionCreateParamsNonStreaming {
  const { system, parts, schema, temperature, seed, outputTokensMax } = request
  const inWords =
    dialect.format === 'json_schema' ? '' : `\n\n${SCHEMA_IN_WORDS}\n${JSON.stringify(schema.json)}`
  const repairs = failed.flatMap(({ answer, fault }): ChatCompletionMessageParam[] => [
    { role: 'assistant', content: answer },
    { role: 'user', content: `${REPAIR_IN_WORDS}\n${fault}` },
  ])
  return {
    model,
    messages: [
      { role: 'system', content: `${system}${inWords}` },
      { role: 'user', content: parts.map(contentPart) },
      ...repairs,
    ],
    ...responseFormat(schema, dialect.format),
    ...(dialect.temperature ? { temperature } : {}),
    ...(dialect.seed ? { seed } : {}),
    [dialect.outputLimitField]: outputTokensMax,
  }
}

function contentPart(part: ModelPart): ChatCompletionContentPart {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  requireCleanPng(part.png)
  const url = `data:image/png;base64,${Buffer.from(part.png).toString('base64')}`
  return { type: 'image_url', image_url: { url, detail: 'high' } }
}

function responseFormat(
  { name, json }: ModelRequest['schema'],
  format: AnswerFormat,
): Pick<ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  if (format === 'text') return {}
  if (format === 'json_object') return { response_format: { type: 'json_object' } }
  return {
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...json } } },
  }
}

/** Every word that leaves: messages and schema. Pictures are looked at one by one above. */
export function textsOf({
  messages,
  response_format: format,
}: ChatCompletionCreateParamsNonStreaming): string[] {
  const texts = messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  )
  return [...texts, JSON.stringify(format ?? null)]
}

/** `sha256:...` of the model's name and all that it is asked, pictures by their own digest. */
export function requestDigest(model: string, request: ModelRequest): string {
  const { system, parts, schema, temperature, seed, outputTokensMax } = request
  const asked = parts.map((part) => (part.kind === 'text' ? part.text : { png: sha256(part.png) }))
  return `sha256:${sha256(JSON.stringify([model, system, asked, schema, temperature, seed, outputTokensMax]))}`
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
