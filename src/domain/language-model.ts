/** A vision language model as the reasoner sees it: one request, one JSON answer. inference/ is the only implementation. */

export type ModelPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `text` says what the picture is, for logs of the request without its bytes. */
  | { readonly kind: 'image'; readonly png: Uint8Array; readonly text: string }

export interface ModelRequest {
  /** Which step asks: for accounting and the audit log. */
  readonly purpose: string
  readonly system: string
  readonly parts: readonly ModelPart[]
  /** The answer must validate against it (JSON Schema 2020-12, the subset of OpenAI's strict structured outputs). */
  readonly schema: { readonly name: string; readonly json: Readonly<Record<string, unknown>> }
  readonly temperature: number
  readonly seed: number
  readonly outputTokensMax: number
}

export interface ModelAnswer {
  /** Parsed, not yet checked by the reasoner's own schema. */
  readonly json: unknown
  /** As the server sent it. */
  readonly text: string
  /** The model that answered, by the server's own name. */
  readonly model: string
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
  readonly costUsd: number | null
  readonly latencyMs: number
  /** Answered from the cache, by content hash. */
  readonly cached: boolean
  /** sha256 of everything that was sent. */
  readonly requestDigest: string
}

/**
 * Throws PlumblineError: 'model-unavailable' (cannot be reached, too slow, busy), 'model-refused' (host not allowed, patient
 * data in the request, the model declines), 'model-answer' (no valid answer after repairs), 'limit-exceeded' (budget).
 */
export interface LanguageModel {
  /** As configured. */
  readonly name: string
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>
}
