/** Are the images there yet? A segmentation may arrive before, among or after the images it was drawn on. */
import type { Segmentation } from '../domain/segmentation.ts'
import type { SourceLocation } from './source-series.ts'

export interface ReadinessLimits {
  /** How long after receipt the images are waited for. */
  readonly deadlineMs: number
  /** When to look again. */
  readonly retryMs: number
  /** Where the references do not say which images there must be: how long the study must have been left to fill up. */
  readonly stableMs: number
}

export type Readiness =
  | { readonly kind: 'ready'; readonly why: string }
  | { readonly kind: 'wait'; readonly until: Date; readonly why: string; readonly missing: readonly string[] }
  /** The deadline passed: go on with what there is; the missing images are a finding. */
  | { readonly kind: 'give-up'; readonly why: string; readonly missing: readonly string[] }

/**
 * Decides whether to judge now. `quietSince` is when the study was last seen to change, at least the receipt of the
 * object. Archives cannot tell whether a study is complete, so this waits only for what the object itself names,
 * and otherwise for quiet.
 */
export function decideReadiness(
  segmentation: Segmentation,
  location: SourceLocation,
  receivedAt: Date,
  now: Date,
  limits: ReadinessLimits,
  quietSince: Date = receivedAt,
): Readiness {
  const deadline = receivedAt.getTime() + limits.deadlineMs
  const quietFrom = Math.max(receivedAt.getTime(), quietSince.getTime()) + limits.stableMs
  const missing = location.missingInstances
  const expected = expectation(segmentation, location)
  if (expected === 'complete')
    return { kind: 'ready', why: 'All images that the object refers to are there.' }
  if (expected === 'unsaid' && now.getTime() >= quietFrom)
    return { kind: 'ready', why: 'The study has been quiet.' }

  const why = WHY_WAIT[expected](missing.length)
  if (now.getTime() >= deadline)
    return { kind: 'give-up', why: `${why} The time to wait for it is over.`, missing }
  const next = expected === 'unsaid' ? quietFrom : now.getTime() + limits.retryMs
  return { kind: 'wait', until: new Date(Math.min(next, deadline)), why, missing }
}

type Expectation = 'complete' | 'missing' | 'unsaid' | 'no-series'

const WHY_WAIT: Readonly<Record<Exclude<Expectation, 'complete'>, (missing: number) => string>> = {
  missing: (count) =>
    count === 1
      ? '1 image that the object refers to is not in the archive yet.'
      : `${count} images that the object refers to are not in the archive yet.`,
  unsaid: () =>
    'The object does not say how many images its series has, and the study may still be filling up.',
  'no-series': () => 'No image series that the object could have been drawn on is in the archive yet.',
}

/**
 * What the references lead one to expect. References dangle for good (`unsaid`) when the named series holds as many
 * images as are named, and none of them is one of these: then nothing is on its way.
 */
function expectation(segmentation: Segmentation, location: SourceLocation): Expectation {
  if (location.series === null) return location.missingInstances.length > 0 ? 'missing' : 'no-series'
  const { seriesInstanceUid, instances } = location.series
  const named = new Set(segmentation.references.flatMap(({ sopInstanceUids }) => sopInstanceUids))
  const held = instances.filter(({ sopInstanceUid }) => named.has(sopInstanceUid)).length
  if (location.missingInstances.length > 0) {
    const namesSeries = segmentation.references.some(
      (reference) => reference.seriesInstanceUid === seriesInstanceUid,
    )
    const dangles = held === 0 && namesSeries && instances.length >= named.size
    return dangles ? 'unsaid' : 'missing'
  }
  // Only some slices are named: the others may still be on their way.
  return held > 0 && held >= instances.length ? 'complete' : 'unsaid'
}
