import { describe, expect, it } from 'vitest'
import type { LanguageModels, ModelRequest } from '../../../src/domain/language-model.ts'
import { PlumblineError } from '../../../src/errors.ts'
import type { ManifestRow } from '../../../src/bench/hcr/manifest.ts'
import { meteredModels } from '../../../src/bench/hcr/metered-models.ts'
import type { Prediction } from '../../../src/bench/hcr/prediction.ts'
import { resultTables } from '../../../src/bench/hcr/table.ts'
import { answerOf, modelsOf, scripted } from '../../support/language-model.ts'

const rowOf = (n: number, likert: number): ManifestRow => ({
  caseId: `case ${n}`,
  patientId: `p${n >> 1}`,
  group: 'organ-ct',
  modality: 'CT',
  image: '',
  mask: '',
  labels: [1],
  target: 'liver',
  degradation: { kind: 'none', amount: 0 },
  likert,
  labelledBy: 'proxy_geometric_v1',
  split: 'test',
})
/** Four patients with a case to be accepted and one to be rejected. */
const ROWS = Array.from({ length: 8 }, (_, n) => rowOf(n, n % 2 === 0 ? 5 : 2))
const predictions = (verdicts: string, account: Prediction['account'] = null): Prediction[] =>
  ROWS.map((row, n) => {
    const said = verdicts.charAt(n)
    const verdict = said === 'a' ? 'accept' : said === 'r' ? 'reject' : 'review'
    const abstained = verdict === 'review' ? 'no answer' : null
    return { row, verdict, score: null, abstained, account }
  })

const lineWith = (text: string, start: string): string =>
  text.split('\n').find((line) => line.startsWith(start)) ?? ''

describe('the tables', () => {
  const text = resultTables([
    { name: 'rules', predictions: predictions('aaaaaaaa') },
    { name: 'a model', predictions: predictions('arararvv') },
  ])

  it('say who is right where the other is not, with the exact test', () => {
    // The model is right on the three cases to be rejected and (review is no acceptance) the fourth; wrong on one acceptance.
    expect(lineWith(text, '| rules, a model |')).toContain('| 1 | 4 | 0.375 |')
    expect(lineWith(text, '| rules, always accept |')).toContain('| 0 | 0 | 1.000 | 0.000 (0.000 to 0.000) |')
  })

  it('give intervals over patients, not over cases', () => {
    // Each patient has one case of each class: whoever accepts all is right on half of every patient.
    expect(lineWith(text, '| rules | 0.500')).toContain('0.500 (0.500 to 0.500)')
    expect(lineWith(text, '| a model | 0.875')).toMatch(/0\.875 \(0\.[5-8]\d\d to 1\.000\)/)
  })

  it('count abstentions and what was decided without a person', () => {
    expect(lineWith(text, 'a model: decided')).toContain('6 of 8 (0.750')
    expect(lineWith(text, 'a model: decided')).toContain('of those accuracy 1.000. Abstained 2 of 8')
    expect(lineWith(text, 'A model was asked')).toBe('')
  })
})

describe('what a model took', () => {
  const { signal } = new AbortController()
  const request = { purpose: 'reasoner informed' } as ModelRequest
  const ask = async (models: LanguageModels, caseId: string) =>
    models.forCase({ caseId, identifying: [] })[0].complete(request, signal)

  it('is counted by case, failures by their code', async () => {
    const replies = [{}, new PlumblineError('model-answer', 'Garbage.'), {}]
    const models = meteredModels(modelsOf(scripted({ informed: replies })))
    await ask(models, 'one')
    await expect(ask(models, 'one')).rejects.toThrow('Garbage.')
    await ask(models, 'two')
    expect(models.accountOf('one')).toEqual({
      calls: 2,
      cached: 0,
      inputTokens: 1,
      outputTokens: 1,
      usd: null,
      latencyMs: 1,
      failures: ['model-answer'],
    })
    expect(models.accountOf('two')).toMatchObject({ calls: 1, failures: [] })
    expect(models.accountOf('three')).toMatchObject({ calls: 0, usd: 0 })
  })

  it('costs nothing and takes no time from the cache', async () => {
    const cached = { ...answerOf({}), cached: true, costUsd: 0, latencyMs: 900 }
    const models = meteredModels(modelsOf({ name: 'm', complete: async () => cached }))
    await ask(models, 'one')
    expect(models.accountOf('one')).toMatchObject({ cached: 1, usd: 0, latencyMs: 0 })
  })

  it('is printed per case, with the rate of answers that were none', () => {
    const account = {
      calls: 2,
      cached: 1,
      inputTokens: 1000,
      outputTokens: 50,
      usd: 0.25,
      latencyMs: 1500,
      failures: [],
    }
    const own = predictions('arararvv', account).map((one, n) =>
      n < 6 ? one : { ...one, account: { ...account, failures: ['model-answer' as const] } },
    )
    const text = resultTables([{ name: 'a model', predictions: own }])
    expect(lineWith(text, 'A model was asked')).toContain('(parse failure): 2 of 8 (0.250')
    expect(lineWith(text, 'Per case')).toContain(
      '1000 tokens read and 50 written; cost 0.2500 USD per case, 2.00 in all; calls take 1.5 s',
    )
  })
})
