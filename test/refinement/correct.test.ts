import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/domain/evidence.ts'
import { volumeAgreement } from '../../src/imaging/agreement.ts'
import { correctSegment, type CorrectInput } from '../../src/refinement/correct.ts'
import { geodesicModel } from '../../src/refinement/geodesic-model.ts'
import { REFINEMENT } from '../support/refinement.ts'
import { cut, gapped, maskWhere, nothing, spilled, tooSmall, truth, volume } from './scenes.ts'

const SIGNAL = new AbortController().signal

function finding(mode: Finding['mode'], severity: Finding['severity'] = 'major'): Finding {
  return { id: 'F1', mode, severity, text: mode, evidence: ['E1'], instances: [] }
}

function input(changes: Partial<CorrectInput>): CorrectInput {
  return {
    number: 1,
    mask: truth,
    volume,
    findings: [finding('truncated')],
    kind: 'organ',
    second: null,
    reconstruction: null,
    settings: { ...REFINEMENT, segments: 'rejected' },
    model: geodesicModel,
    clockMs: () => 0,
    checked: () => [],
    ...changes,
  }
}

describe('a rejected segment is bettered', () => {
  it.each([
    { name: 'too small', mask: tooSmall },
    { name: 'cut short', mask: cut },
    { name: 'with empty slices', mask: gapped },
    { name: 'spilled', mask: spilled },
    { name: 'empty, by a second segmentation', mask: nothing, second: truth },
  ])('$name', async ({ mask, second = null }) => {
    const { correction, mask: refined } = await correctSegment(input({ mask, second }), SIGNAL)
    expect(correction).toMatchObject({ outcome: 'proposed', model: 'geodesic-1' })
    const [before, after] = [mask, refined ?? nothing].map((one) => volumeAgreement(one, truth).dice)
    expect(after).toBeGreaterThan(0.95)
    expect(after).toBeGreaterThan(before ?? 1)
  })

  it('and numbers say what changed', async () => {
    const { correction, errors, prompts } = await correctSegment(input({ mask: cut }), SIGNAL)
    expect(correction.after?.mean).toBeGreaterThan(correction.before?.mean ?? 1)
    expect(correction.before?.min).toBeLessThanOrEqual(correction.before?.mean ?? 0)
    expect(correction.before?.max).toBeGreaterThanOrEqual(correction.before?.mean ?? 1)
    expect(correction.volumeChangeCm3).toBeGreaterThan(1)
    expect(correction.addedPathMm).toBeGreaterThan(50)
    expect(correction.notes.join()).toContain('Missing slices')
    expect(errors?.missing.voxels).toContain(1)
    expect(prompts?.prompts.slices.length).toBeGreaterThan(2)
  })

  it.each(['vessel', 'bone'] as const)(
    'not a %s by its image alone, which does not show its ends',
    async (kind) => {
      const { correction, mask } = await correctSegment(input({ mask: cut, kind }), SIGNAL)
      expect(mask).toBeNull()
      expect(correction.reason).toContain(`the image alone does not show where a ${kind} ends`)
      const bySecond = await correctSegment(input({ mask: cut, kind, second: truth }), SIGNAL)
      expect(bySecond.correction.outcome).toBe('proposed')
    },
  )

  it('slices that hold too much are named', async () => {
    const mask = maskWhere((i, j, k) => truth.voxels[(k * 40 + j) * 40 + i] === 1 || (k > 19 && i === j))
    const { correction } = await correctSegment(input({ mask }), SIGNAL)
    expect(correction.notes.join()).toContain('False-positive slices: in 4 ')
  })
})

describe('nothing is proposed', () => {
  it.each([
    { why: 'of another patient', changes: { findings: [finding('wrong-patient', 'critical')] } },
    { why: 'on the wrong side', changes: { findings: [finding('wrong-side', 'critical')] } },
    { why: 'The segment is empty', changes: { mask: nothing } },
    { why: 'nearly empty', changes: { mask: maskWhere((i, j, k) => i === 20 && j === 20 && k === 12) } },
    { why: 'no prompt led to', changes: { mask: truth } },
    {
      why: 'a fault that the original has not (out-of-body)',
      changes: { mask: cut, checked: () => [finding('out-of-body', 'critical')] },
    },
    {
      why: 'a fault that the original has not (leakage)',
      changes: { mask: cut, checked: () => [finding('leakage')] },
    },
    { why: 'the same faults', changes: { mask: cut, checked: () => [finding('truncated')] } },
    {
      why: 'the same faults',
      changes: {
        mask: cut,
        findings: [finding('truncated', 'critical')],
        checked: () => [finding('truncated')],
      },
    },
  ])('$why', async ({ why, changes }) => {
    const { correction, mask } = await correctSegment(input(changes), SIGNAL)
    expect(correction.outcome).toBe('nothing-proposed')
    expect(correction.reason).toContain(why)
    expect(mask).toBeNull()
  })
})

it('where cells hold several voxels, those that are not refined stay as they are', async () => {
  const settings = { ...REFINEMENT, cellsMax: 10_000 }
  const { mask } = await correctSegment(input({ mask: cut, settings }), SIGNAL)
  expect(volumeAgreement(mask ?? nothing, truth).dice).toBeGreaterThan(0.93)
  expect(mask?.voxels.subarray(40 * 40 * 8, 40 * 40 * 11)).toEqual(
    cut.voxels.subarray(40 * 40 * 8, 40 * 40 * 11),
  )
})

it('stops when it is told to', async () => {
  await expect(correctSegment(input({ mask: cut }), AbortSignal.abort())).rejects.toThrow('aborted')
})
