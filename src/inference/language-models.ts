/** Config to language models: one server each, one budget and one guard for each case. */
import type { LanguageModels } from '../domain/language-model.ts'
import type { ModelSpending } from '../ports.ts'
import { createSlots } from '../slots.ts'
import { createCaseBudget } from './budget.ts'
import { withCassette } from './cassette.ts'
import { INSTRUCTIONS, sha256 } from './chat-request.ts'
import { createChat } from './chat.ts'
import { firstDialect } from './dialect.ts'
import { createGuardedFetch, type Fetch, type Resolve } from './guarded-fetch.ts'
import { languageModel, type CallDeps, type Server } from './language-model.ts'
import type { ModelConfig, ModelServer } from './model-config.ts'
import { createPhiGuard } from './phi-guard.ts'

export interface LanguageModelDeps extends CallDeps {
  readonly spending: ModelSpending
  /** Prompts and knowledge: words in them are ours, whatever a patient is called. */
  readonly ownTexts: readonly string[]
  /** Default: the system's. */
  readonly resolve?: Resolve
}

export function createLanguageModels(config: ModelConfig, deps: LanguageModelDeps): LanguageModels {
  const { allowedHosts, responseBytesMax, cassette } = config
  const { resolve } = deps
  const guarded = createGuardedFetch({ allowedHosts, responseBytesMax, ...(resolve && { resolve }) })
  const fetch = withCassette(guarded, cassette)
  const first = serverOf(config, config, fetch)
  const others = config.others.map((one) => serverOf(one, config, fetch))
  return {
    models: [first, ...others].map(({ settings }) => ({ name: settings.name, sha256: digestOf(settings) })),
    forCase({ caseId, identifying }) {
      const caller = {
        caseId,
        guard: createPhiGuard({ identifying, ownTexts: deps.ownTexts }),
        budget: createCaseBudget(config, deps.spending, deps.clock),
      }
      const log = deps.log.child({ caseId })
      const view = (server: Server) => languageModel(server, caller, { ...deps, log })
      return [view(first), ...others.map(view)]
    },
  }
}

function serverOf(settings: ModelServer, config: ModelConfig, fetch: Fetch): Server {
  const price = config.pricesUsdPerMillionTokens[settings.name]
  return {
    settings,
    limits: config,
    priceOf: (usage) =>
      price === undefined
        ? null
        : (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1e6,
    dialect: firstDialect(settings),
    inTurn: createSlots(config.concurrency),
    chat: createChat({ server: settings, timeoutMs: config.timeoutMs, fetch }),
  }
}

/** Of what answers depend on besides the request; keys and headers are not part of it. */
function digestOf({ name, baseUrl, query, outputLimitField }: ModelServer): string {
  return sha256(JSON.stringify([name, baseUrl, query, outputLimitField, INSTRUCTIONS]))
}
