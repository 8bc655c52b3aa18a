/** From a model's answers to an opinion: its words as data, its ids checked, its score replaced by the computed one. */
import { CATEGORY_OF_SCORE, type Opinion, type Score, type Statement } from '../../domain/opinion.ts'
import type { JudgeAnswer, LabelAnswer, ListAnswer, Looked } from './answers.ts'
import type { ReasoningInput } from './input.ts'
import { discrepancyId, subScoresOf, WORDS, type Scored } from './score.ts'

/** Lowest score that counts as accepted (arXiv 2506.01841, section 4.1). */
export const ACCEPTED_MIN = 4
const CHARACTERS_MAX = 400
const STATEMENTS_MAX = 12

/** What one run of a mode gave: the four stages and a score, before anybody checked its words. */
export type Draft = Pick<
  Opinion,
  'knowledgeRecall' | 'visualFeatures' | 'anatomicalInference' | 'clinicalSynthesis'
> &
  Scored & {
    /** Ids of measurements that the model cited and that do not exist. */
    readonly inventedIds: readonly string[]
    /** The model declined to judge; its reason. */
    readonly abstained: string | null
  }

type Known = ReadonlySet<string>

export function knownIds({ evidence, findings }: Pick<ReasoningInput, 'evidence' | 'findings'>): Known {
  return new Set([...evidence, ...findings].map(({ id }) => id))
}

/** Of an answer with score. */
export function draftOfAnswer(answer: JudgeAnswer, scored: Scored, known: Known): Draft {
  const { strengths, weaknesses, summary, abstain_reason, recommendation } = answer.clinical_synthesis
  const errors = answer.errors
    .filter(({ type }) => type !== 'laterality')
    .map(({ description, panels, evidence_ids, type, significance }) =>
      statement(`${significance} ${WORDS[type]}${at(panels)}: ${description}`, evidence_ids, known),
    )
  return {
    ...stagesOf(answer),
    clinicalSynthesis: {
      statements: listOf([summary, ...rationales(answer)]),
      strengths: listOf(strengths),
      weaknesses: [...errors, ...listOf(weaknesses)].slice(0, STATEMENTS_MAX),
      subScores: subScoresOf(answer),
    },
    ...scored,
    inventedIds: invented(
      answer.errors.flatMap(({ evidence_ids }) => evidence_ids),
      known,
    ),
    abstained: recommendation === 'abstain' ? clean(abstain_reason) || 'it gives no reason' : null,
  }
}

/** Of two passes: what the first saw, as the second labelled it. */
export function draftOfPasses(list: ListAnswer, labels: LabelAnswer, scored: Scored, known: Known): Draft {
  const byId = new Map(labels.labels.map((label) => [label.id, label]))
  const weaknesses = list.discrepancies.flatMap(({ description, panels, type }, index) => {
    const found = byId.get(discrepancyId(index))
    if (type === 'laterality' || found === undefined || found.label === 'not_confirmed') return []
    const text = `${found.label} ${WORDS[type]}${at(panels)}: ${description} ${found.reasoning}`
    return [statement(text, found.evidence_ids, known)]
  })
  const confirmed = weaknesses.length
  const summary = `The first pass lists ${list.discrepancies.length} discrepancies; the second confirms ${confirmed}. The score was computed from what was confirmed.`
  return {
    ...stagesOf(list),
    clinicalSynthesis: {
      statements: listOf([summary]),
      strengths: [],
      weaknesses: weaknesses.slice(0, STATEMENTS_MAX),
      subScores: {},
    },
    ...scored,
    inventedIds: invented(
      labels.labels.flatMap(({ evidence_ids }) => evidence_ids),
      known,
    ),
    abstained: null,
  }
}

function stagesOf(answer: Looked): Pick<Draft, 'knowledgeRecall' | 'visualFeatures' | 'anatomicalInference'> {
  const recall = answer.knowledge_recall
  const visual = answer.visual_features
  const inference = answer.anatomical_inference
  return {
    knowledgeRecall: {
      statements: listOf([
        recall.expected_appearance,
        recall.expected_signal,
        recall.expected_shape_location,
        labelled('Neighbours', recall.neighbours),
        recall.expected_components,
      ]),
    },
    visualFeatures: {
      statements: listOf([
        `Outline closed: ${plain(visual.contour_closed)}. On a visible edge: ${plain(visual.edge_alignment)}. Texture inside: ${plain(visual.internal_texture)}.`,
        ...visual.observations.map(inPanel),
      ]),
    },
    anatomicalInference: {
      statements: listOf([
        `Structure: ${inference.identity}. Place ${plausible(inference.location_plausible)}, shape ${plausible(inference.shape_plausible)}.`,
        `Missed: ${inference.under_segmentation.extent}${inBrackets(inference.under_segmentation.where)}. Taken in: ${inference.spillage.extent}${inBrackets(inference.spillage.into)}.`,
        ...inference.missed_targets.map((item) => `Without an outline, ${inPanel(item)}`),
        ...inference.extra_regions.map((item) => `Does not belong, ${inPanel(item)}`),
      ]),
    },
  }
}

function rationales({ clinical_synthesis: synthesis }: JudgeAnswer): string[] {
  return [
    `Completeness: ${synthesis.completeness.rationale}`,
    `Anatomical accuracy: ${synthesis.anatomical_accuracy.rationale}`,
    `Boundary precision: ${synthesis.boundary_precision.rationale}`,
    `Reliability: ${synthesis.reliability.rationale}`,
  ]
}

/** What is said about the answer besides what it says. */
export interface Account {
  readonly reasoner: string
  readonly note: string
}

/** The finished opinion. An acceptance with a doubt is none: a person looks. A low score stays as it is. */
export function opinionOf(draft: Draft, { reasoner, note }: Account): Opinion {
  const { score, doubts, inventedIds, abstained } = draft
  const doubted = score >= ACCEPTED_MIN && doubts.length > 0 ? doubts.join('; ') : null
  const reason = abstained ?? doubted
  const given = reason === null ? score : null
  const remarks =
    inventedIds.length === 0
      ? ''
      : ` It cited measurements that do not exist (${inventedIds.join(', ')}); they were left out.`
  return {
    reasoner,
    note: `${note}${remarks}`,
    knowledgeRecall: draft.knowledgeRecall,
    visualFeatures: draft.visualFeatures,
    anatomicalInference: draft.anatomicalInference,
    clinicalSynthesis: draft.clinicalSynthesis,
    score: given,
    category: given === null ? null : CATEGORY_OF_SCORE[given],
    abstained: reason,
  }
}

/** The stages of the rules under the model's name: when it has said nothing usable, or nothing that may be shown. */
export function withRulesWords(
  rules: Opinion,
  { reasoner, note }: Account,
  score: Score | null,
  abstained: string | null,
): Opinion {
  return {
    ...rules,
    reasoner,
    note,
    score,
    category: score === null ? null : CATEGORY_OF_SCORE[score],
    abstained,
  }
}

/** A model's words are data: one line, no control characters, of limited length. */
export function clean(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > CHARACTERS_MAX ? `${line.slice(0, CHARACTERS_MAX - 1)}…` : line
}

function statement(text: string, ids: readonly string[], known: Known): Statement {
  return { text: capital(clean(text)), basis: [...new Set(ids)].filter((id) => known.has(id)) }
}

function invented(ids: readonly string[], known: Known): string[] {
  return [...new Set(ids)].filter((id) => !known.has(id)).map((id) => clean(id).slice(0, 12))
}

export function listOf(texts: readonly string[]): Statement[] {
  return texts
    .map((text) => ({ text: clean(text), basis: [] }))
    .filter(({ text }) => text !== '')
    .slice(0, STATEMENTS_MAX)
}

function labelled(what: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${what}: ${items.join(', ')}.`
}

function inBrackets(items: readonly string[]): string {
  return items.length === 0 ? '' : ` (${items.join(', ')})`
}

function at(panels: readonly string[]): string {
  return panels.length === 0 ? '' : ` in ${panels.join(', ')}`
}

function inPanel({ panel, text }: { panel: string; text: string }): string {
  return panel === '' ? text : `${panel}: ${text}`
}

function plain(word: string): string {
  return word.replaceAll('_', ' ')
}

function plausible(is: boolean): string {
  return is ? 'plausible' : 'not plausible'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
