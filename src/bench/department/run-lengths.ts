/** Run lengths of charts as they are stated, beside those of simulated segments. */
import type { DriftChart } from '../../domain/drift.ts'
import { seededRandom, type Random } from '../../phantom/random.ts'

export interface RunLength {
  readonly stated: number
  readonly simulated: number
  /** 95 % interval of the simulated mean. */
  readonly low: number
  readonly high: number
}

export interface ChartRunLengths {
  readonly producer: string
  readonly structure: string
  readonly arl0: RunLength
  readonly arl1: RunLength
}

const Z95 = 1.96
/** Runs until a false alarm are long: fewer of them. */
const RUNS = { arl0: 50, arl1: 4000 } as const

/** Of charts over failures: each segment fails by chance, with the share in control or the one that the chart is tuned to. */
export function simulateRunLengths(charts: readonly DriftChart[], seed: number): ChartRunLengths[] {
  const random = seededRandom(seed)
  return charts
    .filter(({ measure }) => measure === 'failures')
    .map((chart) => ({
      producer: chart.producer,
      structure: chart.structure,
      arl0: meanRun(chart, chart.inControl, { stated: chart.arl0, runs: RUNS.arl0 }, random),
      arl1: meanRun(chart, chart.tunedTo, { stated: chart.arl1, runs: RUNS.arl1 }, random),
    }))
}

function meanRun(
  chart: Pick<DriftChart, 'reference' | 'threshold'>,
  failureShare: number,
  { stated, runs }: { stated: number; runs: number },
  random: Random,
): RunLength {
  let [sum, squares] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const length = runLength(chart, failureShare, random)
    sum += length
    squares += length * length
  }
  const mean = sum / runs
  const half = Z95 * Math.sqrt((squares / runs - mean * mean) / (runs - 1))
  return { stated, simulated: mean, low: mean - half, high: mean + half }
}

/** Segments until the sum of the chart reaches its threshold, as report/watch.ts adds it up. */
function runLength(
  { reference, threshold }: Pick<DriftChart, 'reference' | 'threshold'>,
  failureShare: number,
  random: Random,
): number {
  let sum = 0
  for (let segments = 1; ; segments++) {
    sum = Math.max(0, sum + (random() < failureShare ? 1 : 0) - reference)
    if (sum < 1e-6) sum = 0
    if (sum >= threshold - 1e-6) return segments
  }
}
