/**
 * Slices without voxels inside one object. Two pieces that lie apart are no gap: on both sides of a gap the footprints
 * cover each other, are of similar size and do not taper towards it (for a structure of one piece: not both).
 * Slices that the image series itself lacks are the source's fault, not the mask's. What is missing is shown as the shape
 * half-way between the footprints above and below: an estimate, and no more than that.
 */
import type { CheckResult, MaskContext } from './check.ts'
import { sliceOverlap } from '../imaging/measure.ts'
import { interpolateSlices } from '../imaging/slice-interpolation.ts'
import { expectationsOf } from './structure.ts'
import { counted, describeSlice, imagesOf, percent } from './words.ts'

/** Shared part of the smaller footprint from which both sides are one object. */
const OVERLAP_MIN = 0.5
/** Smaller footprint over the larger one from which both may be one object. */
const SIZE_RATIO_MIN = 0.4
/** From this share of the extent on, what is missing is not an edit but a new contour. */
const EXTENSIVE_SHARE = 0.2

/** Footprint beside the gap over the largest of the three slices beyond: below it the piece tapers to an end of its own. */
const TAPER_SHARE_MIN = 0.7

export function checkSliceGap(context: MaskContext): CheckResult {
  const { volume } = context
  const { mask, measures, imageSlice } = context.shape
  const extent = measures.sliceCounts.length
  const isMissingImage = (k: number): boolean =>
    volume !== null && (volume.instances[imageSlice(k)] ?? null) === null
  const empty = gapSlices(context).filter((k) => !isMissingImage(k))
  const share = empty.length / extent
  const [gap] = empty
  const evidence = {
    key: 'gaps',
    name: 'empty slices inside',
    value: empty.length,
    unit: '1',
    where: `of ${counted(extent, 'slice')} from end to end`,
    expected: { low: 0, high: 0, source: 'one object has no empty slice between its ends' },
  }
  if (gap === undefined) return { evidence: [evidence], findings: [] }
  const one = empty.length === 1
  return {
    evidence: [evidence],
    findings: [
      {
        mode: 'slice-gap',
        // Without the images it is not known whether these slices exist; source.ts sends it to a person.
        severity: volume === null ? 'minor' : share > EXTENSIVE_SHARE ? 'critical' : 'major',
        text: `${counted(empty.length, 'slice')} inside the structure ${one ? 'holds' : 'hold'} no voxel (${percent(share)} of its ${extent}), ${one ? 'at' : 'first at'} ${describeSlice(mask.geometry, gap)}.${volume === null ? ` Whether there is an image for ${one ? 'it' : 'each of them'} is not known.` : ''}`,
        evidence: ['gaps'],
        ...imagesOf(volume, empty.map(imageSlice)),
        region: { kind: 'missing', voxels: () => interpolateSlices(mask, empty) },
      },
    ],
  }
}

/** Indices of the empty slices that lie inside one object, in order. */
export function gapSlices({ shape, resolved }: MaskContext): number[] {
  const { mask, measures } = shape
  const isOnePiece = expectationsOf(resolved).componentsMax === 1
  const counts = measures.sliceCounts
  const first = measures.tight.origin[2]
  return emptyRuns(counts)
    .filter(({ from, to }) => isSimilar(counts[from - 1] ?? 0, counts[to + 1] ?? 0))
    .filter(({ from, to }) => {
      const blunt = [isBlunt(counts, from - 1, -1), isBlunt(counts, to + 1, 1)]
      return isOnePiece ? blunt.includes(true) : !blunt.includes(false)
    })
    .filter(({ from, to }) => sliceOverlap(mask, first + from - 1, first + to + 1) >= OVERLAP_MIN)
    .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => first + from + index))
}

/** Runs of zeros, as indices into the counts, both ends included. */
function emptyRuns(counts: readonly number[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  counts.forEach((count, index) => {
    if (count > 0) return
    const last = runs.at(-1)
    if (last?.to === index - 1) last.to = index
    else runs.push({ from: index, to: index })
  })
  return runs
}

/** Does the piece that ends at `index` end without tapering? `step` leads away from the gap. */
function isBlunt(counts: readonly number[], index: number, step: 1 | -1): boolean {
  const beyond = [1, 2, 3].map((distance) => counts[index + step * distance] ?? 0)
  return (counts[index] ?? 0) >= TAPER_SHARE_MIN * Math.max(...beyond)
}

function isSimilar(a: number, b: number): boolean {
  return Math.min(a, b) >= SIZE_RATIO_MIN * Math.max(a, b)
}
