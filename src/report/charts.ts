/** The charts of a report as Vega-Lite specifications. No data leaves the specification: nothing is loaded. */
import type { TopLevelSpec } from 'vega-lite'
import type { DriftChart } from '../domain/drift.ts'
import type { GroupRow, ReportModel } from '../domain/report-model.ts'
import { grouped } from './grouped.ts'
import type { Palette } from './palette.ts'
import { dayText, MEASURE_WORDS, plain, VERDICT_WORDS } from './words.ts'

/** A chart, and what it shows in words for those who do not see it. */
export interface Chart {
  readonly alt: string
  readonly spec: (palette: Palette) => TopLevelSpec
}

const WIDTH = 640
const ROW_HEIGHT = 22
const ROWS_MAX = 20
const NAME_LENGTH_MAX = 38
/** Charts of the watch that are drawn: all alarms and what is nearest to one. */
const WATCH_CHARTS_MAX = 6

/** Verdicts per day, with a line where an alarm was raised. Null without a day. */
export function verdictsByDay({ days, period, drift }: ReportModel): Chart | null {
  if (days.length === 0) return null
  const values = days.flatMap(({ day, verdicts }) =>
    Object.entries(verdicts).map(([verdict, count]) => ({ day, verdict: wordOf(verdict), count })),
  )
  const alarms = alarmDays(drift)
  const domain = [period.from, nextDay(period.to)]
  return {
    alt: `Verdicts per day from ${dayText(period.from)} to ${dayText(period.to)}${alarms.length === 0 ? '' : `; alarms on ${alarms.map(dayText).join(', ')}`}.`,
    spec: (palette) => ({
      ...base(palette),
      width: WIDTH,
      height: 180,
      layer: [
        {
          data: { values },
          mark: { type: 'bar' },
          encoding: {
            x: {
              field: 'day',
              type: 'temporal',
              timeUnit: 'utcyearmonthdate',
              scale: { domain },
              axis: DAY_AXIS,
            },
            y: { field: 'count', type: 'quantitative', title: 'Objects', axis: WHOLE_AXIS },
            color: {
              field: 'verdict',
              type: 'nominal',
              scale: { domain: Object.values(VERDICT_WORDS), range: Object.values(palette.verdicts) },
              legend: { orient: 'top', title: null },
            },
          },
        },
        ...(alarms.length === 0 ? [] : [alarmRules(alarms, palette)]),
      ],
    }),
  }
}

/** The first alarm of each producer and structure, where it was raised in the period. */
function alarmDays({ charts }: ReportModel['drift']): string[] {
  const days = grouped(charts, ({ producer, structure }) => [producer, structure]).flatMap((both) => {
    const [first] = both.flatMap(({ alarm }) => alarm ?? []).toSorted((a, b) => a.day.localeCompare(b.day))
    return first === undefined || first.earlier ? [] : [first.day]
  })
  return [...new Set(days)].toSorted()
}

const DAY_AXIS = { title: null, format: '%-d %b', grid: false, labelOverlap: true } as const
const WHOLE_AXIS = { tickMinStep: 1, format: 'd' } as const

function alarmRules(alarms: readonly string[], palette: Palette) {
  return {
    data: { values: alarms.map((day) => ({ day, label: 'alarm' })) },
    encoding: { x: { field: 'day', type: 'temporal' as const, timeUnit: 'utcyearmonthdate' as const } },
    layer: [
      { mark: { type: 'rule' as const, color: palette.alarm, strokeWidth: 1.5, strokeDash: [5, 3] } },
      {
        mark: {
          type: 'text' as const,
          color: palette.alarm,
          align: 'left' as const,
          dx: 4,
          baseline: 'top' as const,
          fontWeight: 'bold' as const,
        },
        encoding: { text: { field: 'label' }, y: { value: 2 } },
      },
    ],
  }
}

/** Accepted share of each group with its interval; hollow: the period before. Null without a group that has one. */
export function acceptedByGroup(rows: readonly GroupRow[], title: string): Chart | null {
  const shown = rows.filter(({ accepted }) => accepted.of > 0).slice(0, ROWS_MAX)
  if (shown.length === 0) return null
  const values = shown.map(({ name, accepted, acceptedBefore, tooFew }) => ({
    name: short(name),
    share: 100 * (accepted.share ?? 0),
    low: 100 * accepted.low,
    high: 100 * accepted.high,
    before: acceptedBefore?.share == null ? null : 100 * acceptedBefore.share,
    few: tooFew,
  }))
  return {
    alt: `Accepted share by ${title.toLowerCase()}: ${values.map(({ name, share }) => `${name} ${share.toFixed(0)} %`).join(', ')}.`,
    spec: (palette) => ({
      ...base(palette),
      width: WIDTH - 240,
      height: { step: ROW_HEIGHT },
      data: { values },
      encoding: { y: { field: 'name', type: 'nominal', sort: null, title: null, axis: NAME_AXIS } },
      layer: [
        ...shareWithInterval(palette, 'Accepted, % (line: 95 % interval; hollow: period before)', {
          zero: false,
          nice: true,
        }),
        {
          transform: [{ filter: 'datum.before !== null' }],
          mark: { type: 'point', filled: false, size: 50, color: palette.quiet, strokeWidth: 1.5 },
          encoding: { x: { field: 'before', type: 'quantitative' } },
        },
      ],
    }),
  }
}

const NAME_AXIS = { labelLimit: 400, ticks: false, domain: false } as const

/** Share of segments with each failure mode. Null without any. */
export function failureModeBars({ failureModes }: ReportModel): Chart | null {
  const values = failureModes.slice(0, ROWS_MAX).map(({ mode, severity, segments }) => ({
    mode: plain(mode),
    severity,
    share: 100 * (segments.share ?? 0),
  }))
  if (values.length === 0) return null
  return {
    alt: `Failure modes: ${values.map(({ mode, share }) => `${mode} ${share.toFixed(1)} %`).join(', ')}.`,
    spec: (palette) => ({
      ...base(palette),
      width: WIDTH - 240,
      height: { step: ROW_HEIGHT },
      data: { values },
      mark: { type: 'bar' },
      encoding: {
        y: { field: 'mode', type: 'nominal', sort: null, title: null, axis: NAME_AXIS },
        x: { field: 'share', type: 'quantitative', title: 'Segments that show it, %' },
        color: {
          field: 'severity',
          type: 'nominal',
          scale: {
            domain: ['critical', 'major', 'minor'],
            range: [palette.verdicts.reject, palette.verdicts.review, palette.verdicts['not-assessable']],
          },
          legend: { orient: 'top', title: 'worst severity' },
        },
      },
    }),
  }
}

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

/** How often readers accept what the machine gave each score. Null without a review. */
export function calibrationChart({ reviews }: ReportModel): Chart | null {
  if (reviews === null || reviews.calibration.length === 0) return null
  const values = reviews.calibration.map(({ score, accepted }) => ({
    score: `score ${score}`,
    share: 100 * (accepted.share ?? 0),
    low: 100 * accepted.low,
    high: 100 * accepted.high,
  }))
  return {
    alt: `Accepted by readers: ${values.map(({ score, share }) => `${score} ${share.toFixed(0)} %`).join(', ')}.`,
    spec: (palette) => ({
      ...base(palette),
      width: WIDTH - 240,
      height: { step: ROW_HEIGHT },
      data: { values },
      encoding: { y: { field: 'score', type: 'nominal', sort: null, title: null, axis: NAME_AXIS } },
      layer: [
        ...shareWithInterval(palette, 'Accepted by readers, % (line: 95 % interval)', { domain: [0, 100] }),
      ],
    }),
  }
}

/** A point on the line of its interval: fields `share`, `low`, `high`. */
function shareWithInterval(
  palette: Palette,
  title: string,
  scale: { readonly zero: false; readonly nice: true } | { readonly domain: [number, number] },
) {
  return [
    {
      mark: { type: 'rule', color: palette.mark, strokeWidth: 2 },
      encoding: { x: { field: 'low', type: 'quantitative', title, scale }, x2: { field: 'high' } },
    },
    {
      mark: { type: 'point', filled: true, opacity: 1, size: 55, color: palette.mark },
      encoding: { x: { field: 'share', type: 'quantitative' } },
    },
  ] as const
}

function base(palette: Palette) {
  const text = {
    labelColor: palette.quiet,
    titleColor: palette.quiet,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal' as const,
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 4,
    config: {
      font: 'system-ui, Roboto, Liberation Sans, sans-serif',
      view: { stroke: null },
      axis: { ...text, gridColor: palette.line, domainColor: palette.line, tickColor: palette.line },
      legend: { ...text, symbolType: 'square' as const },
    },
  }
}

function wordOf(verdict: string): string {
  return Object.entries(VERDICT_WORDS).find(([kind]) => kind === verdict)?.[1] ?? verdict
}

function short(text: string, lengthMax = NAME_LENGTH_MAX): string {
  const characters = Array.from(text)
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : text
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
