/** Planar contours to voxels: a voxel is inside when its centre is (even-odd rule), PS3.3 C.8.8.6. */
import type { Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import type { Contour } from '../domain/segmentation.ts'
import { invertAffine, transform } from './geometry.ts'
import { combinePlane, fillPolygon, type Patch } from './polygon.ts'

/** Something about a set of contours that the mask alone does not tell. */
export interface ContourProblem {
  /**
   * `ambiguous`: contours of one plane overlap, so that union and exclusive-or differ. `off-plane`: contours between or
   * across slices that were not used. `outside`: contours that leave the image. `skipped-slices`: slices without a contour
   * between slices with one.
   */
  readonly kind: 'ambiguous' | 'off-plane' | 'outside' | 'skipped-slices'
  readonly text: string
  /** Slice indices k. */
  readonly slices: readonly number[]
  /** Contours concerned; 0 where slices are meant. */
  readonly contourCount: number
}

export interface Rasterised {
  readonly mask: Mask
  readonly problems: readonly ContourProblem[]
}

/** One contour in index space. */
interface Outline {
  readonly points: readonly Vector3[]
  readonly exclusive: boolean
  /** Slice coordinate: mean of its points, a fraction when it lies between slices. */
  readonly k: number
  readonly flat: boolean
}

/** A contour may lean this much, in slices, and still be of one slice. */
const SLICE_LEAN_MAX = 0.5
/** Contours whose slice coordinates differ by less are of one plane. */
const SAME_PLANE = 0.05

/**
 * Rasterises the contours of one structure on a grid. Every slice takes the contour plane nearest to it, within half a
 * slice; other planes are not used and reported. Nothing is interpolated.
 */
export function rasterise(contours: readonly Contour[], geometry: Geometry): Rasterised {
  const outlines = toIndexSpace(contours, geometry)
  const [columns, rows, slices] = geometry.size
  const inside = outlines.filter(({ k, flat }) => flat && k > -0.5 && k < slices - 0.5)
  const planes = planePerSlice(inside)
  const patches = new Map<number, Patch>()
  const ambiguous: { k: number; union: number; exclusive: number }[] = []
  for (const [k, plane] of planes) {
    const filled = plane.map(({ points, exclusive }) => ({
      patch: fillPolygon(points, columns, rows),
      points,
      exclusive,
    }))
    const { patch, unionCount, exclusiveCount } = combinePlane(filled)
    if (patch !== null) patches.set(k, patch)
    if (unionCount !== exclusiveCount) ambiguous.push({ k, union: unionCount, exclusive: exclusiveCount })
  }
  const beyond = new Set(outlines.filter(({ k, flat }) => flat && (k <= -0.5 || k >= slices - 0.5)))
  const used = new Set([...planes.values()].flat())
  return {
    mask: toMask(patches, geometry),
    problems: [
      ...ambiguityProblem(ambiguous),
      ...unusedProblem(outlines.filter((outline) => !used.has(outline) && !beyond.has(outline))),
      ...outsideProblem(
        beyond.size,
        [...used].filter((outline) => leaves(outline, geometry)),
      ),
      ...skippedProblem([...planes.keys()]),
    ],
  }
}

function toIndexSpace(contours: readonly Contour[], geometry: Geometry): Outline[] {
  const inverse = invertAffine(geometry.affine)
  return contours
    .filter((contour) => contour.points.length > 0)
    .map(({ points, geometricType }) => {
      const indices = points.map((point) => transform(inverse, point))
      const k = indices.reduce((sum, point) => sum + point[2], 0) / indices.length
      const flat = indices.every((point) => Math.abs(point[2] - k) <= SLICE_LEAN_MAX)
      return { points: indices, exclusive: geometricType === 'CLOSEDPLANAR_XOR', k, flat }
    })
}

/** By slice: the outlines of the one plane that is nearest to it. */
function planePerSlice(outlines: readonly Outline[]): Map<number, Outline[]> {
  const bySlice = new Map<number, Outline[]>()
  for (const outline of outlines) {
    const k = nearestSlice(outline.k)
    const others = bySlice.get(k)
    if (others === undefined) bySlice.set(k, [outline])
    else others.push(outline)
  }
  for (const [k, all] of bySlice) {
    const nearest = all.reduce((best, outline) =>
      Math.abs(outline.k - k) < Math.abs(best.k - k) ? outline : best,
    )
    bySlice.set(
      k,
      all.filter((outline) => Math.abs(outline.k - nearest.k) < SAME_PLANE),
    )
  }
  return bySlice
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b))
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b))
}

function toMask(patches: ReadonlyMap<number, Patch>, geometry: Geometry): Mask {
  const all = [...patches]
  if (all.length === 0)
    return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
  const i = least(all.map(([, patch]) => patch.column))
  const j = least(all.map(([, patch]) => patch.row))
  const k = least(all.map(([slice]) => slice))
  const columns = most(all.map(([, patch]) => patch.column + patch.columns)) - i
  const rows = most(all.map(([, patch]) => patch.row + patch.rows)) - j
  const depth = most(all.map(([slice]) => slice)) - k + 1
  const voxels = new Uint8Array(columns * rows * depth)
  for (const [slice, patch] of all) {
    for (let row = 0; row < patch.rows; row++) {
      const line = patch.values.subarray(row * patch.columns, (row + 1) * patch.columns)
      voxels.set(line, ((slice - k) * rows + patch.row + row - j) * columns + patch.column - i)
    }
  }
  return { geometry, box: { origin: [i, j, k], size: [columns, rows, depth] }, voxels }
}

function ambiguityProblem(
  found: readonly { k: number; union: number; exclusive: number }[],
): ContourProblem[] {
  if (found.length === 0) return []
  const sum = (pick: (plane: { union: number; exclusive: number }) => number) =>
    found.reduce((total, plane) => total + pick(plane), 0)
  const text =
    `On ${found.length} slice${found.length === 1 ? '' : 's'} contours overlap: taken together they hold ${sum((p) => p.union)} voxels, taken as outlines of holes ` +
    `${sum((p) => p.exclusive)}. Contours inside others were read as holes, partly overlapping ones were joined.`
  return [{ kind: 'ambiguous', text, slices: sorted(found.map((plane) => plane.k)), contourCount: 0 }]
}

function unusedProblem(unused: readonly Outline[]): ContourProblem[] {
  if (unused.length === 0) return []
  const [lie, were] = unused.length === 1 ? ['contour lies', 'was'] : ['contours lie', 'were']
  const text = `${unused.length} ${lie} across slices, or between slices that have a nearer contour, and ${were} not used.`
  return [{ kind: 'off-plane', text, slices: slicesOf(unused), contourCount: unused.length }]
}

function leaves({ points }: Outline, { size: [columns, rows] }: Geometry): boolean {
  return points.some(([i, j]) => i < -0.5 || j < -0.5 || i > columns - 0.5 || j > rows - 0.5)
}

function outsideProblem(beyond: number, leaving: readonly Outline[]): ContourProblem[] {
  if (beyond + leaving.length === 0) return []
  const [lie, leave] = [
    beyond === 1 ? 'contour lies' : 'contours lie',
    leaving.length === 1 ? 'leaves' : 'leave',
  ]
  const text = `${beyond} ${lie} before the first or behind the last slice and ${leaving.length} ${leave} the image sideways; what is outside was cut off.`
  return [{ kind: 'outside', text, slices: slicesOf(leaving), contourCount: beyond + leaving.length }]
}

function slicesOf(outlines: readonly Outline[]): number[] {
  return sorted([...new Set(outlines.map(({ k }) => nearestSlice(k)))])
}

function nearestSlice(k: number): number {
  return Math.round(k) || 0
}

function skippedProblem(slices: readonly number[]): ContourProblem[] {
  const ordered = sorted(slices)
  const skipped = ordered.flatMap((k, n) => {
    const next = ordered[n + 1] ?? k + 1
    return Array.from({ length: next - k - 1 }, (_, m) => k + 1 + m)
  })
  if (skipped.length === 0) return []
  const text = `${skipped.length} slices between contoured slices have no contour. They were left empty, not interpolated.`
  return [{ kind: 'skipped-slices', text, slices: skipped, contourCount: 0 }]
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}
