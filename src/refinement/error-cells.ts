/** Where a mask departs from the pseudo ground truth: E = FP or FN, in three dimensions. */
import { outline } from './plane-cells.ts'
import { countCells, type Cells, type Scene } from './scene.ts'

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

/**
 * What prompts are made of: where all samples say that the mask is wrong, as far as it is no matter of a cell's width. On
 * the rest the pseudo ground truth is no better than the mask.
 */
export function certainErrors(mask: Cells, samples: readonly Cells[], scene: Scene): ErrorCells {
  const tooMuch = new Uint8Array(mask.length)
  const missing = new Uint8Array(mask.length)
  for (let n = 0; n < mask.length; n++) {
    const other = mask[n] === 1 ? 0 : 1
    if (samples.some((sample) => sample[n] !== other)) continue
    if (mask[n] === 1) tooMuch[n] = 1
    else missing[n] = 1
  }
  const thick = { tooMuch: opened(tooMuch, scene), missing: opened(missing, scene) }
  return { ...thick, count: countCells(thick.tooMuch) + countCells(thick.missing) }
}

/** `answer` where every voice says the same as it does; elsewhere the mask stays as it was drawn. */
export function undisputed(mask: Cells, answer: Cells, voices: readonly Cells[]): Cells {
  return answer.map((cell, n) =>
    cell === mask[n] || voices.every((voice) => voice[n] === cell) ? cell : 1 - cell,
  )
}

/** Without what is thinner than three cells within its slice (morphological opening, four neighbours). */
function opened(cells: Cells, { size: [columns, rows, slices] }: Scene): Cells {
  const plane = columns * rows
  const kept = new Uint8Array(cells.length)
  for (let k = 0; k < slices; k++) {
    const own = cells.subarray(k * plane, (k + 1) * plane)
    if (!own.includes(1)) continue
    const inner = own.slice()
    for (const n of outline(own, columns)) inner[n] = 0
    const to = kept.subarray(k * plane, (k + 1) * plane)
    for (let n = 0; n < plane; n++) {
      if (inner[n] === 1) to[n] = to[n - 1] = to[n + 1] = to[n - columns] = to[n + columns] = 1
    }
  }
  return kept
}
