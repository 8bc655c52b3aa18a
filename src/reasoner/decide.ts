/**
 * From findings and an opinion to a verdict. Pure policy, meant to be read in one sitting.
 *
 * Every finding, the opinion and every open question sets a limit: a verdict that may not be bettered and a score
 * that may not be exceeded. The strictest limits win. So no opinion, however good, outweighs a finding, and one
 * finding more never makes a verdict better.
 */
import type { SegmentResult, TargetMatch, VerdictKind } from '../domain/case.ts'
import type { FailureMode, Finding, Severity } from '../domain/evidence.ts'
import { CATEGORY_OF_SCORE, type Category, type Opinion, type Score } from '../domain/opinion.ts'
import type { Policy } from '../domain/policy.ts'
import type { Fused } from './fusion.ts'

interface Limit {
  /** The best verdict that is left. */
  readonly verdict: VerdictKind
  /** The best score that is left. */
  readonly score: Score
  readonly reason: string
}
type LimitRow = Omit<Limit, 'reason'>

/** Strictest first. */
const ORDER: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']

/** HCR: 4 and 5 may be accepted, 1 to 3 are rejected (arXiv 2506.01841). */
const REJECT_SCORE_MAX = 3

const UNLIMITED: LimitRow = { verdict: 'accept', score: 5 }

/** What a finding of this severity leaves, whatever its mode. */
export const SEVERITY_LIMITS: Readonly<Record<Severity, LimitRow>> = {
  critical: { verdict: 'reject', score: 2 },
  major: { verdict: 'reject', score: 3 },
  minor: { verdict: 'accept', score: 4 },
}

/**
 * What a finding of this mode leaves, whatever its severity. Identity, frame of reference, side and an empty mask make
 * it unusable; what could not be verified goes to a person; the shape modes are limited by their severity alone.
 */
export const HARD_LIMITS: Readonly<Record<FailureMode, LimitRow>> = {
  'wrong-patient': { verdict: 'reject', score: 1 },
  'wrong-study': { verdict: 'reject', score: 1 },
  'frame-of-reference-mismatch': { verdict: 'reject', score: 1 },
  'wrong-side': { verdict: 'reject', score: 1 },
  empty: { verdict: 'reject', score: 1 },
  mirrored: { verdict: 'reject', score: 1 },
  'geometry-unverified': { verdict: 'review', score: 4 },
  'source-missing': { verdict: 'review', score: 4 },
  'source-incomplete': { verdict: 'review', score: 4 },
  'side-unverified': { verdict: 'review', score: 4 },
  'contour-ambiguous': { verdict: 'review', score: 4 },
  'off-plane-contours': { verdict: 'review', score: 4 },
  'out-of-image': { verdict: 'review', score: 4 },
  'wrong-structure': { verdict: 'review', score: 4 },
  'missed-target': { verdict: 'review', score: 4 },
  'second-disagrees': { verdict: 'review', score: 4 },
  'outside-local-norm': { verdict: 'review', score: 4 },
  fragmented: UNLIMITED,
  truncated: UNLIMITED,
  'slice-gap': UNLIMITED,
  'out-of-body': UNLIMITED,
  'implausible-volume': UNLIMITED,
  'grid-shift': UNLIMITED,
  'duplicate-segment': UNLIMITED,
  overlap: UNLIMITED,
  holes: UNLIMITED,
  'slice-outlier': UNLIMITED,
  'foreign-tissue': UNLIMITED,
  'implausible-intensity': UNLIMITED,
  leakage: UNLIMITED,
  'boundary-unsupported': UNLIMITED,
  'contour-artefact': UNLIMITED,
  'implausible-extent': UNLIMITED,
  'implausible-shape': UNLIMITED,
  'asymmetric-pair': UNLIMITED,
}

/**
 * What a target that is `absent` leaves. Only a calibrated match says so, wrongly for a bounded share of good masks, or a
 * language model: a person looks, and nothing is rejected by it alone. `unsure`, which is all that a match can be without a calibration,
 * limits nothing: it would send every segment to a person. `present` lifts no other limit.
 */
const TARGET_ABSENT: LimitRow = { verdict: 'review', score: 4 }

export interface Decision {
  readonly verdict: VerdictKind
  /** Null: not assessable, or nobody gave one. */
  readonly score: Score | null
  readonly category: Category | null
  /** Plain words, the strictest first. Never empty. */
  readonly reasons: string[]
}

export interface DecideInput {
  readonly assessed: Pick<SegmentResult, 'structure' | 'findings'> & {
    readonly notAssessable: string | null
    /** Absent: not looked for. */
    readonly target?: TargetMatch
  }
  readonly opinion: Opinion | null
  readonly policy: Policy
  /** What a calibration makes of all that is known; null or absent: nobody calibrated. */
  readonly fused?: Fused | null
}

/** The verdict on one segment. */
export function decideSegment({ assessed, opinion, policy, fused = null }: DecideInput): Decision {
  const limits = [
    ...assessed.findings.map(limitOfFinding),
    ...openQuestions(assessed, policy),
    ...limitOfCalibration(fused),
    // A segment that could not be measured has no opinion to miss.
    ...(assessed.notAssessable === null ? [limitOfOpinion(opinion)] : []),
  ].toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.score - b.score)
  const best = limits[0]?.verdict ?? 'review'
  const score = scoreOf(best, assessed.notAssessable === null ? opinion : null, limits)
  const isTooLow = best === 'accept' && (score === null || score < policy.acceptScoreMin)
  const tooLow = isTooLow
    ? [`The score of ${score ?? 'none'} is below the ${policy.acceptScoreMin} that this policy accepts.`]
    : []
  const reasons = [...tooLow, ...limits.map(({ reason }) => reason).filter((reason) => reason !== '')]
  return {
    verdict: isTooLow ? 'review' : best,
    score,
    category: score === null ? null : CATEGORY_OF_SCORE[score],
    reasons: reasons.length > 0 ? [...new Set(reasons)] : ['No check found a fault.'],
  }
}

function limitOfFinding({ mode, severity, text }: Finding): Limit {
  return { ...strictest(HARD_LIMITS[mode], SEVERITY_LIMITS[severity]), reason: text }
}

function openQuestions(
  { structure, notAssessable, target }: DecideInput['assessed'],
  policy: Policy,
): Limit[] {
  const limits: Limit[] = []
  if (target?.status === 'absent') {
    const reason = `The claimed target does not show where the segment lies (${target.source}).`
    limits.push({ ...TARGET_ABSENT, reason })
  }
  if (notAssessable !== null) limits.push({ verdict: 'not-assessable', score: 5, reason: notAssessable })
  if (structure === null && notAssessable === null && policy.unknownStructure === 'review') {
    limits.push({
      verdict: 'review',
      score: 5,
      reason: 'No knowledge entry describes this structure: only the general checks were made.',
    })
  }
  return limits
}

/** Accepted without a look is only what the calibration bounds the risk of. */
function limitOfCalibration(fused: Fused | null): Limit[] {
  if (fused === null || (fused.acceptFrom !== null && fused.probability >= fused.acceptFrom)) return []
  const p = fused.probability.toFixed(2)
  const reason =
    fused.acceptFrom === null
      ? 'The calibration has too few cases of its kind to accept it without a look.'
      : `By the calibration people accept it with probability ${p}, and ${fused.acceptFrom.toFixed(2)} is needed to accept it without a look.`
  return [{ verdict: 'review', score: 5, reason }]
}

function limitOfOpinion(opinion: Opinion | null): Limit {
  if (opinion === null) return { verdict: 'review', score: 5, reason: 'No opinion was given.' }
  if (opinion.abstained !== null || opinion.score === null) {
    return {
      verdict: 'review',
      score: 5,
      reason: `The reasoner abstained: ${opinion.abstained ?? 'it gave no score'}.`,
    }
  }
  if (opinion.score > REJECT_SCORE_MAX) return { verdict: 'accept', score: opinion.score, reason: '' }
  return {
    verdict: 'reject',
    score: opinion.score,
    reason: `The ${opinion.reasoner} reasoner gives ${opinion.score} of 5.`,
  }
}

/** The opinion's score under all limits. A rejected segment has one even without an opinion; else none is made up. */
function scoreOf(verdict: VerdictKind, opinion: Opinion | null, limits: readonly Limit[]): Score | null {
  if (verdict === 'not-assessable') return null
  const given = opinion?.abstained === null ? opinion.score : null
  if (given === null && verdict !== 'reject') return null
  return limits.reduce((lowest: Score, { score }) => (score < lowest ? score : lowest), given ?? 5)
}

function strictest(a: LimitRow, b: LimitRow): LimitRow {
  return {
    verdict: ORDER.indexOf(a.verdict) < ORDER.indexOf(b.verdict) ? a.verdict : b.verdict,
    score: a.score < b.score ? a.score : b.score,
  }
}

export interface ObjectDecision {
  readonly verdict: VerdictKind
  readonly score: Score | null
  readonly reasons: string[]
}

/** Reasons listed for the whole object; each segment carries its own in full. */
const OBJECT_REASONS_MAX = 10

/**
 * The verdict on the whole object: its strictest segment's, with the lowest score. `unreadable` says why the object
 * itself could not be read or measured; no segment and no reason at all is not assessable either.
 */
export function decideObject(
  segments: readonly Pick<SegmentResult, 'number' | 'verdict' | 'score' | 'reasons'>[],
  unreadable: readonly string[] = [],
): ObjectDecision {
  const sorted = segments.toSorted(
    (a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || (a.score ?? 0) - (b.score ?? 0),
  )
  const none: VerdictKind[] = unreadable.length > 0 || segments.length === 0 ? ['not-assessable'] : []
  const [verdict = 'not-assessable'] = [...none, ...sorted.map((segment) => segment.verdict)].toSorted(
    (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b),
  )
  const scores = segments.flatMap(({ score }) => score ?? [])
  const score = scores.reduce((lowest: Score, value) => (value < lowest ? value : lowest), 5)
  return {
    verdict,
    score: verdict === 'not-assessable' || scores.length === 0 ? null : score,
    // What could not be read needs no second reason for having no segments.
    reasons:
      unreadable.length > 0 && segments.length === 0
        ? [...unreadable]
        : [...unreadable, ...objectReasons(sorted, verdict)],
  }
}

function objectReasons(
  sorted: readonly Pick<SegmentResult, 'number' | 'verdict' | 'reasons'>[],
  verdict: VerdictKind,
): string[] {
  if (sorted.length === 0) return ['The object holds no segment that could be judged.']
  if (verdict === 'accept')
    return [
      sorted.length === 1 ? 'Its one segment is accepted.' : `All ${sorted.length} segments are accepted.`,
    ]
  const limiting = sorted.filter((segment) => segment.verdict !== 'accept')
  const listed = limiting
    .slice(0, OBJECT_REASONS_MAX)
    .map(({ number, reasons }) => `Segment ${number}: ${reasons[0] ?? ''}`)
  const more = limiting.length - listed.length
  return [...listed, ...(more > 0 ? [`${more} more segments are not accepted.`] : [])]
}
