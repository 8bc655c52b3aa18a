/** Numbers and names as people read them. */
import type { VerdictKind } from '../domain/case.ts'
import type { Grouping, Rate } from '../domain/report-model.ts'
import type { DriftMeasure } from '../domain/drift.ts'

export const VERDICT_WORDS: Readonly<Record<VerdictKind, string>> = {
  accept: 'Accept',
  review: 'Review',
  reject: 'Reject',
  'not-assessable': 'Not assessable',
}

export const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  producer: 'Producer',
  version: 'Producer and version',
  structure: 'Structure',
  modality: 'Modality',
  scanner: 'Scanner',
  site: 'Site',
  sex: 'Sex',
  'age band': 'Age (years)',
  'body size': 'Body size (BMI class)',
}

export const MEASURE_WORDS: Readonly<Record<DriftMeasure, string>> = {
  failures: 'not accepted',
  scores: 'points below 5',
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-03-01` as `1 Mar 2026`. */
export function dayText(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`
}

export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, '\u00a0')
}

/** `81.4 %`; a dash without any. Spaces in numbers do not break. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)}\u00a0%`
}

/** `81.4 % (80.1 to 82.6)`. */
export function rateText({ share, low, high }: Rate): string {
  if (share === null) return '–'
  return `${percent(share)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`
}

/** Percentage points, with a sign: `+2.1`. Empty where there is nothing to compare with. */
export function changeText(now: Rate, before: Rate | null): string {
  if (before === null || now.share === null || before.share === null) return ''
  const points = 100 * (now.share - before.share)
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`
}

/** The intervals do not meet: more than chance is likely to make. */
export function differs(now: Rate, before: Rate | null): boolean {
  return before !== null && now.of > 0 && before.of > 0 && (now.low > before.high || now.high < before.low)
}

/** `42 s`, `3.5 min`, `2.1 h`. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  return seconds < 5400 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** `wrong-side` as `wrong side`. */
export function plain(name: string): string {
  return name.replaceAll(/[-_]/g, ' ')
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
