/** Counters and durations for Prometheus. Label values come from closed lists: no UID, no segment label, no free text. */
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { VerdictKind } from './domain/case.ts'
import type { ModelErrorKind } from './inference/model-error.ts'
import type { Stage } from './ports.ts'

export type PacsOperation = 'find' | 'list' | 'metadata' | 'retrieve' | 'store' | 'holds'
export type PacsOutcome = 'ok' | 'unreachable' | 'refused' | 'timeout' | 'not-found' | 'other'

export interface HttpObservation {
  readonly method: string
  /** The pattern of the route, never the URL. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

/** One question to a language model, repetitions and repairs included. */
export interface ModelObservation {
  /** As configured. */
  readonly model: string
  readonly outcome: 'ok' | 'cached' | 'aborted' | 'other' | ModelErrorKind
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
  /** Null where the price is not known. */
  readonly costUsd: number | null
  readonly durationMs: number
}

export interface Metrics {
  /** A case ended: with a verdict, or `failed` when it was given up. */
  caseEnded(verdict: VerdictKind | 'failed'): void
  /** A stage of a case took so long. */
  stageTook(stage: Stage, durationMs: number): void
  pacsCall(operation: PacsOperation, outcome: PacsOutcome): void
  httpRequest(request: HttpObservation): void
  modelCall(call: ModelObservation): void
  /** Prometheus text format 0.0.4. */
  expose(): Promise<{ contentType: string; text: string }>
}

const STAGE_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900]
const HTTP_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]
const MODEL_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600]
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A registry of its own: two services in one process do not share counts. `processMetrics` adds CPU, heap, event loop. */
export function createMetrics(options: { processMetrics: boolean }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (options.processMetrics) collectDefaultMetrics({ register: registry, prefix: 'plumbline_' })
  const cases = new Counter({
    name: 'plumbline_cases_total',
    help: 'Cases that ended, by verdict; failed = given up without one.',
    labelNames: ['verdict'],
    registers,
  })
  const stages = new Histogram({
    name: 'plumbline_case_stage_duration_seconds',
    help: 'Duration of one stage of one case.',
    labelNames: ['stage'],
    buckets: STAGE_SECONDS,
    registers,
  })
  const pacs = new Counter({
    name: 'plumbline_pacs_calls_total',
    help: 'Calls to the PACS, by operation and outcome.',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const http = new Histogram({
    name: 'plumbline_http_request_duration_seconds',
    help: 'HTTP requests answered, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: HTTP_SECONDS,
    registers,
  })
  const modelCall = modelMetrics(registers)
  return {
    modelCall,
    caseEnded: (verdict) => cases.inc({ verdict }),
    stageTook: (stage, durationMs) => stages.observe({ stage }, durationMs / 1000),
    pacsCall: (operation, outcome) => pacs.inc({ operation, outcome }),
    httpRequest: ({ method, route, status, durationMs }) =>
      http.observe({ method: METHODS.has(method) ? method : 'other', route, status }, durationMs / 1000),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function modelMetrics(registers: Registry[]): Metrics['modelCall'] {
  const durations = new Histogram({
    name: 'plumbline_model_call_duration_seconds',
    help: 'Questions to language models, by model and outcome, from asking to a valid answer or to giving up.',
    labelNames: ['model', 'outcome'],
    buckets: MODEL_SECONDS,
    registers,
  })
  const tokens = new Counter({
    name: 'plumbline_model_tokens_total',
    help: 'Tokens that language models read and wrote.',
    labelNames: ['model', 'direction'],
    registers,
  })
  const cost = new Counter({
    name: 'plumbline_model_cost_usd_total',
    help: 'Cost of language models, as far as their prices are configured.',
    labelNames: ['model'],
    registers,
  })
  return ({ model, outcome, usage, costUsd, durationMs }) => {
    durations.observe({ model, outcome }, durationMs / 1000)
    tokens.inc({ model, direction: 'input' }, usage.inputTokens)
    tokens.inc({ model, direction: 'output' }, usage.outputTokens)
    if (costUsd !== null) cost.inc({ model }, costUsd)
  }
}

export interface StageTimer {
  /** A stage of the case starts; the one before it, if any, is over. Fits Pipeline.onStage. */
  start(caseId: string, stage: Stage): void
  /** The case leaves the pipeline, however. */
  end(caseId: string): void
}

/** Durations from the pipeline's stage starts. `nowMs` must be monotonic. Call `end` for every case, or it is kept. */
export function createStageTimer(metrics: Pick<Metrics, 'stageTook'>, nowMs: () => number): StageTimer {
  const running = new Map<string, { stage: Stage; sinceMs: number }>()
  const end = (caseId: string): void => {
    const last = running.get(caseId)
    if (last !== undefined) metrics.stageTook(last.stage, nowMs() - last.sinceMs)
    running.delete(caseId)
  }
  return {
    start(caseId, stage) {
      end(caseId)
      running.set(caseId, { stage, sinceMs: nowMs() })
    },
    end,
  }
}
