/** Which images of a series belong to one stack. A series may hold localisers, echoes, time points, b-values (PS3.3 C.7.3). */
import type { SeriesProblem, Vector3 } from '../domain/geometry.ts'
import { dot, planeNormal } from '../imaging/geometry.ts'
import { SAME_POSITION_MM } from '../imaging/stack.ts'
import { texts, type Part10 } from './part10.ts'

/** One single-frame image with its plane. */
export interface Slice {
  readonly part10: Part10
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

/** What may differ between images at one position, and what to call it. Tried in this order. */
const SPLITS: readonly (readonly [keyword: string, name: string])[] = [
  ['TemporalPositionIdentifier', 'time points'],
  ['DiffusionBValue', 'b-values'],
  ['EchoNumbers', 'echoes'],
  ['EchoTime', 'echo times'],
  ['InversionTime', 'inversion times'],
  ['NominalPercentageOfCardiacPhase', 'cardiac phases'],
  ['TriggerTime', 'trigger times'],
  ['ImageType', 'image types'],
  ['ConvolutionKernel', 'reconstruction kernels'],
  ['AcquisitionNumber', 'acquisitions'],
  ['AcquisitionTime', 'acquisition times'],
]

/**
 * The largest set of images that share orientation, matrix, spacing and frame of reference, one per position. Of equally
 * large ones that with `preferred` images (SOP Instance UIDs), else that with the lowest instance number.
 */
export function chooseStack(all: readonly Slice[], preferred: ReadonlySet<string>): SliceChoice {
  const rank = ({ sopInstanceUid }: Slice): number => (preferred.has(sopInstanceUid) ? 0 : 1)
  const ordered = all.toSorted(
    (a, b) =>
      rank(a) - rank(b) || a.instanceNumber - b.instanceNumber || compare(a.sopInstanceUid, b.sopInstanceUid),
  )
  const stack = largest(groupBy(ordered, sameStack))
  const problems: SeriesProblem[] = []
  if (stack.length < ordered.length) {
    const left = ordered.length - stack.length
    const text = `${left} of ${ordered.length} images differ from the rest in orientation, matrix, pixel spacing or frame of reference and were left out.`
    problems.push({ kind: 'mixed-series', text, affected: [] })
  }
  const split = splitByAttribute(stack)
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
function splitByAttribute(stack: readonly Slice[]): SliceChoice {
  const positionCount = countPositions(stack)
  let slices = stack
  const names: string[] = []
  for (const [keyword, name] of SPLITS) {
    if (slices.length === positionCount) break
    const groups = groupByValue(slices, keyword)
    const kept = largest(groups)
    if (kept.length === slices.length || countPositions(kept) < COVERAGE_MIN * positionCount) continue
    names.push(`${groups.length} ${name}`)
    slices = kept
  }
  if (names.length === 0) return { slices, problems: [] }
  const text = `The series holds ${names.join(' and ')} at the same positions; ${slices.length} of ${stack.length} images, one consistent set, were measured.`
  return { slices, problems: [{ kind: 'mixed-series', text, affected: [] }] }
}

function groupByValue(slices: readonly Slice[], keyword: string): Slice[][] {
  const groups = new Map<string, Slice[]>()
  for (const slice of slices) {
    const value = texts(slice.part10.dataset, keyword).join('\\')
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

/** The first of the largest groups, so that the order of the slices decides a tie. */
function largest(groups: readonly Slice[][]): Slice[] {
  return groups.reduce((best, group) => (group.length > best.length ? group : best), groups[0] ?? [])
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
