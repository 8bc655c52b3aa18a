import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowerBound, trialsNeeded, upperBound } from '../../src/calibrate/binomial.ts'
import { fitIsotonic } from '../../src/calibrate/isotonic.ts'
import { fitLogistic, predict, type LogisticSample } from '../../src/calibrate/logistic.ts'
import {
  aurocInterval,
  aurocOf,
  brierOf,
  calibrationError,
  reliabilityOf,
} from '../../src/calibrate/quality.ts'
import { seededRandom } from '../../src/phantom/random.ts'

/** p = sigmoid(1 + 2 a - 3 b). */
function drawn(count: number, seed: number): LogisticSample[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const features = [4 * random() - 2, 4 * random() - 2]
    const p = 1 / (1 + Math.exp(-(1 + 2 * (features[0] ?? 0) - 3 * (features[1] ?? 0))))
    return { features, label: random() < p ? 1 : 0 }
  })
}

describe('fitLogistic', () => {
  it('finds the weights that made the labels', () => {
    const { intercept, weights } = fitLogistic(drawn(4000, 1), ['any', 'any'], 1e-6)
    expect(intercept).toBeCloseTo(1, 0)
    expect(Math.abs((weights[0] ?? 0) - 2)).toBeLessThan(0.25)
    expect(Math.abs((weights[1] ?? 0) + 3)).toBeLessThan(0.35)
  })

  it('keeps the signs it is told, whatever the labels say', () => {
    const { weights } = fitLogistic(drawn(500, 2), ['not-positive', 'not-negative'])
    expect(weights).toEqual([-0, 0].map((value) => Math.abs(value)))
  })

  it('ends with finite weights where the classes are apart, and without a feature that varies', () => {
    const apart: LogisticSample[] = [
      { features: [0, 7], label: 0 },
      { features: [1, 7], label: 1 },
    ]
    const found = fitLogistic(apart, ['any', 'any'])
    expect([found.intercept, ...found.weights].every(Number.isFinite)).toBe(true)
    expect(predict(found, [1, 7])).toBeGreaterThan(predict(found, [0, 7]))
  })
})

describe('fitIsotonic', () => {
  it('never descends, and keeps the mean of the labels', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            score: fc.integer({ min: 0, max: 9 }),
            label: fc.constantFrom(0 as const, 1 as const),
          }),
          {
            minLength: 1,
          },
        ),
        (pairs) => {
          const { from, to } = fitIsotonic(pairs)
          expect(from.every((value, n) => n === 0 || value > (from[n - 1] ?? 0))).toBe(true)
          expect(to.every((value, n) => n === 0 || value >= (to[n - 1] ?? 0))).toBe(true)
          const at = (score: number) => to[from.findLastIndex((value) => value <= score)] ?? 0
          const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
          expect(mean(pairs.map(({ score }) => at(score)))).toBeCloseTo(
            mean(pairs.map(({ label }) => label)),
            9,
          )
        },
      ),
    )
  })
})

describe('Clopper-Pearson', () => {
  // The table of the plan: negatives needed for a bound on the error.
  it.each([
    { shareMax: 0.05, needed: [59, 93, 124] },
    { shareMax: 0.1, needed: [29, 46, 61] },
    { shareMax: 0.01, needed: [299, 473] },
  ])('needs the known numbers of cases for $shareMax', ({ shareMax, needed }) => {
    expect(needed.map((_, failures) => trialsNeeded(failures, shareMax))).toEqual(needed)
    expect(trialsNeeded(5, 0.05)).toBe(208)
  })

  it('agrees with closed forms', () => {
    expect(upperBound(0, 20)).toBeCloseTo(1 - 0.05 ** (1 / 20), 12)
    expect(lowerBound(20, 20)).toBeCloseTo(0.05 ** (1 / 20), 12)
    expect(upperBound(20, 20)).toBe(1)
    expect(lowerBound(0, 20)).toBe(0)
  })
})

describe('quality of probabilities', () => {
  const random = seededRandom(3)
  const judged = Array.from({ length: 3000 }, (_, n) => {
    const score = random()
    return { score, label: random() < score ? (1 as const) : (0 as const), patient: `p${n % 300}` }
  })

  it('finds true probabilities calibrated, and squared ones not', () => {
    expect(calibrationError(judged)).toBeLessThan(0.04)
    expect(calibrationError(judged.map((one) => ({ ...one, score: one.score ** 2 })))).toBeGreaterThan(0.12)
    expect(brierOf(judged)).toBeCloseTo(1 / 6, 1)
    expect(reliabilityOf(judged).reduce((sum, { count }) => sum + count, 0)).toBe(3000)
  })

  it('gives an interval around the AUROC, none without two classes', () => {
    const some = judged.slice(0, 200)
    const interval = aurocInterval(some, 1)
    expect(interval?.value).toBe(aurocOf(some))
    expect(interval?.low).toBeLessThan(aurocOf(some))
    expect(interval?.high).toBeGreaterThan(aurocOf(some))
    expect(
      aurocInterval(
        some.filter(({ label }) => label === 1),
        1,
      ),
    ).toBeNull()
  })
})
