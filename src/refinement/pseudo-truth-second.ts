/** Pseudo ground truth from a second segmentation of the structure. */
import { dilate, erode } from '../imaging/morphology.ts'
import type { PseudoTruthInput } from './pseudo-truth-provider.ts'
import { asMask, countCells, type Cells } from './scene.ts'

/** As it is, and with a layer of cells less and more: where experts draw an outline differs by about that. */
export function fromSecond({ scene, second }: PseudoTruthInput): Cells[] | null {
  if (second === null || countCells(second) === 0) return null
  const mask = asMask(second, scene)
  const smaller = erode(mask).voxels
  return [second, countCells(smaller) === 0 ? second : smaller, dilate(mask).voxels]
}
