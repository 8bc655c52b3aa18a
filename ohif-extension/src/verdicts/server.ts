/** Requests to a server on behalf of the reader: with the reader's own authorization, answers checked, faults in plain words. */
import { z } from 'zod'

/**
 * `unreachable`: nobody answers, or only a gateway. `sign-in`: the reader is not let in. `refused`: the server says no.
 * `bad-answer`: something answers, but not in words that are understood.
 */
export type FaultKind = 'unreachable' | 'sign-in' | 'refused' | 'bad-answer'

/** A request that failed; the message is for the reader. */
export class ServerFault extends Error {
  readonly kind: FaultKind
  /** Null: no answer. */
  readonly status: number | null

  constructor(kind: FaultKind, message: string, status: number | null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ServerFault'
    this.kind = kind
    this.status = status
  }
}

export interface Server {
  /** As the reader knows it: `Plumbline`. Starts sentences. */
  readonly name: string
  /** Without a slash at the end; may be a path of this page's origin. */
  readonly baseUrl: string
  readonly authorization: () => Record<string, string>
  readonly fetch: typeof globalThis.fetch
}

export interface Ask {
  readonly method?: 'GET' | 'POST'
  readonly accept?: string
  readonly headers?: Record<string, string>
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Null: the answer goes on for as long as it likes. */
  readonly timeoutMs?: number | null
}

const TIMEOUT_MS = 30_000
const GATEWAY_STATUS: ReadonlySet<number> = new Set([502, 503, 504])

/** What a problem (RFC 9457) of the service says to people. */
const Problem = z.object({
  detail: z.string(),
  nextStep: z.string().default(''),
  /** What is wrong with which input; says more than the two above. */
  errors: z.array(z.object({ message: z.string() })).default([]),
})

/** The answer, if it is a success. Throws ServerFault; an abort by the caller's own signal is thrown as it is. */
export async function ask(server: Server, path: string, asked: Ask = {}): Promise<Response> {
  const { method = 'GET', accept = 'application/json', timeoutMs = TIMEOUT_MS, signal, body } = asked
  const signals = [signal ?? [], timeoutMs === null ? [] : AbortSignal.timeout(timeoutMs)].flat()
  const request = {
    method,
    headers: {
      Accept: accept,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...server.authorization(),
      ...asked.headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
  }
  const response = await server.fetch(`${server.baseUrl}${path}`, request).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new ServerFault('unreachable', `${server.name} cannot be reached.`, null, { cause })
  })
  if (!response.ok) throw await refusalOf(server, response)
  return response
}

/** The answer as JSON of this shape. Throws as `ask` does, and ServerFault('bad-answer'). */
export async function askJson<Schema extends z.ZodType>(
  server: Server,
  path: string,
  schema: Schema,
  asked: Ask = {},
): Promise<z.output<Schema>> {
  const response = await ask(server, path, asked)
  const body: unknown = await response.json().catch((cause: unknown) => {
    if (asked.signal?.aborted === true) throw cause
    throw badAnswer(server, response.status, cause)
  })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw badAnswer(server, response.status, parsed.error)
}

function badAnswer({ name }: Server, status: number, cause: unknown): ServerFault {
  const message =
    `${name} gave an answer that cannot be understood here. ` +
    'Its address may be wrong, or it is of another version than this extension.'
  return new ServerFault('bad-answer', message, status, { cause })
}

async function refusalOf({ name }: Server, response: Response): Promise<ServerFault> {
  const { status } = response
  const said = await wordsOf(response)
  if (status === 401 || status === 403)
    return new ServerFault('sign-in', `${name} does not let you in. Sign in again. ${said}`.trim(), status)
  if (GATEWAY_STATUS.has(status))
    return new ServerFault('unreachable', said || `${name} cannot be reached (status ${status}).`, status)
  return new ServerFault('refused', said || `${name} refused the request (status ${status}).`, status)
}

/** Empty where the answer is no problem of ours: pages of gateways are not for the reader. */
async function wordsOf(response: Response): Promise<string> {
  if (!/\bjson\b/i.test(response.headers.get('Content-Type') ?? '')) return ''
  const body: unknown = await response.json().catch(() => null)
  const parsed = Problem.safeParse(body)
  if (!parsed.success) return ''
  const { detail, nextStep, errors } = parsed.data
  return errors.length > 0 ? errors.map(({ message }) => message).join(' ') : `${detail} ${nextStep}`.trim()
}
