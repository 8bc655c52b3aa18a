/** Predicted against true quality. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FEATURES } from '../../../src/bench/quality/features.ts'
import { fitLinear, predictLinear } from '../../../src/bench/quality/linear.ts'
import { benchQuality } from '../../../src/bench/quality/main.ts'
import { compare, pearsonOf, spearmanOf } from '../../../src/bench/quality/measures.ts'

describe('correlation', () => {
  it.each([
    [[1, 2, 3], [2, 4, 6], 1, 1],
    [[1, 2, 3], [3, 2, 1], -1, -1],
    [[1, 2, 3, 4], [1, 4, 9, 16], 0.9844, 1],
    [[1, 1, 2, 2], [1, 2, 1, 2], 0, 0],
    [[5, 5, 5], [1, 2, 3], 0, 0],
  ])('of %j and %j', (a, b, pearson, spearman) => {
    const [first, second] = [Float64Array.from(a), Float64Array.from(b)]
    expect(pearsonOf(first, second)).toBeCloseTo(pearson, 3)
    expect(spearmanOf(first, second)).toBeCloseTo(spearman, 3)
  })

  it('ties share the mean of their ranks', () => {
    // scipy.stats.spearmanr([1, 2, 2, 3], [1, 3, 2, 4])
    expect(spearmanOf(Float64Array.of(1, 2, 2, 3), Float64Array.of(1, 3, 2, 4))).toBeCloseTo(0.9487, 4)
  })
})

describe('a linear model', () => {
  it('finds what was put in, and takes a constant feature', () => {
    const rows = Array.from({ length: 200 }, (_, n) => {
      const features = [n % 7, (n * 13) % 11, 4]
      return { features, target: 0.3 + 0.05 * (features[0] ?? 0) - 0.02 * (features[1] ?? 0) }
    })
    const model = fitLinear(rows, 1e-6)
    expect(model.weights[0]).toBeCloseTo(0.05, 5)
    expect(model.weights[1]).toBeCloseTo(-0.02, 5)
    expect(predictLinear(model, [3, 5, 4])).toBeCloseTo(0.3 + 0.15 - 0.1, 5)
    // Beyond what it was fitted on: as the last of it, 0 to 6.
    expect(predictLinear(model, [100, 5, 9])).toBeCloseTo(predictLinear(model, [6, 5, 4]), 9)
  })
})

const DRAWN = { seed: 1, draws: 20 }

describe('measures', () => {
  const pairs = Array.from({ length: 40 }, (_, n) => ({
    patient: `${n % 8}`,
    predicted: n / 40,
    truth: n / 40,
    other: 1 - n / 40,
  }))
  it('of a perfect prediction, of one that is all wrong, and how far apart they are', () => {
    const { own, other, gain } = compare(pairs, DRAWN)
    expect(own.pearson?.value).toBeCloseTo(1, 9)
    expect(own.meanError?.value).toBe(0)
    expect(own.failing.map(({ auroc }) => auroc?.value)).toEqual([1, 1, 1])
    expect(other.spearman?.value).toBeCloseTo(-1, 9)
    expect(gain.spearman?.value).toBeCloseTo(2, 9)
    expect(gain.failing[0]?.auroc?.value).toBeCloseTo(1, 9)
  })

  it('what nothing fails of has no AUROC', () => {
    const good = pairs.map((pair) => ({ ...pair, truth: 0.99 }))
    expect(compare(good, DRAWN).own.failing.map(({ auroc }) => auroc)).toEqual([null, null, null])
  })
})

describe('bench quality', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quality-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })
  /** One feature tells the truth; volumes tell nothing. */
  const row = (n: number, family: string) => {
    const dice = 1 - (n % 10) / 20
    const features = FEATURES.map((_, f) => (f === 5 ? dice * 2 : 0))
    const about = { set: 'a set', patient: `P${n % 5}`, structure: 'liver', family, edit: 'out', level: 1 }
    return JSON.stringify({ ...about, cm3: 1000, volumeChange: 0, dice, surfaceDice: dice, features })
  }
  const file = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    return join(folder, name)
  }
  const numbers = Array.from({ length: 60 }, (_, n) => n)
  const run = (fit: string, test: string, predictions: string | null = null) =>
    benchQuality({
      fit: [fit],
      test: [test],
      predictions,
      ...DRAWN,
      out: join(folder, 'out'),
      command: 'a command',
      date: '2026-01-01',
    })

  it('fits on boundary edits, tests the rest apart, and says by how much it is better', () => {
    const fit = file('fit.jsonl', [
      ...numbers.map((n) => row(n, 'X15')),
      ...numbers.map((n) => row(n + 1, 'X5')),
    ])
    const test = file('test.jsonl', [...numbers.map((n) => row(n, 'X5')), row(1, 'X3')])
    const markdown = run(fit, test)
    expect(markdown).toContain('fitted on 60 boundary edits of 5 patients')
    // X3 changes no mask.
    expect(markdown).toContain('60 masks of 5 patients')
    const written: unknown = JSON.parse(readFileSync(join(folder, 'out/quality.json'), 'utf8'))
    expect(written).toMatchObject({
      parts: [
        {
          truth: 'dice',
          families: 'unseen families',
          scored: [
            { predictor: 'evidence', gain: null },
            { predictor: 'score alone' },
            { predictor: 'volume z-score', gain: { spearman: { value: expect.closeTo(1, 6) as number } } },
          ],
        },
        { truth: 'surfaceDice' },
      ],
    })
  })

  it('sets another program beside it, which predicts every outcome', () => {
    const fit = file(
      'fit.jsonl',
      numbers.map((n) => row(n, 'X15')),
    )
    const test = file(
      'test.jsonl',
      numbers.map((n) => row(n, 'X5')),
    )
    const wrong = numbers.map((n) => JSON.stringify({ dice: (n % 10) / 20, surfaceDice: 0 }))
    file('cnn.jsonl', wrong)
    expect(run(fit, test, 'cnn.jsonl')).toMatch(/\| small CNN \| -1\.000 /)
    file('cnn.jsonl', wrong.slice(1))
    expect(() => run(fit, test, 'cnn.jsonl')).toThrow(/not one prediction for every outcome/)
  })

  it('refuses outcomes without features', () => {
    const fit = file('old.jsonl', ['{"family":"X5"}'])
    expect(() => run(fit, fit)).toThrow(/Line 1 of the outcomes has no features/)
  })
})
