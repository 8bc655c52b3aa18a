/**
 * Planes of voxel faces at which a mask ends and the image goes on as it was: what a cut leaves behind. A face is open where
 * the image a few millimetres outside differs from the voxel inside by no more than voxels inside differ from each other.
 */
import type { Mask, Vector3, Volume } from '../domain/geometry.ts'
import { spacingMm } from './geometry.ts'
import { planeCounts } from './measure.ts'
import { valueAtRank } from './rank.ts'
import { runsOf } from './runs.ts'

export interface OpenPlane {
  readonly axis: 0 | 1 | 2
  /** To which end of the axis the mask ends here. */
  readonly end: 'first' | 'last'
  /** Index of the voxels inside. */
  readonly index: number
  readonly open: number
  /** Open faces over the voxels of the largest plane along the axis. */
  readonly openShare: number
  /** Open faces over all faces of this plane that look the same way. */
  readonly openness: number
  /** The same over all other faces of the mask: how often its surface shows no edge anyway. */
  readonly elsewhere: number
}

/** An edge is this many times the typical difference inside. */
const EDGE_FACTOR = 3
/** Of the differences inside about so many are taken. */
const SAMPLE_MAX = 20_000

/** Faces of one direction: how many lie on each plane of the box, and how many of those are open. */
interface Side {
  readonly axis: 0 | 1 | 2
  readonly sign: 1 | -1
  /** Voxels from the one inside to the one outside it is compared with. */
  readonly step: number
  readonly limit: number
  readonly all: Int32Array
  readonly open: Int32Array
}

/**
 * The plane with the most open faces along each axis, to each end; not one behind which the mask goes on after empty planes: a gap
 * is no end. `outsideMm`: how far outside is looked, at least.
 * Faces from which that leaves the images, or meets a slice without one, are left out. Volume and mask share their grid.
 */
export function openPlanes(mask: Mask, volume: Volume, outsideMm: number): OpenPlane[] {
  const sides = sidesOf(mask, volume, outsideMm)
  countFaces(mask, volume, sides)
  const counts = planeCounts(mask)
  const largest = counts.map((perPlane) => perPlane.reduce((a, b) => Math.max(a, b), 0))
  const total = sides.reduce((count, { all }) => count + sum(all), 0)
  const totalOpen = sides.reduce((count, { open }) => count + sum(open), 0)
  return sides.map(({ axis, sign, all, open }): OpenPlane => {
    const isEnd = (p: number): boolean => !isAtGap(counts[axis] ?? [], p, sign)
    const best = open.reduce((at, count, p) => (count > (open[at] ?? 0) && isEnd(p) ? p : at), -1)
    const [faces, without] = [all[best] ?? 0, open[best] ?? 0]
    return {
      axis,
      end: sign < 0 ? 'first' : 'last',
      index: mask.box.origin[axis] + Math.max(0, best),
      open: without,
      openShare: without / Math.max(1, largest[axis] ?? 1),
      openness: faces === 0 ? 0 : without / faces,
      elsewhere: (totalOpen - without) / Math.max(1, total - faces),
    }
  })
}

/** Is the next plane empty, and a later one not? */
function isAtGap(perPlane: ArrayLike<number>, p: number, sign: 1 | -1): boolean {
  if (perPlane[p + sign] !== 0) return false
  for (let beyond = p + 2 * sign; beyond >= 0 && beyond < perPlane.length; beyond += sign)
    if (perPlane[beyond] !== 0) return true
  return false
}

function sum(counts: Int32Array): number {
  return counts.reduce((a, b) => a + b, 0)
}

function sidesOf(mask: Mask, volume: Volume, outsideMm: number): Side[] {
  const spacing = spacingMm(mask.geometry)
  return ([0, 1, 2] as const).flatMap((axis) => {
    const step = Math.max(1, Math.ceil(outsideMm / spacing[axis] - 1e-6))
    const limit = EDGE_FACTOR * typicalDifference(mask, volume, axis, step)
    const counts = (): Int32Array => new Int32Array(mask.box.size[axis])
    return ([-1, 1] as const).map((sign) => ({ axis, sign, step, limit, all: counts(), open: counts() }))
  })
}

/** Median difference of two voxels of the mask so many steps apart along an axis. */
function typicalDifference(
  { box, voxels, geometry }: Mask,
  volume: Volume,
  axis: 0 | 1 | 2,
  step: number,
): number {
  const [far, farInGrid] = [step * stridesOf(box.size)[axis], step * stridesOf(geometry.size)[axis]]
  const skip = Math.max(1, Math.floor(voxels.length / SAMPLE_MAX))
  const taken: number[] = []
  for (let n = 0; n + far < voxels.length; n += skip) {
    if (voxels[n] !== 1 || voxels[n + far] !== 1) continue
    const row = Math.floor(n / box.size[0])
    const [j, k] = [row % box.size[1], Math.floor(row / box.size[1])]
    const at =
      ((k + box.origin[2]) * geometry.size[1] + j + box.origin[1]) * geometry.size[0] +
      box.origin[0] +
      (n - row * box.size[0])
    taken.push(Math.abs((volume.voxels[at] ?? 0) - (volume.voxels[at + farInGrid] ?? 0)))
  }
  return valueAtRank(Float32Array.from(taken), Math.floor(taken.length / 2))
}

function stridesOf([columns, rows]: Vector3): Vector3 {
  return [1, columns, columns * rows]
}

/** One pass over the voxels inside. */
function countFaces(mask: Mask, volume: Volume, sides: readonly Side[]): void {
  const { box, voxels, geometry } = mask
  const [strides, gridStrides] = [stridesOf(box.size), stridesOf(geometry.size)]
  const runs = runsOf(mask)
  for (const { axis, sign, step, limit, all, open } of sides) {
    const [inBox, inGrid] = [sign * strides[axis], sign * step * gridStrides[axis]]
    for (let run = 0; run < runs.count; run++) {
      const [j, k] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
      const [first, last] = [runs.start[run] ?? 0, runs.end[run] ?? 0]
      if (isWithoutImage(volume, k + box.origin[2], axis === 2 ? sign * step : 0)) continue
      const row = (k * box.size[1] + j) * box.size[0]
      const gridRow =
        ((k + box.origin[2]) * geometry.size[1] + j + box.origin[1]) * geometry.size[0] + box.origin[0]
      // Along rows only the ends of a run have a face.
      const from = axis === 0 && sign > 0 ? last : first
      const to = axis === 0 && sign < 0 ? first : last
      const fixed = axis === 1 ? j : k
      if (axis !== 0 && isOutOfGrid(fixed + box.origin[axis] + sign * step, geometry.size[axis])) continue
      const isAtSide = axis !== 0 && (fixed + sign < 0 || fixed + sign >= box.size[axis])
      for (let i = from; i <= to; i++) {
        if (axis === 0) {
          if (isOutOfGrid(i + box.origin[0] + sign * step, geometry.size[0])) continue
        } else if (!isAtSide && voxels[row + i + inBox] === 1) continue
        const p = axis === 0 ? i : fixed
        const here = volume.voxels[gridRow + i] ?? 0
        all[p] = (all[p] ?? 0) + 1
        if (Math.abs((volume.voxels[gridRow + i + inGrid] ?? 0) - here) <= limit) open[p] = (open[p] ?? 0) + 1
      }
    }
  }
}

function isWithoutImage({ instances }: Volume, slice: number, outwards: number): boolean {
  return instances[slice] === null || instances[slice + outwards] === null
}

function isOutOfGrid(index: number, size: number): boolean {
  return index < 0 || index >= size
}
