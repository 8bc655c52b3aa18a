/** Many ellipsoids of different places and sizes, as masks. */
import type { Geometry, Mask, Vector3 } from '../../domain/geometry.ts'
import { between, seededRandom } from '../../phantom/random.ts'

type Range = readonly [low: number, high: number]

export interface EllipsoidOptions {
  readonly count: number
  readonly seed: number
  /** Semi-axes, in voxels. */
  readonly radii: { readonly columns: Range; readonly rows: Range; readonly slices: Range }
}

/** All lie within the grid; they may overlap. */
export function ellipsoidMasks(geometry: Geometry, { count, seed, radii }: EllipsoidOptions): Mask[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const radius: Vector3 = [
      between(random, ...radii.columns),
      between(random, ...radii.rows),
      between(random, ...radii.slices),
    ]
    const place = (axis: 0 | 1 | 2): number =>
      between(random, radius[axis] + 2, geometry.size[axis] - radius[axis] - 3)
    return ellipsoid(geometry, [place(0), place(1), place(2)], radius)
  })
}

function ellipsoid(geometry: Geometry, centre: Vector3, radius: Vector3): Mask {
  const low = (axis: 0 | 1 | 2): number => Math.ceil(centre[axis] - radius[axis])
  const extent = (axis: 0 | 1 | 2): number => Math.floor(centre[axis] + radius[axis]) - low(axis) + 1
  const origin: Vector3 = [low(0), low(1), low(2)]
  const size: Vector3 = [extent(0), extent(1), extent(2)]
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  const squared = (axis: 0 | 1 | 2, step: number): number =>
    ((origin[axis] + step - centre[axis]) / radius[axis]) ** 2
  for (let n = 0, k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const rest = 1 - squared(2, k) - squared(1, j)
      for (let i = 0; i < size[0]; i++, n++) if (squared(0, i) < rest) voxels[n] = 1
    }
  }
  return { geometry, box: { origin, size }, voxels }
}
