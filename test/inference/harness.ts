/** Language models against the test server, with everything around them in memory. */
import { encode } from 'fast-png'
import type { LanguageModels, ModelRequest } from '../../src/domain/language-model.ts'
import { createMemorySpending } from '../../src/inference/budget.ts'
import { createLanguageModels, type LanguageModelDeps } from '../../src/inference/language-models.ts'
import { ModelConfig } from '../../src/inference/model-config.ts'
import { createLogger } from '../../src/log.ts'
import type { ModelObservation } from '../../src/metrics.ts'
import type { ModelAnswers } from '../../src/ports.ts'
import { API_KEY, MODEL, type ModelServer } from '../support/model-server/server.ts'

export const NOW = '2026-03-01T23:00:00Z'
export const never = new AbortController().signal

export const SCHEMA = {
  name: 'opinion',
  json: {
    type: 'object',
    additionalProperties: false,
    required: ['summary', 'score'],
    properties: { summary: { type: 'string' }, score: { type: 'integer', minimum: 1, maximum: 5 } },
  },
} as const
export const GOOD = { summary: 'as expected', score: 4 }

export function pngOf(width = 8, height = 8): Uint8Array {
  return encode({ width, height, channels: 1, data: new Uint8Array(width * height).fill(7) })
}

export function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    purpose: 'test',
    system: 'You judge contours.',
    parts: [
      { kind: 'text', text: 'Volume 812.4 cm3, in panel A1.' },
      { kind: 'image', png: pngOf(), text: 'panel A1' },
    ],
    schema: SCHEMA,
    temperature: 0,
    seed: 1,
    outputTokensMax: 500,
    ...changes,
  }
}

export interface Opened {
  readonly models: LanguageModels
  /** The first model, for a case with the given identifying values. */
  readonly model: ReturnType<LanguageModels['forCase']>[0]
  readonly calls: ModelObservation[]
  /** All lines so far. */
  readonly log: () => string
}

type ConfigInput = Omit<Partial<typeof ModelConfig._zod.input>, 'name'>

export function open(
  server: Pick<ModelServer, 'url'>,
  config: ConfigInput = {},
  deps: Partial<LanguageModelDeps> & { readonly identifying?: readonly string[] } = {},
): Opened {
  const lines: string[] = []
  const calls: ModelObservation[] = []
  const models = createLanguageModels(
    ModelConfig.parse({ name: MODEL, baseUrl: server.url, apiKey: API_KEY, backoffMs: 1, ...config }),
    {
      spending: createMemorySpending(),
      answers: null,
      clock: { now: () => new Date(NOW) },
      log: createLogger({
        level: 'debug',
        pretty: false,
        destination: { write: (line) => void lines.push(line) },
      }),
      onCall: (call) => void calls.push(call),
      ownTexts: [],
      ...deps,
    },
  )
  const [model] = models.forCase({ caseId: 'case-1', identifying: deps.identifying ?? [] })
  return { models, model, calls, log: () => lines.join('') }
}

export function memoryAnswers(): ModelAnswers & {
  readonly kept: Map<string, { text: string; model: string }>
} {
  const kept = new Map<string, { text: string; model: string }>()
  return {
    kept,
    get: async (digest) => kept.get(digest) ?? null,
    put: async (digest, answer) => void kept.set(digest, answer),
  }
}
