/**
 * fetch for the model's client: to allowed hosts only, at the very addresses that were checked, so that a name cannot
 * point elsewhere in between (DNS rebinding). No redirects, whole answers of limited size.
 */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'
import type { LookupFunction } from 'node:net'
import { hostOf, requireAllowedHost } from './host-policy.ts'
import { ModelError } from './model-error.ts'

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
export interface Address {
  readonly address: string
  readonly family: number
}
export type Resolve = (host: string) => Promise<readonly Address[]>

export interface GuardedFetchOptions {
  readonly allowedHosts: readonly string[]
  readonly responseBytesMax: number
  /** Default: the system's. */
  readonly resolve?: Resolve
}

const systemResolve: Resolve = (host) => lookup(host, { all: true })
/** Whose answers have no body (fetch standard, "null body status"). */
const BODILESS = new Set([204, 205, 304])

/** Rejects with ModelError('host-not-allowed' | 'invalid-answer'), the signal's reason, or what the network threw. */
export function createGuardedFetch(options: GuardedFetchOptions): Fetch {
  const resolve = options.resolve ?? systemResolve
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const addresses = await orAborted(resolve(hostOf(url)), init.signal)
    requireAllowedHost(
      url,
      addresses.map(({ address }) => address),
      options.allowedHosts,
    )
    try {
      return await exchange(url, addresses, init, options.responseBytesMax)
    } catch (error) {
      init.signal?.throwIfAborted()
      throw error
    }
  }
}

async function exchange(
  url: URL,
  addresses: readonly Address[],
  init: RequestInit,
  bytesMax: number,
): Promise<Response> {
  const { request: send } = url.protocol === 'https:' ? https : http
  const request = send(url, {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    lookup: pinnedTo(addresses),
    ...(init.signal ? { signal: init.signal } : {}),
  })
  const answered = once(request, 'response')
  request.end(typeof init.body === 'string' ? init.body : undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- node:http, event 'response'
  const [response] = (await answered) as [http.IncomingMessage]
  const body = await readAll(response, bytesMax)
  const { statusCode: status = 0, statusMessage: statusText = '' } = response
  return new Response(BODILESS.has(status) ? null : body, {
    status,
    statusText,
    headers: headersOf(response),
  })
}

/** Answers every look-up with what was found and checked before. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses
    if (first === undefined) callback(new Error('the host has no address'), '')
    else if (all === true) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

async function readAll(response: http.IncomingMessage, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    total += bytes.length
    if (total > bytesMax) {
      response.destroy()
      throw new ModelError('invalid-answer', `The model's server answered with more than ${bytesMax} bytes.`)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function headersOf({ headersDistinct }: http.IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}

/** Look-ups cannot be cancelled; nobody waits for one that is no longer wanted. */
async function orAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | null | undefined,
): Promise<Value> {
  if (!signal) return work
  signal.throwIfAborted()
  const done = new AbortController()
  const aborted = once(signal, 'abort', { signal: done.signal }).then(() => signal.throwIfAborted())
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other one only rejects
    return await (Promise.race([work, aborted]) as Promise<Value>)
  } finally {
    aborted.catch(() => undefined)
    done.abort()
  }
}
