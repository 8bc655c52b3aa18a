import type { Tone } from './words.ts'

/** Text colours of verdicts, in the panel and beside it; 9:1 or more on black. */
export const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  accept: '#7fe3aa',
  review: '#ffd27a',
  reject: '#ffa8a4',
  other: '#c6d1e6',
  pending: '#aab8d6',
}
