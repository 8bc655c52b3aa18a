/** How the panel puts verdicts, states and severities: always a sign and a word; the colour (`tone`) only repeats them. */
import type { CaseState } from '../../../src/domain/case-state.ts'
import type { Case, SegmentResult, VerdictKind } from '../../../src/domain/case.ts'
import type { Laterality } from '../../../src/domain/code.ts'
import type { Finding, Severity } from '../../../src/domain/evidence.ts'
import type { Category, SubScores } from '../../../src/domain/opinion.ts'

export type Tone = 'accept' | 'review' | 'reject' | 'other' | 'pending'
export type Sign =
  | 'check'
  | 'question'
  | 'cross'
  | 'none'
  | 'dots'
  | 'exclamation'
  | 'triangle'
  | 'diamond'
  | 'dot'

export interface Said {
  readonly word: string
  readonly sign: Sign
  readonly tone: Tone
}

export const VERDICTS: Readonly<Record<VerdictKind, Said>> = {
  reject: { word: 'Reject', sign: 'cross', tone: 'reject' },
  'not-assessable': { word: 'Not assessable', sign: 'none', tone: 'other' },
  review: { word: 'Review', sign: 'question', tone: 'review' },
  accept: { word: 'Accept', sign: 'check', tone: 'accept' },
}

/** Worst first, in the order of decide.ts. */
export const VERDICT_ORDER: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']

/** What a case is doing; `done` has a verdict instead. */
export const STATES: Readonly<Record<Exclude<CaseState, 'done'>, Said>> = {
  received: { word: 'Received', sign: 'dots', tone: 'pending' },
  'waiting-for-images': { word: 'Waiting for images', sign: 'dots', tone: 'pending' },
  queued: { word: 'Queued', sign: 'dots', tone: 'pending' },
  running: { word: 'Checking', sign: 'dots', tone: 'pending' },
  publishing: { word: 'Writing report', sign: 'dots', tone: 'pending' },
  failed: { word: 'Check failed', sign: 'exclamation', tone: 'reject' },
}

/** The steps of a check as the reader sees them, and the states in which each is under way. */
export const STEPS: readonly { readonly name: string; readonly states: readonly CaseState[] }[] = [
  { name: 'Queue', states: ['received', 'queued'] },
  { name: 'Images', states: ['waiting-for-images'] },
  { name: 'Check', states: ['running'] },
  { name: 'Report', states: ['publishing'] },
]

export const SEVERITIES: Readonly<Record<Severity, Said>> = {
  critical: { word: 'Critical', sign: 'triangle', tone: 'reject' },
  major: { word: 'Major', sign: 'diamond', tone: 'review' },
  minor: { word: 'Minor', sign: 'dot', tone: 'other' },
}
const SEVERITY_ORDER: readonly Severity[] = ['critical', 'major', 'minor']

/** The 1-5 scale (BAMF/AIMI Likert definitions). */
export const CATEGORIES: Readonly<Record<Category, string>> = {
  USE_AS_IS: 'Use as is',
  MINOR_OPTIONAL: 'Minor changes, optional',
  MINOR_REQUIRED: 'Minor changes, required',
  MAJOR_REDRAW: 'Major changes, redraw',
  UNUSABLE: 'Unusable',
}

export const SUB_SCORE_WORDS: Readonly<Record<keyof SubScores, string>> = {
  completeness: 'Completeness',
  anatomicalAccuracy: 'Anatomical accuracy',
  boundaryPrecision: 'Boundary precision',
  reliability: 'Reliability',
}

export const SIDES: Readonly<Record<Laterality, string>> = {
  left: 'left side of the patient',
  right: 'right side of the patient',
  bilateral: 'both sides',
  unpaired: 'no side',
}

export const TARGETS: Readonly<Record<SegmentResult['target']['status'], string>> = {
  present: 'The claimed structure is in the images.',
  absent: 'The claimed structure is not in the images.',
  unsure: 'Not known whether the claimed structure is in the images.',
}

/** Blind reading: the verdict is there and not shown. */
const WITHHELD: Said = { word: 'Score it first', sign: 'question', tone: 'pending' }

/** A verdict once there is one, unless the case failed on the way; else what it is doing. */
export function saidOf({ state, verdict, withheld }: Pick<Case, 'state' | 'verdict' | 'withheld'>): Said {
  if (withheld?.object === true) return WITHHELD
  if (state !== 'done' && (verdict === null || state === 'failed')) return STATES[state]
  return VERDICTS[verdict ?? 'not-assessable']
}

export function isUnderWay({ state }: Pick<Case, 'state'>): boolean {
  return state !== 'done' && state !== 'failed'
}

export function titleOf({ label, modality }: Case['object']): string {
  return label || (modality === 'SEG' ? 'Segmentation without a label' : 'Structure set without a label')
}

/** `OrganNet 2.4.1, Example AI`; empty when nothing is known. */
export function producerOf({ producer }: Case['object']): string {
  const product = `${producer.algorithm} ${producer.version}`.trim()
  return [product, producer.manufacturer].filter((part) => part !== '').join(', ')
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

/** `1 critical, 2 minor`; empty without findings. */
export function severityCounts(findings: readonly Finding[]): string {
  return SEVERITY_ORDER.map((severity) => [
    severity,
    findings.filter((one) => one.severity === severity).length,
  ])
    .filter(([, count]) => count !== 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ')
}

export function bySeverity(a: Finding, b: Finding): number {
  return SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity)
}

/** Worst verdict first, then the lowest score, then as the object has them. */
export function byVerdict(a: Judged, b: Judged): number {
  return rankOf(a) - rankOf(b) || (a.score ?? 0) - (b.score ?? 0)
}

interface Judged {
  readonly state?: CaseState
  readonly verdict: VerdictKind | null
  readonly score: number | null
}

/** What failed stands before all that may be relied on; what is under way, after what is decided and not accepted. */
function rankOf({ state, verdict }: Judged): number {
  if (state === 'failed') return 1
  if (verdict !== null) return VERDICT_ORDER.indexOf(verdict) * 2
  return VERDICT_ORDER.indexOf('accept') * 2 - 1
}

/** `just now`, `for 12 s`, `for 3 min`. */
export function durationText(sinceMs: number): string {
  const seconds = Math.floor(sinceMs / 1000)
  if (seconds < 2) return 'just now'
  return seconds < 120 ? `for ${seconds} s` : `for ${Math.floor(seconds / 60)} min`
}
