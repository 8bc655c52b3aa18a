/** Where a segment is wrong, on the planes of its images. */
import type { ErrorRegion } from '../checks/check.ts'
import type { SegmentError } from '../domain/error-mask.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import { alignMask } from '../imaging/align.ts'
import { planeRuns } from '../imaging/plane-runs.ts'
import { restrict } from '../imaging/restrict.ts'

/**
 * The regions of a segment's findings, by finding id. `mask` is the segment on the grid of the volume. Checks may have
 * looked at another grid or in coarse cells: what comes out is too much only inside the segment and missing only outside.
 */
export function segmentErrors(
  regions: ReadonlyMap<string, ErrorRegion>,
  mask: Mask,
  volume: Volume,
): SegmentError[] {
  return [...regions].flatMap(([finding, { kind, voxels }]) => {
    const region = alignMask(voxels(), volume.geometry).mask
    const planes = planeRuns(restrict(region, mask, kind === 'too-much' ? 'inside' : 'outside'), volume)
    return planes.length === 0 ? [] : [{ finding, kind, planes }]
  })
}
