/** The sentences of our reports back into what they say. How they are put together: src/dicom/sr-words.ts. */
import type { TargetMatch } from '../../../src/domain/case.ts'
import type { Evidence } from '../../../src/domain/evidence.ts'
import type { Opinion, Statement } from '../../../src/domain/opinion.ts'

/** ` [E1, F2]` at the end of a sentence. */
const BASIS = / \[([EF]\d+(?:, [EF]\d+)*)\]$/
/** `E1 volume = 812.4 cm3 (whole segment)`; the name may itself hold an equals sign. */
const MEASURED = /^(E\d+) ([\s\S]+) = (\S+)(?: (\S+))? \(([\s\S]*)\)$/
const EXPECTED = /^([\s\S]*\)); expected (?:from (\S+))? ?(?:to (\S+))? ?\(([\s\S]*)\)$/
const TARGET = /^Claimed target in the image: \S+ \(([\s\S]*)\)$/
const FINDING = /^(F\d+) \(\w+\): ([\s\S]*)$/
const REASONER = /^([^:]*):\s*([\s\S]*?)(?:\s*Abstained: ([\s\S]*))?$/

/** Null when the sentence is none of these, or was cut. */
export function evidenceOf(sentence: string): Evidence | null {
  const expected = EXPECTED.exec(sentence)
  const measured = MEASURED.exec(expected?.[1] ?? sentence)
  if (measured === null) return null
  const [, id = '', name = '', number = '', unit = '1', where = ''] = measured
  const value = Number(number)
  if (!Number.isFinite(value)) return null
  const [, , low, high, source = ''] = expected ?? []
  const evidence = { id, name, value, unit, where }
  return expected === null
    ? evidence
    : { ...evidence, expected: { low: bound(low), high: bound(high), source } }
}

function bound(text: string | undefined): number | null {
  return text === undefined ? null : Number(text)
}

/** What the target match rests on; null when the sentence says nothing of it. */
export function targetSourceOf(sentence: string): TargetMatch['source'] | null {
  return TARGET.exec(sentence)?.[1] ?? null
}

/** Null when the sentence is none of these. A finding's severity and mode are coded: read there. */
export function findingOf(sentence: string): { id: string; text: string; evidence: string[] } | null {
  const [, id = '', rest = ''] = FINDING.exec(sentence) ?? []
  if (id === '') return null
  const { text, basis } = statementOf(rest)
  return { id, text, evidence: basis }
}

export function statementOf(line: string): Statement {
  const basis = BASIS.exec(line)
  return basis === null
    ? { text: line, basis: [] }
    : { text: line.slice(0, basis.index), basis: (basis[1] ?? '').split(', ') }
}

/** Who reasoned, and what must be known about it. */
export function reasonerOf(sentence: string): Pick<Opinion, 'reasoner' | 'note' | 'abstained'> {
  const [, reasoner = '', note = '', abstained] = REASONER.exec(sentence) ?? ['', '', sentence]
  return { reasoner, note, abstained: abstained ?? null }
}
