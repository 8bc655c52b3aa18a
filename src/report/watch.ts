/** CUSUM charts of every producer and structure: learned from what came first, then run over the rest. */
import { upperBound } from '../calibrate/binomial.ts'
import type { DriftChart, DriftMeasure, DriftReport } from '../domain/drift.ts'
import { designCusum, meanOf, tilted, tiltTo, type CusumDesign, type Distribution } from './cusum.ts'
import { grouped } from './grouped.ts'
import type { StreamDay } from './rows.ts'

/** In-control behaviour is learned from the first half of a stream, up to so many segments, and not from fewer. */
const LEARNED_MAX = 500
const LEARNED_MIN = 100
/** The change that charts are tuned to: failures three times as likely (odds), scores lower by 0.4 on average. */
const FAILURE_TILT = Math.log(3)
const SCORE_CHANGE = 0.4
/**
 * What was learned is itself uncertain: charts are designed for the upper 90 % bound of it, so that nine of ten keep their
 * ARL0 at least (guaranteed in-control performance: Albers & Kallenberg, Metrika 2004;60:207-234).
 */
const LEARNED_CONFIDENCE = 0.9
const Z_LEARNED = 1.2816
const ARL0_MAX = 1e9
const DAYS_PER_YEAR = 365.25
/** The sum goes no higher than so many thresholds, so that the end of a change is seen too. */
const SUM_THRESHOLDS_MAX = 2
const DEFICIT_MAX = 4

export interface WatchOptions {
  /** First day of the report's period. */
  readonly from: string
  /** Of all charts together. */
  readonly falseAlarmsPerYear: number
}

/** Values in order of arrival, each with its day. */
interface Stream {
  readonly producer: string
  readonly structure: string
  readonly measure: DriftMeasure
  readonly values: readonly number[]
  readonly days: readonly string[]
}

/** `rows`: sorted by day within each producer and structure. */
export function watchStreams(
  rows: readonly StreamDay[],
  { from, falseAlarmsPerYear }: WatchOptions,
): Pick<DriftReport, 'charts' | 'tooFew'> {
  const streams = streamsOf(rows)
  const watched = streams.filter((stream) => learnedOf(stream) >= LEARNED_MIN)
  const tooFew = streams
    .filter((stream) => stream.measure === 'failures' && learnedOf(stream) < LEARNED_MIN)
    .map(({ producer, structure, values }) => ({ producer, structure, segments: values.length }))
  // The same share of false alarms for each, whatever its volume.
  const yearsPerAlarm = watched.length / falseAlarmsPerYear
  const charts = watched.map((stream) => {
    const arl0Min = Math.min(ARL0_MAX, perYear(stream) * yearsPerAlarm)
    return chartOf(stream, arl0Min, from)
  })
  return { charts, tooFew }
}

function streamsOf(rows: readonly StreamDay[]): Stream[] {
  return grouped(rows, ({ producer, structure }) => [producer, structure]).flatMap((days) => [
    streamOf(days, 'failures', ({ failures }) => Array.from(failures, Number)),
    streamOf(days, 'scores', ({ scores }) => Array.from(scores, (score) => 5 - Number(score))),
  ])
}

function streamOf(
  rows: readonly StreamDay[],
  measure: DriftMeasure,
  valuesOf: (row: StreamDay) => readonly number[],
): Stream {
  const each = rows.map((row) => ({ day: row.day, values: valuesOf(row) }))
  const { producer = '', structure = '' } = rows[0] ?? {}
  return {
    producer,
    structure,
    measure,
    values: each.flatMap(({ values }) => values),
    days: each.flatMap(({ day, values }) => values.map(() => day)),
  }
}

function learnedOf({ values }: Pick<Stream, 'values'>): number {
  return Math.min(LEARNED_MAX, Math.floor(values.length / 2))
}

function perYear({ values, days }: Stream): number {
  const [first = '', last = ''] = [days[0], days.at(-1)]
  const spanDays = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1
  return (values.length / spanDays) * DAYS_PER_YEAR
}

function chartOf(stream: Stream, arl0Min: number, from: string): DriftChart {
  const { producer, structure, measure, values, days } = stream
  const learned = learnedOf(stream)
  const inControl =
    measure === 'failures' ? failuresIn(values.slice(0, learned)) : deficitsIn(values.slice(0, learned))
  const tilt = measure === 'failures' ? FAILURE_TILT : tiltTo(inControl, changedMean(meanOf(inControl)))
  const design = designCusum(inControl, tilt, arl0Min)
  const rest = values.slice(learned)
  return {
    producer,
    structure,
    measure,
    learned,
    watched: rest.length,
    inControl: meanOf(inControl),
    tunedTo: meanOf(tilted(inControl, tilt)),
    ...design,
    mean: rest.length === 0 ? null : averageOf(rest),
    ...runChart(rest, days.slice(learned), design, from),
  }
}

function failuresIn(values: readonly number[]): Distribution {
  const count = values.reduce((sum, value) => sum + value, 0)
  const share = Math.min(0.95, upperBound(count, values.length, LEARNED_CONFIDENCE))
  return [1 - share, share]
}

/** No value is impossible because it was not seen yet: half a segment is added to each. */
function deficitsIn(values: readonly number[]): Distribution {
  const seen = Array.from(
    { length: DEFICIT_MAX + 1 },
    (_, deficit) => values.filter((value) => value === deficit).length + 0.5,
  )
  const total = values.length + seen.length / 2
  const shares = seen.map((count) => count / total)
  const mean = meanOf(shares)
  const variance = shares.reduce((sum, share, value) => sum + share * (value - mean) ** 2, 0)
  const bound = mean + Z_LEARNED * Math.sqrt(variance / values.length)
  return tilted(shares, tiltTo(shares, Math.min(bound, (mean + DEFICIT_MAX) / 2)))
}

/** Never beyond the middle between what is and the worst. */
function changedMean(mean: number): number {
  return Math.min(mean + SCORE_CHANGE, (mean + DEFICIT_MAX) / 2)
}

/** Path and alarm of the sum. An alarm stands until the sum is 0 again; one that was over before `from` is forgotten. */
export function runChart(
  values: readonly number[],
  days: readonly string[],
  { reference, threshold }: Pick<CusumDesign, 'reference' | 'threshold'>,
  from: string,
): Pick<DriftChart, 'path' | 'alarm'> {
  const path = new Map<string, number>()
  let [sum, started] = [0, 0]
  let alarm: (Omit<NonNullable<DriftChart['alarm']>, 'meanSince'> & { readonly index: number }) | null = null
  for (const [index, value] of values.entries()) {
    const day = days[index] ?? ''
    if (sum === 0) started = index
    sum = Math.min(SUM_THRESHOLDS_MAX * threshold, Math.max(0, sum + value - reference))
    // What is less than half a step of the finest lattice is rounding.
    if (sum < 1e-6) sum = 0
    path.set(day, sum)
    if (sum === 0 && alarm !== null && day < from) alarm = null
    if (alarm === null && sum >= threshold - 1e-6) {
      const since = days[started] ?? day
      alarm = { day, since, segmentsSince: index - started + 1, earlier: day < from, index: started }
    }
  }
  return {
    path: [...path].map(([day, last]) => ({ day, sum: last })),
    alarm: alarm === null ? null : withMean(alarm, values),
  }
}

function withMean<Alarm extends { readonly index: number }>(
  { index, ...alarm }: Alarm,
  values: readonly number[],
): Omit<Alarm, 'index'> & { meanSince: number } {
  return { ...alarm, meanSince: averageOf(values.slice(index)) }
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
