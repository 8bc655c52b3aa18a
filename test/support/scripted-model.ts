import type { LanguageModel, ModelRequest } from '../../src/domain/language-model.ts'

/** Answers in order, whatever it is asked; remembers what it was asked. */
export function scriptedModel(
  answers: readonly unknown[],
): LanguageModel & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = []
  return {
    name: 'scripted',
    asked,
    complete(request) {
      const json = answers[asked.length]
      asked.push(request)
      return Promise.resolve({
        json,
        text: JSON.stringify(json),
        model: 'scripted',
        usage: { inputTokens: 1, outputTokens: 1 },
        costUsd: null,
        latencyMs: 1,
        cached: false,
        requestDigest: '',
      })
    },
  }
}
