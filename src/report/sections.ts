/** The sections of a report, in the order in which they are read. */
import type { Example, GroupRow, ReportModel } from '../domain/report-model.ts'
import { acceptedByGroup, calibrationChart, failureModeBars, verdictsByDay, watchPaths } from './charts.ts'
import type { Cell, Picture, ReportDocument, Section, Table } from './document.ts'
import {
  changeText,
  countText,
  dayText,
  differs,
  durationText,
  GROUPING_WORDS,
  MEASURE_WORDS,
  percent,
  plain,
  plural,
  rateText,
  VERDICT_WORDS,
} from './words.ts'

const SYNTHETIC =
  'SYNTHETIC: these cases were made up by a simulation. No patient, scanner, product or reader in this report exists.'
const NAME_LENGTH_MAX = 60

/** `pictures`: of examples, already fetched. */
export function documentOf(report: ReportModel, pictures: readonly Picture[] = []): ReportDocument {
  const { period, before, institution, synthetic, madeAt, version } = report
  return {
    title: 'Audit report of segmentations',
    subtitle: `${institution === '' ? '' : `${institution} · `}${dayText(period.from)} to ${dayText(period.to)}, compared with ${dayText(before.from)} to ${dayText(before.to)}`,
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

function driftSection(report: ReportModel): Section {
  const { drift } = report
  const { charts, tooFew, shifts, falseAlarmsPerYear, historyDays } = drift
  const moved = shifts.filter(({ alarm }) => alarm)
  return {
    title: 'Drift',
    words: [
      charts.length === 0
        ? 'No producer and structure has enough segments yet to be watched for a change.'
        : `Each producer and structure is watched by two sums (CUSUM), of segments that are not accepted and of points below score 5. A sum grows while results are worse than those it learned from, in the ${historyDays} days before the period or at the beginning of it, and falls back to 0 otherwise. All ${charts.length} together are tuned to about ${falseAlarmsPerYear} false alarms a year; the table says how soon each sees a change.`,
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

function groupSection({ groups }: ReportModel): Section {
  return {
    title: 'By producer, structure, modality, scanner and site',
    words: ['Segments, not objects. Accepted: of those that could be assessed.'],
    charts: groups
      .filter(({ by }) => by === 'version' || by === 'structure')
      .map(({ by, rows }) => acceptedByGroup(rows, GROUPING_WORDS[by])),
    tables: groups.filter(({ by }) => by !== 'producer').map(groupTable),
  }
}

function groupTable({
  by,
  rows,
  unknown,
}: {
  by: keyof typeof GROUPING_WORDS
  rows: readonly GroupRow[]
  unknown: number
}): Table {
  return {
    title: unknown > 0 ? `Not known for ${plural(unknown, 'segment')}` : '',
    columns: columns(
      GROUPING_WORDS[by],
      '#Segments',
      '#Accepted (interval)',
      '#Change, points',
      '#Review',
      '#Reject',
      '#Not assessable',
      '',
    ),
    rows: rows
      .slice(0, 40)
      .map(({ name, verdicts, accepted, acceptedBefore, tooFew }) => [
        by === 'version' ? named(name) : plain(shortened(name)),
        countText(Object.values(verdicts).reduce((sum, count) => sum + count, 0)),
        rateText(accepted),
        differs(accepted, acceptedBefore)
          ? { text: changeText(accepted, acceptedBefore), tone: 'alarm' }
          : { text: changeText(accepted, acceptedBefore), tone: 'quiet' },
        countText(verdicts.review),
        countText(verdicts.reject),
        countText(verdicts['not-assessable']),
        tooFew ? { text: 'too few', tone: 'alarm' } : '',
      ]),
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
              title: 'Failure modes',
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
                differs(segments, segmentsBefore)
                  ? { text: changeText(segments, segmentsBefore), tone: 'alarm' }
                  : { text: changeText(segments, segmentsBefore), tone: 'quiet' },
                ...exampleCells(examples),
              ]),
            },
          ],
    pictures,
  }
}

/** One cell: the first example; the JSON has all of them. */
function exampleCells([first]: readonly Example[]): Cell[] {
  return [
    first === undefined
      ? { text: '' }
      : { text: `case ${first.caseId.slice(0, 8)}`, path: viewerPath(first) },
  ]
}

export function viewerPath({ studyInstanceUid }: Pick<Example, 'studyInstanceUid'>): string {
  return `plumbline?StudyInstanceUIDs=${encodeURIComponent(studyInstanceUid)}`
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

function reviewSection(report: ReportModel): Section {
  const { reviews, corrections } = report
  const proposed = `${plural(corrections.proposed, 'correction was', 'corrections were')} proposed.`
  if (reviews === null)
    return {
      title: 'People and the machine',
      words: [
        'No person reviewed any of these verdicts. How often they are right is not measured here: have some of them reviewed, accepted ones too.',
        proposed,
      ],
      charts: [],
      tables: [],
    }
  return {
    title: 'People and the machine',
    words: [
      'Readers accept or reject; a machine verdict of review, reject or not assessable holds a segment back. Which cases were reviewed was not drawn by chance, so these shares hold for the reviewed ones.',
      `Readers took ${durationText(reviews.medianSeconds)} (median) for a review. Two readers of the same segment said the same ${rateText(reviews.readersAgreed)} of ${plural(reviews.readersAgreed.of, 'time')}. ${proposed}`,
    ],
    charts: [calibrationChart(report)],
    tables: [
      {
        title: 'Agreement and overrides',
        columns: columns('', '#Reviews', '#Share (interval)'),
        rows: [
          ['Reader and machine agree', countText(reviews.agreed.of), rateText(reviews.agreed)],
          [
            'Accepted by the machine, rejected by the reader',
            countText(reviews.acceptOverridden.of),
            rateText(reviews.acceptOverridden),
          ],
          [
            'Held back by the machine, accepted by the reader',
            countText(reviews.heldBackOverridden.of),
            rateText(reviews.heldBackOverridden),
          ],
        ],
      },
      {
        title: 'Readers',
        columns: columns('Reader', '#Reviews', '#Accepted (interval)', '#Overridden (interval)'),
        rows: reviews.readers.map(({ name, reviews: count, accepted, overridden }) => [
          shortened(name),
          countText(count),
          rateText(accepted),
          rateText(overridden),
        ]),
      },
      {
        title: 'Score of the machine against readers',
        columns: columns('Score', '#Reviews', '#Accepted by readers (interval)'),
        rows: reviews.calibration.map(({ score, accepted }) => [
          `${score} of 5`,
          countText(accepted.of),
          rateText(accepted),
        ]),
      },
      {
        title: 'Reasons that readers gave',
        columns: columns('Reason', '#Reviews'),
        rows: reviews.reasons.map(({ reason, count }) => [plain(reason), countText(count)]),
      },
    ],
  }
}

function subgroupSection({ subgroups, subgroupMin }: ReportModel): Section {
  const known = subgroups.filter(({ rows }) => rows.length > 0)
  return {
    title: 'Subgroups',
    words: [
      known.length === 0
        ? 'The images of these cases do not say sex, age or body size.'
        : `Are segmentations accepted equally often for everybody? Groups differ in what was examined, so a difference is a reason to look, not a proof. Fewer than ${subgroupMin} segments are too few to say anything.`,
    ],
    charts: known.map(({ by, rows }) => acceptedByGroup(rows, GROUPING_WORDS[by])),
    tables: known.map(groupTable),
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

/** `#` before a title: a column of numbers. */
function columns(...titles: readonly string[]): Table['columns'] {
  return titles.map((title) =>
    title.startsWith('#') ? { title: title.slice(1), isNumber: true } : { title },
  )
}

/** Text that came from DICOM, quoted. */
function named(name: string): string {
  return `“${shortened(name)}”`
}

function shortened(name: string): string {
  const characters = Array.from(name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim())
  return characters.length > NAME_LENGTH_MAX
    ? `${characters.slice(0, NAME_LENGTH_MAX - 1).join('')}…`
    : characters.join('')
}
