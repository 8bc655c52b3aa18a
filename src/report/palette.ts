/** Colours of a report. On a page they are names that follow the reader's light or dark setting; on paper they are fixed. */
import type { VerdictKind } from '../domain/case.ts'

export interface Palette {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly mark: string
  readonly alarm: string
  readonly verdicts: Readonly<Record<VerdictKind, string>>
}

export const PAPER: Palette = {
  text: '#1b2430',
  quiet: '#566273',
  line: '#dde1e7',
  mark: '#0b5cad',
  alarm: '#a01b22',
  verdicts: { accept: '#5aa977', review: '#e0a63c', reject: '#c4494f', 'not-assessable': '#8592a6' },
}

/** Custom properties that the style of the page defines (html-style.ts). */
export const SCREEN: Palette = {
  text: 'var(--text)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  mark: 'var(--link)',
  alarm: 'var(--reject)',
  verdicts: {
    accept: 'var(--chart-accept)',
    review: 'var(--chart-review)',
    reject: 'var(--chart-reject)',
    'not-assessable': 'var(--chart-other)',
  },
}
