/** What a reader should see first. */
import type { Case, SegmentResult, VerdictKind } from '../../src/domain/case.ts'
import type { Finding, Severity } from '../../src/domain/evidence.ts'
import type { SegmentView } from './viewer-port.ts'

/** Not decided yet comes last: there is nothing to see of it. */
const URGENCY: readonly (VerdictKind | null)[] = ['reject', 'review', 'not-assessable', 'accept', null]
const SEVERITY: readonly Severity[] = ['critical', 'major', 'minor']
const NO_SCORE = 6

/** The worst object, all its segments, at the slice that shows its worst finding best. Undefined without cases. */
export function worstView(cases: readonly Case[]): SegmentView | undefined {
  const worst = cases.toSorted(byUrgency)[0]
  if (worst === undefined) return undefined
  const finding = worst.segments
    .toSorted(byUrgency)
    .flatMap((segment) => findingsBySeverity(segment))
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

/** Of equals the lower score. */
function byUrgency(a: Judged, b: Judged): number {
  return (
    URGENCY.indexOf(a.verdict) - URGENCY.indexOf(b.verdict) || (a.score ?? NO_SCORE) - (b.score ?? NO_SCORE)
  )
}

function findingsBySeverity({ findings }: SegmentResult): readonly Finding[] {
  return findings.toSorted((a, b) => SEVERITY.indexOf(a.severity) - SEVERITY.indexOf(b.severity))
}
