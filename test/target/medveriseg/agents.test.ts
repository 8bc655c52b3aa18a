import { describe, expect, it } from 'vitest'
import { PlumblineError } from '../../../src/errors.ts'
import { verifyAsPublished } from '../../../src/target/medveriseg/agents.ts'
import { THRESHOLDS } from '../../../src/target/medveriseg/router.ts'
import { scriptedModel } from '../../support/scripted-model.ts'

const RAW = {
  evidence: ['bright organ'],
  imageQuality: 'clear',
  risk: '',
  decision: 'present',
  confidence: 0.9,
}
const HEAT = { evidence: ['one peak'], pattern: 'focused', risk: '', decision: 'present', confidence: 0.7 }
const WEIGHTS = { reason: '', conflict: 'none', weights: { quantitative: 1, rawImage: 2, heatmap: 1 } }

const input = (strength: number, compactness: number, purity: number) => ({
  structureName: 'Liver',
  scores: { strength, compactness, purity, strengthRaw: 1 },
  thresholds: THRESHOLDS.evaluation,
  rawImagePng: Uint8Array.of(1),
  heatmapPng: Uint8Array.of(2),
  seed: 7,
})
const { signal } = new AbortController()

describe('the published agents', () => {
  it('are not asked where all scores agree', async () => {
    const model = scriptedModel([])
    const found = await verifyAsPublished(input(0.6, 0.6, 0.9), model, signal)
    expect(found).toMatchObject({ route: 'present', decision: 'present', existenceScore: null })
    expect(model.asked).toEqual([])
  })

  it('see the picture that is theirs and no other, and the decision is arithmetic', async () => {
    const model = scriptedModel([RAW, HEAT, WEIGHTS])
    const found = await verifyAsPublished(input(0.6, 0.2, 0.9), model, signal)
    const pictures = model.asked.map(({ parts }) =>
      parts.flatMap((part) => (part.kind === 'image' ? [...part.png] : [])),
    )
    expect(pictures).toEqual([[1], [2], []])
    expect(found.existenceScore).toBeCloseTo((0.5 + 2 * 0.95 + 0.85) / 4, 12)
    expect(found).toMatchObject({ route: 'uncertain', decision: 'present' })
    expect(model.asked.every(({ temperature, seed }) => temperature === 0 && seed === 7)).toBe(true)
  })

  it.each([
    { what: 'a decision that was not offered', answers: [{ ...RAW, decision: 'definitely' }] },
    { what: 'a confidence above 1', answers: [RAW, { ...HEAT, confidence: 80 }] },
    { what: 'a decision in place of weights', answers: [RAW, HEAT, { decision: 'present' }] },
    { what: 'nothing', answers: [null] },
  ])('fail where the model answers with $what', async ({ answers }) => {
    const failing = verifyAsPublished(input(0.6, 0.2, 0.9), scriptedModel(answers), signal)
    await expect(failing).rejects.toThrow(PlumblineError)
    await expect(failing).rejects.toMatchObject({ code: 'model-answer' })
  })
})
