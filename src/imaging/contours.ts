/** Planar contours to voxels: a voxel is inside when its centre is (even-odd rule), PS3.3 C.8.8.6. */
import type { Geometry, Mask } from '../domain/geometry.ts'
import type { Contour } from '../domain/segmentation.ts'
import {
  ambiguityProblem,
  areOfOtherImages,
  outsideProblem,
  skippedProblem,
  tooSmallProblem,
  unusedProblem,
  type AmbiguousSlice,
  type ContourProblem,
} from './contour-problems.ts'
import { toOutlines, type Outline } from './outline.ts'
import { combinePlane } from './polygon.ts'
import { polygonFiller, RUN_LENGTH, type Runs } from './scanline.ts'

export interface Rasterised {
  readonly mask: Mask
  readonly problems: readonly ContourProblem[]
  /** All contours run across the slices: they were drawn on other images, and say nothing about these. */
  readonly ofOtherImages: boolean
}

/** Contours whose slice coordinates differ by less are of one plane. */
const SAME_PLANE = 0.05

/**
 * Rasterises the contours of one structure on a grid. Every slice takes the contour plane nearest to it, within half a
 * slice; other planes are not used and reported. Nothing is interpolated.
 */
export function rasterise(contours: readonly Contour[], geometry: Geometry): Rasterised {
  const outlines = toOutlines(contours, geometry)
  const [columns, rows, slices] = geometry.size
  const isBeyond = ({ k }: Outline): boolean => k <= -0.5 || k >= slices - 0.5
  const flat = outlines.filter((outline) => outline.flat)
  const planes = planePerSlice(flat.filter((outline) => !isBeyond(outline)))
  const fill = polygonFiller(columns, rows)
  const regions: Region[] = []
  const ambiguous: AmbiguousSlice[] = []
  const used = new Set<Outline>()
  const tooSmall: Outline[] = []
  for (const [k, plane] of planes) {
    const filled = plane.map(({ points, exclusive }) => ({ runs: fill(points), exclusive }))
    const { runs, ambiguity } = combinePlane(filled)
    if (runs.length > 0) regions.push({ k, runs })
    if (ambiguity !== null) ambiguous.push({ k, ...ambiguity })
    for (const [n, outline] of plane.entries()) {
      used.add(outline)
      if (filled[n]?.runs.length === 0 && isOnImage(outline, geometry)) tooSmall.push(outline)
    }
  }
  const beyond = flat.filter(isBeyond)
  const leaving = [...used].filter((outline) => leavesImage(outline, geometry))
  return {
    mask: toMask(regions, geometry),
    ofOtherImages: areOfOtherImages(outlines, geometry),
    problems: [
      ...ambiguityProblem(ambiguous),
      ...unusedProblem(
        outlines.filter((outline) => !used.has(outline) && !(outline.flat && isBeyond(outline))),
        geometry,
      ),
      ...outsideProblem(beyond, leaving),
      ...tooSmallProblem(tooSmall),
      ...skippedProblem([...planes.keys()]),
    ],
  }
}

/** By slice: the outlines of the one plane that is nearest to it. */
function planePerSlice(outlines: readonly Outline[]): Map<number, Outline[]> {
  const bySlice = new Map<number, Outline[]>()
  for (const outline of outlines) {
    const others = bySlice.get(outline.slice)
    if (others === undefined) bySlice.set(outline.slice, [outline])
    else others.push(outline)
  }
  for (const [slice, all] of bySlice) {
    const nearest = all.reduce((best, outline) =>
      Math.abs(outline.k - slice) < Math.abs(best.k - slice) ? outline : best,
    )
    const plane = all.filter((outline) => Math.abs(outline.k - nearest.k) < SAME_PLANE)
    bySlice.set(slice, plane)
  }
  return bySlice
}

function leavesImage({ low, high }: Outline, { size: [columns, rows] }: Geometry): boolean {
  return low[0] < -0.5 || low[1] < -0.5 || high[0] > columns - 0.5 || high[1] > rows - 0.5
}

function isOnImage({ low, high }: Outline, { size: [columns, rows] }: Geometry): boolean {
  return high[0] > -0.5 && high[1] > -0.5 && low[0] < columns - 0.5 && low[1] < rows - 0.5
}

/** What is inside on one slice. */
interface Region {
  readonly k: number
  readonly runs: Runs
}

function toMask(regions: readonly Region[], geometry: Geometry): Mask {
  if (regions.length === 0)
    return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
  const box = boxOf(regions)
  const [[i, j, k], [columns, rows, depth]] = [box.origin, box.size]
  // Shared, so that another thread sees them without a copy.
  const voxels = new Uint8Array(new SharedArrayBuffer(columns * rows * depth))
  for (const { k: slice, runs } of regions) {
    for (let n = 0; n < runs.length; n += RUN_LENGTH) {
      const line = ((slice - k) * rows + (runs[n] ?? 0) - j) * columns - i
      voxels.fill(1, line + (runs[n + 1] ?? 0), line + (runs[n + 2] ?? 0))
    }
  }
  return { geometry, box, voxels }
}

function boxOf(regions: readonly Region[]): Mask['box'] {
  let [left, top, first] = [Infinity, Infinity, Infinity]
  let [right, bottom, last] = [-Infinity, -Infinity, -Infinity]
  for (const { k, runs } of regions) {
    first = Math.min(first, k)
    last = Math.max(last, k)
    for (let n = 0; n < runs.length; n += RUN_LENGTH) {
      top = Math.min(top, runs[n] ?? 0)
      bottom = Math.max(bottom, runs[n] ?? 0)
      left = Math.min(left, runs[n + 1] ?? 0)
      right = Math.max(right, runs[n + 2] ?? 0)
    }
  }
  return { origin: [left, top, first], size: [right - left, bottom - top + 1, last - first + 1] }
}
