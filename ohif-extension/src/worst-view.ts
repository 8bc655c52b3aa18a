/** What a reader should see first. */
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import { bySeverity, VERDICT_ORDER } from './panel/words.ts'
import type { SegmentView } from './viewer-port.ts'

const NO_SCORE = 6

/** The worst object, all its segments, at the slice that shows its worst finding best. Undefined without cases. */
export function worstView(cases: readonly Case[]): SegmentView | undefined {
  const worst = cases.toSorted(byUrgency)[0]
  if (worst === undefined) return undefined
  const finding = worst.segments
    .toSorted(byUrgency)
    .flatMap(({ findings }) => findings.toSorted(bySeverity))
    .find(({ instances }) => instances.length > 0)
  const sopInstanceUid = finding?.instances[0]
  return {
    objectSopInstanceUid: worst.object.sopInstanceUid,
    objectSeriesInstanceUid: worst.object.seriesInstanceUid,
    segmentNumber: null,
    place:
      sopInstanceUid === undefined ? null : { sopInstanceUid, frameNumber: finding?.frames?.[0] ?? null },
  }
}

type Judged = Pick<Case | SegmentResult, 'verdict' | 'score'>

/** Of equals the lower score. Not decided yet comes last: there is nothing to see of it. */
function byUrgency(a: Judged, b: Judged): number {
  return rank(a) - rank(b) || (a.score ?? NO_SCORE) - (b.score ?? NO_SCORE)
}

function rank({ verdict }: Judged): number {
  return verdict === null ? VERDICT_ORDER.length : VERDICT_ORDER.indexOf(verdict)
}
