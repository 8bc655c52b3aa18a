/** The words about one segment that go into a prompt: from the knowledge base, measurements and captions of ours. */
import type { DrawnFigure } from '../../domain/figure.ts'
import type { Evidence, Finding } from '../../domain/evidence.ts'
import type { Knowledge, Structure } from '../../domain/knowledge.ts'
import { withUnit } from '../../domain/unit.ts'
import type { ReasoningInput } from './input.ts'
import type { Prompts, Questions } from './prompts.ts'

/** Schemes whose values are registered identifiers, so that a value says no more than which concept it is. */
const SCHEMES = ['SCT', 'SRT', 'DCM', 'FMA', 'RADLEX', 'UBERON', 'NCIt', 'UMLS']
const CODE_VALUE = /^[A-Z]{0,4}[0-9-]{1,18}$/
const MODALITIES: Readonly<Record<string, string>> = {
  CT: 'computed tomography (CT), values in Hounsfield units',
  MR: 'magnetic resonance (MR), signal without a fixed scale',
  PT: 'positron emission tomography (PET)',
}
const QUESTIONS_MIN = 3
const QUESTIONS_MAX = 5

/** Every text of ours that a request may hold: a patient's data that reads like one of them betrays nobody. */
export function ownTexts({ templates, questions }: Prompts, { structures }: Knowledge): string[] {
  const asked = [
    ...Object.values(questions.structures),
    ...Object.values(questions.kinds),
    questions.knowledge.map(({ text }) => text),
  ]
  return [
    ...Object.values(templates),
    ...Object.values(MODALITIES),
    ...asked.flat(),
    ...structures.flatMap(({ name, neighbours }) => [name, ...neighbours]),
  ]
}

/** Structure, its registered code, the claimed side. What it looks like is for the model to recall. */
export function targetText({ structure, code, laterality }: ReasoningInput): string {
  const known = structure === null ? 'A structure that the knowledge base does not describe' : structure.name
  const coded =
    code !== null && SCHEMES.includes(code.scheme) && CODE_VALUE.test(code.value)
      ? ` (${code.scheme} ${code.value})`
      : ''
  const side = laterality === 'left' || laterality === 'right' ? `, claimed to be the ${laterality} one` : ''
  return `${known}${coded}${side}.`
}

export function imagingText({ modality }: Pick<ReasoningInput, 'modality'>): string {
  return `${MODALITIES[modality ?? ''] ?? 'of a kind that is not known'}.`
}

/** One line per picture and panel. */
export function figuresText(figures: readonly DrawnFigure[]): string {
  return figures
    .flatMap(({ figure }, index) => [
      `Picture ${index + 1}: ${figure.text}`,
      ...figure.panels.map(({ label, text }) => `- ${label}: ${text}`),
    ])
    .join('\n')
}

/** One card per value, then what the checks made of them. */
export function evidenceText({ evidence, findings }: Pick<ReasoningInput, 'evidence' | 'findings'>): string {
  const cards = [...evidence.map(card), ...findings.map(remark)]
  return cards.length === 0 ? 'Nothing could be measured.' : cards.join('\n')
}

function card({ id, name, value, unit, where, expected }: Evidence): string {
  const range = expected === undefined ? '' : `; expected ${limit(expected.low)} to ${limit(expected.high)}`
  return `- ${id}: ${name} ${withUnit(limit(value), unit)} (${where.replace(UID_PIECE, 'of another series')}${range})`
}

/** Tells objects of a study apart for its readers; a model is told only that there is another one. */
const UID_PIECE = /of series …[0-9.]+/g

function limit(value: number | null): string {
  return value === null ? 'any' : Number(value.toPrecision(4)).toString()
}

/** Only its name and rank: the sentence of a finding may quote the object. */
function remark({ id, mode, severity, evidence }: Finding): string {
  return `- ${id}: measured as ${mode}, ${severity}, from ${evidence.join(', ') || 'the object itself'}`
}

/** Three to five: those of the structure, those its knowledge entry calls for, those of its kind. */
export function questionsText(structure: Structure | null, questions: Questions): string {
  const own = structure === null ? [] : (questions.structures[structure.id] ?? [])
  const called = structure === null ? [] : questions.knowledge.flatMap((row) => calledFor(row, structure))
  const general = questions.kinds[structure?.kind ?? 'unknown']
  const special = [...own, ...called].slice(0, QUESTIONS_MAX - 1)
  const room = Math.max(QUESTIONS_MIN - special.length, 1)
  return [...special, ...general.slice(0, room)]
    .map((text, index) => `${index + 1}. ${named(text, structure)}`)
    .join('\n')
}

function calledFor({ when, text }: Questions['knowledge'][number], structure: Structure): string[] {
  const { neighbours, missedTarget, components, tapers, paired } = structure
  const pieces = components.max === 1 ? 'one piece' : `at most ${components.max} pieces`
  const holds: Record<typeof when, boolean> = {
    neighbours: neighbours.length > 0,
    'missed-target': missedTarget,
    pieces: components.max !== null,
    tapers,
    paired,
  }
  if (!holds[when]) return []
  return [text.replace('{neighbours}', neighbours.join(', ')).replace('{pieces}', pieces)]
}

function named(text: string, structure: Structure | null): string {
  return text.replace('{name}', (structure?.name ?? 'structure').toLowerCase())
}
