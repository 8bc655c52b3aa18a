/** How a verdict looks wherever there is little room: a symbol and a word, so that its colour is never the only sign. */
import type { VerdictKind } from '../../src/domain/case.ts'

export interface Look {
  readonly symbol: string
  readonly word: string
  /** On the dark ground of the viewer; contrast 4.5:1 or more. */
  readonly colour: string
}

export const VERDICT_LOOKS: Readonly<Record<VerdictKind, Look>> = {
  accept: { symbol: '✓', word: 'accept', colour: '#6fdc8c' },
  review: { symbol: '?', word: 'review', colour: '#f1c21b' },
  reject: { symbol: '✕', word: 'reject', colour: '#ff8389' },
  'not-assessable': { symbol: '–', word: 'not assessable', colour: '#c6c6c6' },
}
export const RUNNING_LOOK: Look = { symbol: '↻', word: 'being checked', colour: '#78a9ff' }
export const FAILED_LOOK: Look = { symbol: '!', word: 'check failed', colour: '#ff8389' }
export const UNKNOWN_LOOK: Look = { symbol: '!', word: 'not known', colour: '#c6c6c6' }
