import { describe, expect, it } from 'vitest'
import type { TargetMatch } from '../../src/domain/case.ts'
import { PlumblineError } from '../../src/errors.ts'
import { hearModel } from '../../src/target/ask-model.ts'
import type { ResponseSource } from '../../src/target/calibration.ts'
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
const question = (source: ResponseSource, match = MATCH) => ({
  match,
  source,
  structureName: 'Liver',
  rawImagePng: Uint8Array.of(1),
  responsePng: Uint8Array.of(2),
  seed: 7,
})
const answer = (decision: string) => ({ imageEvidence: [], responseEvidence: [], risk: '', decision })

describe('a model that is heard about a target', () => {
  it.each([
    { says: 'present', source: 'fractional-probability', is: 'present' },
    { says: 'present', source: 'tissue-likelihood', is: 'unsure' },
    { says: 'present', source: 'self-prototypes', is: 'unsure' },
    { says: 'absent', source: 'tissue-likelihood', is: 'absent' },
    { says: 'uncertain', source: 'fractional-probability', is: 'unsure' },
  ] as const)('that says $says to $source leaves it $is', async ({ says, source, is }) => {
    const model = scriptedModel([answer(says)])
    const found = await hearModel(question(source), model, signal)
    expect(found).toEqual({ ...MATCH, status: is, source: `test; scripted says ${says}` })
    const [asked] = model.asked
    expect(
      asked?.parts.map((part) => (part.kind === 'image' ? [...part.png] : JSON.parse(part.text))),
    ).toEqual([
      [1],
      [2],
      { structure: 'Liver', strength: 0.5, compactness: 0.4, purity: 0.3, coverage: 0.2, source },
    ])
  })

  it('is not asked where the calibration knows', async () => {
    const model = scriptedModel([])
    const absent: TargetMatch = { ...MATCH, status: 'absent' }
    expect(await hearModel(question('tissue-likelihood', absent), model, signal)).toBe(absent)
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
