/**
 * Values of a picture at the pixels of a panel: bicubic (Keys, IEEE Trans. ASSP 29:1153, 1981, a = -1/2), separable. Where
 * the panel has fewer pixels than the picture the kernel is widened, so that nothing is skipped.
 */
import type { Frame } from './frame.ts'
import type { PlaneOf } from './plane.ts'

/** For every pixel along one side of a panel: which pixels of the picture it is made of, and how much of each. */
export interface Taps {
  readonly count: number
  /** `count` per pixel. */
  readonly source: Int32Array
  readonly weights: Float32Array
  /** Panel pixels from `first` to before `end` lie over the picture. */
  readonly first: number
  readonly end: number
  /** Picture pixels that are needed. */
  readonly low: number
  readonly extent: number
}

/** `start` and `extent` in pixels of a picture that has `length` of them. */
export function tapsAlong(start: number, extent: number, length: number, pixels: number): Taps {
  const step = extent / pixels
  const stretch = Math.max(1, step)
  const count = 2 * Math.ceil(2 * stretch)
  const source = new Int32Array(count * pixels)
  const weights = new Float32Array(count * pixels)
  let [first, end, low, high] = [pixels, 0, length - 1, 0]
  for (let pixel = 0; pixel < pixels; pixel++) {
    const centre = start + (pixel + 0.5) * step
    if (centre >= -0.5 && centre <= length - 0.5) {
      first = Math.min(first, pixel)
      end = pixel + 1
    }
    const from = Math.floor(centre) - count / 2 + 1
    let sum = 0
    for (let tap = 0; tap < count; tap++) sum += keys((from + tap - centre) / stretch)
    for (let tap = 0; tap < count; tap++) {
      const at = Math.min(Math.max(from + tap, 0), length - 1)
      low = Math.min(low, at)
      high = Math.max(high, at)
      source[pixel * count + tap] = at
      weights[pixel * count + tap] = keys((from + tap - centre) / stretch) / sum
    }
  }
  return { count, source, weights, first, end, low, extent: high - low + 1 }
}

function keys(distance: number): number {
  const x = Math.abs(distance)
  if (x >= 2) return 0
  return x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
}

/** Taps of both sides of a panel. */
export function tapsOf(
  { left, top, width, height }: Frame,
  [columns, rows]: readonly [number, number],
  pixels: number,
): readonly [x: Taps, y: Taps] {
  return [tapsAlong(left, width, columns, pixels), tapsAlong(top, height, rows, pixels)]
}

/** `plane` holds at least what the taps need. Row by row, as many values as there are panel pixels. */
export function resample(plane: PlaneOf<Float32Array>, [x, y]: readonly [Taps, Taps]): Float32Array {
  const width = x.source.length / x.count
  const height = y.source.length / y.count
  const narrow = new Float32Array(plane.height * width)
  for (let row = 0; row < plane.height; row++) {
    const from = row * plane.width - plane.x
    for (let column = 0; column < width; column++) {
      let sum = 0
      for (let tap = column * x.count; tap < (column + 1) * x.count; tap++)
        sum += (x.weights[tap] ?? 0) * (plane.values[from + (x.source[tap] ?? 0)] ?? 0)
      narrow[row * width + column] = sum
    }
  }
  const values = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let tap = row * y.count; tap < (row + 1) * y.count; tap++) {
      const weight = y.weights[tap] ?? 0
      const from = ((y.source[tap] ?? 0) - plane.y) * width
      for (let column = 0; column < width; column++)
        values[row * width + column] =
          (values[row * width + column] ?? 0) + weight * (narrow[from + column] ?? 0)
    }
  }
  return values
}
