/** Scenes judged with the real client of language models against the test server: what is asked is what would leave. */
import { createMemorySpending } from '../../src/inference/budget.ts'
import { createLanguageModels } from '../../src/inference/language-models.ts'
import { ModelConfig } from '../../src/inference/model-config.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { createLogger } from '../../src/log.ts'
import type { ModelReasoning } from '../../src/ports.ts'
import { Reasoning } from '../../src/domain/reasoning.ts'
import { ownTexts } from '../../src/reasoner/language-model/context.ts'
import { PROMPTS } from './language-model.ts'
import { API_KEY, MODEL, type ModelServer } from './model-server/server.ts'

const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))

export function reasoningWith(
  server: Pick<ModelServer, 'url'>,
  settings: Partial<Reasoning> = {},
): ModelReasoning & { log(): string } {
  const lines: string[] = []
  const models = createLanguageModels(
    ModelConfig.parse({ name: MODEL, baseUrl: server.url, apiKey: API_KEY, backoffMs: 1, retries: 2 }),
    {
      spending: createMemorySpending(),
      answers: null,
      clock: { now: () => new Date('2026-03-01T12:00:00Z') },
      log: createLogger({
        level: 'debug',
        pretty: false,
        destination: { write: (line) => void lines.push(line) },
      }),
      onCall: () => {},
      ownTexts: ownTexts(PROMPTS, KNOWLEDGE),
    },
  )
  const asked = Reasoning.parse({ greyMode: null, ...settings })
  return { models, prompts: PROMPTS, settings: asked, log: () => lines.join('') }
}
