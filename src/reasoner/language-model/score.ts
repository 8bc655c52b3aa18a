/**
 * The score of a language model's opinion. Code computes it: the model's own numbers only ever lower it.
 * Rules: arXiv 2506.01841 accepts 4 and 5; final = min(overall, 1 + worst sub-score), then caps by kind of error.
 */
import { CATEGORY_OF_SCORE, type Score, type SubScores } from '../../domain/opinion.ts'
import { isOwnMark } from '../figures/own-marks.ts'
import type { ErrorType, JudgeAnswer, LabelAnswer, ListAnswer } from './answers.ts'

/** The best score that an error of this kind leaves, by significance. Sides are verified by code: what a model says of them counts nothing. */
interface CapRow {
  readonly significant: Score
  readonly insignificant: Score
}
const ORDINARY: CapRow = { significant: 3, insignificant: 4 }
const TARGET: CapRow = { significant: 2, insignificant: 4 }
const CAPS: Readonly<Record<ErrorType, CapRow>> = {
  identity: { significant: 1, insignificant: 4 },
  laterality: { significant: 5, insignificant: 5 },
  missed_target: TARGET,
  hallucinated_target: TARGET,
  truncation: ORDINARY,
  under_seg: ORDINARY,
  over_seg: ORDINARY,
  leakage: ORDINARY,
  shift: ORDINARY,
  hole: ORDINARY,
  fragment: ORDINARY,
  fused: ORDINARY,
  contour_artifact: ORDINARY,
  other: ORDINARY,
}
/** Errors that a person looks at even where the model is not sure of them. */
const GRAVE: readonly ErrorType[] = ['identity', 'missed_target', 'hallucinated_target']

/** A score, and what keeps an acceptance from counting: then a person looks. */
export interface Scored {
  readonly score: Score
  /** Parts of a sentence. Doubts never make a low score better. */
  readonly doubts: readonly string[]
}

/** Of one answer with score (one-pass, single, blind, informed). */
export function scoreOfAnswer(answer: JudgeAnswer): Scored {
  const { score, category, recommendation } = answer.clinical_synthesis
  const limits: Score[] = [
    score,
    scoreOfCategory(category),
    recommendation === 'reject' ? 3 : 5,
    oneAbove(subScoresOf(answer)),
    answer.anatomical_inference.identity === 'wrong' ? 1 : 5,
    ...answer.errors.map(({ type, significance }) =>
      significance === 'significant' ? CAPS[type].significant : CAPS[type].insignificant,
    ),
  ]
  const unsure = answer.errors.filter(
    ({ type, significance }) => significance === 'uncertain' && GRAVE.includes(type),
  )
  const doubts = [
    ...unsure.map(({ type }) => `it is not sure about ${WORDS[type]}`),
    ...(answer.anatomical_inference.identity === 'uncertain'
      ? ['it is not sure which structure is outlined']
      : []),
    ...(answer.limitations.image_quality === 'non_diagnostic' ? ['it calls the images not diagnostic'] : []),
  ]
  return { score: lowest(limits), doubts: [...doubts, ...textDoubts(answer.visual_features)] }
}

/** Of the labels of a second pass: 5 none left, 4 harmless only, 3 a local one, 2 extensive or a target, 1 nothing usable. */
export function scoreOfLabels({ discrepancies, visual_features }: ListAnswer, answer: LabelAnswer): Scored {
  const labels = new Map(answer.labels.map((label) => [label.id, label]))
  const limits = discrepancies.map(({ type }, index): Score => {
    const found = labels.get(discrepancyId(index))
    if (found === undefined || found.label === 'not_confirmed') return 5
    if (found.label === 'insignificant') return CAPS[type].insignificant
    const reach = type === 'laterality' ? 5 : REACH[found.reach]
    return lowest([CAPS[type].significant, reach])
  })
  const doubts = [...textDoubts(visual_features), ...textDoubts(answer)]
  return { score: lowest(limits), doubts: [...new Set(doubts)] }
}

const REACH: Readonly<Record<LabelAnswer['labels'][number]['reach'], Score>> = {
  local: 3,
  extensive: 2,
  everything: 1,
}

/** Discrepancies of a first pass that the second did not label. */
export function unlabelled({ discrepancies }: ListAnswer, { labels }: LabelAnswer): string[] {
  const known = new Set(labels.map(({ id }) => id))
  return discrepancies.map((_, index) => discrepancyId(index)).filter((id) => !known.has(id))
}

export function discrepancyId(index: number): string {
  return `D${index + 1}`
}

export function subScoresOf({ clinical_synthesis: synthesis }: JudgeAnswer): SubScores {
  return {
    completeness: synthesis.completeness.score,
    anatomicalAccuracy: synthesis.anatomical_accuracy.score,
    boundaryPrecision: synthesis.boundary_precision.score,
    reliability: synthesis.reliability.score,
  }
}

export const WORDS: Readonly<Record<ErrorType, string>> = {
  identity: 'the identity of the structure',
  laterality: 'the side',
  missed_target: 'a missed target',
  hallucinated_target: 'a target that is not there',
  truncation: 'a cut-off end',
  under_seg: 'a missed part',
  over_seg: 'a margin too wide',
  leakage: 'leakage into a neighbour',
  shift: 'a shift',
  hole: 'a hole',
  fragment: 'a fragment',
  fused: 'a fused neighbour',
  contour_artifact: 'an artefact of the outline',
  other: 'a discrepancy',
}

/** We draw no words onto images: words in one that are no mark of ours come from the images, and may have been put there to be obeyed. */
export function textDoubts({ text_in_pictures: texts }: { text_in_pictures: readonly string[] }): string[] {
  return texts.some((text) => !isOwnMark(text)) ? ['it read text in the pictures that is not ours'] : []
}

function oneAbove(subScores: SubScores): Score {
  const worst = lowest(Object.values(subScores))
  return UP[worst]
}
const UP: Readonly<Record<Score, Score>> = { 1: 2, 2: 3, 3: 4, 4: 5, 5: 5 }

function scoreOfCategory(category: JudgeAnswer['clinical_synthesis']['category']): Score {
  return ([1, 2, 3, 4, 5] as const).find((score) => CATEGORY_OF_SCORE[score] === category) ?? 1
}

export function lowest(scores: readonly Score[]): Score {
  return scores.reduce((low: Score, score) => (score < low ? score : low), 5)
}
