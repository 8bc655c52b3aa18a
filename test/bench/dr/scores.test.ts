import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/bench/dr/outcome.ts'
import { constantOutcomes, monotonyOf, scoresOf } from '../../../src/bench/dr/scores.ts'

const SEED = 1

function outcome(changes: Partial<Outcome>): Outcome {
  return {
    set: 'phantom CT',
    patient: 'A',
    structure: 'liver',
    cm3: 1000,
    family: 'X5',
    edit: 'top',
    level: 1,
    amount: 0.1,
    label: 'significant',
    reasons: [],
    dice: 0.9,
    surfaceDice: 0.8,
    volumeChange: -0.1,
    verdict: 'accept',
    isDetected: false,
    isHeld: false,
    isHinted: false,
    isRightType: false,
    isRightPlace: false,
    isLeftAlone: true,
    drop: 0,
    features: [],
    ...changes,
  }
}

const SEEN = { isDetected: true, isHeld: true, isLeftAlone: false, drop: 3 }

describe('discrimination and robustness', () => {
  it('every family weighs the same, however many edits it has', () => {
    const rows = [
      outcome({ family: 'X5', ...SEEN }),
      ...Array.from({ length: 9 }, () => outcome({ family: 'X6' })),
      outcome({ family: 'N1', label: 'harmless' }),
      outcome({ family: 'N2', label: 'harmless', ...SEEN }),
    ]
    const scores = scoresOf(rows, SEED)
    expect(scores.discrimination?.value).toBe(0.5)
    expect(scores.robustness?.value).toBe(0.5)
    expect(scores.bias?.value).toBe(0)
    expect(scores.harmonicMean?.value).toBe(0.5)
    expect(scores).toMatchObject({ significant: 10, harmless: 2, patients: 1 })
  })

  it('counts by consequence: a harmless edit of a harmful family is one to be left alone, grey ones are none', () => {
    const rows = [outcome({ label: 'harmless' }), outcome({ label: 'grey', ...SEEN })]
    const scores = scoresOf(rows, SEED)
    expect(scores.robustness?.value).toBe(1)
    expect(scores.discrimination).toBeNull()
  })

  it('judges that always say the same gain nothing', () => {
    const rows = [outcome(SEEN), outcome({ family: 'N1', label: 'harmless' })]
    const accept = scoresOf(constantOutcomes(rows, 'accept'), SEED)
    const reject = scoresOf(constantOutcomes(rows, 'reject'), SEED)
    expect([accept, reject].map(({ discrimination }) => discrimination?.value)).toEqual([0, 1])
    expect([accept, reject].map(({ robustness }) => robustness?.value)).toEqual([1, 0])
    expect([accept, reject].map(({ harmonicMean }) => harmonicMean?.value)).toEqual([0, 0])
    expect([accept, reject].map(({ separation }) => separation?.value)).toEqual([0.5, 0.5])
  })

  it('separation: how often harm loses more scores than none does, ties half', () => {
    const rows = [
      outcome({ drop: 3 }),
      outcome({ drop: 0 }),
      outcome({ label: 'harmless', drop: 0 }),
      outcome({ label: 'harmless', drop: 1 }),
    ]
    // 3 > 0, 3 > 1, 0 = 0, 0 < 1.
    expect(scoresOf(rows, SEED).separation?.value).toBe(2.5 / 4)
  })

  it('patients that agree leave nothing open, patients that do not leave much', () => {
    const of = (patient: string, seen: boolean) => outcome({ patient, ...(seen && SEEN) })
    const alike = ['A', 'B', 'C', 'D'].map((patient) => of(patient, true))
    expect(scoresOf(alike, SEED).discrimination).toEqual({ value: 1, low: 1, high: 1 })
    const apart = ['A', 'B', 'C', 'D'].map((patient, n) => of(patient, n % 2 === 0))
    const { discrimination } = scoresOf(apart, SEED)
    expect(discrimination?.low).toBeLessThan(0.3)
    expect(discrimination?.high).toBeGreaterThan(0.7)
    // More edits of the same patients make nothing surer.
    const again = Array.from({ length: 50 }, () => apart).flat()
    expect(scoresOf(again, SEED).discrimination).toEqual(discrimination)
  })
})

describe('does more harm cost more', () => {
  it.each([
    [[0, 1, 2], 1, 0],
    [[1, 1, 1], 0.5, 0],
    [[0, 0, 0], 0, 0],
    [[-1, -2, -3], -1, 1],
  ])('scores lost %j: tau %f, violations %f', (drops, tau, violations) => {
    const found = monotonyOf(drops.map((drop, n) => outcome({ level: n + 1, drop: drop === 0 ? 0 : drop })))
    const pairs = drops[0] === 0 && drops[2] === 2 ? 5 / 6 : tau
    expect(found).toEqual({ tau: pairs, violations, series: 1 })
  })

  it('one level alone says nothing', () => {
    expect(monotonyOf([outcome({ drop: 2 })])).toBeNull()
  })
})
