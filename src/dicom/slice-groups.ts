/** Which images of a series belong to one stack. A series may hold localisers, echoes, time points, b-values (PS3.3 C.7.3). */
import type { SeriesProblem, Vector3 } from '../domain/geometry.ts'
import { dot, planeNormal } from '../imaging/geometry.ts'
import { SAME_POSITION_MM } from '../imaging/stack.ts'
import { numbers, texts, type Dataset, type Part10 } from './part10.ts'
import { isPreferred, type PreferredImages } from './preferred-images.ts'

/** One plane: a single-frame image, or one frame of a multi-frame image. */
export interface Slice {
  readonly part10: Part10
  /** As a single-frame image has them; of a frame with its functional groups among them (functional-groups.ts). */
  readonly attributes: Dataset
  /** From 0. */
  readonly frameIndex: number
  /** From 1; null where the image is one plane. */
  readonly frameNumber: number | null
  readonly sopInstanceUid: string
  /** Infinity where the image has none, so that it comes last. */
  readonly instanceNumber: number
  readonly frameOfReferenceUid: string | null
  readonly position: Vector3
  readonly orientation: readonly number[]
  readonly pixelSpacingMm: readonly [number, number]
  readonly rows: number
  readonly columns: number
}

export interface SliceChoice {
  readonly slices: readonly Slice[]
  readonly problems: readonly SeriesProblem[]
}

const DIRECTION_TOLERANCE = 1e-3
const SPACING_TOLERANCE_MM = 1e-3
/** A part of a series stands for the whole only when it covers at least this share of the positions. */
const COVERAGE_MIN = 0.9

/** What may differ between images at one position: its value per image, and what to call several of them. */
interface Split {
  readonly name: string
  readonly valueOf: (slice: Slice) => string
}

/** Tried in this order. Attributes of the functional groups (PS3.3 C.7.6.16) stand beside those they replace. */
const SPLITS: readonly Split[] = [
  attribute('TemporalPositionIdentifier', 'time points'),
  attribute('TemporalPositionIndex', 'time points'),
  attribute('TemporalPositionTimeOffset', 'time points'),
  attribute('DiffusionBValue', 'b-values'),
  attribute('DiffusionGradientOrientation', 'diffusion directions'),
  attribute('EchoNumbers', 'echoes'),
  attribute('EchoTime', 'echo times'),
  attribute('EffectiveEchoTime', 'echo times'),
  attribute('InversionTime', 'inversion times'),
  attribute('InversionTimes', 'inversion times'),
  attribute('NominalPercentageOfCardiacPhase', 'cardiac phases'),
  attribute('TriggerTime', 'trigger times'),
  attribute('NominalCardiacTriggerDelayTime', 'trigger times'),
  attribute('NominalPercentageOfRespiratoryPhase', 'respiratory phases'),
  attribute('FrameType', 'image types'),
  attribute('ImageType', 'image types'),
  attribute('ComplexImageComponent', 'complex components'),
  attribute('ConvolutionKernel', 'reconstruction kernels'),
  attribute('StackID', 'stacks'),
  attribute('AcquisitionNumber', 'acquisitions'),
  attribute('FrameAcquisitionNumber', 'acquisitions'),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map(dimension),
  attribute('AcquisitionTime', 'acquisition times'),
  attribute('FrameAcquisitionDateTime', 'acquisition times'),
]

function attribute(keyword: string, name: string): Split {
  return { name, valueOf: ({ attributes }) => texts(attributes, keyword).join('\\') }
}

/** One index of the frame in its Multi-frame Dimensions (PS3.3 C.7.6.17); an index of position tells no sets apart. */
function dimension(column: number): Split {
  return {
    name: `values of dimension ${column + 1}`,
    valueOf: ({ attributes }) => String(numbers(attributes, 'DimensionIndexValues')[column] ?? ''),
  }
}

/**
 * The set of images that share orientation, matrix, spacing and frame of reference, one per position, with most of the
 * `preferred` images; of several the largest, else that with the lowest instance and frame number.
 */
export function chooseStack(all: readonly Slice[], preferred: PreferredImages): SliceChoice {
  const ranked = all.map((slice) => ({ slice, rank: isPreferred(slice, preferred) ? 0 : 1 }))
  const ordered = ranked
    .toSorted((a, b) => a.rank - b.rank || compare(a.slice, b.slice))
    .map(({ slice }) => slice)
  const stack = best(groupBy(ordered, sameStack), preferred)
  const problems: SeriesProblem[] = []
  if (stack.length < ordered.length) {
    const left = ordered.length - stack.length
    const text = `${left} of ${ordered.length} images differ from the rest in orientation, matrix, pixel spacing or frame of reference and were left out.`
    problems.push({ kind: 'mixed-series', text, affected: [] })
  }
  const split = splitByAttribute(stack, preferred)
  return { slices: split.slices, problems: [...problems, ...split.problems] }
}

function sameStack(a: Slice, b: Slice): boolean {
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    a.frameOfReferenceUid === b.frameOfReferenceUid &&
    a.orientation.every((cosine, n) => Math.abs(cosine - (b.orientation[n] ?? 0)) < DIRECTION_TOLERANCE) &&
    a.pixelSpacingMm.every(
      (spacing, n) => Math.abs(spacing - (b.pixelSpacingMm[n] ?? 0)) < SPACING_TOLERANCE_MM,
    )
  )
}

/** Where several images share a position: keeps the part of the series that one attribute singles out. */
function splitByAttribute(stack: readonly Slice[], preferred: PreferredImages): SliceChoice {
  const positionCount = countPositions(stack)
  let slices = stack
  const names: string[] = []
  for (const { name, valueOf } of SPLITS) {
    if (slices.length === positionCount) break
    const groups = groupByValue(slices, valueOf)
    if (groups.length < 2) continue
    const whole = groups.filter((group) => countPositions(group) >= COVERAGE_MIN * positionCount)
    if (whole.length === 0) continue
    names.push(`${groups.length} ${name}`)
    slices = best(whole, preferred)
  }
  if (names.length === 0) return { slices, problems: [] }
  const text = `The series holds ${names.join(' and ')} at the same positions; ${slices.length} of ${stack.length} images, one consistent set, were measured.`
  return { slices, problems: [{ kind: 'mixed-series', text, affected: [] }] }
}

function groupByValue(slices: readonly Slice[], valueOf: Split['valueOf']): Slice[][] {
  const groups = new Map<string, Slice[]>()
  for (const slice of slices) {
    const value = valueOf(slice)
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [slice])
    else group.push(slice)
  }
  return [...groups.values()]
}

function countPositions(slices: readonly Slice[]): number {
  const [first] = slices
  if (first === undefined) return 0
  const normal = planeNormal(first.orientation)
  const heights = slices.map((slice) => dot(slice.position, normal)).toSorted((a, b) => a - b)
  return heights.filter((height, n) => n === 0 || height - (heights[n - 1] ?? height) > SAME_POSITION_MM)
    .length
}

function groupBy(slices: readonly Slice[], same: (a: Slice, b: Slice) => boolean): Slice[][] {
  const groups: Slice[][] = []
  for (const slice of slices) {
    const group = groups.find(([first]) => first !== undefined && same(first, slice))
    if (group === undefined) groups.push([slice])
    else group.push(slice)
  }
  return groups
}

/** The group with most preferred slices, of these the largest, of these the first. */
function best(groups: readonly Slice[][], preferred: PreferredImages): Slice[] {
  const rated = groups.map((group) => ({
    group,
    named: group.filter((slice) => isPreferred(slice, preferred)).length,
  }))
  const order = rated.toSorted((a, b) => b.named - a.named || b.group.length - a.group.length)
  return order[0]?.group ?? []
}

/** By instance number, frame number, and for want of these by UID. */
function compare(a: Slice, b: Slice): number {
  return (
    Math.sign(a.instanceNumber - b.instanceNumber) ||
    compareText(a.sopInstanceUid, b.sopInstanceUid) ||
    a.frameIndex - b.frameIndex
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
