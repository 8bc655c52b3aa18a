/** A model that was trained to make a clean mask of one structure from the images and a faulty mask (training/README.md). */
import type { Code } from '../domain/code.ts'
import type { Modality } from '../domain/geometry.ts'
import type { Network } from '../domain/network.ts'

export interface ReconstructionModel {
  /** With version, for reports. */
  readonly id: string
  readonly structure: Code
  readonly modality: Modality
  /** Columns and rows that the network sees of a slice. */
  readonly size: number
  readonly pixelMm: number
  readonly contextMm: readonly [inSlice: number, across: number]
  /**
   * `input` [slices, 7, size, size]: image and mask of the slice before, of this one, of the one after, and the share of
   * the candidate's slices that are inside; `logits` [slices, 1, size, size].
   */
  readonly network: Network
}

/** Input channels, in the order that training/grid.py stacks them. */
export const CHANNELS = 7
