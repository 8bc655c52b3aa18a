/** Where a mask departs from the pseudo ground truth: E = FP or FN, in three dimensions. */
import type { Cells } from './scene.ts'

export interface ErrorCells {
  /** FP: in the mask only. */
  readonly tooMuch: Cells
  /** FN: in the pseudo ground truth only. */
  readonly missing: Cells
  readonly count: number
}

export function errorCells(mask: Cells, truth: Cells): ErrorCells {
  const [tooMuch, missing] = [new Uint8Array(mask.length), new Uint8Array(mask.length)]
  let count = 0
  for (let n = 0; n < mask.length; n++) {
    if (mask[n] === truth[n]) continue
    count++
    if (mask[n] === 1) tooMuch[n] = 1
    else missing[n] = 1
  }
  return { tooMuch, missing, count }
}
