import { describe, expect, it } from 'vitest'
import { distrust, objection } from '../../src/refinement/acceptance.ts'
import { undisputed } from '../../src/refinement/error-cells.ts'
import { agreementOf } from '../../src/refinement/pseudo-dice.ts'

describe('pseudo ground truth is believed', () => {
  it.each([
    { of: 'samples that agree and a clear gain', agreement: 0.9, gain: 0.1, why: null },
    {
      of: 'samples that contradict each other',
      agreement: 0.6,
      gain: 0.3,
      why: /do not agree among themselves/,
    },
    { of: 'a sample that sees no gain', agreement: 0.9, gain: 0.01, why: /not every sample/ },
  ])('or not: $of', ({ agreement, gain, why }) => {
    const said = distrust({ agreement, gain })
    if (why === null) expect(said).toBeNull()
    else expect(said).toMatch(why)
  })

  it('as far as its two least alike samples agree', () => {
    const [one, same, other] = [
      Uint8Array.of(1, 1, 0, 0),
      Uint8Array.of(1, 1, 0, 0),
      Uint8Array.of(0, 1, 1, 0),
    ]
    expect(agreementOf([one, same])).toBe(1)
    expect(agreementOf([one, same, other])).toBe(0.5)
    expect(agreementOf([one])).toBe(1)
  })
})

describe('faults', () => {
  const major = (...modes: ('truncated' | 'leakage' | 'holes')[]) =>
    modes.map((mode) => ({ mode, severity: 'major' as const }))
  it.each([
    { of: 'one gone', before: major('truncated', 'holes'), after: major('truncated'), isFine: true },
    { of: 'one for another', before: major('truncated', 'holes'), after: major('leakage'), isFine: false },
    {
      of: 'one of two at different places gone',
      before: major('truncated', 'truncated'),
      after: major('truncated'),
      isFine: true,
    },
    {
      of: 'the same one at a second place',
      before: major('truncated', 'holes'),
      after: major('truncated', 'truncated'),
      isFine: false,
    },
    { of: 'the same', before: major('truncated'), after: major('truncated'), isFine: false },
    {
      of: 'one less grave',
      before: [{ mode: 'truncated' as const, severity: 'critical' as const }],
      after: major('truncated'),
      isFine: false,
    },
    {
      of: 'a new minor one beside one gone',
      before: major('truncated'),
      after: [{ mode: 'slice-gap' as const, severity: 'minor' as const }],
      isFine: true,
    },
    {
      of: 'only minor ones before, one gone',
      before: [{ mode: 'holes' as const, severity: 'minor' as const }],
      after: [],
      isFine: true,
    },
  ])('$of', ({ before, after, isFine }) => {
    expect(objection(before, after) === null).toBe(isFine)
  })
})

it('what one voice disputes stays as it was drawn', () => {
  const mask = Uint8Array.of(1, 1, 0, 0)
  const answer = Uint8Array.of(0, 0, 1, 1)
  const voices = [Uint8Array.of(0, 1, 1, 0), Uint8Array.of(0, 0, 1, 1)]
  expect([...undisputed(mask, answer, voices)]).toEqual([0, 1, 1, 0])
})
