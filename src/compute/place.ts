/** Segments as their object stores them to masks on the grid they are checked on. */
import type { ShapeProblem } from '../checks/check.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Contour, Segment } from '../domain/segmentation.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { PlumblineError } from '../errors.ts'
import { alignMask } from '../imaging/align.ts'
import type { ContourProblem } from '../imaging/contour-problems.ts'
import { rasterise } from '../imaging/contours.ts'

const WITHOUT_IMAGES = 'Contours can be measured on their images only, and these were not found.'
/** No fault of the structure: none of it was measured, so an empty mask would be our doing. */
const ON_OTHER_IMAGES =
  'All its contours run across the slices of these images, so none was measured: they were drawn on images of another orientation. Check it on those.'

/** A segment's shape on the grid it is checked on, or why it has none. */
export interface Placed {
  readonly segment: Omit<Segment, 'shape'>
  readonly mask: Mask | null
  /** As the object stores it, for its volume: resampling would change that. */
  readonly ownMask: Mask | null
  readonly contours: readonly Contour[] | null
  readonly problems: readonly ShapeProblem[]
  readonly notAssessable: string | null
}

/** Masks made here lie outside the heap of the thread, so that nothing but this bounds their sum. */
export function placeAll(
  segments: readonly Segment[],
  volume: Volume | null,
  { voxelsMax }: ReadLimits,
): Placed[] {
  let voxelCount = 0
  return segments.map((segment) => {
    const placed = place(segment, volume)
    voxelCount += placed.mask?.voxels.length ?? 0
    if (voxelCount <= voxelsMax) return placed
    throw new PlumblineError(
      'limit-exceeded',
      `On the grid of its images the segmentation holds more than ${voxelsMax} voxels.`,
      {
        nextStep: 'Raise limits.voxelsMax if objects of this size are expected.',
      },
    )
  })
}

/** Puts a segment on the grid of the images; without images a mask stays on its own. */
function place({ shape, ...segment }: Segment, volume: Volume | null): Placed {
  const nothing = { segment, mask: null, ownMask: null, contours: null, problems: [] }
  if (shape.kind === 'unreadable') return { ...nothing, notAssessable: shape.reason }
  if (shape.kind === 'contours') {
    if (volume === null) return { ...nothing, notAssessable: WITHOUT_IMAGES }
    const { contours } = shape
    const { mask, problems, ofOtherImages } = rasterise(contours, volume.geometry)
    if (ofOtherImages) return { ...nothing, notAssessable: ON_OTHER_IMAGES }
    return {
      segment,
      mask,
      ownMask: mask,
      contours,
      problems: contourProblems(problems, contours.length),
      notAssessable: null,
    }
  }
  const own = { ...nothing, ownMask: shape.mask, notAssessable: null }
  if (volume === null) return { ...own, mask: shape.mask }
  const { mask, outsideFraction } = alignMask(shape.mask, volume.geometry)
  return { ...own, mask, problems: outsideProblem(outsideFraction, shape.mask) }
}

/** Slices without a contour are found on the mask itself (checks/slice-gap.ts). */
const SHAPE_PROBLEM_OF: Readonly<Record<ContourProblem['kind'], ShapeProblem['kind'] | null>> = {
  ambiguous: 'contour-ambiguous',
  'off-plane': 'off-plane-contours',
  outside: 'out-of-image',
  'too-small': 'contour-artefact',
  'skipped-slices': null,
}

function contourProblems(problems: readonly ContourProblem[], total: number): ShapeProblem[] {
  return problems.flatMap(({ kind, text, slices, contourCount }) => {
    const known = SHAPE_PROBLEM_OF[kind]
    return known === null ? [] : [{ kind: known, text, count: contourCount, total, slices }]
  })
}

function outsideProblem(fraction: number, { voxels }: Mask): ShapeProblem[] {
  if (fraction === 0) return []
  const total = voxels.reduce((sum, voxel) => sum + voxel, 0)
  const count = Math.round(fraction * total)
  return [
    {
      kind: 'out-of-image',
      text: `${count} of its ${total} voxels lie outside the images.`,
      count,
      total,
      slices: [],
    },
  ]
}
