import { describe, expect, it } from 'vitest'
import { fitTarget, type TargetSample } from '../../src/calibrate/target-fit.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { probabilityPresent, TargetCalibration } from '../../src/target/calibration.ts'
import { matchOf } from '../../src/target/verify.ts'

const ABOUT = { source: 'fractional-probability' as const, modality: 'CT', structure: null }

function samples(patients: number, overlap: number, seed = 1): TargetSample[] {
  const random = seededRandom(seed)
  return Array.from({ length: 2 * patients }, (_, n) => {
    const label = n % 2 === 0 ? (1 as const) : (0 as const)
    const at = () => Math.min(1, Math.max(0, (label === 1 ? 0.8 : 0.2) + overlap * (random() - 0.5)))
    const scores = { strength: at(), contrast: 10 * at(), compactness: at(), purity: at(), coverage: at() }
    return { scores, label, patient: String(n >> 1) }
  })
}

describe('fitTarget', () => {
  it('tells right from wrong masks where there are enough, in a file that loads', () => {
    const entry = fitTarget(ABOUT, samples(600, 0.6))
    if (entry === null) throw new Error('There are right and wrong masks in every part.')
    const calibration = TargetCalibration.parse({ version: 1, madeBy: 'test', entries: [entry] })
    const statusAt = (level: number) => {
      const scores = {
        strength: level,
        contrast: 10 * level,
        compactness: level,
        purity: level,
        coverage: level,
      }
      return matchOf({ source: 'fractional-probability', scores }, 'CT', 'liver', calibration)
    }
    expect(statusAt(0.9)).toMatchObject({ status: 'present' })
    expect(statusAt(0.1)).toMatchObject({ status: 'absent', pValue: 1 / 151 })
    expect(entry).toMatchObject({ patients: 600, accepted: 600, wrong: 600 })
  })

  it('sets no threshold whose error the sample does not bound', () => {
    expect(fitTarget(ABOUT, samples(40, 0.6))).toMatchObject({ presentFrom: null, absentTo: null })
  })

  it('keeps both errors on masks it has never seen where right and wrong ones overlap', () => {
    const entry = fitTarget(ABOUT, samples(800, 1.6))
    if (entry === null) throw new Error('There are right and wrong masks in every part.')
    const fresh = samples(2000, 1.6, 2).map(({ scores, label }) => ({
      p: probabilityPresent(scores, entry),
      label,
    }))
    const shareOf = (wanted: 0 | 1, isError: (p: number) => boolean): number => {
      const own = fresh.filter(({ label }) => label === wanted)
      return own.filter(({ p }) => isError(p)).length / own.length
    }
    expect(shareOf(0, (p) => p >= (entry.presentFrom ?? Infinity))).toBeLessThanOrEqual(0.05)
    expect(shareOf(1, (p) => p <= (entry.absentTo ?? -Infinity))).toBeLessThanOrEqual(0.05)
    expect(shareOf(1, (p) => p >= (entry.presentFrom ?? Infinity))).toBeGreaterThan(0.2)
  })

  it('is none without wrong masks', () => {
    expect(
      fitTarget(
        ABOUT,
        samples(40, 0.6).filter(({ label }) => label === 1),
      ),
    ).toBeNull()
  })
})
