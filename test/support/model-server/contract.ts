/** What a chat-completions request must look like: the published API reference, as far as this program may use it. */
import { decode } from 'fast-png'
import { z } from 'zod'

const TextPart = z.strictObject({ type: z.literal('text'), text: z.string() })
const ImagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().refine(isPngUrl, 'is no data URL of a PNG that decodes'),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
})
const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'assistant']), content: z.string() }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [TextPart, ImagePart])).min(1)]),
  }),
])
const Format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      description: z.string().optional(),
      strict: z.literal(true),
      schema: z.record(z.string(), z.unknown()),
    }),
  }),
])

export const ChatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  response_format: Format.optional(),
  temperature: z.number().min(0).max(2).optional(),
  seed: z.number().int().optional(),
  max_completion_tokens: z.number().int().positive().optional(),
  max_tokens: z.number().int().positive().optional(),
})
export type ChatRequestBody = z.infer<typeof ChatRequest>

/** What breaks the contract; empty when nothing does. */
export function breaches(contentType: string | undefined, bytes: Buffer): string[] {
  if (!/^application\/json\b/.test(contentType ?? '')) return ['the content type is not application/json']
  const parsed = ChatRequest.safeParse(jsonOf(bytes))
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const { response_format: format, messages, max_tokens: older, max_completion_tokens: newer } = parsed.data
  const faults: string[] = []
  if (older !== undefined && newer !== undefined)
    faults.push('max_tokens and max_completion_tokens exclude each other')
  if (format?.type === 'json_object' && !/json/i.test(JSON.stringify(messages)))
    faults.push(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'",
    )
  if (format?.type === 'json_schema') faults.push(...strictFaults(format.json_schema.schema))
  return faults
}

/** Keywords of the subset that strict structured outputs support. */
const KEYWORDS = new Set(
  `type properties required additionalProperties items enum const anyOf $defs $ref title description pattern format
   multipleOf minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems`.split(/\s+/),
)
const DEPTH_MAX = 10
const PROPERTIES_MAX = 5000

/** Rules of strict schemas: a closed object at the root, every property required, no keyword outside of the subset. */
export function strictFaults(schema: Readonly<Record<string, unknown>>): string[] {
  const nodes = nodesOf(schema, '$', 0)
  const faults = nodes.flatMap(nodeFaults)
  if (schema['type'] !== 'object' || schema['anyOf'] !== undefined)
    faults.push('$: the root must be an object')
  const properties = nodes.reduce((sum, { node }) => sum + Object.keys(propertiesOf(node)).length, 0)
  if (properties > PROPERTIES_MAX) faults.push(`$: more than ${PROPERTIES_MAX} properties`)
  return faults
}

interface Node {
  readonly node: unknown
  readonly path: string
  readonly depth: number
}

/** The schema and every schema in it, as deep as is looked at. */
function nodesOf(node: unknown, path: string, depth: number): Node[] {
  const self = { node, path, depth }
  if (!isRecord(node) || depth > DEPTH_MAX) return [self]
  const { items, anyOf, $defs: definitions } = node
  const inside = [
    ...Object.entries(propertiesOf(node)).map(([name, one]) => [one, `${path}.${name}`, depth + 1] as const),
    ...(items === undefined ? [] : [[items, `${path}[]`, depth + 1] as const]),
    ...(Array.isArray(anyOf) ? anyOf.map((one, n) => [one, `${path}|${n}`, depth] as const) : []),
    ...Object.entries(isRecord(definitions) ? definitions : {}).map(
      ([name, one]) => [one, `${path}#${name}`, depth] as const,
    ),
  ]
  return [self, ...inside.flatMap(([one, at, deep]) => nodesOf(one, at, deep))]
}

function nodeFaults({ node, path, depth }: Node): string[] {
  if (!isRecord(node)) return [`${path}: is no schema`]
  if (depth > DEPTH_MAX) return [`${path}: is nested deeper than ${DEPTH_MAX}`]
  const { type, required, items, additionalProperties } = node
  const types = Array.isArray(type) ? type : [type]
  const names = Object.keys(propertiesOf(node))
  const listed: unknown[] = Array.isArray(required) ? required : []
  const isObject = types.includes('object')
  return [
    ...Object.keys(node).flatMap((key) => (KEYWORDS.has(key) ? [] : [`'${key}' is not permitted`])),
    ...names.flatMap((name) => (listed.includes(name) ? [] : [`'${name}' is not required`])),
    ...(listed.length > names.length ? ["'required' names what is no property"] : []),
    ...(isObject && additionalProperties !== false ? ['additionalProperties must be false'] : []),
    ...(isObject && !isRecord(node['properties']) ? ['an object without properties'] : []),
    ...(types.includes('array') && items === undefined ? ['an array without items'] : []),
  ].map((fault) => `${path}: ${fault}`)
}

function propertiesOf(node: unknown): Record<string, unknown> {
  return isRecord(node) && isRecord(node['properties']) ? node['properties'] : {}
}

function isPngUrl(url: string): boolean {
  const base64 = /^data:image\/png;base64,([A-Za-z0-9+/]+={0,2})$/.exec(url)?.[1]
  if (base64 === undefined) return false
  try {
    const { width, height } = decode(Buffer.from(base64, 'base64'))
    return width > 0 && height > 0
  } catch {
    return false
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
