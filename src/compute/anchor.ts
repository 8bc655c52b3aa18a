/** The one place a viewer should jump to for a segment. */
import type { Finding } from '../domain/evidence.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import { measureMask } from '../imaging/measure.ts'
import type { AssessedSegment } from '../ports.ts'

/**
 * The image that shows the first finding that has one, else the one with the largest area, and a point
 * inside the segment there: column and row with the top-left pixel's centre at 0.5, 0.5 (PS3.3 C.18.6.1.1).
 * Null when no image of the series lies under the segment.
 */
export function anchorOf(
  mask: Mask,
  volume: Volume,
  findings: readonly Finding[],
): AssessedSegment['anchor'] {
  const wanted = worstSlice(volume, findings)
  const largest = largestSlice(mask, volume)
  const k = wanted >= 0 ? wanted : largest
  const sopInstanceUid = k === null ? null : (volume.instances[k] ?? null)
  if (k === null || sopInstanceUid === null) return null
  const point = pointInSlice(mask, k) ?? (largest === null ? null : pointInSlice(mask, largest))
  if (point === null) return null
  const frameNumber = volume.frames?.[k] ?? null
  return { sopInstanceUid, frameNumber, columnRow: [point[0] + 0.5, point[1] + 0.5] }
}

/** The slice whose image the first finding with images names first; -1 when there is none. */
function worstSlice({ instances, frames }: Volume, findings: readonly Finding[]): number {
  const worst = findings.find((finding) => finding.instances.length > 0)
  const frame = worst?.frames?.[0] ?? null
  return instances.findIndex(
    (uid, k) => uid !== null && uid === worst?.instances[0] && (frames?.[k] ?? null) === frame,
  )
}

function largestSlice(mask: Mask, volume: Volume): number | null {
  const measures = measureMask(mask)
  if (measures === null) return null
  const areas = measures.sliceCounts.map((area, n) => ({ area, k: measures.tight.origin[2] + n }))
  const shown = areas.filter(({ k }) => (volume.instances[k] ?? null) !== null)
  return shown.toSorted((a, b) => b.area - a.area)[0]?.k ?? null
}

/** The voxel of the segment that lies nearest to its centre of area in this slice: always inside, even of a ring. */
function pointInSlice(mask: Mask, k: number): readonly [column: number, row: number] | null {
  const voxels = voxelsInSlice(mask, k)
  if (voxels.length === 0) return null
  const centre = [mean(voxels.map(([i]) => i)), mean(voxels.map(([, j]) => j))] as const
  const distance = ([i, j]: readonly [number, number]) => (i - centre[0]) ** 2 + (j - centre[1]) ** 2
  return voxels.reduce((best, voxel) => (distance(voxel) < distance(best) ? voxel : best))
}

function voxelsInSlice({ box, voxels }: Mask, k: number): (readonly [number, number])[] {
  const [columns, rows, slices] = box.size
  const slice = k - box.origin[2]
  if (slice < 0 || slice >= slices) return []
  const found: (readonly [number, number])[] = []
  for (let index = 0; index < columns * rows; index++) {
    if (voxels[slice * columns * rows + index] === 0) continue
    found.push([box.origin[0] + (index % columns), box.origin[1] + Math.floor(index / columns)])
  }
  return found
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
