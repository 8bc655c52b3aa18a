/** The outline of a mask in one picture, at sub-pixel positions. */
import type { PlaneOf } from './plane.ts'

/** Midpoints of the sides of a square of four pixel centres, from its upper left one. */
const TOP = [0.5, 0] as const
const RIGHT = [1, 0.5] as const
const BOTTOM = [0.5, 1] as const
const LEFT = [0, 0.5] as const

/**
 * Marching squares: lines that cut off the corners inside. Bits of a code: 1 upper left, 2 upper right, 4 lower left, 8 lower
 * right. Pixels that touch at a corner only are kept apart.
 */
const LINES: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [LEFT, TOP],
  [TOP, RIGHT],
  [LEFT, RIGHT],
  [BOTTOM, LEFT],
  [BOTTOM, TOP],
  [TOP, RIGHT, BOTTOM, LEFT],
  [BOTTOM, RIGHT],
  [RIGHT, BOTTOM],
  [LEFT, TOP, RIGHT, BOTTOM],
  [TOP, BOTTOM],
  [LEFT, BOTTOM],
  [RIGHT, LEFT],
  [RIGHT, TOP],
  [TOP, LEFT],
  [],
]

/**
 * Pieces of the line between inside and outside, each x, y, x, y in pixels of the picture: half way between the centres of
 * neighbours of which one is inside, so on the borders of the pixels with their corners cut off.
 */
export function maskOutline(plane: PlaneOf<Uint8Array>): Float32Array {
  const { width, height, values } = plane
  const found: number[] = []
  const inside = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height || values[y * width + x] === 0 ? 0 : 1
  for (let y = -1; y < height; y++) {
    let [upper, lower] = [0, 0]
    for (let x = -1; x < width; x++) {
      const [nextUpper, nextLower] = [inside(x + 1, y), inside(x + 1, y + 1)]
      const code = upper + 2 * nextUpper + 4 * lower + 8 * nextLower
      ;[upper, lower] = [nextUpper, nextLower]
      if (code === 0 || code === 15) continue
      for (const [dx, dy] of LINES[code] ?? []) found.push(plane.x + x + dx, plane.y + y + dy)
    }
  }
  return Float32Array.from(found)
}
