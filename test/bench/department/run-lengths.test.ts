import { expect, test } from 'vitest'
import { simulateRunLengths } from '../../../src/bench/department/run-lengths.ts'
import type { DriftChart } from '../../../src/domain/drift.ts'
import { designCusum, meanOf, tilted } from '../../../src/report/cusum.ts'

function chartOf(share: number, arl0Min: number): DriftChart {
  const [inControl, tilt] = [[1 - share, share], Math.log(3)]
  return {
    producer: 'p',
    structure: 's',
    measure: 'failures',
    learned: 500,
    watched: 0,
    inControl: share,
    tunedTo: meanOf(tilted(inControl, tilt)),
    ...designCusum(inControl, tilt, arl0Min),
    mean: null,
    path: [],
    alarm: null,
  }
}

test.each([
  [0.05, 1000],
  [0.2, 3000],
])('stated run lengths are those of simulated segments: %d failures in control', (share, arl0Min) => {
  for (const { arl0, arl1 } of simulateRunLengths([chartOf(share, arl0Min)], 11)) {
    // Four standard errors: by chance once in ten thousand.
    for (const { stated, simulated, high } of [arl0, arl1])
      expect(Math.abs(simulated - stated)).toBeLessThan(2 * (high - simulated) + 1e-9)
  }
})

test('a chart that states twice its run length is found out', () => {
  const chart = chartOf(0.05, 1000)
  const [simulated] = simulateRunLengths([{ ...chart, arl0: 2 * chart.arl0, arl1: 2 * chart.arl1 }], 11)
  for (const { stated, high } of [simulated?.arl0, simulated?.arl1].flatMap((each) => each ?? []))
    expect(stated).toBeGreaterThan(high)
  expect(simulated).toBeDefined()
})
