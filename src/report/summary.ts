/** The report in plain words: what a head of department reads if nothing else. Most important first. */
import type { DriftChart } from '../domain/drift.ts'
import type { ReportModel } from '../domain/report-model.ts'
import { grouped } from './grouped.ts'
import { changeText, dayText, differs, durationText, percent, plain, plural, rateText } from './words.ts'

type Report = Omit<ReportModel, 'summary'>

export function summaryOf(report: Report): string[] {
  const { judged, arrived } = report.cases
  if (arrived === 0)
    return ['Nothing arrived in this period: no segmentation was judged, so nothing can be said of any.']
  if (judged === 0) return [`${arrivals(report)} None of them has a verdict.`]
  return [
    ...alarms(report),
    ...(report.drift.charts.length > 0 && !hasAlarm(report)
      ? [
          `No producer and structure that is watched (${watchedPairs(report)}) shows a lasting change for the worse.`,
        ]
      : []),
    arrivals(report),
    acceptance(report),
    ...commonFault(report),
    ...people(report),
    ...unassessed(report),
    ...shifts(report),
    ...subgroups(report),
    waiting(report),
  ]
}

function hasAlarm({ drift }: Report): boolean {
  return drift.charts.some(({ alarm }) => alarm !== null)
}

function watchedPairs({ drift }: Report): number {
  return grouped(drift.charts, ({ producer, structure }) => [producer, structure]).length
}

/** One sentence per producer and structure, by the chart that saw it first. */
function alarms({ drift }: Report): string[] {
  const charts = drift.charts.filter(({ alarm }) => alarm !== null)
  return grouped(charts, ({ producer, structure }) => [producer, structure]).map((both) => {
    const first = both.toSorted((a, b) => (a.alarm?.day ?? '').localeCompare(b.alarm?.day ?? ''))[0]
    return first === undefined ? '' : alarmText(first)
  })
}

/** `Drift: “Acme Seg”, kidney: ...`. */
function alarmText({ producer, structure, measure, alarm, inControl }: DriftChart): string {
  if (alarm === null) return ''
  const what =
    measure === 'failures'
      ? `more segments are not accepted than were to be expected (${percent(alarm.meanSince)} since then; at most ${percent(inControl)} before)`
      : `scores are lower than they were (${(5 - alarm.meanSince).toFixed(2)} on average since then; ${(5 - inControl).toFixed(2)} before)`
  const when = `Alarm on ${dayText(alarm.day)}${alarm.earlier ? ', before this period, and still so' : ''}; it probably began about ${dayText(alarm.since)}.`
  return `Drift: “${producer}”, ${plain(structure)}: ${what}. ${when}`
}

function arrivals({ cases }: Report): string {
  const rest = [
    ...(cases.open > 0 ? [`${cases.open} without a verdict yet`] : []),
    ...(cases.failed > 0 ? [`${cases.failed} given up after errors, which need a person`] : []),
  ]
  const of = rest.length === 0 ? '' : `, of them ${rest.join(' and ')}`
  return `${plural(cases.arrived, 'case')} arrived${of}; ${plural(cases.judged, 'segmentation object')} with ${plural(cases.segments, 'segment')} ${cases.judged === 1 ? 'was' : 'were'} judged.`
}

function acceptance({ segmentsAccepted: now, segmentsAcceptedBefore: before }: Report): string {
  const said = `${rateText(now)} of the segments that could be assessed were accepted`
  if (before === null) return `${said}. There is no period before to compare with.`
  const change = changeText(now, before)
  return differs(now, before)
    ? `${said}: ${change} percentage points against the period before, more than chance.`
    : `${said}; the period before had ${percent(before.share)}, a difference that may be chance.`
}

function commonFault({ failureModes }: Report): string[] {
  const first = failureModes.find(({ severity }) => severity !== 'minor')
  if (first === undefined) return []
  return [
    `Most frequent fault that is not minor: ${plain(first.mode)}, in ${percent(first.segments.share)} of the segments.`,
  ]
}

function people({ reviews }: Report): string[] {
  if (reviews === null)
    return ['No person reviewed any of these verdicts, so how often they are right is not known here.']
  return [
    `${plural(reviews.readers.length, 'reader')} gave ${plural(reviews.reviews, 'review')}: they agreed with ${rateText(reviews.agreed)} of the verdicts, rejected ${percent(reviews.acceptOverridden.share)} of what was accepted and accepted ${percent(reviews.heldBackOverridden.share)} of what was held back.`,
  ]
}

function unassessed({ notAssessable }: Report): string[] {
  const [first] = notAssessable
  if (first === undefined) return []
  const all = notAssessable.reduce((sum, { count }) => sum + count, 0)
  return [
    `${plural(all, 'segment or object', 'segments or objects')} could not be assessed; the most frequent reason: ${first.reason}`,
  ]
}

function shifts({ drift }: Report): string[] {
  const moved = drift.shifts.filter(({ alarm }) => alarm)
  if (moved.length === 0) return []
  const named = moved
    .slice(0, 3)
    .map(
      ({ producer, structure, evidence, since }) =>
        `${evidence} of ${plain(structure)} by “${producer}”${since === null ? '' : ` since the week of ${dayText(since)}`}`,
    )
  const more = moved.length > 3 ? `, and ${moved.length - 3} more` : ''
  return [
    `Measured values lie elsewhere than before: ${named.join('; ')}${more}. That may be other patients, another protocol, another scanner or another model: look at what changed then.`,
  ]
}

/** Groups whose interval does not meet that of all. */
function subgroups({ subgroups: all, segmentsAccepted }: Report): string[] {
  const apart = all.flatMap(({ by, rows }) =>
    rows.filter((row) => !row.tooFew && row.accepted.high < segmentsAccepted.low).map((row) => ({ by, row })),
  )
  if (apart.length === 0) return []
  const named = apart.slice(0, 3).map(({ by, row }) => `${by} ${row.name} (${percent(row.accepted.share)})`)
  return [
    `Accepted less often than all together: ${named.join('; ')}${apart.length > 3 ? `, and ${apart.length - 3} more` : ''}. This does not say why.`,
  ]
}

function waiting({ times }: Report): string {
  return `From arrival to verdict it took ${durationText(times.now.medianS)} for half of the cases and up to ${durationText(times.now.p90S)} for nine of ten.`
}
