/** Days of a report, UTC. */
import type { Period } from '../domain/report-model.ts'
import { PlumblineError } from '../errors.ts'

const DAY_MS = 86_400_000
/** Ten years. */
const DAYS_MAX = 3653

export interface ReportWindow {
  readonly period: Period
  /** As many days, just before. */
  readonly before: Period
  /** Midnights: first of the history, of the period before, of the period, and after its last day. */
  readonly historyFrom: Date
  readonly beforeFrom: Date
  readonly from: Date
  readonly until: Date
}

/** Throws PlumblineError('bad-request') when the days are in the wrong order or too many. */
export function windowOf({ from, to }: Period, historyDays: number): ReportWindow {
  const [first, last] = [Date.parse(from), Date.parse(to)]
  const days = (last - first) / DAY_MS + 1
  if (!(days >= 1 && days <= DAYS_MAX)) {
    throw new PlumblineError(
      'bad-request',
      'The last day of a report is not before its first, and at most ten years after it.',
      {
        nextStep: 'Give both days as YYYY-MM-DD; both are included.',
      },
    )
  }
  const beforeFrom = first - days * DAY_MS
  return {
    period: { from, to },
    before: { from: dayOf(beforeFrom), to: dayOf(first - DAY_MS) },
    historyFrom: new Date(Math.min(beforeFrom, first - historyDays * DAY_MS)),
    beforeFrom: new Date(beforeFrom),
    from: new Date(first),
    until: new Date(last + DAY_MS),
  }
}

/** The whole month before that of `now`. */
export function lastMonth(now: Date): Period {
  const firstOfThis = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
  const to = firstOfThis - DAY_MS
  return { from: `${dayOf(to).slice(0, 8)}01`, to: dayOf(to) }
}

/** So many days up to that of `now`, included. */
export function lastDays(now: Date, days: number): Period {
  return { from: dayOf(now.getTime() - (days - 1) * DAY_MS), to: dayOf(now.getTime()) }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
