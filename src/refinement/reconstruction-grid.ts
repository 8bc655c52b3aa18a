/**
 * A scene on the grid that a reconstruction model was trained on: isotropic pixels, axes along LPS, slices from feet to head,
 * and back. The counterpart of training/grid.py; test/training/parity.real.test.ts holds the two together.
 */
import type { Box, Vector3 } from '../domain/geometry.ts'
import { corners, invertAffine, multiply, transform } from '../imaging/geometry.ts'
import type { Cells, Scene } from './scene.ts'

export interface ModelGrid {
  readonly size: Vector3
  /** Row-major 4x4: pixel index to cell index of the scene. */
  readonly toCell: readonly number[]
}

/** All of the scene. Its first pixel lies on the lowest corner of the scene's cell centres. */
export function modelGrid(scene: Scene, pixelMm: number): ModelGrid {
  const toLps = cellToLps(scene)
  const at = corners({ origin: [0, 0, 0], size: scene.size }).map((corner) => transform(toLps, corner))
  const axis = (n: 0 | 1 | 2): { first: number; count: number } => {
    const along = at.map((point) => point[n])
    const first = Math.min(...along)
    return { first, count: Math.floor((Math.max(...along) - first) / pixelMm + 1e-6) + 1 }
  }
  const [x, y, z] = [axis(0), axis(1), axis(2)]
  const pixelToLps = [pixelMm, 0, 0, x.first, 0, pixelMm, 0, y.first, 0, 0, pixelMm, z.first, 0, 0, 0, 1]
  return { size: [x.count, y.count, z.count], toCell: multiply(invertAffine(toLps), pixelToLps) }
}

/** The part of a grid that holds a box of its pixels, with so many pixels more within slices and across. */
export function gridAround(
  { size, toCell }: ModelGrid,
  { origin, size: extent }: Box,
  [inSlice, across]: readonly [number, number],
): ModelGrid {
  const axis = (n: 0 | 1 | 2): { first: number; count: number } => {
    const margin = n === 2 ? across : inSlice
    const first = Math.max(0, origin[n] - margin)
    return { first, count: Math.min(size[n], origin[n] + extent[n] + margin) - first }
  }
  const [x, y, z] = [axis(0), axis(1), axis(2)]
  const move = [1, 0, 0, x.first, 0, 1, 0, y.first, 0, 0, 1, z.first, 0, 0, 0, 1]
  return { size: [x.count, y.count, z.count], toCell: multiply(toCell, move) }
}

/** Centres of cells in LPS mm. */
function cellToLps({ origin, step, geometry }: Scene): number[] {
  const middle = (step - 1) / 2
  const toVoxel = [step, 0, 0, origin[0] + middle, 0, step, 0, origin[1] + middle, 0, 0, 1, origin[2]]
  return multiply(geometry.affine, [...toVoxel, 0, 0, 0, 1])
}

/** The smallest box of pixels around those inside; null of nothing. */
export function boxOf(cells: Cells, [columns, rows]: Vector3): Box | null {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-1, -1, -1]
  for (let n = cells.indexOf(1); n !== -1; n = cells.indexOf(1, n + 1)) {
    const row = Math.floor(n / columns)
    const at = [n - row * columns, row % rows, Math.floor(row / rows)] as const
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], at[axis])
      high[axis] = Math.max(high[axis], at[axis])
    }
  }
  if (high[0] < 0) return null
  return { origin: low, size: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1] }
}

export interface Values {
  readonly values: Float32Array | Uint8Array
  readonly size: Vector3
}

/**
 * Trilinear values at the points that `map` (row-major 4x4, index to index) leads to. Beyond the grid: `beyond`, or with
 * null the value at its edge.
 */
export function sampled(
  from: Values,
  map: readonly number[],
  size: Vector3,
  beyond: number | null,
): Float32Array {
  const out = new Float32Array(size[0] * size[1] * size[2])
  const [di = 0, dj = 0, dk = 0] = [map[0], map[4], map[8]]
  const [endI, endJ, endK] = from.size.map((count) => count - 0.5)
  for (let k = 0, n = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      let [x, y, z] = transform(map, [0, j, k])
      for (let i = 0; i < size[0]; i++, n++, x += di, y += dj, z += dk) {
        const isWithin =
          x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= (endI ?? 0) && y <= (endJ ?? 0) && z <= (endK ?? 0)
        out[n] = beyond === null || isWithin ? trilinear(from, x, y, z) : beyond
      }
    }
  }
  return out
}

function trilinear(
  { values, size: [columns, rows, slices] }: Values,
  x: number,
  y: number,
  z: number,
): number {
  const [i, u] = cellAndRest(x, columns)
  const [j, v] = cellAndRest(y, rows)
  const [k, w] = cellAndRest(z, slices)
  const right = i + 1 < columns ? 1 : 0
  const down = j + 1 < rows ? columns : 0
  const up = k + 1 < slices ? columns * rows : 0
  const n = (k * rows + j) * columns + i
  const along = (at: number): number => (values[at] ?? 0) * (1 - u) + (values[at + right] ?? 0) * u
  const plane = (at: number): number => along(at) * (1 - v) + along(at + down) * v
  return plane(n) * (1 - w) + plane(n + up) * w
}

function cellAndRest(at: number, count: number): readonly [number, number] {
  const inside = Math.min(Math.max(at, 0), count - 1)
  const first = Math.floor(inside + 1e-6)
  return [first, Math.max(0, inside - first)]
}
