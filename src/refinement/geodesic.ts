/** Geodesic distances through an image: how far a cell is from the nearest seed, where edges make the way longer. */
import type { Scene } from './scene.ts'

interface GeodesicOptions {
  /** So many mm are as far as ... */
  readonly reachMm: number
  /** ... so large a difference of values. */
  readonly contrast: number
}

/** Forward and backward passes over all cells, twice: near enough for distances that fade within a few cells. */
const ROUNDS = 2

/** 1 = one `reachMm`, or one `contrast`. Infinity where there is no seed. Raster scans (Toivanen 1996), six neighbours. */
export function geodesicDistances(
  seeds: Uint8Array,
  { size, values, cellMm }: Scene,
  { reachMm, contrast }: GeodesicOptions,
): Float32Array {
  const distances = Float32Array.from(seeds, (seed) => (seed === 1 ? 0 : Infinity))
  if (!seeds.includes(1)) return distances
  const strides = [1, size[0], size[0] * size[1]] as const
  const steps = [cellMm[0] / reachMm, cellMm[1] / reachMm, cellMm[2] / reachMm] as const
  const relax = (n: number, other: number, step: number): void => {
    const way = (distances[other] ?? 0) + step + Math.abs((values[n] ?? 0) - (values[other] ?? 0)) / contrast
    if (way < (distances[n] ?? 0)) distances[n] = way
  }
  const [columns, rows, slices] = size
  for (let pass = 0; pass < 2 * ROUNDS; pass++) {
    const back = pass % 2 === 1
    const before = back ? 1 : -1
    for (let c = 0; c < slices; c++) {
      const k = back ? slices - 1 - c : c
      for (let b = 0; b < rows; b++) {
        const j = back ? rows - 1 - b : b
        for (let a = 0; a < columns; a++) {
          const i = back ? columns - 1 - a : a
          const n = (k * rows + j) * columns + i
          if (a > 0) relax(n, n + before * strides[0], steps[0])
          if (b > 0) relax(n, n + before * strides[1], steps[1])
          if (c > 0) relax(n, n + before * strides[2], steps[2])
        }
      }
    }
  }
  return distances
}
