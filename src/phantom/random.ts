/** Repeatable random numbers: the same seed gives the same patient on every machine. */

/** Uniform in [0, 1). mulberry32 (T. Ettinger, public domain). */
export type Random = () => number

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random()
}

/** Fills `out` with normal noise of the given standard deviation, cheaply: values drawn from a table of `TABLE_SIZE`. */
export function fillGaussian(out: Float32Array, sigma: number, seed: number): void {
  const table = gaussianTable(sigma, seed)
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  for (let index = 0; index < out.length; index++) {
    // xorshift32 (Marsaglia 2003): fast, and good enough for looks.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    out[index] = table[state & (TABLE_SIZE - 1)] ?? 0
  }
}

const TABLE_SIZE = 16_384

/** Box and Muller 1958. */
function gaussianTable(sigma: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  return Float32Array.from(
    { length: TABLE_SIZE },
    () => sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}
