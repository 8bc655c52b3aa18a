/** One HTTP exchange with a PACS: time limit, size limit, bounded parallelism, retries. Knows nothing of DICOM. */
import { setTimeout as delay } from 'node:timers/promises'
import { BACKOFF_MAX_MS, parseRetryAfterMs, waitMs } from '../backoff.ts'
import { PlumblineError } from '../errors.ts'
import { boundaryOf, createMultipartReader } from '../dicom/multipart.ts'
import { createSlots } from '../slots.ts'

export interface TransportOptions {
  /** The `Authorization` header, or null. */
  readonly authorization: string | null
  /** Longest silence of the PACS, before the answer's head and between its bytes. The caller's signal limits the whole. */
  readonly timeoutMs: number
  /** Repetitions after the first attempt, on network errors, 429, 500, 502, 503 and 504. */
  readonly retries: number
  /** First wait before a repetition; it doubles up to 30 s, and a random share of it is waited (full jitter). */
  readonly backoffMs: number
  /** Exchanges under way at one time; the others queue. */
  readonly concurrency: number
  readonly responseBytesMax: number
}

interface Exchange {
  /** What is being done, for messages: `listing the series`. Never a URL. */
  readonly doing: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: ArrayBuffer | null
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  /** The parts of a multipart answer; else its whole body as the only one. */
  readonly parts: readonly Uint8Array[]
}

/** Throws PlumblineError('pacs-unreachable' | 'timeout' | 'limit-exceeded' | 'pacs-refused'), or the signal's reason. */
export type Transport = (exchange: Exchange) => Promise<Answer>

const PARTS_MAX = 100_000
const RETRIED_STATUSES = new Set([429, 500, 502, 503, 504])

export function createTransport(options: TransportOptions): Transport {
  const withSlot = createSlots(options.concurrency)
  return async (exchange) => {
    for (let attempt = 0; ; attempt++) {
      const outcome = await withSlot(exchange.signal, () => attemptOnce(exchange, options))
      const again =
        outcome.retryable && attempt < options.retries && (outcome.retryAfterMs ?? 0) <= BACKOFF_MAX_MS
      if (!again) {
        if (outcome.error !== null) throw outcome.error
        return outcome.answer
      }
      const pauseMs = waitMs(attempt, outcome.retryAfterMs, options.backoffMs)
      await delay(pauseMs, undefined, { signal: exchange.signal })
    }
  }
}

type Outcome = { readonly retryable: boolean; readonly retryAfterMs: number | null } & (
  | { readonly answer: Answer; readonly error: null }
  | { readonly error: PlumblineError }
)

async function attemptOnce(exchange: Exchange, options: TransportOptions): Promise<Outcome> {
  const silence = createSilenceTimer(options.timeoutMs)
  try {
    const response = await fetch(exchange.url, {
      method: exchange.method.toUpperCase(),
      headers: {
        ...(options.authorization === null ? {} : { authorization: options.authorization }),
        ...exchange.headers,
      },
      body: exchange.body,
      // A redirect could carry patient data to a host that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.any([exchange.signal, silence.signal]),
    })
    const parts = await readBody(response, options.responseBytesMax, silence.heard)
    const answer = { status: response.status, contentType: response.headers.get('content-type') ?? '', parts }
    const retryAfterMs = parseRetryAfterMs(response.headers.get('retry-after'), Date.now())
    return { answer, error: null, retryable: RETRIED_STATUSES.has(response.status), retryAfterMs }
  } catch (cause) {
    exchange.signal.throwIfAborted()
    const error = silence.signal.aborted
      ? silent(exchange.doing, options.timeoutMs)
      : networkError(exchange.doing, cause)
    return { error, retryable: error.retryable, retryAfterMs: null }
  } finally {
    silence.stop()
  }
}

async function readBody(response: Response, bytesMax: number, heard: () => void): Promise<Uint8Array[]> {
  const boundary = response.ok ? boundaryOf(response.headers.get('content-type') ?? '') : null
  const limits = { partsMax: PARTS_MAX, partBytesMax: bytesMax }
  const reader = boundary === null ? null : createMultipartReader(boundary, limits)
  const parts: Uint8Array[] = []
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of response.body ?? []) {
    heard()
    total += chunk.byteLength
    if (total > bytesMax) throw tooLarge(bytesMax)
    if (reader === null) chunks.push(chunk)
    else parts.push(...reader.push(chunk).map(({ bytes }) => bytes))
  }
  reader?.end()
  if (reader !== null) return parts
  return total === 0 ? [] : [Buffer.concat(chunks)]
}

function tooLarge(bytesMax: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The PACS answered with more than the limit of ${bytesMax} bytes.`,
    {
      nextStep: 'Raise pacsClient.responseBytesMax if answers of this size are expected.',
    },
  )
}

function silent(doing: string, timeoutMs: number): PlumblineError {
  return new PlumblineError('timeout', `The PACS was silent for ${timeoutMs} ms while ${doing}.`, {
    nextStep: 'Check that the PACS is well, or raise pacsClient.timeoutMs.',
    retryable: true,
  })
}

/** What fetch threw: the network, a cut-off body, or one of our own limits. Only error codes go into the message. */
function networkError(doing: string, cause: unknown): PlumblineError {
  if (cause instanceof PlumblineError && cause.code === 'limit-exceeded') return cause
  const code = cause instanceof PlumblineError ? 'answer cut off' : networkCode(cause)
  return new PlumblineError(
    'pacs-unreachable',
    `The PACS could not be reached or broke off (${code}) while ${doing}.`,
    {
      nextStep: 'Check the PACS address, the network and its certificate.',
      retryable: true,
      cause,
    },
  )
}

function networkCode(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
  }
  return 'network error'
}

/** Aborts its signal when nothing was heard for so long. */
function createSilenceTimer(timeoutMs: number) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  return { signal: controller.signal, heard: () => void timer.refresh(), stop: () => clearTimeout(timer) }
}
