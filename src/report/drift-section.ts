/** What the watch over producers found. */
import type { ReportModel } from '../domain/report-model.ts'
import { columns, named } from './cells.ts'
import { watchPaths } from './watch-chart.ts'
import type { Section, Table } from './document.ts'
import { countText, dayText, MEASURE_WORDS, percent, plain } from './words.ts'

export function driftSection(report: ReportModel): Section {
  const { drift } = report
  const { charts, tooFew, shifts, falseAlarmsPerYear, historyDays } = drift
  const moved = shifts.filter(({ alarm }) => alarm)
  return {
    title: 'Drift',
    words: [
      charts.length === 0
        ? 'No producer and structure has enough segments yet to be watched for a change.'
        : `Each producer and structure is watched by two sums (CUSUM), of segments that are not accepted and of points below score 5. A sum grows while results are worse than those it learned from, in the ${historyDays} days before the period or at the beginning of it, and falls back to 0 otherwise. All ${charts.length} together are tuned to about ${falseAlarmsPerYear} false alarms a year; the table says how soon each is to see a change (ARL1, 95 %), and after how many segments it did.`,
      ...(tooFew.length > 0
        ? [
            `Too few segments to watch: ${tooFew
              .slice(0, 12)
              .map(
                ({ producer, structure, segments }) =>
                  `${plain(structure)} of ${named(producer)} (${segments})`,
              )
              .join(', ')}${tooFew.length > 12 ? `, and ${tooFew.length - 12} more` : ''}.`,
          ]
        : []),
    ],
    charts: [watchPaths(report)],
    tables: [watchTable(report), shiftTable(moved, shifts.length)].flatMap((table) => table ?? []),
  }
}

function watchTable({ drift }: ReportModel): Table | null {
  if (drift.charts.length === 0) return null
  return {
    title: 'What is watched: run lengths (ARL) and delay in segments',
    columns: columns(
      'Producer',
      'Structure',
      'Watched',
      '#Learned',
      '#Now',
      '#Tuned to',
      '#ARL0',
      '#ARL1',
      '#95 % seen within',
      '#Seen after',
      'Alarm',
    ),
    rows: drift.charts
      .toSorted((a, b) => Number(b.alarm !== null) - Number(a.alarm !== null))
      .map(({ producer, structure, measure, inControl, mean, tunedTo, arl0, arl1, delay95, alarm }) => {
        const value = (number: number | null) =>
          measure === 'failures' ? percent(number) : (number?.toFixed(2) ?? '–')
        return [
          named(producer),
          plain(structure),
          MEASURE_WORDS[measure],
          value(inControl),
          value(mean),
          value(tunedTo),
          countText(Number(arl0.toPrecision(2))),
          countText(arl1),
          countText(delay95),
          alarm === null ? '' : countText(alarm.segmentsSince),
          alarm === null
            ? { text: 'none', tone: 'quiet' as const }
            : {
                text: `${dayText(alarm.day)}, began about ${dayText(alarm.since)}${alarm.earlier ? ' (open)' : ''}`,
                tone: 'alarm' as const,
              },
        ]
      }),
  }
}

function shiftTable(moved: ReportModel['drift']['shifts'], compared: number): Table | null {
  if (compared === 0) return null
  return {
    title:
      moved.length === 0
        ? `Measured values: none of ${compared} distributions has moved`
        : `Measured values that have moved (${moved.length} of ${compared}; population stability index above 0.25 and beyond chance)`,
    columns: columns('Value', 'Structure', 'Producer', '#PSI', '#Chance', 'First week'),
    rows: moved
      .slice(0, 20)
      .map(({ evidence, structure, producer, psi, critical, since }) => [
        evidence,
        plain(structure),
        named(producer),
        psi.toFixed(2),
        critical.toFixed(2),
        since === null ? '–' : dayText(since),
      ]),
  }
}
