/** Slices of a scene on the square grid that a network sees: their longest side fills it, from its upper left corner. */
import type { Modality } from '../domain/geometry.ts'
import type { Cells, Scene } from './scene.ts'

/** A slice of cells, and the square that it goes to. */
export interface SquareGrid {
  readonly columns: number
  readonly rows: number
  /** Of the square, in its pixels. */
  readonly side: number
  /** Pixels per cell. */
  readonly scale: number
}

export function squareGrid({ size }: Pick<Scene, 'size'>, side: number): SquareGrid {
  const [columns, rows] = size
  return { columns, rows, side, scale: side / Math.max(columns, rows) }
}

/** Which values of an image are black and white to a network, per modality; `percentiles`: shares of the scene's own values. */
export interface InputWindow {
  readonly values: { readonly [Kind in Modality]?: readonly [low: number, high: number] | undefined }
  /** Where no values are given. */
  readonly percentiles: readonly [low: number, high: number]
}

/** Of the cells: more say nothing new. */
const SAMPLE = 50_000

/** A function from image values to 0 (black) to 1 (white) in 255 steps, as in a picture of 8 bits. */
export function greyOf({ values, modality }: Pick<Scene, 'values' | 'modality'>, window: InputWindow) {
  const [low, high] = window.values[modality] ?? percentilesOf(values, window.percentiles)
  const width = high > low ? high - low : 1
  return (value: number): number => Math.round(255 * Math.min(1, Math.max(0, (value - low) / width))) / 255
}

function percentilesOf(values: Float32Array, shares: readonly [number, number]): [number, number] {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE))
  const sample = values.filter((_, n) => n % stride === 0).toSorted()
  const at = (share: number): number => sample[Math.round(share * (sample.length - 1))] ?? 0
  return [at(shares[0]), at(shares[1])]
}

/** Slice k as greys on the square, bilinear between the cells' middles; 0 beyond the slice. Row-major, side x side. */
export function greysOnGrid(scene: Scene, k: number, grid: SquareGrid, window: InputWindow): Float32Array {
  const { columns, rows, side } = grid
  const plane = scene.values.subarray(k * columns * rows, (k + 1) * columns * rows)
  const greys = Float32Array.from(plane, greyOf(scene, window))
  const out = new Float32Array(side * side)
  const [across, down] = [steps(columns, grid), steps(rows, grid)]
  for (let y = 0; y < down.count; y++) {
    const upper = (down.low[y] ?? 0) * columns
    const lower = (down.high[y] ?? 0) * columns
    const v = down.weight[y] ?? 0
    for (let x = 0; x < across.count; x++) {
      const [left, right] = [across.low[x] ?? 0, across.high[x] ?? 0]
      const u = across.weight[x] ?? 0
      const top = (1 - u) * (greys[upper + left] ?? 0) + u * (greys[upper + right] ?? 0)
      const bottom = (1 - u) * (greys[lower + left] ?? 0) + u * (greys[lower + right] ?? 0)
      out[y * side + x] = (1 - v) * top + v * bottom
    }
  }
  return out
}

/** For each pixel along one side of the square: the two cells that it lies between, and the weight of the higher one. */
function steps(cells: number, { side, scale }: SquareGrid) {
  const count = Math.min(side, Math.round(cells * scale))
  const low = new Uint16Array(count)
  const high = new Uint16Array(count)
  const weight = new Float32Array(count)
  for (let x = 0; x < count; x++) {
    const at = Math.min(cells - 1, Math.max(0, (x + 0.5) / scale - 0.5))
    low[x] = Math.floor(at)
    high[x] = Math.min(cells - 1, Math.floor(at) + 1)
    weight[x] = at - Math.floor(at)
  }
  return { count, low, high, weight }
}

/** A slice of a mask on a square of `side`: `inside` and `outside` where its nearest cell is, `outside` beyond the slice. */
export function maskOnGrid(
  plane: Cells,
  { columns, rows, side, scale }: SquareGrid,
  [inside, outside]: readonly [number, number],
): Float32Array {
  const out = new Float32Array(side * side).fill(outside)
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y + 0.5) / scale)
    if (row >= rows) break
    for (let x = 0; x < side; x++) {
      const column = Math.floor((x + 0.5) / scale)
      if (column >= columns) break
      if (plane[row * columns + column] === 1) out[y * side + x] = inside
    }
  }
  return out
}

/** Logits on the square as a slice of cells: 1 where the bilinear value in the middle of the cell is above 0. */
export function cellsFromGrid(logits: Float32Array, { columns, rows, side, scale }: SquareGrid): Cells {
  const cells = new Uint8Array(columns * rows)
  const clamp = (at: number): number => Math.min(side - 1, Math.max(0, at))
  for (let j = 0; j < rows; j++) {
    const y = clamp((j + 0.5) * scale - 0.5)
    const [top, v] = [Math.floor(y), y - Math.floor(y)]
    const below = Math.min(side - 1, top + 1)
    for (let i = 0; i < columns; i++) {
      const x = clamp((i + 0.5) * scale - 0.5)
      const [left, u] = [Math.floor(x), x - Math.floor(x)]
      const right = Math.min(side - 1, left + 1)
      const upper = (1 - u) * (logits[top * side + left] ?? 0) + u * (logits[top * side + right] ?? 0)
      const lower = (1 - u) * (logits[below * side + left] ?? 0) + u * (logits[below * side + right] ?? 0)
      if ((1 - v) * upper + v * lower > 0) cells[j * columns + i] = 1
    }
  }
  return cells
}
