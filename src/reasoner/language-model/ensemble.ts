/** Several answers to the same question, of one model or of several: the median where they agree, a person where not. */
import type { Opinion, Score } from '../../domain/opinion.ts'
import type { Reasoning } from '../../domain/reasoning.ts'
import { CATEGORY_OF_SCORE } from '../../domain/opinion.ts'
import { ACCEPTED_MIN } from './opinion-of.ts'

/**
 * One opinion stays as it is. Of several the words are those of the member nearest to the median, the strictest of equals.
 * A standard deviation above `spreadMax`, or neither acceptance nor rejection with a share of `agreementMin` of all members
 * (who abstained agrees with nobody), is a disagreement: abstained, with the scores.
 */
export function combined(
  opinions: readonly [Opinion, ...Opinion[]],
  { spreadMax, agreementMin }: Pick<Reasoning, 'spreadMax' | 'agreementMin'>,
): Opinion {
  const [first, ...others] = opinions
  if (others.length === 0) return first
  const scores = opinions.flatMap(({ score }) => score ?? []).toSorted((a, b) => a - b)
  const score = lowerMedian(scores)
  const speaker = opinions.find((opinion) => opinion.score === score) ?? first
  const agreed = score !== null && agree(scores, opinions.length, spreadMax, agreementMin)
  const votes = opinions.map((opinion) => opinion.score ?? 'none').join(', ')
  const reasoner = [...new Set(opinions.map((opinion) => opinion.reasoner))].join(' + ')
  const given = agreed ? score : null
  return {
    ...speaker,
    reasoner,
    note: `${speaker.note} ${opinions.length} answers gave ${votes}.`,
    score: given,
    category: given === null ? null : CATEGORY_OF_SCORE[given],
    abstained: agreed ? null : disagreement(opinions, votes),
  }
}

function disagreement(opinions: readonly Opinion[], votes: string): string {
  const reasons = [...new Set(opinions.flatMap(({ abstained }) => abstained ?? []))]
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
  return `its ${opinions.length} answers do not agree: ${votes}${why}`
}

function agree(scores: readonly Score[], members: number, spreadMax: number, agreementMin: number): boolean {
  const accepts = scores.filter((score) => score >= ACCEPTED_MIN).length
  const share = Math.max(accepts, scores.length - accepts) / members
  return share >= agreementMin && standardDeviation(scores) <= spreadMax
}

/** Of an even number the lower one of the middle two: never rounded towards acceptance. Ascending scores. */
function lowerMedian(scores: readonly Score[]): Score | null {
  return scores[Math.floor((scores.length - 1) / 2)] ?? null
}

/** Of these values, not an estimate for others (divided by n). */
function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
