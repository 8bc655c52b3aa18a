/** How far two masks on the same grid agree: in volume, and surface to surface. */
import type { Box, Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { axisVectorMm, dot, length, sameGrid, voxelVolumeMm3 } from './geometry.ts'
import { measureMask } from './measure.ts'
import { weightedPercentile } from './percentile.ts'
import { sharedVoxels } from './shared-voxels.ts'
import { cornerGridSize, surfaceDistances, type SurfaceDistances } from './surface.ts'

/** Agreement in volume. */
export interface VolumeAgreement {
  /** 2 |A and B| / (|A| + |B|), 0..1 (Dice 1945). Two empty masks agree: 1. One empty mask: 0. */
  readonly dice: number
  /** |A and B| / |A or B|, 0..1 (Jaccard, intersection over union). Empty masks as for `dice`. */
  readonly jaccard: number
  readonly firstMm3: number
  readonly secondMm3: number
  readonly sharedMm3: number
}

/**
 * Agreement of two surfaces, every element weighted by its area (Nikolov et al., arXiv:1809.04430). Both masks
 * empty: they agree (surface Dice 1, distances 0), as the BraTS challenges score it. One mask empty: surface Dice 0,
 * and there is no distance: null.
 */
export interface SurfaceAgreement {
  readonly empty: 'none' | 'first' | 'second' | 'both'
  /** Share of both surfaces that lies no farther than the tolerance from the other, 0..1. */
  readonly surfaceDice: number
  /** HD: the largest distance from an element of either surface to the other surface. */
  readonly hausdorffMm: number | null
  /** HD95: the larger of the two directed 95th percentiles of the distance to the other surface. */
  readonly hausdorff95Mm: number | null
  /** ASSD: mean distance to the other surface, over both surfaces together. */
  readonly averageSurfaceDistanceMm: number | null
  readonly firstMm2: number
  readonly secondMm2: number
}

export interface SurfaceOptions {
  /** Largest distance that still counts as the same surface. */
  readonly toleranceMm: number
  /** Most corner points of the voxels in the box around both masks; each takes up to 9 bytes while this runs. */
  readonly pointsMax: number
}

/** Volumes and their overlap. Throws PlumblineError bad-request when the grids differ. */
export function volumeAgreement(first: Mask, second: Mask): VolumeAgreement {
  requireSameGrid(first.geometry, second.geometry)
  const [a, b] = [measureMask(first)?.voxelCount ?? 0, measureMask(second)?.voxelCount ?? 0]
  const shared = sharedVoxels(first, second).count
  const voxelMm3 = voxelVolumeMm3(first.geometry)
  const bothEmpty = a + b === 0
  return {
    dice: bothEmpty ? 1 : (2 * shared) / (a + b),
    jaccard: bothEmpty ? 1 : shared / (a + b - shared),
    firstMm3: a * voxelMm3,
    secondMm3: b * voxelMm3,
    sharedMm3: shared * voxelMm3,
  }
}

/**
 * Surface Dice, HD, HD95 and ASSD. Throws PlumblineError: bad-request when the grids differ or are sheared, or the
 * tolerance is no distance; limit-exceeded above `pointsMax`.
 */
export function surfaceAgreement(first: Mask, second: Mask, options: SurfaceOptions): SurfaceAgreement {
  const { toleranceMm, pointsMax } = options
  requireSameGrid(first.geometry, second.geometry)
  requireRightAngles(first.geometry)
  requireTolerance(toleranceMm)
  const [boxA, boxB] = [tightBox(first), tightBox(second)]
  const box = boxA === null || boxB === null ? (boxA ?? boxB) : union(boxA, boxB)
  if (box === null) return BOTH_EMPTY
  requirePoints(cornerGridSize(box), pointsMax)
  const surfaces = surfaceDistances(first, second, box)
  const [a, b] = [summarise(surfaces[0], toleranceMm), summarise(surfaces[1], toleranceMm)]
  const areas = { firstMm2: a.areaMm2, secondMm2: b.areaMm2 }
  if (boxA === null || boxB === null)
    return { empty: boxA === null ? 'first' : 'second', surfaceDice: 0, ...NO_DISTANCES, ...areas }
  const areaMm2 = a.areaMm2 + b.areaMm2
  const percentile = ({ distanceMm, areaMm2: weights }: SurfaceDistances): number =>
    weightedPercentile(distanceMm, weights, 0.95)
  return {
    empty: 'none',
    surfaceDice: (a.withinMm2 + b.withinMm2) / areaMm2,
    hausdorffMm: Math.max(a.farthestMm, b.farthestMm),
    hausdorff95Mm: Math.max(percentile(surfaces[0]), percentile(surfaces[1])),
    averageSurfaceDistanceMm: (a.distanceMm3 + b.distanceMm3) / areaMm2,
    ...areas,
  }
}

type Distances = Pick<SurfaceAgreement, 'hausdorffMm' | 'hausdorff95Mm' | 'averageSurfaceDistanceMm'>

const NO_DISTANCES: Distances = { hausdorffMm: null, hausdorff95Mm: null, averageSurfaceDistanceMm: null }

const BOTH_EMPTY: SurfaceAgreement = {
  empty: 'both',
  surfaceDice: 1,
  hausdorffMm: 0,
  hausdorff95Mm: 0,
  averageSurfaceDistanceMm: 0,
  firstMm2: 0,
  secondMm2: 0,
}

/** Rounding of spacings and square roots: a distance of exactly the tolerance stays within it. */
const ROUNDING_MM = 1e-9

interface SurfaceSums {
  readonly areaMm2: number
  readonly withinMm2: number
  /** Distance times area, summed. */
  readonly distanceMm3: number
  readonly farthestMm: number
}

function summarise(surface: SurfaceDistances, toleranceMm: number): SurfaceSums {
  let [areaMm2, withinMm2, distanceMm3, farthestMm] = [0, 0, 0, 0]
  for (let n = 0; n < surface.areaMm2.length; n++) {
    const area = surface.areaMm2[n] ?? 0
    const distance = surface.distanceMm[n] ?? Infinity
    areaMm2 += area
    distanceMm3 += area * distance
    if (distance <= toleranceMm + ROUNDING_MM) withinMm2 += area
    if (distance > farthestMm) farthestMm = distance
  }
  return { areaMm2, withinMm2, distanceMm3, farthestMm }
}

function tightBox(mask: Mask): Box | null {
  return measureMask(mask)?.tight ?? null
}

function union(a: Box, b: Box): Box {
  const low = (axis: 0 | 1 | 2): number => Math.min(a.origin[axis], b.origin[axis])
  const extent = (axis: 0 | 1 | 2): number =>
    Math.max(a.origin[axis] + a.size[axis], b.origin[axis] + b.size[axis]) - low(axis)
  return { origin: [low(0), low(1), low(2)], size: [extent(0), extent(1), extent(2)] }
}

/** `sameGrid` asks the caller to see to the frames of reference. */
function requireSameGrid(first: Geometry, second: Geometry): void {
  if (first.frameOfReferenceUid === second.frameOfReferenceUid && sameGrid(first, second)) return
  throw new PlumblineError(
    'bad-request',
    'The two masks lie on different grids, so they cannot be compared.',
    {
      nextStep: 'Put one of them on the grid of the other first.',
    },
  )
}

/** Cosine between axes: up to here (about a degree) shear changes no distance by more than 2 %. */
const SHEAR_COSINE_MAX = 0.02

function requireRightAngles({ affine }: Geometry): void {
  const axes = ([0, 1, 2] as const).map((axis) => axisVectorMm(affine, axis))
  const isSheared = axes.some((axis, n) => {
    const other = axes[(n + 1) % 3] ?? axis
    return Math.abs(dot(axis, other)) > SHEAR_COSINE_MAX * length(axis) * length(other)
  })
  if (!isSheared) return
  throw new PlumblineError(
    'bad-request',
    'The grid of the masks is sheared (gantry tilt), so distances between surfaces would be wrong.',
    { nextStep: 'Put both masks on a grid with right angles first.' },
  )
}

function requireTolerance(toleranceMm: number): void {
  if (Number.isFinite(toleranceMm) && toleranceMm >= 0) return
  throw new PlumblineError('bad-request', 'The tolerance must be a distance in mm, 0 or more.')
}

function requirePoints(size: Vector3, pointsMax: number): void {
  const points = size[0] * size[1] * size[2]
  if (points <= pointsMax) return
  throw new PlumblineError(
    'limit-exceeded',
    `The box around both masks has ${points} voxel corners; at most ${pointsMax} are compared.`,
    { nextStep: 'Compare the masks on a coarser grid, or raise the limit.' },
  )
}
