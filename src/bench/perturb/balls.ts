/** Pieces put onto masks and taken out of them: the voxels nearest to a point, as many as are asked for. */
import type { Mask, Vector3 } from '../../domain/geometry.ts'
import type { Body } from '../../imaging/body.ts'
import { transformToSquaredDistances } from '../../imaging/distance.ts'
import { spacingMm, voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { measureMask } from '../../imaging/measure.ts'
import type { Random } from '../../phantom/random.ts'
import { tight } from '../../phantom/mask-box.ts'
import { redraw, valueAt } from '../../imaging/redraw.ts'
import { united } from './mask-edits.ts'

type IsWanted = (i: number, j: number, k: number) => boolean

/** In steps of this factor the ball grows until it holds enough. */
const STEP = 1.15
const STEPS_MAX = 30
const TRIES_MAX = 300

/** The `count` voxels nearest to `centre` (an index) that are wanted; null where there are not so many around it. */
export function voxelsAround(
  { geometry }: Mask,
  centre: Vector3,
  count: number,
  isWanted: IsWanted,
): Mask | null {
  const spacing = spacingMm(geometry)
  let radiusMm = radiusOf(count, geometry)
  for (let step = 0; step < STEPS_MAX; step++, radiusMm *= STEP) {
    const box = boxAround(geometry.size, centre, spacing, radiusMm)
    const found = distancesIn(box, centre, spacing, radiusMm, isWanted)
    const near = Float64Array.from(found.filter((distance) => distance !== Infinity)).toSorted()
    if (near.length < count) continue
    const last = near[count - 1] ?? 0
    let left = count
    const voxels = Uint8Array.from(found, (distance) => (distance <= last && left-- > 0 ? 1 : 0))
    return tight({ geometry, box, voxels })
  }
  return null
}

function radiusOf(count: number, geometry: Mask['geometry']): number {
  return Math.cbrt((3 * count * voxelVolumeMm3(geometry)) / (4 * Math.PI))
}

function boxAround(size: Vector3, centre: Vector3, spacing: Vector3, radiusMm: number): Mask['box'] {
  const low = (axis: 0 | 1 | 2): number => Math.max(0, Math.floor(centre[axis] - radiusMm / spacing[axis]))
  const extent = (axis: 0 | 1 | 2): number =>
    Math.max(1, Math.min(size[axis] - 1, Math.ceil(centre[axis] + radiusMm / spacing[axis])) - low(axis) + 1)
  return { origin: [low(0), low(1), low(2)], size: [extent(0), extent(1), extent(2)] }
}

/** Squared distances in mm², Infinity beyond the radius and where it is not wanted. */
function distancesIn(
  { origin, size }: Mask['box'],
  centre: Vector3,
  spacing: Vector3,
  radiusMm: number,
  isWanted: IsWanted,
): Float64Array {
  const distances = new Float64Array(size[0] * size[1] * size[2]).fill(Infinity)
  let at = 0
  for (let k = origin[2]; k < origin[2] + size[2]; k++)
    for (let j = origin[1]; j < origin[1] + size[1]; j++)
      for (let i = origin[0]; i < origin[0] + size[0]; i++, at++) {
        const x = (i - centre[0]) * spacing[0]
        const y = (j - centre[1]) * spacing[1]
        const z = (k - centre[2]) * spacing[2]
        const squared = x * x + y * y + z * z
        if (squared <= radiusMm * radiusMm && isWanted(i, j, k)) distances[at] = squared
      }
  return distances
}

/** The mask with a piece of `share` of its volume grown onto it at `centre`, as far as `isRoom`; null without room. */
export function bulged(mask: Mask, centre: Vector3, share: number, isRoom: IsWanted): Mask | null {
  const count = Math.max(1, Math.round(share * (measureMask(mask)?.voxelCount ?? 0)))
  const isWanted: IsWanted = (i, j, k) => valueAt(mask, i, j, k) === 0 && isRoom(i, j, k)
  const piece = voxelsAround(mask, centre, count, isWanted)
  return piece === null ? null : united(mask, piece)
}

/** The mask with a cavity of `share` of its volume around its deepest voxel; its surface stays. Null without room. */
export function hollowed(mask: Mask, share: number): Mask | null {
  const depth = depthsOf(mask)
  const [deepest] = deepestOf(depth, mask)
  const count = Math.round(share * (measureMask(mask)?.voxelCount ?? 0))
  if (deepest === undefined || count === 0) return null
  const shellMm = Math.max(...spacingMm(mask.geometry))
  const isInner: IsWanted = (i, j, k) => depthAt(depth, mask, i, j, k) > shellMm
  const cavity = voxelsAround(mask, deepest, count, isInner)
  return cavity === null
    ? null
    : redraw(mask, 0, (i, j, k) => valueAt(mask, i, j, k) & (1 - valueAt(cavity, i, j, k)))
}

/** Distance in mm of every voxel of the box to what is not mask; what lies beyond the box is not. */
function depthsOf(mask: Mask): Float64Array {
  const depth = Float64Array.from(mask.voxels, (value) => (value === 0 ? 0 : Infinity))
  const [columns, rows, slices] = mask.box.size
  transformToSquaredDistances(depth, mask.box.size, spacingMm(mask.geometry))
  const [x, y, z] = spacingMm(mask.geometry)
  let at = 0
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++, at++)
        depth[at] = Math.min(
          Math.sqrt(depth[at] ?? 0),
          x * Math.min(i + 1, columns - i),
          y * Math.min(j + 1, rows - j),
          z * Math.min(k + 1, slices - k),
        )
  return depth
}

function depthAt(
  depth: Float64Array,
  { box: { origin, size } }: Mask,
  i: number,
  j: number,
  k: number,
): number {
  const [a, b, c] = [i - origin[0], j - origin[1], k - origin[2]]
  if (a < 0 || b < 0 || c < 0 || a >= size[0] || b >= size[1] || c >= size[2]) return 0
  return depth[(c * size[1] + b) * size[0] + a] ?? 0
}

function deepestOf(depth: Float64Array, { box: { origin, size } }: Mask): Vector3[] {
  let best = -1
  for (let n = 0; n < depth.length; n++) if ((depth[n] ?? 0) > (depth[best] ?? 0)) best = n
  if (best < 0) return []
  const row = Math.floor(best / size[0])
  return [[origin[0] + (best % size[0]), origin[1] + (row % size[1]), origin[2] + Math.floor(row / size[1])]]
}

/** Is a voxel in the body, or are we not told? */
export function isInBody(body: Body | null, i: number, j: number, k: number): boolean {
  if (body === null) return true
  const [a, b, c] = [Math.floor(i / body.step[0]), Math.floor(j / body.step[1]), Math.floor(k / body.step[2])]
  return body.cells[(c * body.size[1] + b) * body.size[0] + a] === 1
}

/** A ball of as many voxels in the body, beside the box of the mask; null where no room was found. */
export function ballElsewhere(mask: Mask, body: Body | null, count: number, random: Random): Mask | null {
  const { size } = mask.geometry
  const spacing = spacingMm(mask.geometry)
  const around = measureMask(mask)?.tight
  const radiusMm = radiusOf(count, mask.geometry)
  if (around === undefined) return null
  for (let n = 0; n < TRIES_MAX; n++) {
    const at: Vector3 = [random() * size[0], random() * size[1], random() * size[2]]
    const centre: Vector3 = [Math.floor(at[0]), Math.floor(at[1]), Math.floor(at[2])]
    const reach = (axis: 0 | 1 | 2): number => radiusMm / spacing[axis] + 1
    const isBeside = ([0, 1, 2] as const).some(
      (axis) =>
        centre[axis] + reach(axis) < around.origin[axis] ||
        centre[axis] - reach(axis) > around.origin[axis] + around.size[axis] - 1,
    )
    const fits = ([0, 1, 2] as const).every(
      (axis) => centre[axis] >= reach(axis) && centre[axis] <= size[axis] - 1 - reach(axis),
    )
    const ends = [-1, 1].every((sign) =>
      isInBody(body, Math.round(centre[0] + sign * reach(0)), centre[1], centre[2]),
    )
    if (isBeside && fits && ends && isInBody(body, ...centre))
      return voxelsAround(mask, centre, count, () => true)
  }
  return null
}
