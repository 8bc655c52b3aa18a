import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/phantom/random.ts'
import {
  designCusum,
  meanOf,
  tilted,
  tiltTo,
  type CusumDesign,
  type Distribution,
} from '../../src/report/cusum.ts'

const TILT = Math.log(3)

/** Run lengths of a chart on values that are drawn, sorted. */
function runLengths(design: CusumDesign, distribution: Distribution, runs: number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: runs }, () => {
    for (let [sum, steps] = [0, 1]; ; steps++) {
      let [value, rest] = [0, random()]
      while (rest >= (distribution[value] ?? 1)) rest -= distribution[value++] ?? 1
      sum = Math.max(0, sum + value - design.reference)
      if (sum >= design.threshold - 1e-9) return steps
    }
  }).toSorted((a, b) => a - b)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('designCusum', () => {
  it.each([
    { name: 'failures of one in twenty', inControl: [0.95, 0.05], tilt: TILT },
    { name: 'failures of three in ten', inControl: [0.7, 0.3], tilt: TILT },
    { name: 'scores', inControl: [0.62, 0.26, 0.06, 0.04, 0.02], tilt: 0.4 },
  ])('states the run lengths that drawn values have: $name', ({ inControl, tilt }) => {
    const design = designCusum(inControl, tilt, 500)
    expect(design.arl0).toBeGreaterThanOrEqual(500)
    const quiet = runLengths(design, inControl, 3000, 1)
    // Run lengths are about exponential: their mean over 3,000 runs lies within 6 % of the true one in 999 of 1000 seeds.
    expect(mean(quiet) / design.arl0).toBeCloseTo(1, 1)
    const changed = runLengths(design, tilted(inControl, tilt), 3000, 2)
    expect(mean(changed) / design.arl1).toBeCloseTo(1, 1)
    const late = changed.filter((length) => length > design.delay95).length / changed.length
    expect(late).toBeGreaterThan(0.03)
    expect(late).toBeLessThan(0.06)
  })

  it('takes the lowest threshold that keeps the ARL0', () => {
    const { threshold } = designCusum([0.9, 0.1], TILT, 1e5)
    const lower = designCusum([0.9, 0.1], TILT, 2e4)
    expect(lower.threshold).toBeLessThan(threshold)
    expect(lower.arl1).toBeLessThan(designCusum([0.9, 0.1], TILT, 1e5).arl1)
  })
})

describe('tiltTo', () => {
  it.each([0.7, 1, 2.5])('brings the mean to %s', (wanted) => {
    const scores = [0.62, 0.26, 0.06, 0.04, 0.02]
    expect(meanOf(tilted(scores, tiltTo(scores, wanted)))).toBeCloseTo(wanted, 6)
  })
})
