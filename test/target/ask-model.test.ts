import { describe, expect, it } from 'vitest'
import type { TargetMatch } from '../../src/domain/case.ts'
import { PlumblineError } from '../../src/errors.ts'
import { hearModel, type TargetQuestion } from '../../src/target/ask-model.ts'
import type { ResponseSource } from '../../src/target/calibration.ts'
import { aFigure } from '../support/language-model.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const MATCH: TargetMatch = {
  status: 'unsure',
  strength: 0.5,
  compactness: 0.4,
  purity: 0.3,
  coverage: 0.2,
  pValue: null,
  source: 'test',
}
const { signal } = new AbortController()
const question = (source: ResponseSource | 'none', match = MATCH): TargetQuestion => ({
  match: { ...match, source: SOURCES[source] },
  structureName: 'Liver',
  picture: aFigure('1-response', 'response'),
  prompt: { system: 'role', question: 'Is it there?' },
  seed: 7,
})
const SOURCES = {
  'fractional-probability': 'probabilities that the object stores; not calibrated',
  'reference-prototypes': 'prototypes of the structure by an encoder; not calibrated',
  'self-prototypes': 'prototypes of the segment itself by an encoder, cross-fitted; not calibrated',
  'tissue-likelihood':
    'likelihood of the tissue, cross-fitted: cannot tell which structure it is; not calibrated',
  none: 'not-available: no images',
}
const answer = (decision: string) => ({ imageEvidence: [], responseEvidence: [], risk: '', decision })

describe('a model that is heard about a target', () => {
  it.each([
    { says: 'present', source: 'fractional-probability', is: 'present' },
    { says: 'present', source: 'reference-prototypes', is: 'present' },
    { says: 'present', source: 'tissue-likelihood', is: 'unsure' },
    { says: 'present', source: 'self-prototypes', is: 'unsure' },
    { says: 'present', source: 'none', is: 'unsure' },
    { says: 'absent', source: 'tissue-likelihood', is: 'absent' },
    { says: 'uncertain', source: 'fractional-probability', is: 'unsure' },
  ] as const)('that says $says to $source leaves it $is', async ({ says, source, is }) => {
    const model = scriptedModel([answer(says)])
    const asks = question(source)
    const found = await hearModel(asks, model, signal)
    expect(found).toEqual({ ...MATCH, status: is, source: `${SOURCES[source]}; scripted says ${says}` })
    const [asked] = model.asked
    expect(asked?.system).toBe('role')
    expect(asked?.parts).toEqual([
      { kind: 'text', text: 'Is it there?' },
      { kind: 'image', png: asks.picture.png, text: asks.picture.figure.text },
      { kind: 'text', text: expect.stringContaining('"structure":"Liver","strength":0.5') },
    ])
  })

  it('is not asked where the calibration knows', async () => {
    const model = scriptedModel([])
    const asks = question('tissue-likelihood', { ...MATCH, status: 'absent' })
    expect(await hearModel(asks, model, signal)).toBe(asks.match)
    expect(model.asked).toEqual([])
  })

  it.each([null, {}, answer('yes'), { ...answer('present'), score: 5 }])(
    'fails where it answers %j',
    async (bad) => {
      const failing = hearModel(question('fractional-probability'), scriptedModel([bad]), signal)
      await expect(failing).rejects.toThrow(PlumblineError)
    },
  )
})
