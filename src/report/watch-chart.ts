/** The paths of the watch over producers as a Vega-Lite specification. */
import type { DriftChart } from '../domain/drift.ts'
import type { ReportModel } from '../domain/report-model.ts'
import { base, DAY_AXIS, short, WIDTH, type Chart } from './chart.ts'
import { grouped } from './grouped.ts'
import type { Palette } from './palette.ts'
import { dayText, MEASURE_WORDS, plain } from './words.ts'

/** Charts of the watch that are drawn: all alarms and what is nearest to one. */
const WATCH_CHARTS_MAX = 6

/** Sums of the watch in units of their thresholds: 1 is the alarm. Null where nothing is watched. */
export function watchPaths({ drift, period }: ReportModel): Chart | null {
  const charts = drift.charts.toSorted((a, b) => peak(b) - peak(a))
  const shown = charts.filter(({ alarm }, index) => alarm !== null || index < WATCH_CHARTS_MAX).slice(0, 12)
  if (shown.length === 0) return null
  const values = shown.flatMap((chart) =>
    chart.path.map(({ day, sum }) => ({ day, sum: sum / chart.threshold, name: nameOf(chart) })),
  )
  const names = grouped(values, ({ name }) => [name]).map((group) => group[0]?.name ?? '')
  const alarms = shown.flatMap((chart) =>
    chart.alarm === null ? [] : [{ day: chart.alarm.day, sum: 1, name: nameOf(chart) }],
  )
  return {
    alt: `Sums of the watch against their thresholds; ${alarms.length === 0 ? 'none crosses it' : `crossed by ${alarms.map(({ name, day }) => `${name.replace('|', ' of ')} on ${dayText(day)}`).join(', ')}`}.`,
    spec: (palette) => ({
      ...base(palette),
      width: WIDTH / 2 - 60,
      height: 84,
      columns: 2,
      data: { values: values.map((value) => ({ ...value, alarm: null })) },
      facet: {
        field: 'name',
        type: 'nominal',
        sort: names,
        title: null,
        header: {
          labelColor: palette.text,
          labelFontSize: 11,
          labelFontWeight: 'bold',
          labelAnchor: 'start',
          labelLimit: 900,
          labelExpr: "split(datum.label, '|')",
        },
      },
      resolve: { axis: { x: 'independent', y: 'independent' } },
      spec: {
        width: WIDTH / 2 - 60,
        height: 84,
        layer: [
          {
            mark: {
              type: 'area',
              line: { color: palette.mark, strokeWidth: 1.5 },
              color: palette.mark,
              fillOpacity: 0.15,
              interpolate: 'step-after',
            },
            encoding: {
              x: {
                field: 'day',
                type: 'temporal',
                timeUnit: 'utcyearmonthdate',
                axis: { ...DAY_AXIS, tickCount: 4 },
              },
              y: {
                field: 'sum',
                type: 'quantitative',
                title: 'of threshold',
                scale: { domain: [0, 2] },
                axis: { values: [0, 1, 2], format: 'd' },
              },
            },
          },
          ...markers(period.from, palette),
        ],
      },
    }),
  }
}

/** The threshold, and where the period begins: what is before it is history. Once each, not once for every day. */
function markers(from: string, palette: Palette) {
  const transform = [{ aggregate: [{ op: 'count' as const, as: 'days' }], groupby: [] }]
  return [
    {
      transform,
      mark: { type: 'rule' as const, color: palette.alarm, strokeDash: [4, 3] },
      encoding: { y: { datum: 1 } },
    },
    {
      transform,
      mark: { type: 'rule' as const, color: palette.quiet, strokeDash: [2, 3] },
      encoding: { x: { datum: Date.parse(from), type: 'temporal' as const } },
    },
  ]
}

function nameOf({ producer, structure, measure }: DriftChart): string {
  return `${short(`${plain(structure)}, ${MEASURE_WORDS[measure]}`)}|${short(producer)}`
}

function peak({ path, threshold, alarm }: DriftChart): number {
  return (alarm === null ? 0 : 10) + path.reduce((most, { sum }) => Math.max(most, sum), 0) / threshold
}
