/** A model that was trained to make a clean mask of one structure from the images and a faulty mask (training/README.md). */
import type { Network } from '../domain/network.ts'
import type { Reconstruction } from '../domain/reconstruction.ts'

export interface ReconstructionModel extends Omit<Reconstruction, 'sha256' | 'licence'> {
  readonly network: Network
}

/** Input channels, in the order that training/grid.py stacks them. */
export const CHANNELS = 7
