/** Counts to a report. Pure: the same rows give the same report. */
import type { VerdictKind } from '../domain/case.ts'
import type { Severity } from '../domain/evidence.ts'
import {
  GROUPINGS,
  SUBGROUPS,
  type GroupRow,
  type Grouping,
  type Rate,
  type ReportModel,
  type VerdictCounts,
} from '../domain/report-model.ts'
import { grouped } from './grouped.ts'
import type { ReportWindow } from './periods.ts'
import { rateOf } from './rate.ts'
import { reviewReport } from './review-report.ts'
import type { GroupCount, ReportRows, VerdictRow } from './rows.ts'
import { shiftsIn } from './shifts.ts'
import { summaryOf } from './summary.ts'
import { watchStreams } from './watch.ts'

export interface ReportSettings {
  /** A subgroup of fewer segments is said to be too small. */
  readonly subgroupMin: number
  readonly falseAlarmsPerYear: number
  readonly historyDays: number
}

/** What a report says of itself. */
export interface ReportAbout {
  readonly madeAt: Date
  readonly version: string
  readonly institution: string
  readonly synthetic: boolean
}

export const VERDICTS: readonly VerdictKind[] = ['accept', 'review', 'reject', 'not-assessable']

export function buildReport(
  rows: ReportRows,
  { period, before }: Pick<ReportWindow, 'period' | 'before'>,
  { madeAt, ...about }: ReportAbout,
  settings: ReportSettings,
): ReportModel {
  const [cases, casesBefore] = [countsOf(rows.cases, true), countsOf(rows.cases, false)]
  const [segments, segmentsBefore] = [countsOf(rows.segments, true), countsOf(rows.segments, false)]
  const { falseAlarmsPerYear, historyDays, subgroupMin } = settings
  const report: ReportModel = {
    period,
    before,
    madeAt: madeAt.toISOString(),
    ...about,
    summary: ['-'],
    cases: {
      ...rows.arrived,
      judged: sum(cases),
      judgedBefore: sum(casesBefore),
      segments: sum(segments),
    },
    verdicts: VERDICTS.map((verdict) => ({
      verdict,
      rate: rateOf(cases[verdict], sum(cases)),
      before: sum(casesBefore) === 0 ? null : rateOf(casesBefore[verdict], sum(casesBefore)),
    })),
    segmentsAccepted: accepted(segments),
    segmentsAcceptedBefore: orNull(accepted(segmentsBefore)),
    days: grouped(rows.days, ({ day }) => [day]).map((ofDay) => ({
      day: ofDay[0]?.day ?? '',
      verdicts: countVerdicts(ofDay),
    })),
    groups: GROUPINGS.map((by) => groupOf(by, rows.groups, subgroupMin)),
    subgroups: SUBGROUPS.map((by) => groupOf(by, rows.groups, subgroupMin)),
    subgroupMin,
    failureModes: failureModes(rows, sum(segments), sum(segmentsBefore)),
    notAssessable: rows.notAssessable.map((row) => ({
      ...row,
      examples: rows.notAssessableExamples
        .filter(({ reason }) => reason === row.reason)
        .map(({ reason: _, ...example }) => example),
    })),
    times: { now: timesOf(rows, true), before: timesOf(rows, false) },
    corrections: { proposed: rows.proposals, ...rows.decisions },
    reviews: reviewReport(rows),
    drift: {
      falseAlarmsPerYear,
      historyDays,
      ...watchStreams(rows.streams, { from: period.from, falseAlarmsPerYear }),
      shifts: shiftsIn(rows.bins),
    },
    models: modelRows(rows),
  }
  return { ...report, summary: summaryOf(report) }
}

function orNull(rate: Rate): Rate | null {
  return rate.of === 0 ? null : rate
}

function countsOf(rows: readonly VerdictRow[], now: boolean): VerdictCounts {
  return countVerdicts(rows.filter((row) => row.now === now))
}

function countVerdicts(rows: readonly Pick<VerdictRow, 'verdict' | 'count'>[]): VerdictCounts {
  const counts = { accept: 0, review: 0, reject: 0, 'not-assessable': 0 }
  for (const { verdict, count } of rows) counts[verdict] += count
  return counts
}

function sum(counts: VerdictCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Of what could be assessed. */
function accepted(counts: VerdictCounts): Rate {
  return rateOf(counts.accept, sum(counts) - counts['not-assessable'])
}

/** Largest group first. */
function groupOf<By extends Grouping>(
  by: By,
  counts: readonly GroupCount[],
  min: number,
): { by: By; rows: GroupRow[]; unknown: number } {
  const ofThis = counts.filter((row) => row.by === by)
  const named = grouped(
    ofThis.filter(({ name }) => name !== null),
    ({ name }) => [name],
  )
  const rows = named.map((group): GroupRow => {
    const verdicts = countsOf(group, true)
    return {
      name: group[0]?.name ?? '',
      verdicts,
      accepted: accepted(verdicts),
      acceptedBefore: orNull(accepted(countsOf(group, false))),
      tooFew: sum(verdicts) < min,
    }
  })
  const unknown = sum(
    countsOf(
      ofThis.filter(({ name }) => name === null),
      true,
    ),
  )
  const present = rows.filter(({ verdicts }) => sum(verdicts) > 0)
  return {
    by,
    rows: present.toSorted((a, b) => sum(b.verdicts) - sum(a.verdicts) || a.name.localeCompare(b.name)),
    unknown,
  }
}

const WORST_FIRST: readonly Severity[] = ['critical', 'major', 'minor']

/** Gravest and most frequent first. */
function failureModes(rows: ReportRows, segments: number, before: number): ReportModel['failureModes'] {
  return rows.failures
    .filter(({ now }) => now)
    .map(({ mode, severity, segments: count }) => {
      const earlier = rows.failures.find((row) => !row.now && row.mode === mode)?.segments ?? 0
      return {
        mode,
        severity,
        segments: rateOf(count, segments),
        segmentsBefore: before === 0 ? null : rateOf(earlier, before),
        examples: rows.failureExamples
          .filter((example) => example.mode === mode)
          .map(({ mode: _, ...example }) => example),
      }
    })
    .toSorted(
      (a, b) =>
        b.segments.count - a.segments.count ||
        WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) ||
        a.mode.localeCompare(b.mode),
    )
}

function timesOf({ times }: ReportRows, now: boolean): ReportModel['times']['now'] {
  const row = times.find((each) => each.now === now)
  return { medianS: row?.medianS ?? null, p90S: row?.p90S ?? null, of: row?.of ?? 0 }
}

function modelRows({ models }: ReportRows): ReportModel['models'] {
  return grouped(models, ({ model }) => [model]).map((outcomes) => {
    const total = (value: (row: ReportRows['models'][number]) => number) =>
      outcomes.reduce((all, row) => all + value(row), 0)
    const cached = total(({ outcome, calls }) => (outcome === 'cached' ? calls : 0))
    const asked = outcomes.filter(({ outcome }) => outcome !== 'cached')
    const calls = total(({ calls: each }) => each) - cached
    return {
      model: outcomes[0]?.model ?? '',
      calls,
      cached,
      failed: total(({ outcome, calls: each }) => (outcome === 'ok' || outcome === 'cached' ? 0 : each)),
      inputTokens: total(({ inputTokens }) => inputTokens),
      outputTokens: total(({ outputTokens }) => outputTokens),
      usd: total(({ unpriced }) => unpriced) > 0 ? null : total(({ usd }) => usd),
      meanSeconds: calls === 0 ? null : asked.reduce((all, row) => all + row.durationMs, 0) / calls / 1000,
      longestSeconds: calls === 0 ? null : Math.max(...asked.map((row) => row.durationMsMax)) / 1000,
    }
  })
}
