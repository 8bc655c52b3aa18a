/** What a reader should see first. */
import type { Case } from '../../src/domain/case.ts'
import { placesOf } from './panel/finding-list.tsx'
import { bySeverity, byVerdict } from './panel/words.ts'
import type { SegmentView } from './viewer-port.ts'

/** The worst object, all its segments, at the slice that shows its worst finding best. Undefined without cases. */
export function worstView(cases: readonly Case[]): SegmentView | undefined {
  const worst = cases.toSorted(byVerdict)[0]
  if (worst === undefined) return undefined
  const places = worst.segments
    .toSorted(byVerdict)
    .flatMap(({ findings }) => findings.toSorted(bySeverity))
    .flatMap(placesOf)
  return {
    objectSopInstanceUid: worst.object.sopInstanceUid,
    objectSeriesInstanceUid: worst.object.seriesInstanceUid,
    segmentNumber: null,
    place: places[0] ?? null,
  }
}
