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
  /** What this call was billed for, repairs included; nothing where the answer comes from the cache. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
  /** Null where the price is not known. */
  readonly costUsd: number | null
  readonly latencyMs: number
  /** Answered from the cache, by content hash. */
  readonly cached: boolean
  /** sha256 of the request and the model's name: the same question to the same model has the same digest. */
  readonly requestDigest: string
}

/**
 * Throws PlumblineError: 'model-unavailable' (cannot be reached, too slow, busy), 'model-refused' (host not allowed, patient
 * data in the request, the model declines), 'model-answer' (no valid answer after repairs), 'limit-exceeded' (budget).
 * Throws the signal's reason when that is aborted.
 */
export interface LanguageModel {
  /** As configured. */
  readonly name: string
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>
}

/** What the models must know of the case that they are asked about. */
export interface ModelSubject {
  readonly caseId: string
  /** Values that name the patient, the study or the people around it: a request that holds one of them is not sent. */
  readonly identifying: readonly string[]
}

/** The configured models. Each case gets views of its own, which share one budget and know what must not leave. */
export interface LanguageModels {
  /** For provenance: each model's name, and a digest of the configuration that its answers depend on. */
  readonly models: readonly { readonly name: string; readonly sha256: string }[]
  /** The first is the one to ask; others take part where several are to agree. */
  forCase(subject: ModelSubject): readonly [LanguageModel, ...LanguageModel[]]
}
