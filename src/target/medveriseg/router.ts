/** MedVeriSeg's router: which maps its scores decide, and which go to the agents. As published, with both sets of thresholds. */
import type { MedVeriSegScores } from './scores.ts'

export interface Thresholds {
  readonly strength: number
  readonly compactness: number
  readonly purity: number
  /** Of the agents' evidence score. */
  readonly theta: number
  /** Does a score that equals its threshold count as above it? */
  readonly equalIsAbove: boolean
}

/** The library's defaults, and what its evaluation was run with. Both are uncalibrated for any other response map. */
export const THRESHOLDS: Readonly<Record<'library' | 'evaluation', Thresholds>> = {
  library: { strength: 0.6, compactness: 0.5, purity: 0.6, theta: 0.5, equalIsAbove: false },
  evaluation: { strength: 0.475, compactness: 0.4, purity: 0.7, theta: 0.5, equalIsAbove: true },
}

export type Decision = 'present' | 'absent' | 'uncertain'

const SCORES = ['strength', 'compactness', 'purity'] as const
type Scores = Pick<MedVeriSegScores, (typeof SCORES)[number]>

/** `uncertain`: to the agents. */
export function route(scores: Scores, thresholds: Thresholds): Decision {
  const isAbove = (name: (typeof SCORES)[number]): boolean =>
    scores[name] > thresholds[name] || (thresholds.equalIsAbove && scores[name] === thresholds[name])
  if (SCORES.every(isAbove)) return 'present'
  return SCORES.every((name) => scores[name] < thresholds[name]) ? 'absent' : 'uncertain'
}

/** What one source of evidence says. */
export interface Card {
  readonly decision: Decision
  /** 0..1. */
  readonly confidence: number
  readonly evidence: string
}

const UNCERTAIN_CONFIDENCE_MAX = 0.65

/** The scores as a card: as confident as they are far from their thresholds. */
export function quantitativeCard(scores: Scores, thresholds: Thresholds): Card {
  const decision = route(scores, thresholds)
  const mean = SCORES.reduce((sum, name) => sum + Math.abs(scores[name] - thresholds[name]), 0) / 3
  const said = SCORES.map((name) => `${name} ${scores[name].toFixed(4)} against ${thresholds[name]}`)
  return {
    decision,
    confidence: Math.min(mean, decision === 'uncertain' ? UNCERTAIN_CONFIDENCE_MAX : 1),
    evidence: said.join(', '),
  }
}

/** How far each source is trusted; any scale. */
export interface Weights {
  readonly quantitative: number
  readonly rawImage: number
  readonly heatmap: number
}

export interface Fused {
  readonly decision: 'present' | 'absent'
  readonly confidence: number
  /** 0..1; present above theta. */
  readonly score: number
}

/** The published decider: weights by a model, the decision by arithmetic. Weights that say nothing count the same. */
export function fuse(
  cards: Readonly<Record<keyof Weights, Card>>,
  weights: Weights,
  { theta }: Thresholds,
): Fused {
  const sources = ['quantitative', 'rawImage', 'heatmap'] as const
  const positive = sources.map((source) => Math.max(0, weights[source]))
  const total = positive.reduce((sum, weight) => sum + weight, 0)
  const score = sources.reduce(
    (sum, source, n) =>
      sum + (total > 1e-8 ? (positive[n] ?? 0) / total : 1 / sources.length) * valueOf(cards[source]),
    0,
  )
  return {
    decision: score > theta ? 'present' : 'absent',
    confidence: Math.min(1, Math.abs(score - theta) / Math.max(theta, 1 - theta)),
    score,
  }
}

const SIGN: Readonly<Record<Decision, number>> = { present: 1, absent: -1, uncertain: 0 }

function valueOf({ decision, confidence }: Card): number {
  return 0.5 + 0.5 * SIGN[decision] * Math.min(1, Math.max(0, confidence))
}
