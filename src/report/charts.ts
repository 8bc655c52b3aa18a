/** The charts of a report as Vega-Lite specifications. No data leaves the specification: nothing is loaded. */
import type { GroupRow, ReportModel } from '../domain/report-model.ts'
import { base, DAY_AXIS, short, WIDTH, type Chart } from './chart.ts'
import { grouped } from './grouped.ts'
import type { Palette } from './palette.ts'
import { dayText, plain, VERDICT_WORDS } from './words.ts'

const ROW_HEIGHT = 22
const ROWS_MAX = 20

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

function wordOf(verdict: string): string {
  return Object.entries(VERDICT_WORDS).find(([kind]) => kind === verdict)?.[1] ?? verdict
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
