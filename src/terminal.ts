/** What people see in a terminal: one line per stage while work goes on, a verdict table at the end. */
import type { Case, VerdictKind } from './domain/case.ts'
import type { Stage } from './ports.ts'

const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  retrieve: 'retrieving the segmentation',
  read: 'reading it',
  locate: 'finding its images',
  measure: 'measuring and checking',
  draw: 'drawing pictures',
  refine: 'looking for better masks',
  reason: 'reasoning',
  report: 'writing the report',
  publish: 'storing and reading back',
}

/** Sign and colour; the word is always there, so colour is never the only sign. */
const VERDICT_SIGNS: Readonly<Record<VerdictKind, { sign: string; colour: number }>> = {
  accept: { sign: '✓', colour: 32 },
  review: { sign: '?', colour: 33 },
  reject: { sign: '✗', colour: 31 },
  'not-assessable': { sign: '–', colour: 35 },
}

const LABEL_CHARACTERS_MAX = 28
const REASON_CHARACTERS_MAX = 240
const REASONS_MAX = 3

export interface Terminal {
  readonly line: (text: string) => void
  readonly arrival: (received: Case) => void
  readonly stage: (caseId: string, stage: Stage) => void
  readonly table: (cases: readonly Case[]) => void
}

/** A terminal that writes to a stream (stderr, so that stdout stays for data). */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const paint = (text: string, colour: number) => (stream.isTTY ? `\u001b[${colour}m${text}\u001b[0m` : text)
  const line = (text: string) => void stream.write(`${text}\n`)
  return {
    line,
    arrival: ({ id, object }) => {
      const maker = printable(object.producer.manufacturer, LABEL_CHARACTERS_MAX)
      line(`  ${id.slice(0, 8)}  arrived: ${object.modality}${maker === '' ? '' : ` made by “${maker}”`}`)
    },
    stage: (caseId, stage) => line(`  ${caseId.slice(0, 8)}  ${STAGE_WORDS[stage]}`),
    table: (cases) => {
      for (const one of cases) for (const row of rowsOf(one, paint)) line(row)
    },
  }
}

function rowsOf(one: Case, paint: (text: string, colour: number) => string): string[] {
  const name = `${one.object.modality} “${printable(one.object.label, LABEL_CHARACTERS_MAX)}”`
  const head = `${badge(one.verdict, paint)} ${score(one.score)}  ${name}`
  const segments = one.segments.flatMap(({ verdict, score: points, label, reasons }) => [
    `    ${badge(verdict, paint)} ${score(points)}  ${printable(label, LABEL_CHARACTERS_MAX)}`,
    ...(verdict === 'accept' ? [] : reasonRows(reasons)),
  ])
  return [head, ...(one.segments.length === 0 ? reasonRows(one.reasons) : segments)]
}

function reasonRows(reasons: readonly string[]): string[] {
  return reasons
    .slice(0, REASONS_MAX)
    .map((reason) => `          ${printable(reason, REASON_CHARACTERS_MAX)}`)
}

function badge(verdict: Case['verdict'], paint: (text: string, colour: number) => string): string {
  if (verdict === null) return '  (no verdict)  '
  const { sign, colour } = VERDICT_SIGNS[verdict]
  return paint(`${sign} ${verdict.padEnd(14)}`, colour)
}

const score = (value: number | null) => (value === null ? '-/5' : `${value}/5`)

/** Text that came from DICOM, made safe for a terminal: no control or bidirectional characters, one line, shortened. */
export function printable(text: string, charactersMax: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  const characters = Array.from(clean)
  return characters.length <= charactersMax ? clean : `${characters.slice(0, charactersMax - 1).join('')}…`
}
