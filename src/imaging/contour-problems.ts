/** What turning contours into voxels noticed, in words. */
import type { Geometry, Vector3 } from '../domain/geometry.ts'
import { axisVectorMm, cross, dot, length } from './geometry.ts'
import type { Outline } from './outline.ts'
import type { Ambiguity } from './polygon.ts'

/** Something about a set of contours that the mask alone does not tell. */
export interface ContourProblem {
  /**
   * `ambiguous`: contours of one plane overlap, so that union and exclusive-or differ. `off-plane`: contours between or
   * across slices that were not used. `outside`: contours that leave the image. `too-small`: contours that hold no voxel
   * centre. `skipped-slices`: slices without a contour between slices with one.
   */
  readonly kind: 'ambiguous' | 'off-plane' | 'outside' | 'too-small' | 'skipped-slices'
  readonly text: string
  /** Slice indices k. */
  readonly slices: readonly number[]
  /** Contours concerned; of `ambiguous` those that overlap in part; 0 where slices are meant. */
  readonly contourCount: number
}

export interface AmbiguousSlice extends Ambiguity {
  readonly k: number
}

/** A contour that leans less over its whole width is one of these slices, unevenly drawn. */
const PARALLEL_DEGREES = 10

export function ambiguityProblem(found: readonly AmbiguousSlice[]): ContourProblem[] {
  if (found.length === 0) return []
  const sum = (pick: (plane: AmbiguousSlice) => number) =>
    found.reduce((total, plane) => total + pick(plane), 0)
  const text =
    `On ${counted(found.length, 'slice')} contours overlap: taken together they hold ${sum((p) => p.unionCount)} voxels, taken as outlines of holes ` +
    `${sum((p) => p.exclusiveCount)}. Contours inside others were read as holes, partly overlapping ones were joined.`
  return [
    {
      kind: 'ambiguous',
      text,
      slices: sorted(found.map(({ k }) => k)),
      contourCount: sum((p) => p.crossing),
    },
  ]
}

/** Contours that no slice took: why, each reason in a sentence of its own. */
export function unusedProblem(unused: readonly Outline[], geometry: Geometry): ContourProblem[] {
  if (unused.length === 0) return []
  const between = unused.filter(({ flat }) => flat)
  const angles = unused.filter(({ flat }) => !flat).map((outline) => angleToSlices(outline, geometry))
  const turned = angles.filter((degrees) => degrees > PARALLEL_DEGREES)
  const steepest = turned.reduce((most, degrees) => Math.max(most, degrees), 0)
  const uneven = unused.length - between.length - turned.length
  const sentences = [
    between.length > 0 &&
      `${counted(between.length, 'contour')} between slices that have a nearer contour ${were(between.length)} not used.`,
    turned.length > 0 &&
      `${counted(turned.length, 'contour')} drawn across the slices, in planes at up to ${Math.round(steepest)} degrees to them, ${were(turned.length)} not used: they belong to images of another orientation.`,
    uneven > 0 &&
      `${counted(uneven, 'contour')} that ${uneven === 1 ? 'does' : 'do'} not keep to one slice ${were(uneven)} not used.`,
  ]
  const text = sentences.filter((sentence) => sentence !== false).join(' ')
  return [{ kind: 'off-plane', text, slices: slicesOf(unused), contourCount: unused.length }]
}

/** Was everything drawn on images of another orientation, so that no slice could take any of it? */
export function areOfOtherImages(outlines: readonly Outline[], geometry: Geometry): boolean {
  const isTurned = (outline: Outline): boolean =>
    !outline.flat && angleToSlices(outline, geometry) > PARALLEL_DEGREES
  return outlines.length > 0 && outlines.every(isTurned)
}

/** Angle between the plane that the points span (Newell's normal) and the slices, 0 to 90; 0 where they span none. */
function angleToSlices({ contour: { points } }: Outline, { affine }: Geometry): number {
  const normal = newellNormal(points)
  const slices = cross(axisVectorMm(affine, 0), axisVectorMm(affine, 1))
  const size = length(normal) * length(slices)
  return size > 0 ? (Math.acos(Math.min(1, Math.abs(dot(normal, slices)) / size)) * 180) / Math.PI : 0
}

function newellNormal(points: Float64Array): Vector3 {
  const at = (n: number): number => points[n < 0 ? n + points.length : n] ?? 0
  let [x, y, z] = [0, 0, 0]
  for (let n = 0; n < points.length; n += 3) {
    x += (at(n - 2) - at(n + 1)) * (at(n - 1) + at(n + 2))
    y += (at(n - 1) - at(n + 2)) * (at(n - 3) + at(n))
    z += (at(n - 3) - at(n)) * (at(n - 2) + at(n + 1))
  }
  return [x, y, z]
}

export function outsideProblem(beyond: readonly Outline[], leaving: readonly Outline[]): ContourProblem[] {
  const count = beyond.length + leaving.length
  if (count === 0) return []
  const [lie, leave] = [
    beyond.length === 1 ? 'contour lies' : 'contours lie',
    leaving.length === 1 ? 'leaves' : 'leave',
  ]
  const text = `${beyond.length} ${lie} before the first or behind the last slice and ${leaving.length} ${leave} the image sideways; what is outside was cut off.`
  return [{ kind: 'outside', text, slices: slicesOf(leaving), contourCount: count }]
}

export function tooSmallProblem(small: readonly Outline[]): ContourProblem[] {
  if (small.length === 0) return []
  const text = `${counted(small.length, 'contour')} ${small.length === 1 ? 'encloses' : 'enclose'} no voxel centre and left no voxel.`
  return [{ kind: 'too-small', text, slices: slicesOf(small), contourCount: small.length }]
}

export function skippedProblem(slices: readonly number[]): ContourProblem[] {
  const ordered = sorted(slices)
  const skipped = ordered.flatMap((k, n) => {
    const next = ordered[n + 1] ?? k + 1
    return Array.from({ length: next - k - 1 }, (_, m) => k + 1 + m)
  })
  if (skipped.length === 0) return []
  const text = `${skipped.length} slices between contoured slices have no contour. They were left empty, not interpolated.`
  return [{ kind: 'skipped-slices', text, slices: skipped, contourCount: 0 }]
}

function slicesOf(outlines: readonly Outline[]): number[] {
  return sorted([...new Set(outlines.map(({ slice }) => slice))])
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were'
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}
