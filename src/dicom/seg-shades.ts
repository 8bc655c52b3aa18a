/** Probabilities of a FRACTIONAL segmentation as they are stored, beside the mask that they are cut to: 8 bits each. */
import type { Box, ProbabilityMap } from '../domain/geometry.ts'

/** What is above 0 in one frame: the smallest rectangle around it. */
export interface Shades {
  readonly frameIndex: number
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  /** 0..255 for 0..1, row by row. */
  readonly values: Uint8Array
}

/** Null where all are 0. */
export function shadesOf(
  values: ArrayLike<number>,
  columns: number,
  full: number,
  frameIndex: number,
): Shades | null {
  let [left, right, top, bottom] = [columns, -1, -1, -1]
  for (let n = 0; n < values.length; n++) {
    if ((values[n] ?? 0) === 0) continue
    const [column, row] = [n % columns, Math.floor(n / columns)]
    if (top < 0) top = row
    bottom = row
    if (column < left) left = column
    if (column > right) right = column
  }
  if (top < 0) return null
  const size = { columns: right - left + 1, rows: bottom - top + 1 }
  const kept = new Uint8Array(size.columns * size.rows)
  for (let row = 0, n = 0; row < size.rows; row++)
    for (let column = 0; column < size.columns; column++, n++)
      kept[n] = Math.round((255 * (values[(top + row) * columns + left + column] ?? 0)) / full)
  return { frameIndex, column: left, row: top, ...size, values: kept }
}

/** Puts the frames of one segment on its grid, in shared memory. Null where that takes more than `valuesMax`, or nothing is above 0. */
export function probabilityMap(
  shades: readonly Shades[],
  sliceOf: (frameIndex: number) => number,
  valuesMax: number,
): ProbabilityMap | null {
  if (shades.length === 0) return null
  const { origin, size } = boxOf(shades, sliceOf)
  const count = size[0] * size[1] * size[2]
  if (count > valuesMax) return null
  const values = new Uint8Array(new SharedArrayBuffer(count))
  for (const { frameIndex, column, row, columns, rows, values: own } of shades) {
    const first = (sliceOf(frameIndex) - origin[2]) * size[1] + row - origin[1]
    for (let n = 0; n < rows; n++)
      values.set(own.subarray(n * columns, (n + 1) * columns), (first + n) * size[0] + column - origin[0])
  }
  return { box: { origin, size }, values }
}

function boxOf(shades: readonly Shades[], sliceOf: (frameIndex: number) => number): Box {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const end: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (const { frameIndex, column, row, columns, rows } of shades) {
    const first = [column, row, sliceOf(frameIndex)] as const
    const beyond = [column + columns, row + rows, first[2] + 1] as const
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], first[axis])
      end[axis] = Math.max(end[axis], beyond[axis])
    }
  }
  return { origin: low, size: [end[0] - low[0], end[1] - low[1], end[2] - low[2]] }
}
