/** Evidence, findings and reasoning as plain text for a report. */
import type { TargetMatch } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import type { Correction, PseudoDice, SegmentCorrection } from '../domain/correction.ts'
import type { Evidence, Finding } from '../domain/evidence.ts'
import { SubScores, type Opinion, type Statement } from '../domain/opinion.ts'
import type { CodeDictionary } from './sr-codes.ts'
import type { SegmentReport } from './sr-model.ts'
import { cleanText } from './sr-text.ts'

/** Characters of one text at most. */
export const CHARACTERS_MAX = { name: 64, trackingId: 256, sentence: 1024, stage: 8192 } as const

/** The names of the sub-scores, in the order they are reported. */
export const SUB_SCORES = SubScores.keyof().options

/** One evidence in words: `E1 volume = 812.4 cm3 (whole segment); expected 900 to 2500 (source)`. */
export function evidenceText({ id, name, value, unit, where, expected }: Evidence): string {
  const measured = `${id} ${name} = ${value}${unit === '1' ? '' : ` ${unit}`} (${where})`
  if (expected === undefined) return measured
  const { low, high, source } = expected
  const range = [low === null ? null : `from ${low}`, high === null ? null : `to ${high}`].filter(
    (part) => part !== null,
  )
  return `${measured}; expected ${range.join(' ')} (${source})`
}

/** One finding in words: `F1 (critical): The segment ends at the last slice. [E4]`. */
export function findingText({ id, severity, text, evidence }: Finding): string {
  return cleanText(`${id} (${severity}): ${text}${basisText(evidence)}`, CHARACTERS_MAX.sentence)
}

/** The target match, and what it rests on. */
export function targetText({ status, source }: TargetMatch): string {
  return `Claimed target in the image: ${status} (${source})`
}

/** What came of looking for a better mask, in sentences. */
export function correctionTexts(
  { reason, notes, pseudoTruth, before, after, prompt, proposedNumber }: SegmentCorrection,
  proposal: Correction['proposal'],
): string[] {
  const compared =
    before === null || after === null
      ? []
      : [
          `Dice with the pseudo ground truth (${pseudoTruth ?? 'unknown'}, told to the model by ${prompt ?? 'nothing'}): ${rangeText(before)} before, ${rangeText(after)} after. It is no measure of the true Dice.`,
        ]
  const where =
    proposal === null || proposedNumber === null
      ? []
      : [
          `The refined mask is a proposal: segment ${proposedNumber} of SEG ${proposal.sopInstanceUid}. No person has reviewed it.`,
        ]
  return [reason, ...where, ...compared, ...notes]
}

function rangeText({ mean, min, max }: PseudoDice): string {
  return `${mean.toFixed(3)} (${min.toFixed(3)} to ${max.toFixed(3)})`
}

/** The four stages, one text each, and who reasoned. */
export function opinionTexts(
  opinion: Opinion | null,
  dictionary: CodeDictionary,
): Pick<SegmentReport, 'stages' | 'reasoner'> {
  if (opinion === null) return { stages: [], reasoner: null }
  const { strengths, weaknesses, statements, subScores } = opinion.clinicalSynthesis
  const scores = SUB_SCORES.flatMap((name) =>
    subScores[name] === undefined ? [] : [`${dictionary.subScores[name].meaning}: ${subScores[name]}`],
  )
  const synthesis = [
    ...statements.map(statementText),
    ...strengths.map((strength) => `Strength: ${statementText(strength)}`),
    ...weaknesses.map((weakness) => `Weakness: ${statementText(weakness)}`),
    ...scores,
  ]
  const { stages: terms } = dictionary
  const stages = [
    stageText(terms.knowledgeRecall, opinion.knowledgeRecall.statements.map(statementText)),
    stageText(terms.visualFeatures, opinion.visualFeatures.statements.map(statementText)),
    stageText(terms.anatomicalInference, opinion.anatomicalInference.statements.map(statementText)),
    stageText(terms.clinicalSynthesis, synthesis),
  ]
  const abstained = opinion.abstained === null ? '' : ` Abstained: ${opinion.abstained}`
  return {
    stages: stages.filter(({ text }) => text !== ''),
    reasoner: cleanText(`${opinion.reasoner}: ${opinion.note}${abstained}`, CHARACTERS_MAX.sentence) || null,
  }
}

function stageText(concept: Code, lines: readonly string[]): SegmentReport['stages'][number] {
  return { concept, text: cleanText(lines.join('\n'), CHARACTERS_MAX.stage) }
}

function statementText({ text, basis }: Statement): string {
  return `${text}${basisText(basis)}`
}

/** ` [E1, F2]`: the ids a sentence rests on; '' for none. */
export function basisText(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.join(', ')}]`
}

/** Cleaned, and without empty ones: a TEXT item must not be empty. */
export function sentences(texts: readonly string[]): string[] {
  return texts.map((text) => cleanText(text, CHARACTERS_MAX.sentence)).filter((text) => text !== '')
}
