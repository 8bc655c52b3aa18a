/**
 * The last look at a request before it leaves: does it hold anything that names a patient? Nothing should, because
 * requests are made of codes, measurements and our own texts; this is for the day when that is wrong.
 */
import { ModelError } from './model-error.ts'

export interface PhiGuardInput {
  /** Values of the case: names, ids, dates, UIDs, descriptions. */
  readonly identifying: readonly string[]
  /** Texts of this program (prompts, knowledge). A word that stands there anyway betrays nobody. */
  readonly ownTexts: readonly string[]
}

/** Throws ModelError('patient-data') that names the rule, never the value. */
export type PhiGuard = (texts: readonly string[]) => void

/** Shorter values are found in any text: "M", "42", "CT". */
const VALUE_CHARACTERS_MIN = 4
/** From here on a value is found without regard to blanks and punctuation, inside of words too. */
const SQUEEZED_CHARACTERS_MIN = 8

const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'
const YEAR = '(?:18|19|20)\\d\\d'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'

/** What looks like patient data, whoever the patient is. Applied to texts as they are, compatibility forms resolved. */
const PATTERNS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  // PS3.5 9.1: under ISO member bodies, organisations (1.2, 1.3) or made from a UUID (2.25).
  { what: 'a DICOM UID', pattern: /(?<![\d.])(?:[0-2]\.\d+(?:\.\d+){3,}|2\.25\.\d{6,})/ },
  // PS3.5 6.2.1.1. cm^3 is no name.
  { what: 'a person name', pattern: /\p{L}\^+(?!\d)/u },
  {
    what: 'a date',
    pattern: new RegExp(`(?<![\\p{L}\\d.])${YEAR}${MONTH}${DAY}(?:\\d{6})?(?![\\p{L}\\d])`, 'u'),
  },
  { what: 'a date', pattern: new RegExp(`(?<!\\d)${YEAR}[-/.]${MONTH}[-/.]${DAY}(?!\\d)`) },
  { what: 'a date', pattern: new RegExp(`(?<![\\d.])\\d{1,2}[-/.]\\d{1,2}[-/.]${YEAR}(?!\\d)`) },
  {
    what: 'a date',
    pattern: new RegExp(`(?<!\\d)\\d{1,2}\\.? ?(?:${MONTHS})[a-z]*\\.? ${YEAR}(?!\\d)`, 'i'),
  },
  {
    what: 'a date',
    pattern: new RegExp(`(?<!\\p{L})(?:${MONTHS})[a-z]*\\.? \\d{1,2},? ${YEAR}(?!\\d)`, 'iu'),
  },
]

export function createPhiGuard({ identifying, ownTexts }: PhiGuardInput): PhiGuard {
  const own = ` ${ownTexts.map(normalised).join(' ')} `
  const values = [...new Set(identifying.map(normalised))]
    .map((words) => ({ words: ` ${words} `, run: squeezed(words) }))
    .filter(({ words, run }) => run.length >= VALUE_CHARACTERS_MIN && !own.includes(words))
  return (texts) => {
    for (const text of texts) {
      const plain = text.normalize('NFKC')
      for (const { what, pattern } of PATTERNS) if (pattern.test(plain)) throw found(`looks like ${what}`)
      const words = ` ${normalised(text)} `
      const run = squeezed(words)
      const isIn = (value: { words: string; run: string }) =>
        words.includes(value.words) ||
        (value.run.length >= SQUEEZED_CHARACTERS_MIN && run.includes(value.run))
      if (values.some(isIn)) throw found('is a value of this case')
    }
  }
}

/** Words of letters and digits without case and marks, joined by single blanks: `MÜLLER^Jörg` is `muller jorg`. */
function normalised(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function squeezed(words: string): string {
  return words.replaceAll(' ', '')
}

function found(what: string): ModelError {
  return new ModelError(
    'patient-data',
    `Nothing was sent to the language model: the request holds something that ${what}.`,
  )
}
