/**
 * One language model, asked on behalf of one case. Of each request, in this order: digest, cache, patient-data guard,
 * place in the queue, budget, server, schema; up to twice the same again with the fault of the answer named.
 */
import { SERVICE_AGENT } from '../domain/audit-event.ts'
import type { LanguageModel, ModelAnswer, ModelRequest } from '../domain/language-model.ts'
import type { Logger } from '../log.ts'
import type { ModelObservation } from '../metrics.ts'
import type { AuditTrail, Clock, ModelAnswers } from '../ports.ts'
import type { Slots } from '../slots.ts'
import { askPatiently, type Attempts } from './attempts.ts'
import type { Budget, PriceOf, Usage } from './budget.ts'
import { chatRequest, requestDigest, sha256, textsOf, type FailedTurn } from './chat-request.ts'
import type { Chat, ChatAnswer } from './chat.ts'
import type { Dialect } from './dialect.ts'
import { answerReader } from './json-answer.ts'
import type { ModelConfig, ModelServer } from './model-config.ts'
import { ModelError } from './model-error.ts'
import type { PhiGuard } from './phi-guard.ts'
import { estimateInputTokens } from './token-count.ts'

const REPAIRS_MAX = 2
/** Of a bad answer that is sent back. */
const REPAIRED_CHARACTERS_MAX = 50_000
const NOTHING: Usage = { inputTokens: 0, outputTokens: 0 }

/** One configured model and what is remembered of its server. */
export interface Server extends Attempts {
  readonly settings: ModelServer
  readonly limits: ModelConfig
  readonly priceOf: PriceOf
  readonly chat: Chat
  readonly inTurn: Slots
}

/** The case that asks. */
export interface Caller {
  readonly caseId: string
  readonly guard: PhiGuard
  readonly budget: Budget
}

export interface CallDeps {
  /** Null: nothing is kept. */
  readonly answers: ModelAnswers | null
  readonly clock: Clock
  readonly log: Logger
  readonly onCall: (call: ModelObservation) => void
  /** Without it nothing is kept of who asked what. A call that cannot be recorded fails. */
  readonly audit?: AuditTrail
}

type Spoken = Pick<ModelAnswer, 'json' | 'text' | 'model' | 'cached'>

/** What one request has cost so far, answers that were no use included. */
interface Tally {
  usage: Usage
  exchanges: number
}

export function languageModel(server: Server, caller: Caller, deps: CallDeps): LanguageModel {
  const { name, baseUrl } = server.settings
  return {
    name,
    async complete(request, signal) {
      signal.throwIfAborted()
      const startedMs = performance.now()
      const digest = requestDigest(name, request)
      const key = sha256(`${baseUrl} ${digest}`)
      const tally: Tally = { usage: NOTHING, exchanges: 0 }
      const answering = answered()
      const fault: unknown = await answering.then(
        () => undefined,
        (error: unknown) => error,
      )
      const seen = observe({ name, digest, startedMs, tally, server, deps, signal }, fault)
      await record({ caller, digest, deps }, seen)
      const { durationMs: latencyMs, costUsd } = seen
      return { ...(await answering), usage: tally.usage, costUsd, latencyMs, requestDigest: digest }

      async function answered(): Promise<Spoken> {
        const kept = await keptAnswer(key, request, deps.answers)
        if (kept !== null) return kept
        const spoken = await converse(server, caller, request, tally, signal)
        await deps.answers?.put(key, { text: spoken.text, model: spoken.model })
        return spoken
      }
    },
  }
}

async function keptAnswer(
  key: string,
  { schema }: ModelRequest,
  answers: ModelAnswers | null,
): Promise<Spoken | null> {
  const kept = (await answers?.get(key)) ?? null
  if (kept === null) return null
  const parsed = answerReader(schema)(kept.text)
  return parsed.ok ? { ...kept, json: parsed.json, cached: true } : null
}

/** Asks, and asks again where the answer does not fit the schema. */
async function converse(
  server: Server,
  caller: Caller,
  request: ModelRequest,
  tally: Tally,
  signal: AbortSignal,
): Promise<Spoken> {
  const read = answerReader(request.schema)
  const failed: FailedTurn[] = []
  for (;;) {
    const attempt = (dialect: Dialect) => askOnce(server, caller, { request, failed, dialect }, tally, signal)
    const { text, model } = await askPatiently(server, attempt, signal)
    const parsed = read(text)
    if (parsed.ok) return { json: parsed.json, text, model, cached: false }
    failed.push({ answer: text.slice(0, REPAIRED_CHARACTERS_MAX), fault: parsed.fault })
    if (failed.length > REPAIRS_MAX)
      throw new ModelError(
        'invalid-answer',
        `The language model gave no answer that fits its schema in ${failed.length} attempts.`,
      )
  }
}

interface Turn {
  readonly request: ModelRequest
  readonly failed: readonly FailedTurn[]
  readonly dialect: Dialect
}

/** Nothing leaves but through here. */
async function askOnce(
  { settings, limits, priceOf, chat, inTurn }: Server,
  caller: Caller,
  { request, failed, dialect }: Turn,
  tally: Tally,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const body = chatRequest(settings.name, request, failed, dialect)
  caller.guard(textsOf(body))
  requireSize(body, request, limits)
  const most = { inputTokens: estimateInputTokens(body, request), outputTokens: request.outputTokensMax }
  return inTurn(signal, async () => {
    const booking = await caller.budget.book(most, priceOf)
    tally.exchanges++
    const answer = await chat(body, signal).catch(async (error: unknown) => {
      if (costsNothing(error)) await booking.settle(NOTHING)
      throw error
    })
    const usage = answer.usage ?? most
    tally.usage = added(tally.usage, usage)
    await booking.settle(usage)
    if (answer.fault !== null) throw answer.fault
    return answer
  })
}

function added(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  }
}

function requireSize(
  body: object,
  { parts }: ModelRequest,
  { requestBytesMax, imagesMax }: ModelConfig,
): void {
  const images = parts.filter(({ kind }) => kind === 'image').length
  const bytes = Buffer.byteLength(JSON.stringify(body))
  if (bytes <= requestBytesMax && images <= imagesMax) return
  throw new ModelError(
    'too-large',
    `The language model was not asked: ${images} pictures in ${bytes} bytes are more than is allowed.`,
  )
}

/** Before a connection stands. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * A server that answers with an error has generated nothing. One that is silent, or breaks off, may have: such a
 * request stays booked in full.
 */
function costsNothing(error: unknown): boolean {
  if (!(error instanceof ModelError)) return false
  if (error.kind !== 'unreachable') return error.kind !== 'slow'
  const { cause } = error
  return cause instanceof Error && 'code' in cause && NEVER_SENT.has(String(cause.code))
}

interface Observed {
  readonly name: string
  readonly digest: string
  readonly startedMs: number
  readonly tally: Tally
  readonly server: Server
  readonly deps: CallDeps
  readonly signal: AbortSignal
}

/** Into metrics and log: how it went and what it cost; no word of what was asked or answered. */
function observe(
  { name, digest, startedMs, tally, server, deps, signal }: Observed,
  error: unknown,
): ModelObservation {
  const durationMs = performance.now() - startedMs
  const { usage, exchanges } = tally
  const costUsd = exchanges === 0 ? 0 : server.priceOf(usage)
  const seen = {
    model: name,
    outcome: outcomeOf(error, exchanges, signal),
    usage,
    costUsd,
    durationMs,
  }
  deps.onCall(seen)
  const fields = {
    requestDigest: digest,
    model: name,
    durationMs,
    count: exchanges,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(costUsd === null ? {} : { costUsd }),
  }
  if (error === undefined) deps.log.info('a language model answered', fields)
  else deps.log.warn('a language model gave no answer', { ...fields, err: error })
  return seen
}

/** Into the audit log, whatever became of the call. */
async function record(
  { caller, digest, deps }: { caller: Caller; digest: string; deps: CallDeps },
  { model, outcome, usage, costUsd }: ModelObservation,
): Promise<void> {
  await deps.audit?.record({
    kind: 'model-called',
    agent: SERVICE_AGENT,
    caseId: caller.caseId,
    model,
    requestDigest: digest,
    outcome,
    ...usage,
    costUsd,
  })
}

function outcomeOf(error: unknown, exchanges: number, signal: AbortSignal): ModelObservation['outcome'] {
  if (error === undefined) return exchanges === 0 ? 'cached' : 'ok'
  if (error instanceof ModelError) return error.kind
  return signal.aborted ? 'aborted' : 'other'
}
