/** One rejected segment: is there a better mask, and how is it known to be better? Proposes; decides nothing. */
import type { SegmentCorrection } from '../domain/correction.ts'
import type { Finding } from '../domain/evidence.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Structure } from '../domain/knowledge.ts'
import type { Refinement } from '../domain/refinement.ts'
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import { distrust, notMended, objection, unbounded, type Trust } from './acceptance.ts'
import { errorCells } from './error-cells.ts'
import { refine, type LoopResult } from './loop.ts'
import type { PromptableModel } from './models.ts'
import { pathLengths } from './path-length.ts'
import type { Prompts } from './prompts.ts'
import { agreementOf, dice, sliceDice } from './pseudo-dice.ts'
import type { PseudoTruthProvider } from './pseudo-truth-provider.ts'
import { PROVIDERS, pseudoTruth, type PseudoTruth } from './pseudo-truth.ts'
import { CORE_CELLS_MIN } from './pseudo-truth-image.ts'
import type { ReconstructionModel } from './reconstruction-model.ts'
import { largestPiece } from './shape-prior.ts'
import { cellsOf, countCells, maskOfCells, sceneAround, type Cells, type Scene } from './scene.ts'

export interface CorrectInput {
  readonly number: number
  /** On the grid of the volume; may be empty. */
  readonly mask: Mask
  readonly volume: Volume
  readonly findings: readonly Finding[]
  /** Of the structure that is claimed; null where it is not known. */
  readonly kind: Structure['kind'] | null
  /** A sound segmentation of the same structure by another object, on the same grid. */
  readonly second: Mask | null
  /** Trained for this structure on such images; null: none was. */
  readonly reconstruction: ReconstructionModel | null
  readonly settings: Refinement
  readonly model: PromptableModel
  readonly clockMs: () => number
  /** What the checks find with a mask in the place of this one. */
  readonly checked: (mask: Mask) => readonly Finding[]
  /** Of pseudo ground truth, the first that can is taken; absent: all that there are. */
  readonly providers?: readonly PseudoTruthProvider[]
}

export interface Corrected {
  readonly correction: Omit<SegmentCorrection, 'proposedNumber'>
  /** The proposal; null without one. */
  readonly mask: Mask | null
  /** Where the original departs from the pseudo ground truth: what is too much, what is missing. Null without one. */
  readonly errors: { readonly tooMuch: Mask; readonly missing: Mask } | null
  readonly prompts: { readonly scene: Scene; readonly prompts: Prompts } | null
  /** How far the pseudo ground truth can be believed; null without one. */
  readonly trust: Trust | null
}

/** Throws the signal's reason when it is aborted. */
export async function correctSegment(input: CorrectInput, signal: AbortSignal): Promise<Corrected> {
  const { mask, volume, second, reconstruction, settings, findings } = input
  const why = notMended(findings)
  if (why !== null) return nothing(input, `No better outline would help: ${why}.`)
  const scene = sceneAround(second === null ? [mask] : [mask, second], volume, {
    marginMm: [settings.marginMm, settings.marginAcrossMm],
    cellsMax: settings.cellsMax,
  })
  if (scene === null) return nothing(input, EMPTY)
  const candidate = cellsOf(mask, scene)
  const known = { second: second === null ? null : cellsOf(second, scene), reconstruction }
  const believed = believedPart(candidate, scene, findings)
  const truth = await pseudoTruth({ scene, candidate: believed, ...known }, signal, input.providers)
  if (truth === null) return nothing(input, mask.voxels.includes(1) ? NEAR_EMPTY : EMPTY)
  const { model, clockMs } = input
  const limits = settings
  const loop = { scene, candidate, truth, model, prompt: settings.prompt, limits, clockMs }
  return conclude(input, scene, candidate, truth, await refine(loop, signal))
}

/** Where the checks find pieces that do not belong together, only the largest is believed; halves beside a gap are one. */
function believedPart(candidate: Cells, scene: Scene, findings: readonly Finding[]): Cells {
  const has = (mode: Finding['mode']): boolean => findings.some((finding) => finding.mode === mode)
  return has('fragmented') && !has('slice-gap') ? largestPiece(candidate, scene) : candidate
}

const EMPTY =
  'The segment is empty, and the study holds no sound second segmentation of the structure to start from.'
const NEAR_EMPTY = `The segment is nearly empty (fewer than ${CORE_CELLS_MIN} voxels): too little to learn from what the structure looks like, and the study holds no sound second segmentation of it.`

function conclude(
  input: CorrectInput,
  scene: Scene,
  candidate: Cells,
  truth: PseudoTruth,
  result: LoopResult,
): Corrected {
  const { mask, findings, checked } = input
  const refined = maskOfCells(result.cells, mask, scene)
  const trust = trustOf(candidate, result.cells, truth)
  const refusal =
    result.after.mean <= result.before.mean
      ? 'no prompt led to a mask that is closer to the pseudo ground truth'
      : (unbounded(truth.provider, input.kind) ?? distrust(trust) ?? objection(findings, checked(refined)))
  const { addedMm, erasedMm } = pathLengths(mask, refined)
  const voxelCm3 = voxelVolumeMm3(mask.geometry) / 1000
  const errors = errorCells(candidate, truth.fused)
  const asVoxels = (cells: Cells): Mask => maskOfCells(cells, emptyLike(mask), scene)
  return {
    correction: {
      number: input.number,
      outcome: refusal === null ? 'proposed' : 'nothing-proposed',
      reason:
        refusal === null
          ? 'The checks, which the loop did not look at, find less against the refined mask.'
          : `Nothing is proposed: ${refusal}.`,
      notes: [sourceNote(truth, input), ...notesOn(candidate, truth, scene)],
      pseudoTruth: truth.provider,
      before: result.before,
      after: result.after,
      iterations: result.iterations,
      model: input.model.id,
      prompt: input.settings.prompt,
      volumeChangeCm3: (countCells(refined.voxels) - countCells(mask.voxels)) * voxelCm3,
      addedPathMm: addedMm,
      erasedPathMm: erasedMm,
    },
    mask: refusal === null ? refined : null,
    errors: { tooMuch: asVoxels(errors.tooMuch), missing: asVoxels(errors.missing) },
    prompts: result.prompts === null ? null : { scene, prompts: result.prompts },
    trust,
  }
}

function trustOf(candidate: Cells, refined: Cells, { voices }: PseudoTruth): Trust {
  const gains = voices.map((sample) => dice(refined, sample) - dice(candidate, sample))
  return { agreement: agreementOf(voices), gain: Math.min(...gains) }
}

function emptyLike({ geometry }: Mask): Mask {
  return { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
}

/** What the pseudo ground truth is worth: said of every proposal, and most of all where no model was trained. */
function sourceNote(
  { provider }: PseudoTruth,
  { reconstruction, providers = PROVIDERS }: CorrectInput,
): string {
  if (provider === 'reconstruction' && reconstruction !== null)
    return `Pseudo ground truth by the model ${reconstruction.id}. ${reconstruction.quality}`
  const name = providers.find(({ id }) => id === provider)?.name ?? provider
  const why =
    reconstruction === null
      ? 'No model was trained for this structure on such images.'
      : `The model ${reconstruction.id} could not reconstruct this segment: it is larger than what the model sees, or nothing like it.`
  return `Pseudo ground truth: ${name}. ${provider === 'image' ? why : ''}`.trim()
}

/** Slices that only one of the two knows: too much, or missing. */
function notesOn(candidate: Cells, truth: PseudoTruth, scene: Scene): string[] {
  const slices = sliceDice(candidate, truth, scene)
  const count = (alone: 'candidate' | 'pseudo-truth'): number =>
    slices.filter((slice) => slice.alone === alone).length
  const [superfluous, missing] = [count('candidate'), count('pseudo-truth')]
  return [
    ...(superfluous > 0
      ? [
          `False-positive slices: in ${superfluous} the segment holds voxels and the pseudo ground truth none.`,
        ]
      : []),
    ...(missing > 0
      ? [`Missing slices: in ${missing} the segment is empty and the pseudo ground truth is not.`]
      : []),
  ]
}

function nothing({ number }: CorrectInput, reason: string): Corrected {
  return {
    correction: {
      number,
      outcome: 'nothing-proposed',
      reason,
      notes: [],
      pseudoTruth: null,
      before: null,
      after: null,
      iterations: 0,
      model: null,
      prompt: null,
      volumeChangeCm3: null,
      addedPathMm: null,
      erasedPathMm: null,
    },
    mask: null,
    errors: null,
    prompts: null,
    trust: null,
  }
}
