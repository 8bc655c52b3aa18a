/** Language models that keep account of what each case took: tokens, money, time, and answers that never came. */
import type { LanguageModel, LanguageModels } from '../../domain/language-model.ts'
import { PlumblineError, type ErrorCode } from '../../errors.ts'

/** Of one case; repairs included, answers from the cache cost nothing and take no time. */
export interface ModelAccount {
  readonly calls: number
  readonly cached: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Null where the price of one of the calls is not known. */
  readonly usd: number | null
  /** Of all calls, one after the other. */
  readonly latencyMs: number
  /** Codes of the calls that failed: `model-answer` is one without a valid answer after its repairs. */
  readonly failures: readonly ErrorCode[]
}

const NOTHING: ModelAccount = {
  calls: 0,
  cached: 0,
  inputTokens: 0,
  outputTokens: 0,
  usd: 0,
  latencyMs: 0,
  failures: [],
}

export interface MeteredModels extends LanguageModels {
  accountOf(caseId: string): ModelAccount
}

export function meteredModels(inner: LanguageModels): MeteredModels {
  const accounts = new Map<string, ModelAccount>()
  const accountOf = (caseId: string): ModelAccount => accounts.get(caseId) ?? NOTHING
  const metered = (caseId: string, model: LanguageModel): LanguageModel => ({
    name: model.name,
    async complete(request, signal) {
      try {
        const answer = await model.complete(request, signal)
        const { usage, costUsd, cached, latencyMs } = answer
        const before = accountOf(caseId)
        accounts.set(caseId, {
          ...before,
          calls: before.calls + 1,
          cached: before.cached + (cached ? 1 : 0),
          inputTokens: before.inputTokens + usage.inputTokens,
          outputTokens: before.outputTokens + usage.outputTokens,
          usd: before.usd === null || costUsd === null ? null : before.usd + costUsd,
          latencyMs: before.latencyMs + (cached ? 0 : latencyMs),
        })
        return answer
      } catch (error) {
        const before = accountOf(caseId)
        const failures = error instanceof PlumblineError ? [...before.failures, error.code] : before.failures
        accounts.set(caseId, { ...before, calls: before.calls + 1, failures })
        throw error
      }
    },
  })
  return {
    models: inner.models,
    accountOf,
    forCase(subject) {
      const [first, ...others] = inner.forCase(subject)
      return [metered(subject.caseId, first), ...others.map((one) => metered(subject.caseId, one))]
    },
  }
}
