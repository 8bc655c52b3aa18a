import { expect, it } from 'vitest'
import { answerOf, type Answer, type Judged } from '../../../src/bench/dr/judge.ts'
import { FAMILIES } from '../../../src/bench/perturb/families.ts'
import type { Consequence } from '../../../src/bench/perturb/consequence.ts'
import type { Finding } from '../../../src/domain/evidence.ts'
import { smallScene } from '../../support/perturbed-scene.ts'

const { prepared } = smallScene(2)
const imageOf = (k: number): string => prepared.volume?.instances[k] ?? ''
const ACCEPTED: Judged = { verdict: 'accept', score: 5, findings: [], structure: 'kidney' }
const CUT: Consequence = {
  label: 'significant',
  reasons: ['extent'],
  dice: 0.8,
  surfaceDice: 0.8,
  volumeChange: -0.2,
  slices: [3, 4],
}

function finding(mode: Finding['mode'], severity: Finding['severity'], k: number): Finding {
  return { id: 'F1', mode, severity, text: `${mode} ${k}`, evidence: [], instances: [imageOf(k)] }
}

function answer(after: Partial<Judged>, id = 'X5') {
  const family = FAMILIES.find((one) => one.id === id)
  if (family === undefined) throw new Error('No such family.')
  return answerOf(ACCEPTED, { ...ACCEPTED, ...after }, family, CUT, prepared)
}

it.each<[string, Partial<Judged>, Partial<Answer>]>([
  ['nothing', {}, { isDetected: false, isHeld: false, isHinted: false, isLeftAlone: true, drop: 0 }],
  [
    'a rejection without a finding',
    { verdict: 'reject', score: 2 },
    { isDetected: true, isHeld: true, isRightType: false, isLeftAlone: false, drop: 3 },
  ],
  [
    'a person is asked',
    { verdict: 'review', score: 5 },
    { isDetected: false, isHeld: true, isLeftAlone: false },
  ],
  [
    'a minor finding of the right kind',
    { findings: [finding('truncated', 'minor', 3)] },
    { isDetected: false, isHinted: true, isRightType: false, isLeftAlone: true },
  ],
  [
    'the right kind on a changed slice',
    { verdict: 'reject', score: 2, findings: [finding('truncated', 'major', 4)] },
    { isDetected: true, isRightType: true, isRightPlace: true },
  ],
  [
    'the right kind on another slice',
    { verdict: 'reject', score: 2, findings: [finding('truncated', 'major', 9)] },
    { isDetected: true, isRightType: true, isRightPlace: false },
  ],
  [
    'another kind on a changed slice',
    { verdict: 'reject', score: 2, findings: [finding('holes', 'major', 4)] },
    { isDetected: true, isRightType: false, isRightPlace: false },
  ],
])('%s', (_, after, expected) => {
  expect(answer(after)).toMatchObject(expected)
})

it('a wrong claim has no slice: the right kind of finding is in the right place', () => {
  const findings = [finding('wrong-side', 'critical', 9)]
  expect(answer({ verdict: 'reject', score: 1, findings }, 'X2')).toMatchObject({ isRightPlace: true })
})

it('what was found before the edit is not found by it', () => {
  const findings = [finding('truncated', 'minor', 3)]
  const family = FAMILIES.find((one) => one.id === 'X5')
  const before = { ...ACCEPTED, findings }
  expect(family && answerOf(before, before, family, CUT, prepared)).toMatchObject({
    isHinted: false,
    isLeftAlone: true,
  })
})
