/** The sections of a report, in the order in which they are read. */
import type { ReportModel } from '../domain/report-model.ts'
import { changeCell, columns, exampleCells, shortened } from './cells.ts'
import { failureModeBars, verdictsByDay } from './charts.ts'
import type { Picture, ReportDocument, Section } from './document.ts'
import { driftSection } from './drift-section.ts'
import { groupSection, subgroupSection } from './group-sections.ts'
import { reviewSection } from './people-section.ts'
import {
  changeText,
  countText,
  dayText,
  differs,
  durationText,
  percent,
  plain,
  plural,
  rateText,
  VERDICT_WORDS,
} from './words.ts'

const SYNTHETIC =
  'SYNTHETIC: these cases were made up by a simulation. No patient, scanner, product or reader in this report exists.'

/** `pictures`: of examples, already fetched. */
export function documentOf(report: ReportModel, pictures: readonly Picture[] = []): ReportDocument {
  const { period, before, institution, synthetic, madeAt, version } = report
  return {
    title: 'Audit report of segmentations',
    subtitle: `${institution === '' ? '' : `${institution} · `}${dayText(period.from)} to ${dayText(period.to)}, compared with ${dayText(before.from)} to ${dayText(before.to)}`,
    period: `${dayText(period.from)} to ${dayText(period.to)}`,
    madeBy: `Made by Plumbline ${version} on ${dayText(madeAt)} ${madeAt.slice(11, 16)} UTC. Days are UTC days; a case belongs to the day on which it arrived. Intervals are 95 % (Wilson). It judges segmentations, never the disease.`,
    madeAt: new Date(madeAt),
    banner: synthetic ? SYNTHETIC : null,
    summary: report.summary,
    sections:
      report.cases.arrived === 0 && report.drift.charts.length === 0
        ? []
        : [
            verdictSection(report),
            driftSection(report),
            groupSection(report),
            failureSection(report, pictures),
            notAssessableSection(report),
            reviewSection(report),
            subgroupSection(report),
            timeSection(report),
            modelSection(report),
          ],
  }
}

function verdictSection(report: ReportModel): Section {
  const { cases, verdicts } = report
  return {
    title: 'Verdicts',
    words: [
      'The verdict on a whole object is that of its worst segment. The newest verdict of each object counts.',
      ...(cases.failed > 0
        ? [
            `${plural(cases.failed, 'case was', 'cases were')} given up after errors: the overview page says what to do about each.`,
          ]
        : []),
    ],
    charts: [verdictsByDay(report)],
    tables: [
      {
        title: 'Objects by verdict',
        columns: columns('Verdict', '#Objects', '#Share (interval)', '#Before', '#Change, points'),
        rows: verdicts.map(({ verdict, rate, before }) => [
          VERDICT_WORDS[verdict],
          countText(rate.count),
          rateText(rate),
          before === null ? '' : percent(before.share),
          {
            text: changeText(rate, before),
            ...(differs(rate, before) && verdict !== 'accept' ? {} : { tone: 'quiet' }),
          },
        ]),
      },
    ],
  }
}

function failureSection(report: ReportModel, pictures: readonly Picture[]): Section {
  const { failureModes } = report
  return {
    title: 'Failure modes',
    words: [
      failureModes.length === 0
        ? 'No segment had a finding.'
        : 'How many segments show each, whatever their verdict. The newest and gravest examples open in the viewer.',
    ],
    charts: [failureModeBars(report)],
    tables:
      failureModes.length === 0
        ? []
        : [
            {
              title: '',
              columns: columns(
                'Failure mode',
                'Worst severity',
                '#Segments',
                '#Share (interval)',
                '#Change, points',
                'Examples',
              ),
              rows: failureModes.map(({ mode, severity, segments, segmentsBefore, examples }) => [
                plain(mode),
                severity,
                countText(segments.count),
                rateText(segments),
                changeCell(segments, segmentsBefore),
                ...exampleCells(examples),
              ]),
            },
          ],
    pictures,
  }
}

function notAssessableSection({ notAssessable }: ReportModel): Section {
  return {
    title: 'Not assessable',
    words: [
      notAssessable.length === 0
        ? 'Everything could be assessed.'
        : 'What could not be assessed was not accepted: somebody has to look, or the cause has to go. Numbers in reasons are shown as #.',
    ],
    charts: [],
    tables:
      notAssessable.length === 0
        ? []
        : [
            {
              title: 'Reasons',
              columns: columns('Reason', '#Segments or objects', 'Example'),
              rows: notAssessable.map(({ reason, count, examples }) => [
                reason,
                countText(count),
                ...exampleCells(examples),
              ]),
            },
          ],
  }
}

function timeSection({ times }: ReportModel): Section {
  return {
    title: 'Time from arrival to verdict',
    words: [],
    charts: [],
    tables: [
      {
        title: 'Seconds between arrival and verdict, waiting for images included',
        columns: columns('', '#Objects', '#Half within', '#Nine of ten within'),
        rows: [
          [
            'This period',
            countText(times.now.of),
            durationText(times.now.medianS),
            durationText(times.now.p90S),
          ],
          [
            'Period before',
            countText(times.before.of),
            durationText(times.before.medianS),
            durationText(times.before.p90S),
          ],
        ],
      },
    ],
  }
}

function modelSection({ models }: ReportModel): Section {
  return {
    title: 'Language models',
    words: [
      models.length === 0
        ? 'No language model was asked in this period.'
        : 'Every call, answers from the cache apart.',
    ],
    charts: [],
    tables:
      models.length === 0
        ? []
        : [
            {
              title: 'Calls, cost and time',
              columns: columns(
                'Model',
                '#Calls',
                '#Failed',
                '#From cache',
                '#Tokens in',
                '#Tokens out',
                '#Cost, USD',
                '#Mean',
                '#Longest',
              ),
              rows: models.map((row) => [
                shortened(row.model),
                countText(row.calls),
                countText(row.failed),
                countText(row.cached),
                countText(row.inputTokens),
                countText(row.outputTokens),
                row.usd === null ? 'not known' : row.usd.toFixed(2),
                durationText(row.meanSeconds),
                durationText(row.longestSeconds),
              ]),
            },
          ],
  }
}
