/** What a provider of pseudo ground truth is given, and is. */
import type { ReconstructionModel } from './reconstruction-model.ts'
import type { Cells, Scene } from './scene.ts'

export interface PseudoTruthInput {
  readonly scene: Scene
  /** May be empty. */
  readonly candidate: Cells
  /** A sound segmentation of the same structure by another object of the study; null: there is none. */
  readonly second: Cells | null
  /** Trained for this structure on images of this modality; null: none was. */
  readonly reconstruction: ReconstructionModel | null
}

/** One way to make it: null where it cannot be made. */
export interface PseudoTruthProvider {
  readonly id: string
  /** Plain words, for reports. */
  readonly name: string
  /** What is known of its quality, and from where. */
  readonly quality: string
  /** Is the spread of its samples found in the images, or only assumed? */
  readonly spread: 'found' | 'assumed'
  readonly samples: (input: PseudoTruthInput, signal: AbortSignal) => Cells[] | null | Promise<Cells[] | null>
}
