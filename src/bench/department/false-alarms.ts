/** How often the watch raises an alarm where nothing has changed. */
import { seededRandom, type Random } from '../../phantom/random.ts'
import type { StreamDay } from '../../report/rows.ts'
import { watchStreams } from '../../report/watch.ts'
import { PRODUCERS } from './scenario.ts'
import { drawScore } from './simulate.ts'

export interface FalseAlarms {
  readonly years: number
  readonly charts: number
  /** Watched segments of all charts together. */
  readonly segments: number
  readonly alarms: number
  /** What the run lengths of the charts promise at most. */
  readonly expected: number
}

const DAYS = 365

/** Each year anew: charts learn, then watch what is as they learned it. `perDay`: segments of each structure. */
export function countFalseAlarms(
  seed: number,
  { years, perDay, falseAlarmsPerYear }: { years: number; perDay: number; falseAlarmsPerYear: number },
): FalseAlarms {
  const random = seededRandom(seed)
  let [charts, segments, alarms, expected] = [0, 0, 0, 0]
  for (let year = 0; year < years; year++) {
    const watched = watchStreams(stableYear(random, perDay), { from: '2026-01-01', falseAlarmsPerYear })
    charts = watched.charts.length
    for (const chart of watched.charts) {
      segments += chart.watched
      alarms += chart.alarm === null ? 0 : 1
      expected += chart.watched / chart.arl0
    }
  }
  return { years, charts, segments, alarms, expected }
}

function stableYear(random: Random, perDay: number): StreamDay[] {
  return PRODUCERS.flatMap(({ manufacturer, structures }) =>
    structures.flatMap(({ id, failureShare }) =>
      Array.from({ length: DAYS }, (_, day) => {
        const scores = Array.from({ length: perDay }, () => drawScore(random, failureShare))
        return {
          producer: manufacturer,
          structure: id,
          day: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
          failures: scores.map((score) => (score <= 3 ? '1' : '0')).join(''),
          scores: scores.join(''),
        }
      }),
    ),
  )
}
