/** Many ellipsoids of different places and sizes, as masks and as label maps. */
import type { Geometry, Mask, Vector3 } from '../../domain/geometry.ts'
import { between, seededRandom } from '../../phantom/random.ts'

type Range = readonly [low: number, high: number]

export interface EllipsoidOptions {
  readonly count: number
  readonly seed: number
  /** Semi-axes, in voxels. */
  readonly radii: { readonly columns: Range; readonly rows: Range; readonly slices: Range }
}

/** In voxels. */
export interface Ellipsoid {
  readonly centre: Vector3
  readonly radius: Vector3
}

/** All lie within the grid; they may overlap. */
export function ellipsoids(geometry: Geometry, { count, seed, radii }: EllipsoidOptions): Ellipsoid[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const radius: Vector3 = [
      between(random, ...radii.columns),
      between(random, ...radii.rows),
      between(random, ...radii.slices),
    ]
    const place = (axis: 0 | 1 | 2): number =>
      between(random, radius[axis] + 2, geometry.size[axis] - radius[axis] - 3)
    return { centre: [place(0), place(1), place(2)], radius }
  })
}

/** Copies as another reader would draw them: each semi-axis up to 4 % off, each centre up to 1.5 voxels along every axis. */
export function redrawn(originals: readonly Ellipsoid[], seed: number): Ellipsoid[] {
  const random = seededRandom(seed)
  const moved = (values: Vector3): Vector3 => [
    values[0] + between(random, -1.5, 1.5),
    values[1] + between(random, -1.5, 1.5),
    values[2] + between(random, -1.5, 1.5),
  ]
  const scaled = (values: Vector3): Vector3 => [
    values[0] * between(random, 0.96, 1.04),
    values[1] * between(random, 0.96, 1.04),
    values[2] * between(random, 0.96, 1.04),
  ]
  return originals.map(({ centre, radius }) => ({ centre: moved(centre), radius: scaled(radius) }))
}

export function ellipsoidMask(geometry: Geometry, { centre, radius }: Ellipsoid): Mask {
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

/** The whole grid, slice-major: 0 outside, n + 1 in ellipsoid n; where some overlap, the last one's. */
export function labelMap(geometry: Geometry, shapes: readonly Ellipsoid[]): Uint8Array {
  const [columns, rows, slices] = geometry.size
  const labels = new Uint8Array(columns * rows * slices)
  for (const [index, shape] of shapes.entries()) {
    const { box, voxels } = ellipsoidMask(geometry, shape)
    for (let n = 0; n < voxels.length; n++) {
      if (voxels[n] === 0) continue
      const row = Math.floor(n / box.size[0])
      const j = box.origin[1] + (row % box.size[1])
      const k = box.origin[2] + Math.floor(row / box.size[1])
      labels[(k * rows + j) * columns + box.origin[0] + (n % box.size[0])] = index + 1
    }
  }
  return labels
}
