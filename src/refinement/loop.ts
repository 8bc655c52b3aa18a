/** The loop of HERMES: prompts from where a mask departs from the pseudo ground truth, a new mask, again. */
import type { PromptKind, PseudoDice } from '../domain/correction.ts'
import { certainErrors, undisputed } from './error-cells.ts'
import type { PromptableModel } from './models.ts'
import { makePrompts, type Prompts } from './prompts.ts'
import { pseudoDice, sliceDice } from './pseudo-dice.ts'
import type { PseudoTruth } from './pseudo-truth.ts'
import type { Cells, Scene } from './scene.ts'
import { tidied } from './tidy.ts'

interface LoopLimits {
  /** Reached by the least of the samples' Dice, the mask is good enough. */
  readonly pseudoDiceMin: number
  readonly iterationsMax: number
  /** Stops after so many iterations without a better mask. */
  readonly iterationsWithoutGainMax: number
  readonly budgetMs: number
}

export interface LoopInput {
  readonly scene: Scene
  readonly candidate: Cells
  readonly truth: PseudoTruth
  readonly model: PromptableModel
  readonly prompt: PromptKind
  readonly limits: LoopLimits
  /** Milliseconds from any moment; monotonic. */
  readonly clockMs: () => number
}

export interface LoopResult {
  /** The mask with the highest mean pseudo-Dice: the candidate itself where none was better. */
  readonly cells: Cells
  readonly before: PseudoDice
  readonly after: PseudoDice
  readonly iterations: number
  readonly stoppedBy: 'good-enough' | 'agrees' | 'no-gain' | 'iterations' | 'budget'
  /** Of the first iteration; null where the candidate agrees with the pseudo ground truth already. */
  readonly prompts: Prompts | null
}

/** Less is noise. */
const GAIN_MIN = 0.001

/** Always tries once: whoever calls it has a reason. Throws the signal's reason when it is aborted. */
export async function refine(input: LoopInput, signal: AbortSignal): Promise<LoopResult> {
  const { scene, candidate, truth, model, limits, clockMs } = input
  const before = pseudoDice(candidate, truth)
  const started = clockMs()
  const hasTime = (): boolean => clockMs() - started <= limits.budgetMs
  let [cells, after, current] = [candidate, before, candidate]
  let first: Prompts | null = null
  let withoutGain = 0
  const end = (iterations: number, stoppedBy: LoopResult['stoppedBy']): LoopResult => ({
    cells,
    before,
    after,
    iterations,
    stoppedBy,
    prompts: first,
  })
  for (let iteration = 1; iteration <= limits.iterationsMax; iteration++) {
    signal.throwIfAborted()
    const prompts = promptsFor(current, input)
    if (prompts === null) return end(iteration - 1, 'agrees')
    first ??= prompts
    const told = { scene, previous: current, prompts, hasTime }
    const answer = tidied(await model.segment(told, signal), truth, scene)
    current = undisputed(candidate, answer, truth.voices)
    const now = pseudoDice(current, truth)
    withoutGain = now.mean > after.mean + GAIN_MIN ? 0 : withoutGain + 1
    if (now.mean > after.mean) [cells, after] = [current, now]
    if (after.min >= limits.pseudoDiceMin) return end(iteration, 'good-enough')
    if (withoutGain >= limits.iterationsWithoutGainMax) return end(iteration, 'no-gain')
    if (!hasTime()) return end(iteration, 'budget')
  }
  return end(limits.iterationsMax, 'iterations')
}

/** On slices that are not good enough; where all are, on those with any error. Null without a certain one. */
function promptsFor(cells: Cells, { scene, truth, model, prompt, limits }: LoopInput): Prompts | null {
  const errors = certainErrors(cells, truth.samples, scene)
  if (errors.count === 0) return null
  const wrong = sliceDice(cells, truth, scene).filter((slice) => slice.dice < 1)
  const bad = wrong.filter((slice) => slice.dice < limits.pseudoDiceMin)
  const slices = (bad.length > 0 ? bad : wrong).map(({ k }) => k)
  const prompts = makePrompts(prompt, {
    truth: truth.fused,
    errors,
    scene,
    slices,
    modelSide: model.inputSide,
  })
  return prompts.slices.length === 0 ? null : prompts
}
