/**
 * Where along lines across a surface the edges of the image lie: every line spreads one vote over the positions, by
 * the strength of the edge at each. Ratios only, so that it needs no scale of values (MR has none); noise bounds
 * the votes of lines without an edge.
 */
import type { Profiles } from './boundary-profile.ts'

export interface EdgeVotes {
  readonly lines: Profiles
  /** Positions per line, outwards: -(positions - 1) / 2 .. +(positions - 1) / 2 steps from the surface. */
  readonly positions: number
  /** Line-major; 1 is what an even spread would give, on average over all lines and positions. */
  readonly votes: Float32Array
  /** Share of the lines with no edge above noise within a step of the surface. */
  readonly edgelessShare: number
}

/** Two samples on either side make an edge, the nearer two with more weight. */
const NEAR_WEIGHT = 0.6
const FAR_WEIGHT = 0.4
/** Votes are strengths over (their sum + this many typical strengths per position). */
const DAMPING = 0.5
/** An edge is stronger than the values inside differ by, times this. */
const NOISE_FACTOR = 2
/** Median absolute deviation to standard deviation, normal distribution. */
const MAD_TO_SD = 1.4826

/** Null with fewer lines than a share of them means anything. */
export function edgeVotes(lines: Profiles, linesMin: number): EdgeVotes | null {
  if (lines.count < linesMin) return null
  const positions = lines.samples - 3
  const strengths = edgeStrengths(lines, positions)
  const typical = median(strengths)
  const votes = new Float32Array(strengths.length)
  let total = 0
  for (let line = 0; line < lines.count; line++) {
    const from = line * positions
    let sum = 0
    for (let n = from; n < from + positions; n++) sum += strengths[n] ?? 0
    for (let n = from; n < from + positions; n++) {
      // Where nothing changes at all, no position is better than another.
      const vote = sum > 0 ? (strengths[n] ?? 0) / (sum + DAMPING * typical * positions) : 1 / positions
      votes[n] = vote
      total += vote
    }
  }
  const mean = total / votes.length
  for (let n = 0; n < votes.length; n++) votes[n] = mean > 0 ? (votes[n] ?? 0) / mean : 1
  return { lines, positions, votes, edgelessShare: edgelessShare(strengths, positions) }
}

function edgeStrengths({ count, samples, values }: Profiles, positions: number): Float32Array {
  const strengths = new Float32Array(count * positions)
  let n = 0
  for (let line = 0; line < count; line++) {
    const first = line * samples
    for (let at = first; at < first + positions; at++, n++) {
      const near = (values[at + 2] ?? 0) - (values[at + 1] ?? 0)
      const far = (values[at + 3] ?? 0) - (values[at] ?? 0)
      strengths[n] = Math.abs(NEAR_WEIGHT * near + FAR_WEIGHT * far)
    }
  }
  return strengths
}

/** Noise is what the innermost position shows on most lines. */
function edgelessShare(strengths: Float32Array, positions: number): number {
  const count = strengths.length / positions
  const innermost = Float32Array.from({ length: count }, (_, line) => strengths[line * positions] ?? 0)
  const limit = NOISE_FACTOR * MAD_TO_SD * median(innermost)
  const middle = (positions - 1) / 2
  let without = 0
  for (let line = 0; line < count; line++) {
    const at = line * positions + middle
    const strongest = Math.max(strengths[at - 1] ?? 0, strengths[at] ?? 0, strengths[at + 1] ?? 0)
    if (strongest <= limit) without++
  }
  return without / count
}

function median(values: Float32Array): number {
  const sorted = values.toSorted()
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
