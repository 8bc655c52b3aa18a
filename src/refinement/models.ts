/** Promptable models: prompts and an image in, a mask out. */
import type { PromptKind } from '../domain/correction.ts'
import type { Prompts } from './prompts.ts'
import type { Cells, Scene } from './scene.ts'

export interface ModelInput {
  readonly scene: Scene
  /** What is to be bettered. */
  readonly previous: Cells
  readonly prompts: Prompts
  /** False once the budget is used up: a model that goes slice by slice then leaves the rest as it was. */
  readonly hasTime: () => boolean
}

export interface PromptableModel {
  /** Unique among models; with version, for reports. */
  readonly id: string
  /** What it understands. */
  readonly prompts: readonly PromptKind[]
  /** Longest side of its input in its pixels; null: it sees the cells themselves. */
  readonly inputSide: number | null
  /** A mask over all of the scene: slices without a prompt may change too, where the model sees volumes. */
  readonly segment: (input: ModelInput, signal: AbortSignal) => Promise<Cells>
}
