/**
 * Pseudo ground truth without a trained model: from the eroded core of the candidate a random walk with priors fills what
 * looks like the core and is held by edges. The slices beyond the candidate's own are part of the scene, so that a mask
 * that was cut short is seen to be.
 */
import { binned, logOdds } from './intensities.ts'
import type { PseudoTruthInput } from './pseudo-truth-provider.ts'
import { edgeWeights, FREE, INSIDE, OUTSIDE, randomWalk, type EdgeWeights } from './random-walk.ts'
import { countCells, type Cells, type Scene } from './scene.ts'
import { mainPieces, shapePrior, type ShapePrior } from './shape-prior.ts'

/** One sample: how much of each kind of evidence is believed. */
interface Variation {
  /** Cells deeper than this share of the depth are the core. */
  readonly coreShare: number
  /** Weight of the log odds by intensity, and by distance to the candidate's surface. */
  readonly intensity: number
  readonly shape: number
  readonly pull: number
}

const VARIATIONS: readonly Variation[] = [
  { coreShare: 0.5, intensity: 1, shape: 1, pull: 0.1 },
  { coreShare: 0.35, intensity: 1, shape: 2, pull: 0.1 },
  { coreShare: 0.65, intensity: 1.5, shape: 0.7, pull: 0.05 },
]

const EDGE = 0.1
const SWEEPS = 20
/** Values of the core and of the surroundings are learned again from the first answer. */
const ROUNDS = 2
/** The shape is believed to be off by about this share of its depth, and by at least one cell. */
const SHAPE_SCALE_SHARE = 0.25
const SHAPE_ODDS_MAX = 4
/** Cells farther from the candidate than so many times that are outside. */
const REACH = 4
/** A core of fewer cells says nothing about intensities. */
export const CORE_CELLS_MIN = 8

/** Null where the candidate has no core. */
export function fromImage({ scene, candidate }: PseudoTruthInput, signal: AbortSignal): Cells[] | null {
  if (countCells(candidate) < CORE_CELLS_MIN) return null
  const shape = shapePrior(candidate, scene)
  const bins = binned(scene.values)
  const weights = edgeWeights(scene, EDGE)
  return VARIATIONS.map((variation) => {
    signal.throwIfAborted()
    return sampleOf({ scene, shape, bins, weights }, variation)
  })
}

interface Evidence {
  readonly scene: Scene
  readonly shape: ShapePrior
  readonly bins: Uint8Array
  readonly weights: EdgeWeights
}

function sampleOf({ scene, shape, bins, weights }: Evidence, variation: Variation): Cells {
  const { distanceMm, depthMm } = shape
  const scaleMm = Math.max(Math.min(...scene.cellMm), SHAPE_SCALE_SHARE * depthMm)
  const coreMm = variation.coreShare * depthMm
  const known = new Uint8Array(distanceMm.length)
  for (let n = 0; n < known.length; n++) {
    const distance = distanceMm[n] ?? 0
    known[n] = distance >= coreMm ? INSIDE : distance < -scaleMm ? OUTSIDE : FREE
  }
  const inside = new Uint8Array(known.length)
  for (let round = 0; round < ROUNDS; round++) {
    const odds = logOdds(bins, known)
    const prior = new Float32Array(known.length)
    for (let n = 0; n < prior.length; n++) {
      const distance = distanceMm[n] ?? 0
      const byValue = odds[bins[n] ?? 0] ?? 0
      const byShape = Math.max(-SHAPE_ODDS_MAX, Math.min(SHAPE_ODDS_MAX, distance / scaleMm))
      prior[n] = 1 / (1 + Math.exp(-variation.intensity * byValue - variation.shape * byShape))
      // The core, as far as its values are like the rest of it; and what is too far off to belong to it.
      known[n] = distance >= coreMm && byValue > 0 ? INSIDE : distance < -REACH * scaleMm ? OUTSIDE : FREE
    }
    const x = randomWalk(scene.size, weights, prior, known, { pull: variation.pull, sweeps: SWEEPS })
    for (let n = 0; n < x.length; n++) {
      const value = x[n] ?? 0
      inside[n] = value > 0.5 ? 1 : 0
      known[n] = value > 0.8 ? INSIDE : value < 0.2 ? OUTSIDE : FREE
    }
  }
  return mainPieces(inside, scene)
}
