import { describe, expect, it } from 'vitest'
import { fuse, quantitativeCard, route, THRESHOLDS } from '../../../src/target/medveriseg/router.ts'

const scores = (strength: number, compactness: number, purity: number) => ({ strength, compactness, purity })

describe('the published router', () => {
  it.each([
    { of: 'library', all: scores(0.61, 0.51, 0.61), to: 'present' },
    { of: 'library', all: scores(0.6, 0.51, 0.61), to: 'uncertain' },
    { of: 'library', all: scores(0.59, 0.49, 0.59), to: 'absent' },
    { of: 'library', all: scores(0.6, 0.49, 0.59), to: 'uncertain' },
    { of: 'evaluation', all: scores(0.475, 0.4, 0.7), to: 'present' },
    { of: 'evaluation', all: scores(0.474, 0.399, 0.699), to: 'absent' },
    { of: 'evaluation', all: scores(0.474, 0.4, 0.699), to: 'uncertain' },
  ] as const)('$of thresholds, $all: $to', ({ of, all, to }) => {
    expect(route(all, THRESHOLDS[of])).toBe(to)
  })

  it('is as confident as the scores are far from their thresholds, and less where they disagree', () => {
    const { library } = THRESHOLDS
    expect(quantitativeCard(scores(0.9, 0.8, 0.9), library).confidence).toBeCloseTo(0.3, 12)
    expect(quantitativeCard(scores(0.6, 0.5, 0.9), library)).toMatchObject({ decision: 'uncertain' })
    const far = { ...library, strength: -2, compactness: -2, purity: 3 }
    expect(quantitativeCard(scores(1, 1, 0), far).confidence).toBe(0.65)
  })
})

describe('the published decider', () => {
  const card = (decision: 'present' | 'absent' | 'uncertain', confidence: number) => ({
    decision,
    confidence,
    evidence: '',
  })
  const cards = {
    quantitative: card('uncertain', 0.6),
    rawImage: card('present', 0.8),
    heatmap: card('absent', 0.4),
  }

  it('adds up what the sources say by their weights', () => {
    const { score, decision, confidence } = fuse(
      cards,
      { quantitative: 0.2, rawImage: 0.5, heatmap: 0.3 },
      THRESHOLDS.library,
    )
    expect(score).toBeCloseTo(0.2 * 0.5 + 0.5 * 0.9 + 0.3 * 0.3, 12)
    expect(decision).toBe('present')
    expect(confidence).toBeCloseTo(0.28, 12)
  })

  it.each([
    { what: 'all zero', weights: { quantitative: 0, rawImage: 0, heatmap: 0 } },
    { what: 'negative', weights: { quantitative: -1, rawImage: -2, heatmap: -1 } },
  ])('counts the sources the same where the weights are $what', ({ weights }) => {
    expect(fuse(cards, weights, THRESHOLDS.library).score).toBeCloseTo((0.5 + 0.9 + 0.3) / 3, 12)
  })

  it('is absent exactly at theta', () => {
    const none = card('uncertain', 1)
    const all = { quantitative: none, rawImage: none, heatmap: none }
    expect(fuse(all, { quantitative: 1, rawImage: 1, heatmap: 1 }, THRESHOLDS.library).decision).toBe(
      'absent',
    )
  })
})
