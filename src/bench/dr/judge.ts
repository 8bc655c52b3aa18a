/** What the service says of a scene, and whether that was right. */
import type { Judge } from '../../judge-adapters.ts'
import { checkPrepared, type Prepared } from '../../compute/assess.ts'
import type { SegmentResult, VerdictKind } from '../../domain/case.ts'
import type { Finding } from '../../domain/evidence.ts'
import { pronounceSegment } from '../../judging.ts'
import { rulesOpinion } from '../../opinions.ts'
import type { Consequence } from '../perturb/consequence.ts'
import type { Family } from '../perturb/family.ts'
import type { Judgement } from '../quality/features.ts'

export type Judged = Pick<SegmentResult, 'verdict' | 'score' | 'findings' | 'structure'>

/** By checks and rules: no language model is asked. */
export function judgeSegment(prepared: Prepared, number: number, judge: Judge): Judged & Judgement {
  const [assessed] = checkPrepared(prepared, judge, new Set([number]))
  if (assessed === undefined) throw new RangeError('The scene has no such segment.')
  const modality = prepared.volume?.modality ?? null
  const opinion = assessed.notAssessable === null ? rulesOpinion(assessed, modality, judge) : null
  return pronounceSegment(assessed, opinion, modality, judge)
}

/** What was said of one edit, against what was said before it. */
export interface Answer {
  readonly verdict: VerdictKind
  /** Rejected, or at least one critical or major finding on the changed segment. */
  readonly isDetected: boolean
  /** Anything but accepted: somebody looks at it. */
  readonly isHeld: boolean
  /** A critical or major finding of a failure mode that names the family rightly. */
  readonly isRightType: boolean
  /** ... that points at a slice that was changed, where the family has a place. */
  readonly isRightPlace: boolean
  /** A new finding of the right failure mode, if only a minor one: somebody who reads the report is told. */
  readonly isHinted: boolean
  /** Still accepted, no new critical or major finding, score no more than half a point lower or higher. */
  readonly isLeftAlone: boolean
  /** Scores lost; without a score it has none left but the lowest. */
  readonly drop: number
}

const SCORE_MIN = 1
const SCORE_CHANGE_MAX = 0.5

export function answerOf(
  before: Judged,
  after: Judged,
  family: Family,
  { slices }: Consequence,
  { volume }: Prepared,
): Answer {
  const grave = after.findings.filter(({ severity }) => severity !== 'minor')
  const known = new Set(
    before.findings.filter(({ severity }) => severity !== 'minor').map(({ mode }) => mode),
  )
  const rightly = grave.filter(({ mode }) => family.modes.includes(mode))
  const drop = scoreOf(before) - scoreOf(after)
  const isDetected = after.verdict === 'reject' || grave.length > 0
  return {
    verdict: after.verdict,
    isDetected,
    isHeld: after.verdict !== 'accept',
    isRightType: rightly.length > 0,
    isRightPlace:
      family.place === 'segment'
        ? rightly.length > 0
        : rightly.some((finding) =>
            pointsAt(finding, new Set(slices.map((k) => volume?.instances[k] ?? ''))),
          ),
    isHinted: after.findings.some(
      ({ mode, text }) => family.modes.includes(mode) && !before.findings.some((one) => one.text === text),
    ),
    isLeftAlone:
      after.verdict === 'accept' &&
      grave.every(({ mode }) => known.has(mode)) &&
      Math.abs(drop) <= SCORE_CHANGE_MAX,
    drop,
  }
}

function scoreOf({ score, verdict }: Judged): number {
  return score ?? (verdict === 'accept' ? 5 : SCORE_MIN)
}

/** At the changed slices or next to them is told by the images that a finding names. */
function pointsAt({ instances }: Finding, changed: ReadonlySet<string>): boolean {
  return instances.some((uid) => changed.has(uid))
}
