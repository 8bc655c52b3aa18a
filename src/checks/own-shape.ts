/** Which mask answers questions of shape. */
import { indexToLps, lpsToIndex, spacingMm, voxelVolumeMm3 } from '../imaging/geometry.ts'
import { measureMask } from '../imaging/measure.ts'
import type { OwnShape, SegmentInput } from './check.ts'

/** Slice spacings that differ by less than this share are the same. */
const SPACING_TOLERANCE = 0.05

/**
 * The object's own mask where its slices are spaced unlike the images'; else the mask on the images' grid, whose slice
 * numbers people know. Thick slices laid over thin ones would otherwise end in steps that look like cuts.
 */
export function ownShape({ mask, measures, ownMask, volume }: SegmentInput): OwnShape | null {
  const own = ownMask ?? mask
  const ownMeasures = own === null || own === mask ? measures : measureMask(own)
  if (own === null || ownMeasures === null) return null
  const volumeCm3 = ((own.fractionSum ?? ownMeasures.voxelCount) * voxelVolumeMm3(own.geometry)) / 1000
  const [ownMm, imageMm] = [own, mask ?? own].map(({ geometry }) => spacingMm(geometry)[2])
  const sameSlices = Math.abs((ownMm ?? 0) / (imageMm ?? 1) - 1) < SPACING_TOLERANCE
  if (mask !== null && measures !== null && (sameSlices || volume === null)) {
    return { mask, measures, imageSlice: (k) => k, volumeCm3 }
  }
  const [columns, rows] = own.geometry.size
  const imageSlice = (k: number): number =>
    volume === null
      ? k
      : Math.round(lpsToIndex(volume.geometry, indexToLps(own.geometry, [columns / 2, rows / 2, k]))[2])
  return { mask: own, measures: ownMeasures, imageSlice, volumeCm3 }
}
