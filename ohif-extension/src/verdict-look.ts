/** The panel's words in places with room for one line: a character for the sign, a colour for the tone. */
import type { Sign, Said, Tone } from './panel/words.ts'

const CHARACTERS: Readonly<Record<Sign, string>> = {
  check: '✓',
  question: '?',
  cross: '✕',
  none: '–',
  dots: '…',
  exclamation: '!',
  triangle: '▲',
  diamond: '◆',
  dot: '•',
}

/** As in the panel; on the host's black, contrast is 9:1 or more. */
const COLOURS: Readonly<Record<Tone, string>> = {
  accept: '#7fe3aa',
  review: '#ffd27a',
  reject: '#ffa8a4',
  other: '#c6d1e6',
  pending: '#aab8d6',
}

/** `✕ Reject` */
export function signed({ sign, word }: Said): string {
  return `${CHARACTERS[sign]} ${word}`
}

export function colourOf({ tone }: Said): string {
  return COLOURS[tone]
}
