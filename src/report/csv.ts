/** The numbers of a report as one table, a number a row: `section,group,name,measure,value,low,high,count,of`. RFC 4180. */
import type { Rate, ReportModel } from '../domain/report-model.ts'

const COLUMNS = ['section', 'group', 'name', 'measure', 'value', 'low', 'high', 'count', 'of'] as const
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>

export function reportCsv(report: ReportModel): string {
  const lines = [COLUMNS, ...rowsOf(report).map((row) => COLUMNS.map((column) => row[column] ?? ''))]
  return lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('')
}

function rowsOf(report: ReportModel): Row[] {
  const { period, before, cases, times, drift } = report
  const about = Object.entries({
    from: period.from,
    to: period.to,
    'before from': before.from,
    'before to': before.to,
    'made at': report.madeAt,
    version: report.version,
    institution: report.institution,
    synthetic: String(report.synthetic),
  }).map(([name, value]): Row => ({ section: 'report', name, value }))
  return [
    ...about,
    ...Object.entries(cases).map(([name, value]): Row => ({ section: 'cases', name, value })),
    ...report.verdicts.flatMap(({ verdict, rate, before: earlier }) =>
      pair({ section: 'verdicts', name: verdict }, rate, earlier),
    ),
    ...pair(
      { section: 'segments', name: 'accepted' },
      report.segmentsAccepted,
      report.segmentsAcceptedBefore,
    ),
    ...[...report.groups, ...report.subgroups].flatMap(({ by, rows }) =>
      rows.flatMap(({ name, accepted, acceptedBefore }) =>
        pair({ section: 'accepted', group: by, name }, accepted, acceptedBefore),
      ),
    ),
    ...report.failureModes.flatMap(({ mode, severity, segments, segmentsBefore }) =>
      pair({ section: 'failure modes', group: severity, name: mode }, segments, segmentsBefore),
    ),
    ...report.notAssessable.map(({ reason, count }): Row => ({
      section: 'not assessable',
      name: reason,
      count,
    })),
    ...(['now', 'before'] as const).flatMap((when): Row[] => [
      {
        section: 'seconds to verdict',
        group: when,
        name: 'median',
        value: times[when].medianS,
        of: times[when].of,
      },
      {
        section: 'seconds to verdict',
        group: when,
        name: 'p90',
        value: times[when].p90S,
        of: times[when].of,
      },
    ]),
    ...(['proposed', 'taken', 'kept'] as const).map((name): Row => ({
      section: 'corrections',
      name,
      value: report.corrections[name],
    })),
    ...reviewRows(report),
    ...drift.charts.flatMap(driftRows),
    ...drift.shifts.map(({ producer, structure, evidence, psi, critical, now, alarm, since }): Row => ({
      section: 'shift',
      group: producer,
      name: `${structure} ${evidence}`,
      measure: alarm ? `moved since ${since ?? 'not known'}` : 'psi',
      value: psi,
      high: critical,
      count: now,
    })),
    ...report.models.flatMap(({ model, ...numbers }) =>
      Object.entries(numbers).map(([measure, value]): Row => ({
        section: 'language models',
        name: model,
        measure,
        value,
      })),
    ),
  ]
}

function pair(row: Row, now: Rate, before: Rate | null): Row[] {
  return [
    { ...row, measure: 'share', ...numbersOf(now) },
    ...(before === null ? [] : [{ ...row, measure: 'share before', ...numbersOf(before) }]),
  ]
}

function numbersOf({ share, low, high, count, of }: Rate): Row {
  return { value: share, low, high, count, of }
}

function reviewRows({ reviews }: ReportModel): Row[] {
  if (reviews === null) return []
  const section = 'reviews'
  return [
    { section, name: 'agreed', ...numbersOf(reviews.agreed) },
    { section, name: 'accepted by the machine, rejected', ...numbersOf(reviews.acceptOverridden) },
    { section, name: 'held back by the machine, accepted', ...numbersOf(reviews.heldBackOverridden) },
    { section, name: 'readers agreed', ...numbersOf(reviews.readersAgreed) },
    ...reviews.readers.flatMap(({ name, accepted, overridden }): Row[] => [
      { section, group: 'reader', name, measure: 'accepted', ...numbersOf(accepted) },
      { section, group: 'reader', name, measure: 'overridden', ...numbersOf(overridden) },
    ]),
    ...reviews.calibration.map(({ score, accepted }): Row => ({
      section,
      group: 'score',
      name: String(score),
      measure: 'accepted',
      ...numbersOf(accepted),
    })),
    ...reviews.reasons.map(({ reason, count }): Row => ({ section, group: 'reason', name: reason, count })),
  ]
}

function driftRows({
  producer,
  structure,
  measure,
  alarm,
  ...chart
}: ReportModel['drift']['charts'][number]): Row[] {
  const row = { section: 'drift', group: producer, name: `${structure} ${measure}` }
  const { learned, watched, inControl, tunedTo, reference, threshold, arl0, arl1, delay95, mean } = chart
  return [
    ...Object.entries({
      inControl,
      tunedTo,
      mean,
      reference,
      threshold,
      arl0,
      arl1,
      delay95,
      learned,
      watched,
    }).map(([name, value]): Row => ({ ...row, measure: name, value })),
    ...(alarm === null
      ? []
      : [
          { ...row, measure: 'alarm', value: alarm.day },
          { ...row, measure: 'alarm since', value: alarm.since },
        ]),
  ]
}

/** Text that a spreadsheet would take for a formula is preceded by an apostrophe: names come from DICOM. */
function cellText(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
