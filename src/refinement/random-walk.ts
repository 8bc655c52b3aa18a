/**
 * Random walk with priors (Grady, CVPR 2005): the probability that a walker from a cell meets foreground before
 * background, where edges of the image are hard to cross and every cell pulls towards what is believed of it.
 */
import type { Scene } from './scene.ts'

interface WalkOptions {
  /** How much an edge of the image hinders: weight exp(-edge (difference / noise)²). */
  readonly edge: number
  /** How much a cell follows its prior, against its neighbours. */
  readonly pull: number
  readonly sweeps: number
}

/** What is known of a cell: nothing, or which side it is on. */
export const FREE = 0
export const INSIDE = 1
export const OUTSIDE = 2

/** Successive over-relaxation. */
const RELAXATION = 1.5
const EDGE_FLOOR = 0.002

/**
 * Weights between a cell and the next one along each axis; made once for a scene and an `edge`. Cell n is entry
 * `plane + n`: a slice of zeros stands before, so that no cell has to ask whether it has a neighbour.
 */
export interface EdgeWeights {
  readonly along: readonly [Float32Array, Float32Array, Float32Array]
}

export function edgeWeights({ size, values, cellMm }: Scene, edge: number): EdgeWeights {
  const noise = noiseOf(values, size)
  const nearestMm = Math.min(...cellMm)
  const plane = size[0] * size[1]
  const strides = [1, size[0], plane] as const
  const weigh = (axis: 0 | 1 | 2): Float32Array => {
    const weights = new Float32Array(plane + values.length)
    const stride = strides[axis]
    const closeness = (nearestMm / cellMm[axis]) ** 2
    for (let n = 0; n + stride < values.length; n++) {
      const difference = ((values[n + stride] ?? 0) - (values[n] ?? 0)) / noise
      weights[plane + n] = closeness * (Math.exp(-edge * difference * difference) + EDGE_FLOOR)
    }
    closeEnds(weights.subarray(plane), size, axis)
    return weights
  }
  return { along: [weigh(0), weigh(1), weigh(2)] }
}

/** The last cell of a line has no next one. */
function closeEnds(weights: Float32Array, [columns, rows, slices]: Scene['size'], axis: 0 | 1 | 2): void {
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = (k * rows + j) * columns
      if (axis === 0) weights[row + columns - 1] = 0
      else if ((axis === 1 && j === rows - 1) || (axis === 2 && k === slices - 1))
        weights.fill(0, row, row + columns)
    }
  }
}

/** Middle absolute difference of neighbours along rows, of a sample: what is no edge. Never 0. */
function noiseOf(values: Float32Array, [columns]: Scene['size']): number {
  const stride = Math.max(1, Math.floor(values.length / 20_000))
  const differences = new Float32Array(Math.floor(values.length / stride))
  let count = 0
  for (let n = 1; n < values.length && count < differences.length; n += stride) {
    if (n % columns !== 0) differences[count++] = Math.abs((values[n] ?? 0) - (values[n - 1] ?? 0))
  }
  const sorted = differences.subarray(0, count).toSorted()
  const middle = sorted[count >> 1] ?? 0
  return 1.4826 * middle || (sorted[count - 1] ?? 0) || 1
}

/**
 * Probabilities per cell. `prior`: what is believed of each, 0..1. `known`: FREE, INSIDE or OUTSIDE per cell. Alternating
 * Gauss-Seidel sweeps from the prior; the pull makes the system diagonally dominant, so that a few dozen are enough.
 */
export function randomWalk(
  size: Scene['size'],
  { along: [wi, wj, wk] }: EdgeWeights,
  prior: Float32Array,
  known: Uint8Array,
  { pull, sweeps }: Omit<WalkOptions, 'edge'>,
): Float32Array {
  const [row, plane] = [size[0], size[0] * size[1]]
  // As with the weights, a slice of zeros before, and one after.
  const x = new Float32Array(prior.length + 2 * plane)
  for (let n = 0; n < prior.length; n++) {
    x[plane + n] = known[n] === FREE ? (prior[n] ?? 0) : known[n] === INSIDE ? 1 : 0
  }
  const free = freeCells(known)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForward = sweep % 2 === 0
    for (let step = 0; step < free.length; step++) {
      const n = free[isForward ? step : free.length - 1 - step] ?? 0
      const at = plane + n
      const w1 = wi[at] ?? 0
      const w2 = wj[at] ?? 0
      const w3 = wk[at] ?? 0
      const w4 = wi[at - 1] ?? 0
      const w5 = wj[at - row] ?? 0
      const w6 = wk[n] ?? 0
      const sum =
        pull * (prior[n] ?? 0) +
        w1 * (x[at + 1] ?? 0) +
        w2 * (x[at + row] ?? 0) +
        w3 * (x[at + plane] ?? 0) +
        w4 * (x[at - 1] ?? 0) +
        w5 * (x[at - row] ?? 0) +
        w6 * (x[n] ?? 0)
      const now = x[at] ?? 0
      const next = now + RELAXATION * (sum / (pull + w1 + w2 + w3 + w4 + w5 + w6) - now)
      x[at] = next < 0 ? 0 : next > 1 ? 1 : next
    }
  }
  return x.subarray(plane, plane + prior.length)
}

function freeCells(known: Uint8Array): Uint32Array {
  const free = new Uint32Array(known.length)
  let count = 0
  for (let n = 0; n < known.length; n++) if (known[n] === FREE) free[count++] = n
  return free.subarray(0, count)
}
