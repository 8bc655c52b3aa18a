/** Measures and checks every segment of one object against its images. Runs in a worker thread; no I/O. */
import { runChecks } from '../checks/index.ts'
import type { ObjectContext, SegmentInput, ShapeProblem, SidedPosition } from '../checks/check.ts'
import { sidedPositionOf } from '../checks/laterality.ts'
import { resolveStructure } from '../checks/structure.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Knowledge } from '../domain/knowledge.ts'
import type { Policy } from '../domain/policy.ts'
import type { Segment } from '../domain/segmentation.ts'
import { readVolume } from '../dicom/image.ts'
import { preferredImages } from '../dicom/preferred-images.ts'
import { PlumblineError } from '../errors.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { alignMask } from '../imaging/align.ts'
import { findBody } from '../imaging/body.ts'
import { rasterise, type ContourProblem } from '../imaging/contours.ts'
import type { AssessedSegment, AssessInput, Assessment } from '../ports.ts'
import { anchorOf } from './anchor.ts'

export interface AssessOptions {
  readonly knowledge: Knowledge
  readonly policy: Policy
  readonly limits: ReadLimits
}

/** A segment's shape on the grid it is checked on, or why it has none. */
interface Placed {
  readonly segment: Segment
  readonly mask: Mask | null
  /** As the object stores it, for its volume: resampling would change that. */
  readonly ownMask: Mask | null
  readonly problems: readonly ShapeProblem[]
  readonly notAssessable: string | null
}

export async function assessSegmentation(input: AssessInput, options: AssessOptions): Promise<Assessment> {
  const { segmentation, location } = input
  const named = preferredImages(segmentation)
  const volume = input.images.length === 0 ? null : await readVolume(input.images, options.limits, named)
  const body = volume === null ? null : findBody(volume)
  const object: ObjectContext = {
    segmentation,
    source: location.series,
    sourceNote: location.note,
    missingInstances: location.missingInstances,
    seriesProblems: volume?.problems ?? [],
  }
  const placed = placeAll(segmentation.segments, volume, options.limits).map((one) => ({
    ...one,
    claim: resolveStructure(one.segment, options.knowledge),
  }))
  const positions = placed
    .map(({ segment, mask, claim }) => (mask === null ? null : sidedPositionOf(segment.number, claim, mask)))
    .filter((position): position is SidedPosition => position !== null)
  const segments = placed.map(
    ({ segment, claim, mask, ownMask, problems, notAssessable }): AssessedSegment => {
      const peers = positions.filter(({ number }) => number !== segment.number)
      const checked: SegmentInput = {
        object,
        number: segment.number,
        resolved: claim,
        mask,
        ownMask,
        volume,
        body,
        peers,
        shapeProblems: problems,
        policy: options.policy,
      }
      const { evidence, findings } = runChecks(checked)
      return {
        number: segment.number,
        label: segment.label,
        code: segment.code,
        laterality: claim.side ?? segment.laterality,
        structure: claim.structure?.id ?? null,
        evidence,
        findings,
        notAssessable,
        anchor: mask === null || volume === null ? null : anchorOf(mask, volume, findings),
      }
    },
  )
  return { segments, seriesProblems: object.seriesProblems }
}

/** Masks made here lie outside the heap of the thread, so that nothing but this bounds their sum. */
function placeAll(segments: readonly Segment[], volume: Volume | null, { voxelsMax }: ReadLimits): Placed[] {
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
function place(segment: Segment, volume: Volume | null): Placed {
  const { shape } = segment
  const nothing = { segment, mask: null, ownMask: null, problems: [] }
  if (shape.kind === 'unreadable') return { ...nothing, notAssessable: shape.reason }
  if (shape.kind === 'contours') {
    if (volume === null) {
      return {
        ...nothing,
        notAssessable: 'Contours can be measured on their images only, and these were not found.',
      }
    }
    const { mask, problems } = rasterise(shape.contours, volume.geometry)
    return {
      segment,
      mask,
      ownMask: mask,
      problems: contourProblems(problems, shape.contours.length),
      notAssessable: null,
    }
  }
  if (volume === null)
    return { segment, mask: shape.mask, ownMask: shape.mask, problems: [], notAssessable: null }
  const { mask, outsideFraction } = alignMask(shape.mask, volume.geometry)
  return {
    segment,
    mask,
    ownMask: shape.mask,
    problems: outsideProblem(outsideFraction, shape.mask),
    notAssessable: null,
  }
}

/** Slices without a contour are found on the mask itself (checks/slice-gap.ts). */
const SHAPE_PROBLEM_OF: Readonly<Record<ContourProblem['kind'], ShapeProblem['kind'] | null>> = {
  ambiguous: 'contour-ambiguous',
  'off-plane': 'off-plane-contours',
  outside: 'out-of-image',
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
