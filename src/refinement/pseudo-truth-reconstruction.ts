/**
 * Pseudo ground truth from a trained reconstruction (the idea of HERMES and nnQC: image and mask together tell what the mask
 * should be). Slices beyond the candidate's own are reconstructed as well, so that a mask that was cut short is seen to be.
 */
import { invertAffine } from '../imaging/geometry.ts'
import type { PseudoTruthInput } from './pseudo-truth-provider.ts'
import { boxOf, gridAround, modelGrid, sampled, type ModelGrid } from './reconstruction-grid.ts'
import { CHANNELS, type ReconstructionModel } from './reconstruction-model.ts'
import type { Cells, Scene } from './scene.ts'
import { mainPieces } from './shape-prior.ts'

/** One sample: how the network is shown the same thing. */
interface Variation {
  readonly isMirrored: boolean
  /** Of the window, in pixels. */
  readonly shift: readonly [columns: number, rows: number]
  /** The candidate is what the samples before it agree on. */
  readonly isSecondLook: boolean
}

const VARIATIONS: readonly Variation[] = [
  { isMirrored: false, shift: [0, 0], isSecondLook: false },
  { isMirrored: true, shift: [0, 0], isSecondLook: false },
  { isMirrored: false, shift: [3, -3], isSecondLook: false },
  { isMirrored: false, shift: [0, 0], isSecondLook: true },
]

/** Slices in one run of the network: between two, a signal is looked at. */
const SLICES_PER_RUN = 16
/** Of the values, at either end: what is shown as 0 and 1. */
const [LOW, HIGH] = [0.01, 0.99]
const OUTSIDE_LOGIT = -20
/** Of the window, along any axis. */
const EXTENT_MAX = 2

/** Null where the candidate has no cell, is larger than the model's window, or the model finds nothing of the structure. */
export async function fromReconstruction(
  { scene, candidate, reconstruction }: PseudoTruthInput,
  signal: AbortSignal,
): Promise<Cells[] | null> {
  if (reconstruction === null) return null
  const main = mainPieces(candidate, scene)
  const grid = gridOf(main, scene, reconstruction)
  if (grid === null) return null
  const image = normalised(sampled({ values: scene.values, size: scene.size }, grid.toCell, grid.size, null))
  const seen = isInside(sampled({ values: main, size: scene.size }, grid.toCell, grid.size, 0), 0.5)
  const shown: Shown = { grid, image, model: reconstruction }
  const logits: Float32Array[] = []
  for (const variation of VARIATIONS) {
    const mask = variation.isSecondLook ? isInside(meanOf(logits), 0) : seen
    const window = windowOf(mask, shown, variation)
    if (window === null) return null
    logits.push(await reconstructed({ ...shown, mask, window, isMirrored: variation.isMirrored }, signal))
  }
  const back = invertAffine(grid.toCell)
  return logits.map((values) => {
    const cells = sampled({ values, size: grid.size }, back, scene.size, OUTSIDE_LOGIT)
    return mainPieces(isInside(cells, 0), scene)
  })
}

/** Around the mask. Null where the mask is empty or reaches beyond the model's window. */
function gridOf(
  mask: Cells,
  scene: Scene,
  { size, pixelMm, contextMm }: ReconstructionModel,
): ModelGrid | null {
  const extent = boxOf(mask, scene.size)?.size
  if (extent === undefined) return null
  // No grid is made of a scene that is far larger than what a model was trained for.
  if (extent.some((count, axis) => (count - 1) * (scene.cellMm[axis] ?? 0) > EXTENT_MAX * size * pixelMm))
    return null
  const whole = modelGrid(scene, pixelMm)
  const seen = isInside(sampled({ values: mask, size: scene.size }, whole.toCell, whole.size, 0), 0.5)
  const box = boxOf(seen, whole.size)
  if (box === null || Math.max(box.size[0], box.size[1]) > size) return null
  const [inSlice, across] = contextMm
  return gridAround(whole, box, [Math.round(inSlice / pixelMm), Math.round(across / pixelMm)])
}

interface Shown {
  readonly grid: ModelGrid
  readonly image: Float32Array
  readonly model: ReconstructionModel
}

/** First column and row that the network sees, and in how many slices the mask lies. */
interface Window {
  readonly left: number
  readonly top: number
  readonly slices: number
}

/** Around the middle of the mask's extent. Null where the mask is empty or reaches beyond the window. */
function windowOf(mask: Cells, { grid, model }: Shown, { shift }: Variation): Window | null {
  const box = boxOf(mask, grid.size)
  if (box === null || Math.max(box.size[0], box.size[1]) > model.size) return null
  const start = (axis: 0 | 1): number =>
    box.origin[axis] + Math.floor((box.size[axis] - 1) / 2) - model.size / 2 + shift[axis]
  return { left: start(0), top: start(1), slices: box.size[2] }
}

interface Run extends Shown {
  readonly mask: Cells
  readonly window: Window
  readonly isMirrored: boolean
}

/** Logits on the model's grid. */
async function reconstructed(run: Run, signal: AbortSignal): Promise<Float32Array> {
  const { grid, model } = run
  const plane = model.size * model.size
  const values = new Float32Array(grid.size[0] * grid.size[1] * grid.size[2]).fill(OUTSIDE_LOGIT)
  const footprint = footprintOf(run)
  for (let from = 0; from < grid.size[2]; from += SLICES_PER_RUN) {
    const count = Math.min(SLICES_PER_RUN, grid.size[2] - from)
    const data = new Float32Array(count * CHANNELS * plane)
    for (let n = 0; n < count; n++)
      fillSlice(data.subarray(n * CHANNELS * plane, (n + 1) * CHANNELS * plane), from + n, run, footprint)
    const shape = [count, CHANNELS, model.size, model.size]
    const { logits } = await model.network.run({ input: { shape, data } }, signal)
    for (let n = 0; n < count; n++)
      copyBack(values, from + n, logits?.data.subarray(n * plane, (n + 1) * plane) ?? new Float32Array(), run)
  }
  return values
}

/** Share of the mask's slices that are inside, column by column of the grid. */
function footprintOf({ mask, grid: { size }, window: { slices } }: Run): Float32Array {
  const shares = new Float32Array(size[0] * size[1])
  for (let n = 0; n < mask.length; n++) {
    if (mask[n] === 1) shares[n % shares.length] = (shares[n % shares.length] ?? 0) + 1 / slices
  }
  return shares
}

/** The channels of one slice. Beyond the first and last slice the image repeats, and the mask is empty. */
function fillSlice(out: Float32Array, k: number, run: Run, footprint: Float32Array): void {
  const { grid, image, mask, model } = run
  const [area, last] = [grid.size[0] * grid.size[1], grid.size[2] - 1]
  const plane = model.size * model.size
  const shown = [Math.max(0, k - 1), k, Math.min(last, k + 1)].map((at) =>
    image.subarray(at * area, (at + 1) * area),
  )
  const inside = [k - 1, k, k + 1].map((at) =>
    at < 0 || at > last ? new Uint8Array(area) : mask.subarray(at * area, (at + 1) * area),
  )
  for (const [channel, values] of [...shown, ...inside, footprint].entries())
    fillPlane(out.subarray(channel * plane, (channel + 1) * plane), values, run)
}

function fillPlane(out: Float32Array, values: Float32Array | Uint8Array, run: Run): void {
  eachPixel(run, (at, pixel) => {
    out[pixel] = values[at] ?? 0
  })
}

function copyBack(values: Float32Array, k: number, logits: Float32Array, run: Run): void {
  const first = k * run.grid.size[0] * run.grid.size[1]
  eachPixel(run, (at, pixel) => {
    values[first + at] = logits[pixel] ?? OUTSIDE_LOGIT
  })
}

/** Pixels of a slice that lie in the window: index in the slice of the grid, index in what the network sees. */
function eachPixel(
  { grid, model, window, isMirrored }: Run,
  visit: (at: number, pixel: number) => void,
): void {
  const [columns, rows] = grid.size
  for (let y = Math.max(0, -window.top); y < model.size && y + window.top < rows; y++) {
    for (let x = Math.max(0, -window.left); x < model.size && x + window.left < columns; x++) {
      const column = isMirrored ? model.size - 1 - x : x
      visit((y + window.top) * columns + x + window.left, y * model.size + column)
    }
  }
}

/** Values between their first and last percent as 0 to 1. */
function normalised(values: Float32Array): Float32Array {
  const ordered = values.toSorted()
  const low = ordered[Math.floor(LOW * (ordered.length - 1))] ?? 0
  const high = ordered[Math.ceil(HIGH * (ordered.length - 1))] ?? 0
  const scale = 1 / Math.max(high - low, 1e-6)
  return values.map((value) => Math.min(1, Math.max(0, (value - low) * scale)))
}

function isInside(values: Float32Array, from: number): Cells {
  return Uint8Array.from(values, (value) => (value >= from ? 1 : 0))
}

function meanOf(samples: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(samples[0]?.length ?? 0)
  for (const sample of samples)
    for (let n = 0; n < sum.length; n++) sum[n] = (sum[n] ?? 0) + (sample[n] ?? 0) / samples.length
  return sum
}
