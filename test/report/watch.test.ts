import { describe, expect, it } from 'vitest'
import { runChart, watchStreams } from '../../src/report/watch.ts'

const CHART = { reference: 0.25, threshold: 2 }
const days = (count: number) =>
  Array.from({ length: count }, (_, n) => `2026-01-${String(n + 1).padStart(2, '0')}`)

describe('runChart', () => {
  it('dates the alarm and the day since which the sum has been above 0', () => {
    const { alarm, path } = runChart([0, 0, 1, 1, 1, 0], days(6), CHART, '2026-01-01')
    expect(alarm).toEqual({
      day: '2026-01-05',
      since: '2026-01-03',
      segmentsSince: 3,
      earlier: false,
      meanSince: 0.75,
    })
    expect(path.map(({ sum }) => sum)).toEqual([0, 0, 0.75, 1.5, 2.25, 2])
  })

  it('says that an alarm of before the period still stands', () => {
    expect(runChart([1, 1, 1, 1], days(4), CHART, '2026-01-04').alarm?.earlier).toBe(true)
  })

  it('forgets one that was over before the period', () => {
    const values = [1, 1, 1, ...Array.from({ length: 20 }, () => 0)]
    expect(runChart(values, days(23), CHART, '2026-01-20').alarm).toBeNull()
    expect(runChart(values, days(23), CHART, '2026-01-02').alarm?.day).toBe('2026-01-03')
  })
})

describe('watchStreams', () => {
  const stream = (failures: string) => ({
    producer: 'A',
    structure: 'liver',
    day: '2026-01-01',
    failures,
    scores: failures.replaceAll('0', '5').replaceAll('1', '3'),
  })

  it('does not watch what it could not learn from', () => {
    const { charts, tooFew } = watchStreams([stream('0'.repeat(199))], {
      from: '2026-01-01',
      falseAlarmsPerYear: 1,
    })
    expect(charts).toEqual([])
    expect(tooFew).toEqual([{ producer: 'A', structure: 'liver', segments: 199 }])
  })

  it('expects at most so many false alarms of all its charts together', () => {
    const rows = [
      stream('0000100000'.repeat(40)),
      { ...stream('0000000000'.repeat(40)), structure: 'spleen' },
    ]
    const { charts } = watchStreams(rows, { from: '2026-01-01', falseAlarmsPerYear: 0.5 })
    const perYear = charts.reduce((sum, { arl0 }) => sum + (400 * 365.25) / arl0, 0)
    expect(charts).toHaveLength(4)
    expect(perYear).toBeLessThanOrEqual(0.5)
    expect(perYear).toBeGreaterThan(0.2)
  })
})
