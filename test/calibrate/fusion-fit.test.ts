import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitFusion, type LabelledSegment } from '../../src/calibrate/fusion-fit.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { FUSION_FEATURES, probabilityIn } from '../../src/reasoner/fusion.ts'

const placeOf = (study: string): number => (Number(study) * 0.618_033_988_75) % 1

/** Segments whose acceptance depends on major findings, coverage and the opinion. */
function segments(count: number, seed: number, group = 'CT/liver', start = 0): LabelledSegment[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, n) => {
    const major = Math.floor(2 * random())
    const [coverage, score] = [random(), 1 + Math.floor(5 * random())]
    const p = 1 / (1 + Math.exp(-(-3 - 6 * major + 5 * coverage + 2 * (score - 2))))
    const features = [0, major, Math.floor(3 * random()), 0, random(), coverage, 0, score, 0]
    return { study: String(start + n), group, features, label: random() < p ? 1 : 0 }
  })
}

const OPTIONS = { risk: 0.1, confidence: 0.95, placeOf }

describe('fitFusion', () => {
  it('finds a threshold and what it costs where there are cases enough', () => {
    const [all] = fitFusion(segments(3000, 1), OPTIONS)
    expect(all?.acceptFrom).toBeGreaterThan(0.5)
    expect(all?.riskBound).toBeLessThanOrEqual(0.1)
    expect(all?.coverage).toBeGreaterThan(0.1)
    expect(all?.casesNeeded).toBe(0)
    expect(all?.metrics.auroc).toBeGreaterThan(0.85)
    expect(all?.metrics.calibrationError).toBeLessThan(0.1)
  })

  it('accepts nothing and says how many more cases it needs where there are few', () => {
    const [all] = fitFusion(segments(60, 1), OPTIONS)
    expect(all).toMatchObject({ acceptFrom: null, riskBound: null, coverage: 0 })
    expect(all?.casesNeeded).toBeGreaterThan(100)
  })

  it('keeps the risk that was chosen, on segments it has never seen, as often as it promises', () => {
    const fresh = segments(20_000, 999)
    const lax = { ...OPTIONS, risk: 0.15 }
    let [made, broken] = [0, 0]
    for (let seed = 1; seed <= 20; seed++) {
      const [all] = fitFusion(segments(1500, seed), lax)
      if (all === undefined || all.acceptFrom === null) continue
      made++
      const { acceptFrom } = all
      const taken = fresh.filter(({ features }) => probabilityIn(all, features) >= acceptFrom)
      const wrong = taken.filter(({ label }) => label === 0).length / taken.length
      if (wrong > lax.risk) broken++
    }
    expect(made).toBeGreaterThan(10)
    expect(broken).toBeLessThanOrEqual(0.05 * made)
  })

  it('calibrates a large group by itself and a small one with the others, but for its offset', () => {
    const strict = segments(60, 3, 'MR/prostate', 5000).map((one): LabelledSegment => ({ ...one, label: 0 }))
    const groups = fitFusion([...segments(600, 1), ...strict], OPTIONS)
    const of = (group: string | null) => groups.find((one) => one.group === group)
    expect(of('MR/prostate')?.weights).toEqual(of(null)?.weights)
    expect(of('MR/prostate')?.intercept).toBeLessThan(of(null)?.intercept ?? 0)
    expect(of('CT/liver')?.weights).not.toEqual(of(null)?.weights)
  })

  it('never gives more for one fault more, whatever the labels', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }), fc.nat(3), (labels, fault) => {
        const [all] = fitFusion(
          segments(80, 4).map((one, n): LabelledSegment => ({ ...one, label: labels[n] === true ? 1 : 0 })),
          OPTIONS,
        )
        if (all === undefined) throw new Error('There is always one of all.')
        for (const { features } of segments(20, 5)) {
          const more = features.with(fault, (features[fault] ?? 0) + 1)
          expect(probabilityIn(all, more)).toBeLessThanOrEqual(probabilityIn(all, features) + 1e-12)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has a weight for every feature, of its sign', () => {
    const [all] = fitFusion(segments(500, 6), OPTIONS)
    for (const [n, { sign }] of FUSION_FEATURES.entries()) {
      const weight = all?.weights[n] ?? NaN
      if (sign === 'not-positive') expect(weight).toBeLessThanOrEqual(0)
      if (sign === 'not-negative') expect(weight).toBeGreaterThanOrEqual(0)
    }
  })
})
