/** What the model server can answer, and the bytes of it. */
import type { Response } from 'express'
import type { ChatRequestBody } from './contract.ts'

export type Answer =
  /** The JSON as the message's content. May break the schema: that is how bad models are played. */
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'text'; readonly text: string; readonly finishReason?: string }
  | { readonly kind: 'refuse'; readonly text: string }
  /** An HTTP error in the protocol's form. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly error?: { readonly code?: string; readonly param?: string; readonly message?: string }
      readonly headers?: Readonly<Record<string, string>>
    }
  /** HTTP 200 with this body, as proxies and captive portals send. */
  | { readonly kind: 'garbage'; readonly body: string; readonly contentType?: string }
  /** Half of a good answer, then the connection breaks. */
  | { readonly kind: 'cut' }
  /** The head and the first bytes, then silence until the client goes. */
  | { readonly kind: 'stall' }
  /** Silence until the client goes. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'later'; readonly delayMs: number; readonly answer: Answer }
  /** A good answer that does not say what it cost. */
  | { readonly kind: 'uncounted'; readonly json: unknown }

export interface SeenRequest {
  readonly body: ChatRequestBody
  /** All words of the messages, system first. */
  readonly text: string
  readonly images: readonly { readonly width: number; readonly height: number; readonly png: Buffer }[]
  readonly headers: Readonly<Record<string, unknown>>
  /** With query. */
  readonly path: string
}

export type ErrorBody = NonNullable<Extract<Answer, { kind: 'status' }>['error']>

export function fail(response: Response, status: number, error: ErrorBody, headers = {}): void {
  const body = { error: { message: '', type: 'invalid_request_error', param: null, code: null, ...error } }
  response.status(status).set(headers).json(body)
}

export function answer(response: Response, what: Answer, seen: SeenRequest): void {
  switch (what.kind) {
    case 'json':
      return void response.json(completion(seen, { content: JSON.stringify(what.json) }))
    case 'text':
      return void response.json(completion(seen, { content: what.text }, what.finishReason))
    case 'refuse':
      return void response.json(completion(seen, { content: null, refusal: what.text }))
    case 'uncounted':
      return void response.json({
        ...completion(seen, { content: JSON.stringify(what.json) }),
        usage: undefined,
      })
    case 'status':
      return fail(response, what.status, what.error ?? { message: 'scripted' }, what.headers)
    case 'garbage':
      return void response.type(what.contentType ?? 'text/html').send(what.body)
    case 'cut':
    case 'stall': {
      const whole = Buffer.from(JSON.stringify(completion(seen, { content: '{"half": true}' })))
      response.set({ 'content-type': 'application/json', 'content-length': String(whole.length) })
      const half = whole.subarray(0, whole.length / 2)
      if (what.kind === 'cut') response.write(half, () => response.destroy())
      else response.write(half)
      return
    }
    case 'hold':
      return
    case 'later': {
      const timer = setTimeout(() => answer(response, what.answer, seen), what.delayMs)
      response.on('close', () => clearTimeout(timer))
    }
  }
}

const CHARACTERS_PER_TOKEN = 4
const TILE_PIXELS = 512

function completion(
  { body, text, images }: SeenRequest,
  message: { readonly content: string | null; readonly refusal?: string },
  finishReason = 'stop',
): object {
  const words = (length: number) => Math.ceil(length / CHARACTERS_PER_TOKEN)
  const pictures = images.map(
    ({ width, height }) => 85 + 170 * Math.ceil(width / TILE_PIXELS) * Math.ceil(height / TILE_PIXELS),
  )
  const prompt = pictures.reduce((sum, one) => sum + one, words(text.length))
  const written = words((message.content ?? message.refusal ?? '').length)
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1_770_000_000,
    model: `${body.model}-served`,
    choices: [
      {
        index: 0,
        finish_reason: finishReason,
        logprobs: null,
        message: { role: 'assistant', refusal: null, ...message },
      },
    ],
    usage: { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written },
  }
}
