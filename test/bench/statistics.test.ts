import { describe, expect, it } from 'vitest'
import { REPORTED } from '../../src/bench/hcr/paper.ts'
import { binaryScores, countsOf, mcnemar } from '../../src/bench/statistics.ts'
import { wilson } from '../../src/calibrate/binomial.ts'

describe("Wilson's interval", () => {
  // R: prop.test(x, n, correct = FALSE)
  it.each([
    [75, 96, 0.6888, 0.8519],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [0, 0, 0, 1],
  ])('of %i in %i', (successes, trials, low, high) => {
    expect(wilson(successes, trials).low).toBeCloseTo(low, 3)
    expect(wilson(successes, trials).high).toBeCloseTo(high, 3)
  })
})

describe('the reported table', () => {
  it.each(REPORTED.map((row) => ({ ...row })))('$name: the reconstructed counts give its columns', (row) => {
    const { accuracy, accept } = binaryScores(row.counts)
    expect(Object.values(row.counts).reduce((sum, count) => sum + count, 0)).toBe(96)
    expect(accuracy).toBeCloseTo(row.accuracy, 3)
    expect(accept.precision).toBeCloseTo(row.precision, 3)
    expect(accept.recall).toBeCloseTo(row.recall, 3)
    expect(accept.f1).toBeCloseTo(row.f1, 3)
  })

  it('has Gemini at balanced accuracy .760, MCC .535, kappa .532', () => {
    const gemini = REPORTED.at(-1)
    if (gemini === undefined) throw new Error('no rows')
    const { balancedAccuracy, mcc, kappa } = binaryScores(gemini.counts)
    expect([balancedAccuracy, mcc, kappa].map((value) => value.toFixed(3))).toEqual([
      '0.760',
      '0.535',
      '0.532',
    ])
  })
})

it('a constant answer has no merit in balance, MCC or kappa', () => {
  const rows = [true, true, false].map((truth) => ({ truth, said: true }))
  expect(binaryScores(countsOf(rows))).toMatchObject({
    balancedAccuracy: 0.5,
    mcc: 0,
    kappa: 0,
    reject: { f1: 0 },
  })
})

describe("McNemar's exact test", () => {
  // R: binom.test(b, b + c)$p.value
  it.each([
    [0, 0, 1],
    [1, 4, 0.375],
    [10, 10, 1],
    [2, 12, 0.01293945],
    [30, 5, 2.236152e-5],
  ])('of %i against %i', (b, c, p) => {
    const cases = [
      ...Array.from({ length: b }, () => ({ first: true, second: false })),
      ...Array.from({ length: c }, () => ({ first: false, second: true })),
      { first: true, second: true },
    ]
    const result = mcnemar(cases)
    expect(result).toMatchObject({ onlyFirst: b, onlySecond: c })
    expect(result.p / p).toBeCloseTo(1, 5)
  })
})
