/** How well the contours of one structure are drawn: numbers on the contours themselves, whatever they fill. */
import type { Geometry } from '../domain/geometry.ts'
import type { Contour } from '../domain/segmentation.ts'
import { findCopies, type CopiedContours } from './contour-copies.ts'
import { spacingMm } from './geometry.ts'
import { toOutlines, type Outline } from './outline.ts'
import { isTraced, roughnessOf, sizeOf } from './outline-course.ts'
import { countCrossings, filledAreas } from './self-crossing.ts'

export interface ContourQuality {
  /** Contours that lie in one slice each; no other is looked at. */
  readonly contourCount: number
  readonly crossing: CrossingContours
  readonly rough: RoughContours
  readonly copied: CopiedContours
  readonly sparse: SparseContours
}

interface Concerned {
  readonly contourCount: number
  /** Slice indices k, ascending. */
  readonly slices: readonly number[]
}

export interface CrossingContours extends Concerned {
  /** Share of the structure's area that depends on how one fills what crosses itself. */
  readonly areaShare: number
  /** Contours too tangled to look at every pair of edges; counted as crossing. */
  readonly tangledCount: number
}

export interface RoughContours extends Concerned {
  /** Contours long enough to have a course, and not traced along pixels. */
  readonly judgedCount: number
  /** Middle of how many times longer the dividers find them in steps of a pixel than of four; null where none was judged. */
  readonly medianRatio: number | null
}

export interface SparseContours extends Concerned {
  /** Farthest that a round outline of this size and so few points would cut the corner. */
  readonly worstMm: number
}

/** What counts as a fault of a single contour. */
export interface QualityLimits {
  /** Least step of the dividers: what is finer is no noise that anyone sees. */
  readonly roughStepMm: number
  /** Length in steps of a pixel over length in steps of four. */
  readonly roughRatio: number
  /** Corner cut for want of points; both must be passed. */
  readonly sparsePixels: number
  readonly sparseMm: number
  /** Planes in a row with the same outline. */
  readonly copiedPlanes: number
}

export function measureContours(
  contours: readonly Contour[],
  geometry: Geometry,
  limits: QualityLimits,
): ContourQuality {
  const [columnMm, rowMm] = spacingMm(geometry)
  const drawn = toOutlines(contours, geometry)
    .filter(({ flat }) => flat)
    .map((outline): Drawn => {
      const pointsMm = outline.points.map((value, n) => value * (n % 2 === 0 ? columnMm : rowMm))
      return { outline, pointsMm, traced: isTraced(outline.points), ...sizeOf(pointsMm) }
    })
  const pixelMm = Math.max(columnMm, rowMm)
  return {
    contourCount: drawn.length,
    crossing: crossingOf(drawn),
    rough: roughOf(drawn, pixelMm, limits),
    copied: findCopies(
      drawn.filter(({ traced }) => !traced).map(({ outline }) => outline),
      pixelMm,
      limits.copiedPlanes,
    ),
    sparse: sparseOf(drawn, pixelMm, limits),
  }
}

interface Drawn {
  readonly outline: Outline
  readonly pointsMm: Float64Array
  /** Drawn along the pixels: steps and repetitions are those of a mask. */
  readonly traced: boolean
  readonly perimeterMm: number
  readonly areaMm2: number
}

function crossingOf(drawn: readonly Drawn[]): CrossingContours {
  const crossing: Outline[] = []
  let [totalMm2, openMm2, tangledCount] = [0, 0, 0]
  for (const { outline, pointsMm, areaMm2 } of drawn) {
    totalMm2 += areaMm2
    const crossings = countCrossings(pointsMm)
    if (crossings === 0) continue
    if (crossings === null) tangledCount++
    const { evenOddMm2, nonZeroMm2, signedMm2 } = filledAreas(pointsMm)
    const high = Math.max(evenOddMm2, nonZeroMm2, signedMm2)
    totalMm2 += high - areaMm2
    openMm2 += high - Math.min(evenOddMm2, nonZeroMm2, signedMm2)
    crossing.push(outline)
  }
  return { ...concerned(crossing), areaShare: totalMm2 > 0 ? openMm2 / totalMm2 : 0, tangledCount }
}

function roughOf(drawn: readonly Drawn[], pixelMm: number, limits: QualityLimits): RoughContours {
  const stepMm = Math.max(pixelMm, limits.roughStepMm)
  const judged = drawn
    .filter(({ traced }) => !traced)
    .flatMap(({ outline, pointsMm }) => {
      const ratio = roughnessOf(pointsMm, stepMm)
      return ratio === null ? [] : [{ outline, ratio }]
    })
    .toSorted((a, b) => a.ratio - b.ratio)
  return {
    ...concerned(judged.filter(({ ratio }) => ratio > limits.roughRatio).map(({ outline }) => outline)),
    judgedCount: judged.length,
    medianRatio: judged[Math.floor(judged.length / 2)]?.ratio ?? null,
  }
}

/** A round outline of n points and radius r cuts each arc by r (1 - cos(pi / n)). Boxes traced along pixels need no more points. */
function sparseOf(drawn: readonly Drawn[], pixelMm: number, limits: QualityLimits): SparseContours {
  const limitMm = Math.max(limits.sparseMm, limits.sparsePixels * pixelMm)
  const sparse: Outline[] = []
  let worstMm = 0
  for (const { outline, areaMm2, traced } of drawn) {
    if (traced) continue
    const cutMm = Math.sqrt(areaMm2 / Math.PI) * (1 - Math.cos((2 * Math.PI) / outline.points.length))
    worstMm = Math.max(worstMm, cutMm)
    if (cutMm > limitMm) sparse.push(outline)
  }
  return { ...concerned(sparse), worstMm }
}

function concerned(outlines: readonly Outline[]): Concerned {
  const slices = [...new Set(outlines.map(({ slice }) => slice))].toSorted((a, b) => a - b)
  return { contourCount: outlines.length, slices }
}
