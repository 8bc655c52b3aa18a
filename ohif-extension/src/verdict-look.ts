/** The panel's words in places with room for one line: a character for the sign, a colour for the tone. */
import { TONE_COLOURS } from './panel/tones.ts'
import type { Sign, Said } from './panel/words.ts'

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

/** `✕ Reject` */
export function signed({ sign, word }: Said): string {
  return `${CHARACTERS[sign]} ${word}`
}

export function colourOf({ tone }: Said): string {
  return TONE_COLOURS[tone]
}
