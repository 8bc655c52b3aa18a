/**
 * A promptable model that needs no weights, by the principle of MIDeepSeg (Luo et al., Med Image Anal 2021;72:102102): what
 * was clicked or scribbled spreads by geodesic distance into the mask of before, then edges of the image settle the outline.
 */
import { geodesicDistances } from './geodesic.ts'
import { binned, logOdds } from './intensities.ts'
import type { ModelInput, PromptableModel } from './models.ts'
import { edgeWeights, FREE, INSIDE, OUTSIDE, randomWalk } from './random-walk.ts'
import type { SlicePrompts } from './prompts.ts'
import type { Cells, Scene } from './scene.ts'

const EDGE = 0.1
const PULL = 0.05
const SWEEPS = 30
/** What the mask of before is trusted. */
const TRUST = 0.85
/** A prompt reaches so far in an even image. */
const REACH_MM = 6
/** Values that differ by this share of the values' spread are as far as that. */
const CONTRAST_SHARE = 0.5

export const geodesicModel: PromptableModel = {
  id: 'geodesic-1',
  prompts: ['box', 'scribbles', 'clicks'],
  inputSide: null,
  segment: async (input, signal) => {
    signal.throwIfAborted()
    const { scene, prompts } = input
    const belief = prompts.kind === 'box' ? believedInBoxes(input) : believedAroundPoints(input)
    const x = randomWalk(scene.size, edgeWeights(scene, EDGE), belief.prior, belief.known, {
      pull: PULL,
      sweeps: SWEEPS,
    })
    return Uint8Array.from(x, (value) => (value > 0.5 ? 1 : 0))
  },
}

interface Belief {
  readonly prior: Float32Array
  readonly known: Uint8Array
}

/** The mask of before, overruled near points by their side: weight exp(-geodesic distance). */
function believedAroundPoints({ scene, previous, prompts }: ModelInput): Belief {
  const [positive, negative] = [true, false].map((side) => seedsOf(prompts.slices, scene, side))
  const known = new Uint8Array(previous.length)
  const options = { reachMm: REACH_MM, contrast: CONTRAST_SHARE * spreadOf(scene.values) }
  const [toPositive, toNegative] = [positive, negative].map((seeds) =>
    geodesicDistances(seeds ?? known, scene, options),
  )
  const prior = Float32Array.from(previous, (cell, n) => {
    const before = cell === 1 ? TRUST : 1 - TRUST
    const [inside, outside] = [
      Math.exp(-(toPositive?.[n] ?? Infinity)),
      Math.exp(-(toNegative?.[n] ?? Infinity)),
    ]
    const weight = Math.max(inside, outside)
    return weight < 1e-6 ? before : (1 - weight) * before + (weight * inside) / (inside + outside)
  })
  for (let n = 0; n < known.length; n++)
    known[n] = positive?.[n] === 1 ? INSIDE : negative?.[n] === 1 ? OUTSIDE : FREE
  return { prior, known }
}

function seedsOf(slices: readonly SlicePrompts[], { size }: Scene, side: boolean): Uint8Array {
  const seeds = new Uint8Array(size[0] * size[1] * size[2])
  for (const { k, points } of slices) {
    for (const { column, row, positive } of points) {
      if (positive === side) seeds[(k * size[1] + row) * size[0] + column] = 1
    }
  }
  return seeds
}

/** Within boxes by intensity and the mask of before, nothing outside of them; other slices as they were. */
function believedInBoxes({ scene, previous, prompts }: ModelInput): Belief {
  const [columns, rows] = scene.size
  const known = Uint8Array.from(previous, (cell) => (cell === 1 ? INSIDE : OUTSIDE))
  const learned = new Uint8Array(previous.length)
  for (const { k, box } of prompts.slices) {
    if (box === null) continue
    for (let j = 0, n = k * rows * columns; j < rows; j++) {
      for (let i = 0; i < columns; i++, n++) {
        const isInBox = i >= box[0] && j >= box[1] && i <= box[2] && j <= box[3]
        known[n] = isInBox ? FREE : OUTSIDE
        learned[n] = !isInBox ? OUTSIDE : previous[n] === 1 ? INSIDE : FREE
      }
    }
  }
  const bins = binned(scene.values)
  const odds = logOdds(bins, learned)
  const before = Math.log(TRUST / (1 - TRUST))
  const prior = Float32Array.from(bins, (bin, n) => {
    const logit = (odds[bin] ?? 0) + (previous[n] === 1 ? before : -before)
    return 1 / (1 + Math.exp(-logit))
  })
  return { prior, known }
}

/** From the 5th to the 95th percent of a sample; never 0. */
function spreadOf(values: Cells | Float32Array): number {
  const stride = Math.max(1, Math.floor(values.length / 20_000))
  const sample = Float32Array.from(values.filter((_, n) => n % stride === 0)).toSorted()
  const at = (share: number): number => sample[Math.floor(share * (sample.length - 1))] ?? 0
  return at(0.95) - at(0.05) || 1
}
