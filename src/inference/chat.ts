/** One exchange with one server, by the openai package: its only door. No repetitions here (attempts.ts). */
import OpenAI, { APIConnectionTimeoutError, APIError } from 'openai'
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions'
import { z } from 'zod'
import { parseRetryAfterMs } from '../backoff.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { ModelServer } from './model-config.ts'
import { ModelError, type ModelErrorKind } from './model-error.ts'

export interface ChatAnswer {
  readonly text: string
  /** By the server's own name. */
  readonly model: string
  /** Null where the server does not say. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null
  /** Why the text is no answer although it was generated, and paid for; null when it may be one. */
  readonly fault: ModelError | null
}

/** Throws ModelError; BadRequest where another dialect may be understood; the signal's reason. */
export type Chat = (body: ChatCompletionCreateParamsNonStreaming, signal: AbortSignal) => Promise<ChatAnswer>

/** A request that the server did not understand. What it says may quote the request: never shown. */
export class BadRequest extends ModelError {
  readonly refusal: { readonly param: string | null; readonly message: string }

  constructor(status: number, refusal: BadRequest['refusal']) {
    super('bad-request', `The model's server does not accept the request (HTTP ${status}).`)
    this.refusal = refusal
  }
}

const Tokens = z.number().int().nonnegative()
const Choice = z.object({
  finish_reason: z.string().nullish(),
  message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
})
type Choice = z.infer<typeof Choice>
const Completion = z.object({
  model: z.string().catch(''),
  choices: z.array(Choice).min(1),
  usage: z.object({ prompt_tokens: Tokens, completion_tokens: Tokens }).nullish().catch(null),
})

export interface ChatOptions {
  readonly server: ModelServer
  /** For the whole exchange. */
  readonly timeoutMs: number
  readonly fetch: Fetch
}

export function createChat({ server, timeoutMs, fetch }: ChatOptions): Chat {
  const client = new OpenAI({
    baseURL: server.baseUrl,
    // Local servers want no key; the client wants one.
    apiKey: server.apiKey ?? 'none',
    // Else it looks for them in the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: { ...(server.apiKey === null ? { authorization: null } : {}), ...server.headers },
    defaultQuery: server.query,
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    fetch,
  })
  return async (body, signal) => {
    signal.throwIfAborted()
    try {
      // The client listens to the signal it is given and never stops: to one of this exchange, then.
      const ofExchange = AbortSignal.any([signal])
      return answerOf(await client.chat.completions.create(body, { signal: ofExchange }))
    } catch (error) {
      signal.throwIfAborted()
      throw translated(error, timeoutMs)
    }
  }
}

function answerOf(answer: unknown): ChatAnswer {
  const completion = Completion.safeParse(answer)
  const choice = completion.data?.choices[0]
  if (!completion.success || choice === undefined) throw notACompletion(completion.error)
  const { model, usage } = completion.data
  return {
    text: choice.message.content ?? '',
    model,
    usage: usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : null,
    fault: faultOf(choice),
  }
}

function faultOf({ finish_reason: end, message }: Choice): ModelError | null {
  if (message.refusal) return new ModelError('declined', 'The language model declined to answer.')
  if (end === 'content_filter') return filtered()
  if (end !== 'length') return null
  return new ModelError('cut-short', 'The answer of the language model was longer than allowed, and was cut.')
}

/** By status; what else a server refuses is a bad request. */
const KINDS: Readonly<Record<number, ModelErrorKind | undefined>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  405: 'not-found',
  408: 'slow',
  409: 'busy',
  413: 'too-large',
  429: 'busy',
}
const WORDS: Readonly<Partial<Record<ModelErrorKind, string>>> = {
  unauthorized: 'does not accept the key',
  'not-found': 'does not know the address or the model',
  slow: 'took too long',
  busy: 'is too busy',
  'too-large': 'takes no request of this size',
  'server-fault': 'failed',
  unreachable: 'points to another address, which is not followed',
}
/** Error codes of servers that mean more than their status. */
const CODES: ReadonlyMap<unknown, () => ModelError> = new Map([
  ['content_filter', filtered],
  ['content_policy_violation', filtered],
  [
    'context_length_exceeded',
    () => new ModelError('too-large', 'The request is longer than the language model can read.'),
  ],
  ['insufficient_quota', () => new ModelError('unauthorized', 'The account of this key has no more quota.')],
])

/** What the client threw. Messages of servers are not repeated: they may quote the request. */
function translated(error: unknown, timeoutMs: number): ModelError {
  if (error instanceof ModelError) return error
  if (error instanceof APIConnectionTimeoutError)
    return new ModelError('slow', `The language model took longer than ${timeoutMs} ms.`)
  if (error instanceof APIError && error.status !== undefined) return ofStatus(error.status, error)
  if (!(error instanceof APIError)) return notACompletion(error)
  const cause: unknown = error.cause
  if (cause instanceof ModelError) return cause
  return new ModelError('unreachable', "The model's server could not be reached or broke off.", { cause })
}

function ofStatus(status: number, { code, param, message, headers }: APIError): ModelError {
  const special = CODES.get(code)
  if (special !== undefined) return special()
  const kind =
    KINDS[status] ?? (status >= 500 ? 'server-fault' : status < 400 ? 'unreachable' : 'bad-request')
  if (kind === 'bad-request') return new BadRequest(status, { param: param ?? null, message })
  const retryAfterMs = parseRetryAfterMs(headers?.get('retry-after') ?? null, Date.now())
  return new ModelError(kind, `The model's server ${WORDS[kind] ?? 'refused'} (HTTP ${status}).`, {
    retryAfterMs,
  })
}

function filtered(): ModelError {
  return new ModelError('content-filter', "The content filter of the model's server withheld the answer.")
}

function notACompletion(cause: unknown): ModelError {
  return new ModelError(
    'server-fault',
    "The model's server answered with something that is no chat completion.",
    {
      cause,
    },
  )
}
