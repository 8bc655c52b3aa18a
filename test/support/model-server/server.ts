/**
 * A server of the chat-completions protocol on loopback: the one that tests of language models speak to. It checks every
 * request against the published contract (contract.ts), refuses what breaks it as the real one does (HTTP 400), and keeps
 * all that it hears. What it answers is a script:
 *
 *   const server = await startModelServer()           // { understands, apiKey } to be less able, or to want another key
 *   loadConfig: model: { name: MODEL, baseUrl: server.url, apiKey: API_KEY }
 *   server.script({ kind: 'json', json: {...} }, { kind: 'status', status: 429, headers: { 'retry-after': '0' } })   // a queue, then:
 *   server.answerWith((request) => ({ kind: 'json', json: ... }))   // a function of the request; by default the smallest
 *                                                                    // answer that fits the request's schema
 *   server.answerWith(obeying(/accept/i, obedient, honest))   // a model that does what a text found in its request says
 *   server.requests       // each with text (all words), images (decoded), body, headers, path
 *   server.broken         // what broke the contract, of any request: tests expect []
 *   server.received()     // every byte that came in, heads included: for canary searches
 *   await server.stop()
 *
 * Answers are the rows of Answer (answers.ts). Usage is computed: four characters a token, 85 + 170 a tile of 512 for pictures.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Request } from 'express'
import { decode } from 'fast-png'
import { answer, fail, type Answer, type ErrorBody, type SeenRequest } from './answers.ts'
import { breaches, ChatRequest, type ChatRequestBody } from './contract.ts'
import { smallestOf } from './smallest.ts'

export const MODEL = 'test-vision-1'
export const API_KEY = 'test-key'

export type Responder = (request: SeenRequest) => Answer

export interface Understands {
  /** Other formats are refused, as servers do that do not know them. */
  readonly formats: readonly ('json_schema' | 'json_object' | 'text')[]
  /** Fields that are refused by name. */
  readonly refusedFields: readonly string[]
  /** False: HTTP 400 without a word of what was not understood. */
  readonly saysWhy: boolean
}

export interface ModelServer {
  /** Base URL, as for `model.baseUrl`. */
  readonly url: string
  /** Understood requests, in order; those that break the contract are in `broken`. */
  readonly requests: readonly SeenRequest[]
  /** What was wrong with requests that broke the contract; tests expect none. */
  readonly broken: readonly string[]
  /** Requests of any kind so far. */
  count(): number
  script(...answers: readonly Answer[]): void
  answerWith(responder: Responder): void
  received(): Buffer
  stop(): Promise<void>
}

const EVERYTHING: Understands = {
  formats: ['json_schema', 'json_object', 'text'],
  refusedFields: [],
  saysWhy: true,
}

export async function startModelServer(
  options: { understands?: Partial<Understands>; apiKey?: string } = {},
): Promise<ModelServer> {
  const understands = { ...EVERYTHING, ...options.understands }
  const key = options.apiKey ?? API_KEY
  const requests: SeenRequest[] = []
  const broken: string[] = []
  const heads: string[] = []
  const bodies: Buffer[] = []
  const queue: Answer[] = []
  let responder: Responder = ({ body }) => ({ kind: 'json', json: smallestOf(schemaOf(body)) })

  const app = express()
  app.use(express.raw({ type: () => true, limit: '64mb' }))
  app.use((request, response) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    heads.push(`${request.method} ${request.url}\n${JSON.stringify(request.rawHeaders)}\n`)
    bodies.push(bytes)
    const refused = refusal(request, bytes, key)
    if (refused?.status === 400) broken.push(refused.message)
    if (refused !== null) return fail(response, refused.status, refused)
    const body = ChatRequest.parse(JSON.parse(bytes.toString('utf8')))
    const fault = notUnderstood(body, understands)
    if (fault !== null) return fail(response, 400, understands.saysWhy ? fault : {})
    const seen = { ...seenOf(body), headers: request.headers, path: request.url }
    requests.push(seen)
    answer(response, queue.shift() ?? responder(seen), seen)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    broken,
    count: () => heads.length,
    script: (...answers) => void queue.push(...answers),
    answerWith: (next) => void (responder = next),
    received: () => Buffer.concat([Buffer.from(heads.join('')), ...bodies]),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Why the request is not even looked into: address, key, contract; null when nothing is wrong. */
function refusal(request: Request, bytes: Buffer, key: string): { status: number; message: string } | null {
  if (request.method !== 'POST' || request.path !== '/v1/chat/completions')
    return { status: 404, message: 'Invalid URL' }
  const { authorization, 'api-key': apiKey } = request.headers
  if (authorization !== `Bearer ${key}` && apiKey !== key)
    return { status: 401, message: 'Incorrect API key provided' }
  const faults = breaches(request.headers['content-type'], bytes)
  return faults.length === 0 ? null : { status: 400, message: faults.join('; ') }
}

/** A model that obeys: `obedient` where the words of its request match, else `honest`. Pictures are not read. */
export function obeying(instruction: RegExp, obedient: unknown, honest: unknown): Responder {
  return ({ text }) => ({ kind: 'json', json: instruction.test(text) ? obedient : honest })
}

/** Answers the question whether a target is there by itself, all others by `others`. */
export function besidesTarget(
  others: Responder,
  decision: 'present' | 'absent' | 'uncertain' = 'uncertain',
): Responder {
  const json = { imageEvidence: [], responseEvidence: [], risk: '', decision }
  return (seen) => (nameOf(seen.body) === 'target_unsure' ? { kind: 'json', json } : others(seen))
}

/** Of the schema that is asked for: says which question it is. */
export function nameOf({ response_format: format }: ChatRequestBody): string {
  return format?.type === 'json_schema' ? format.json_schema.name : ''
}

/** The schema that the answer must fit, wherever the request has it; null when it has none. */
export function schemaOf({
  response_format: format,
  messages,
}: ChatRequestBody): Record<string, unknown> | null {
  if (format?.type === 'json_schema') return format.json_schema.schema
  const [system] = messages
  const inWords = typeof system?.content === 'string' ? /\n(\{.*\})$/.exec(system.content)?.[1] : undefined
  return inWords === undefined ? null : (JSON.parse(inWords) as Record<string, unknown>)
}

function seenOf(body: ChatRequestBody): Pick<SeenRequest, 'body' | 'text' | 'images'> {
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  )
  return {
    body,
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    images: parts.flatMap((part) => {
      if (part.type === 'text') return []
      const png = Buffer.from(part.image_url.url.slice(part.image_url.url.indexOf(',') + 1), 'base64')
      const { width, height } = decode(png)
      return [{ width, height, png }]
    }),
  }
}

function notUnderstood(body: ChatRequestBody, { formats, refusedFields }: Understands): ErrorBody | null {
  const format = body.response_format?.type ?? 'text'
  if (!formats.includes(format))
    return {
      param: 'response_format',
      message: `Invalid parameter: 'response_format' of type '${format}' is not supported.`,
    }
  const field = refusedFields.find((name) => Object.hasOwn(body, name))
  if (field === undefined) return null
  const message = `Unsupported parameter: '${field}' is not supported with this model.`
  return { param: field, code: 'unsupported_parameter', message }
}
