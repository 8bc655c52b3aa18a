/** Where the frames of a SEG lie: functional groups (PS3.3 C.7.6.16) to planes, planes to one regular grid. */
import type { Geometry, Vector3 } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { affineOf, dot, isOrientation, planeNormal } from '../imaging/geometry.ts'
import { SAME_POSITION_MM, stackPlanes, type Stack } from '../imaging/stack.ts'
import { damaged } from './element-values.ts'
import { items, number, text, type Dataset } from './part10.ts'
import type { PixelFormat } from './pixel-format.ts'
import { imageOrientation, imagePosition, pixelSpacing } from './plane-attributes.ts'

/** One frame with its functional groups merged: what the frame says itself wins over what all share. */
export interface SegFrame {
  readonly index: number
  /** Null in label maps, whose pixels name the segment. */
  readonly segmentNumber: number | null
  readonly position: Vector3 | null
  readonly orientation: readonly number[] | null
  readonly pixelSpacingMm: readonly [number, number] | null
  readonly sliceThicknessMm: number | null
  readonly spacingBetweenSlicesMm: number | null
  /** SOP Instance UIDs of the images the frame was derived from. */
  readonly sourceUids: readonly string[]
}

/** Planes as slices of a grid: `sliceOf` by frame index. */
export type SegGrid =
  | {
      readonly ok: true
      readonly geometry: Geometry
      readonly sliceOf: ReadonlyMap<number, number>
      readonly note: string
    }
  | { readonly ok: false; /** A whole sentence. */ readonly reason: string }

const SAME_DIRECTION_TOLERANCE = 1e-4
/** How far the last plane may be from where the stated step puts it, in steps: for a single step, and per step where decimals were cut. */
const [OFF_STEP_MAX, OFF_STEP_PER_STEP_MAX] = [0.05, 0.01]
const NO_GROUP: Dataset = {}
/** Positions beyond a kilometre are no places in a patient. */
const POSITION_MM_MAX = 1e6

/** Reads the functional groups of every frame. Throws PlumblineError('bad-dicom') when there are not as many as frames. */
export function readSegFrames(dataset: Dataset, format: PixelFormat): SegFrame[] {
  const [shared = {}] = items(dataset, 'SharedFunctionalGroupsSequence')
  const perFrame = items(dataset, 'PerFrameFunctionalGroupsSequence')
  if (perFrame.length !== format.frames) {
    throw damaged(`it says it has ${format.frames} frames and describes ${perFrame.length}`)
  }
  const readers: GroupReaders = {
    segmentNumber: once((group) => number(group, 'ReferencedSegmentNumber')),
    position: once((group) => {
      const position = imagePosition(group)
      return position?.every((part) => Math.abs(part) <= POSITION_MM_MAX) ? position : null
    }),
    sourceUids: once((derivation) =>
      items(derivation, 'SourceImageSequence').map((image) => text(image, 'ReferencedSOPInstanceUID')),
    ),
    orientation: once((group) => {
      const orientation = imageOrientation(group)
      return orientation !== null && isOrientation(orientation) ? orientation : null
    }),
    measures: once((group) => ({
      pixelSpacingMm: pixelSpacing(group),
      sliceThicknessMm: positiveMm(group, 'SliceThickness'),
      spacingBetweenSlicesMm: positiveMm(group, 'SpacingBetweenSlices'),
    })),
  }
  return perFrame.map((own, index) => readFrame(own, shared, index, readers))
}

/** Readers of groups, which many frames share. */
interface GroupReaders {
  readonly segmentNumber: (group: Dataset) => SegFrame['segmentNumber']
  readonly position: (group: Dataset) => SegFrame['position']
  readonly sourceUids: (derivation: Dataset) => SegFrame['sourceUids']
  readonly orientation: (group: Dataset) => SegFrame['orientation']
  readonly measures: (
    group: Dataset,
  ) => Pick<SegFrame, 'pixelSpacingMm' | 'sliceThicknessMm' | 'spacingBetweenSlicesMm'>
}

/** Reads a group that many frames share once. */
function once<Result>(read: (group: Dataset) => Result): (group: Dataset) => Result {
  const known = new Map<Dataset, Result>()
  return (group) => {
    const found = known.get(group)
    if (found !== undefined) return found
    const result = read(group)
    known.set(group, result)
    return result
  }
}

function readFrame(own: Dataset, shared: Dataset, index: number, readers: GroupReaders): SegFrame {
  const group = (sequence: string): Dataset =>
    items(own, sequence)[0] ?? items(shared, sequence)[0] ?? NO_GROUP
  const derivations = [...items(own, 'DerivationImageSequence'), ...items(shared, 'DerivationImageSequence')]
  return {
    index,
    segmentNumber: readers.segmentNumber(group('SegmentIdentificationSequence')),
    position: readers.position(group('PlanePositionSequence')),
    orientation: readers.orientation(group('PlaneOrientationSequence')),
    ...readers.measures(group('PixelMeasuresSequence')),
    sourceUids: derivations.flatMap(readers.sourceUids),
  }
}

function positiveMm(dataset: Dataset, keyword: string): number | null {
  const value = Math.abs(number(dataset, keyword) ?? 0)
  return value > 0 ? value : null
}

/** Refuses whole-slide segmentations, whose frames are tiles of a plane. */
export function requireVolumeFrames(dataset: Dataset): void {
  const [shared = {}] = items(dataset, 'SharedFunctionalGroupsSequence')
  const [first = {}] = items(dataset, 'PerFrameFunctionalGroupsSequence')
  const tiled =
    text(dataset, 'DimensionOrganizationType').startsWith('TILED') || dataset['00480006'] !== undefined
  const slide = [shared, first].some((group) => items(group, 'PlanePositionSlideSequence').length > 0)
  if (!tiled && !slide) return
  throw new PlumblineError(
    'unsupported-dicom',
    'The segmentation is of a tiled slide image, which Plumbline does not judge.',
  )
}

/**
 * One regular grid through the planes of `frames`, which may be sparse and in any order. The step between planes is,
 * of what fits all positions: Spacing Between Slices; the distance that most neighbours have; without a stated spacing
 * Slice Thickness; the smallest distance, unless it is the only one and contradicts the spacing. The whole grid may have `voxelsMax` voxels.
 */
export function gridOfFrames(
  frames: readonly SegFrame[],
  format: PixelFormat,
  frameOfReferenceUid: string | null,
  voxelsMax: number,
): SegGrid {
  const [first] = frames
  if (first === undefined) return { ok: false, reason: 'The object has no frames.' }
  const { orientation, pixelSpacingMm } = first
  const positions = frames.flatMap(({ position }) => (position === null ? [] : [position]))
  if (positions.length < frames.length)
    return { ok: false, reason: 'A frame has no usable position in the patient.' }
  if (orientation === null || frames.some((frame) => !sameNumbers(frame.orientation, orientation))) {
    return { ok: false, reason: 'Its frames do not share one orientation in the patient.' }
  }
  if (pixelSpacingMm === null || frames.some((frame) => !sameNumbers(frame.pixelSpacingMm, pixelSpacingMm))) {
    return { ok: false, reason: 'Its frames do not share one pixel spacing.' }
  }
  const candidates = stepCandidates(first, positions, orientation)
  if (candidates.length === 0)
    return { ok: false, reason: 'It has one plane and no slice thickness, so it has no volume.' }
  for (const { stepMm, stated, note } of candidates) {
    const stack = stackPlanes(positions, orientation, stepMm)
    if (stack === null || stack.offGrid.length > 0) continue
    if (stated && !keepsStep(stack, stepMm, orientation)) continue
    if (stack.sliceCount * format.columns * format.rows > voxelsMax) {
      const reason = `Its frames lie so far apart that their grid would have ${stack.sliceCount} slices and more than ${voxelsMax} voxels (limits.voxelsMax).`
      return { ok: false, reason }
    }
    const affine = affineOf({ position: stack.origin, orientation, pixelSpacingMm, stepMm: stack.stepMm })
    const size = [format.columns, format.rows, stack.sliceCount] as const
    const sliceOf = new Map(frames.map((frame, n) => [frame.index, stack.sliceOf[n] ?? 0]))
    return { ok: true, geometry: { frameOfReferenceUid, size, affine }, sliceOf, note }
  }
  return { ok: false, reason: 'Its frames do not fit a regular grid of the spacing that it states.' }
}

/** Any two planes make a regular stack, of another step where need be: is it the one that the object states? */
function keepsStep({ stepMm, sliceCount }: Stack, statedMm: number, orientation: readonly number[]): boolean {
  const steps = sliceCount - 1
  const offMm = Math.abs(Math.abs(dot(stepMm, planeNormal(orientation))) - statedMm) * steps
  return offMm <= statedMm * Math.max(OFF_STEP_MAX, OFF_STEP_PER_STEP_MAX * steps)
}

interface StepCandidate {
  readonly stepMm: number
  /** The object says so; else it was taken from the positions, which it fits. */
  readonly stated: boolean
  /** What the reader should know when this one is used. */
  readonly note: string
}

function stepCandidates(
  frame: SegFrame,
  positions: readonly Vector3[],
  orientation: readonly number[],
): StepCandidate[] {
  const normal = planeNormal(orientation)
  const heights = positions.map((position) => dot(position, normal)).toSorted((a, b) => a - b)
  const gaps = heights
    .slice(1)
    .map((height, n) => height - (heights[n] ?? height))
    .filter((gap) => gap > SAME_POSITION_MM)
  const smallest = gaps.length === 0 ? null : gaps.reduce((a, b) => Math.min(a, b))
  const usual =
    smallest !== null &&
    gaps.length > 1 &&
    gaps.filter((gap) => gap < 1.5 * smallest).length * 2 > gaps.length
  const spacing = frame.spacingBetweenSlicesMm
  const guessed =
    spacing === null
      ? 'The spacing of its planes is not stated; it was taken from'
      : 'The spacing that it states for its planes is not theirs; it was taken from'
  const distance = `${guessed} the smallest distance between frames.`
  // One distance alone fits any step, so it proves nothing against what is stated.
  const proven = spacing === null || gaps.length > 1 ? smallest : null
  const all = [
    { stepMm: spacing, stated: true, note: '' },
    { stepMm: usual ? smallest : null, stated: false, note: spacing === null ? '' : distance },
    {
      stepMm: spacing === null ? frame.sliceThicknessMm : null,
      stated: true,
      note: gaps.length === 0 ? '' : `${guessed} the slice thickness.`,
    },
    { stepMm: proven, stated: false, note: distance },
  ]
  return all.flatMap(({ stepMm, ...more }) => (stepMm === null ? [] : [{ stepMm, ...more }]))
}

function sameNumbers(a: readonly number[] | null, b: readonly number[]): boolean {
  return a !== null && a.every((value, n) => Math.abs(value - (b[n] ?? NaN)) < SAME_DIRECTION_TOLERANCE)
}
