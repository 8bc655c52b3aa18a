/** Does a segmentation lie in an image series? Position alone decides here; references are source-series.ts. */
import type { Geometry, Vector3 } from '../domain/geometry.ts'
import type { InstanceSummary, PlaneSummary, Segmentation, SeriesSummary } from '../domain/segmentation.ts'
import { axisVectorMm, cross, dot, indexToLps } from '../imaging/geometry.ts'

/** A plane of the segmentation counts as lying on an image plane up to this share of the slice spacing. */
const PLANE_OFFSET_MAX = 0.1
/** Up to a tenth of the planes may have no image plane: a series with a missing slice is still the right series. */
const ALIGNED_FRACTION_MIN = 0.9
/** Share of a spacing below which two positions are the same up to the rounding of decimal strings. */
const EXACT_OFFSET_MAX = 0.01
/** Direction cosines that differ by less are parallel (about 0.06 degrees). */
const PARALLEL_MIN = 1 - 1e-6

/** Where a segmentation lies: its planes, each as points (x, y, z repeated) in LPS mm. */
export interface Outline {
  readonly planes: readonly Float64Array[]
  /** Grids of its masks; none for contours. */
  readonly grids: readonly Geometry[]
}

export interface SeriesFit {
  /** All points lie within the series' box, give or take a pixel. */
  readonly contained: boolean
  /** Its planes lie on image planes. */
  readonly aligned: boolean
  /** Every plane lies exactly on an image plane and masks have the images' own pixel grid. */
  readonly exact: boolean
}

/** The planes that hold something; of an empty mask the planes of its whole grid. Null when there is no shape at all. */
export function outlineOf(segmentation: Segmentation): Outline | null {
  const planes: Float64Array[] = []
  const grids: Geometry[] = []
  for (const { shape } of segmentation.segments) {
    // One by one: an object may have more contours than a call may have arguments.
    if (shape.kind === 'contours') for (const { points } of shape.contours) planes.push(points)
    if (shape.kind !== 'mask') continue
    const { geometry, box } = shape.mask
    const empty = box.size.some((length) => length === 0)
    planes.push(...cornersBySlice(geometry, empty ? [0, 0, 0] : box.origin, empty ? geometry.size : box.size))
    if (!grids.includes(geometry)) grids.push(geometry)
  }
  const filled = planes.filter((points) => points.length > 0)
  return filled.length === 0 ? null : { planes: filled, grids }
}

/** Null when the series has no planes with a place in the patient. Of planes that are not parallel the most count. */
export function fitOf(outline: Outline, series: SeriesSummary): SeriesFit | null {
  const stack = stackOf(series)
  if (stack === null) return null
  let contained = true
  let aligned = 0
  let exact = 0
  for (const points of outline.planes) {
    const slice = nearestSlice(stack, dot(pointAt(points, 0), stack.normal))
    let offsetMm = 0
    for (let at = 0; at < points.length; at += 3) {
      const point = pointAt(points, at)
      offsetMm = Math.max(offsetMm, Math.abs(dot(point, stack.normal) - slice.offset))
      contained &&= isBeside(point, slice, stack)
    }
    contained &&= offsetMm <= stack.spacingMm
    if (offsetMm <= PLANE_OFFSET_MAX * stack.spacingMm) aligned += 1
    if (offsetMm <= EXACT_OFFSET_MAX * stack.spacingMm) exact += 1
  }
  const count = outline.planes.length
  return {
    contained,
    aligned: aligned >= ALIGNED_FRACTION_MIN * count,
    exact: exact === count && outline.grids.every((grid) => isPixelGrid(grid, stack)),
  }
}

interface Stack {
  readonly row: Vector3
  readonly column: Vector3
  readonly normal: Vector3
  /** By offset along the normal, each offset once. */
  readonly slices: readonly Slice[]
  readonly spacingMm: number
  /** Distance of neighbouring pixels along a row and along a column. */
  readonly pixelMm: readonly [number, number]
  readonly columns: number
  readonly rows: number
}

/** One image plane: offset of its first pixel along normal, row and column direction. */
interface Slice {
  readonly offset: number
  readonly u: number
  readonly v: number
}

function stackOf(series: SeriesSummary): Stack | null {
  const planes = largestParallelSet(series.instances.flatMap(planesOf))
  const [first] = planes
  if (first === undefined || first.pixelSpacingMm === null) return null
  const { row, column } = first
  const normal = cross(row, column)
  const [rowSpacingMm, columnSpacingMm] = first.pixelSpacingMm
  const slices = distinctOffsets(
    planes.map(({ position }) => ({
      offset: dot(position, normal),
      u: dot(position, row),
      v: dot(position, column),
    })),
  )
  return {
    row,
    column,
    normal,
    slices,
    spacingMm: medianSpacing(slices) ?? rowSpacingMm,
    pixelMm: [columnSpacingMm, rowSpacingMm],
    columns: first.columns,
    rows: first.rows,
  }
}

/** An image plane that has a place in the patient. */
interface PlacedPlane {
  readonly position: Vector3
  readonly row: Vector3
  readonly column: Vector3
  readonly pixelSpacingMm: PlaneSummary['pixelSpacingMm']
  readonly rows: number
  readonly columns: number
}

/** Of a multi-frame image its frames; planes without a place are left out. */
function planesOf({ rows, columns, frames, ...own }: InstanceSummary): PlacedPlane[] {
  return (frames ?? [own]).flatMap(({ position, orientation, pixelSpacingMm }) => {
    if (position === null || orientation === null) return []
    const [a, b, c, d, e, f] = orientation
    return [{ position, row: [a, b, c], column: [d, e, f], pixelSpacingMm, rows, columns }]
  })
}

/** A series may hold localisers beside its stack, as readVolume knows too; of equally many the first. */
function largestParallelSet(planes: readonly PlacedPlane[]): readonly PlacedPlane[] {
  const sets: PlacedPlane[][] = []
  for (const plane of planes) {
    const set = sets.find(([one]) => one !== undefined && areParallel(one, plane))
    if (set === undefined) sets.push([plane])
    else set.push(plane)
  }
  return sets.reduce((best, set) => (set.length > best.length ? set : best), sets[0] ?? [])
}

function areParallel(a: PlacedPlane, b: PlacedPlane): boolean {
  return dot(a.row, b.row) > PARALLEL_MIN && dot(a.column, b.column) > PARALLEL_MIN
}

function distinctOffsets(slices: readonly Slice[]): Slice[] {
  const sorted = slices.toSorted((a, b) => a.offset - b.offset)
  return sorted.filter((slice, i) => i === 0 || slice.offset - (sorted[i - 1]?.offset ?? 0) > 1e-3)
}

function medianSpacing(slices: readonly Slice[]): number | null {
  const gaps = slices.slice(1).map((slice, i) => slice.offset - (slices[i]?.offset ?? 0))
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null
}

function nearestSlice({ slices }: Stack, offset: number): Slice {
  let low = 0
  let high = slices.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((slices[middle]?.offset ?? 0) <= offset) low = middle
    else high = middle
  }
  const [below, above] = [slices[low], slices[high]]
  if (below === undefined || above === undefined) return { offset: Infinity, u: 0, v: 0 }
  return offset - below.offset <= above.offset - offset ? below : above
}

function pointAt(points: Float64Array, at: number): Vector3 {
  return [points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0]
}

function isBeside(point: Vector3, slice: Slice, stack: Stack): boolean {
  const i = (dot(point, stack.row) - slice.u) / stack.pixelMm[0]
  const j = (dot(point, stack.column) - slice.v) / stack.pixelMm[1]
  return i >= -1 && i <= stack.columns && j >= -1 && j <= stack.rows
}

/** Same size, directions, pixel spacing and corner as the images? Which planes there are is not asked. */
function isPixelGrid(geometry: Geometry, stack: Stack): boolean {
  if (geometry.size[0] !== stack.columns || geometry.size[1] !== stack.rows) return false
  const tolerance = EXACT_OFFSET_MAX * Math.min(...stack.pixelMm)
  const near = (point: Vector3, along: Vector3, expected: number) =>
    Math.abs(dot(point, along) - expected) <= tolerance
  const [right, down] = [axisVectorMm(geometry.affine, 0), axisVectorMm(geometry.affine, 1)]
  const corner = indexToLps(geometry, [0, 0, 0])
  const slice = nearestSlice(stack, dot(corner, stack.normal))
  const edges = near(right, stack.row, stack.pixelMm[0]) && near(down, stack.column, stack.pixelMm[1])
  return edges && near(corner, stack.row, slice.u) && near(corner, stack.column, slice.v)
}

function cornersBySlice(geometry: Geometry, origin: Vector3, size: Vector3): Float64Array[] {
  const [i0, j0, k0] = origin
  const [i1, j1] = [i0 + size[0] - 1, j0 + size[1] - 1]
  return Array.from({ length: size[2] }, (_, n) => {
    const corners = [
      [i0, j0],
      [i1, j0],
      [i0, j1],
      [i1, j1],
    ]
    return Float64Array.from(corners.flatMap(([i = 0, j = 0]) => indexToLps(geometry, [i, j, k0 + n])))
  })
}
