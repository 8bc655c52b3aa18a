/** How far two masks on the same grid agree: in volume, and surface to surface. */
import type { Box, Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { axisVectorMm, dot, length, sameGrid, voxelVolumeMm3 } from './geometry.ts'
import { measureMask } from './measure.ts'
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
  /** Most corner points of the voxels in the box around both masks; each takes 10 bytes while this runs. */
  readonly pointsMax: number
}

/** Volumes and their overlap. Throws PlumblineError bad-request when the grids differ. */
export function volumeAgreement(first: Mask, second: Mask): VolumeAgreement {
  requireSameGrid(first.geometry, second.geometry)
  const [a, b] = [countVoxels(first), countVoxels(second)]
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
 * Surface Dice, HD95 and ASSD. Throws PlumblineError: bad-request when the grids differ or are sheared, or the
 * tolerance is no distance; limit-exceeded above `pointsMax`.
 */
export function surfaceAgreement(first: Mask, second: Mask, options: SurfaceOptions): SurfaceAgreement {
  const { toleranceMm, pointsMax } = options
  requireSameGrid(first.geometry, second.geometry)
  requireRightAngles(first.geometry)
  requireTolerance(toleranceMm)
  const [boxA, boxB] = [tightBox(first), tightBox(second)]
  const box = boxA === null || boxB === null ? (boxA ?? boxB) : union(boxA, boxB)
  if (box === null) return { empty: 'both', surfaceDice: 1, ...distances(0, 0), firstMm2: 0, secondMm2: 0 }
  requirePoints(cornerGridSize(box), pointsMax)
  const [a, b] = surfaceDistances(first, second, box)
  const [firstMm2, secondMm2] = [sum(a.areaMm2), sum(b.areaMm2)]
  if (boxA === null || boxB === null) {
    const empty = boxA === null ? 'first' : 'second'
    return { empty, surfaceDice: 0, ...distances(null, null), firstMm2, secondMm2 }
  }
  return {
    empty: 'none',
    surfaceDice: (areaWithin(a, toleranceMm) + areaWithin(b, toleranceMm)) / (firstMm2 + secondMm2),
    ...distances(
      Math.max(percentile(a, 0.95), percentile(b, 0.95)),
      (weightedSum(a) + weightedSum(b)) / (firstMm2 + secondMm2),
    ),
    firstMm2,
    secondMm2,
  }
}

type Distances = Pick<SurfaceAgreement, 'hausdorff95Mm' | 'averageSurfaceDistanceMm'>

function distances(hausdorff95Mm: number | null, averageSurfaceDistanceMm: number | null): Distances {
  return { hausdorff95Mm, averageSurfaceDistanceMm }
}

/** Rounding of spacings and square roots: a distance of exactly the tolerance stays within it. */
const ROUNDING_MM = 1e-9

function areaWithin({ areaMm2, distanceMm }: SurfaceDistances, toleranceMm: number): number {
  return areaMm2.reduce(
    (total, area, n) => ((distanceMm[n] ?? Infinity) <= toleranceMm + ROUNDING_MM ? total + area : total),
    0,
  )
}

function weightedSum({ areaMm2, distanceMm }: SurfaceDistances): number {
  return areaMm2.reduce((total, area, n) => total + area * (distanceMm[n] ?? 0), 0)
}

/** Rounding of sums: a share of exactly 95 % is reached in whatever order elements of one distance come. */
const ROUNDING_SHARE = 1e-12

/** Smallest distance that `share` of the area does not exceed. */
function percentile({ areaMm2, distanceMm }: SurfaceDistances, share: number): number {
  const order = Uint32Array.from(distanceMm, (_, n) => n)
  order.sort((a, b) => (distanceMm[a] ?? 0) - (distanceMm[b] ?? 0))
  const wanted = (share - ROUNDING_SHARE) * sum(areaMm2)
  let below = 0
  for (const element of order) {
    below += areaMm2[element] ?? 0
    if (below >= wanted) return distanceMm[element] ?? 0
  }
  return distanceMm[order.at(-1) ?? 0] ?? 0
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function countVoxels({ voxels }: Mask): number {
  let count = 0
  for (const voxel of voxels) if (voxel !== 0) count++
  return count
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
