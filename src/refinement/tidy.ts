/** Specks and cavities that a model leaves behind. */
import { findComponents, onlyComponents } from '../imaging/components.ts'
import type { PseudoTruth } from './pseudo-truth.ts'
import { asMask, type Cells, type Scene } from './scene.ts'

/** Drops pieces that the pseudo ground truth knows nothing of, and fills cavities that it has filled. */
export function tidied(cells: Cells, { fused }: Pick<PseudoTruth, 'fused'>, scene: Scene): Cells {
  const specks = piecesWithout(cells, fused, scene, 1)
  const cavities = piecesWithout(cells, fused, scene, 0)
  return cells.map((cell, n) => (specks[n] === 1 ? 0 : cavities[n] === 1 ? 1 : cell))
}

/** Pieces of `value` in which the other mask has that value nowhere. Background is one piece by faces only. */
function piecesWithout(cells: Cells, other: Cells, scene: Scene, value: 0 | 1): Cells {
  const mask = asMask(cells, scene)
  const found = findComponents(mask, value === 1 ? 'corner' : 'face', value)
  const shared = new Uint8Array(found.components.length)
  const { runs } = found
  const [columns, rows] = scene.size
  for (let run = 0; run < runs.count; run++) {
    const row = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    for (let n = row + (runs.start[run] ?? 0); n <= row + (runs.end[run] ?? 0); n++) {
      if (other[n] === value) shared[runs.label[run] ?? 0] = 1
    }
  }
  const without = found.components.flatMap((_, label) => (shared[label] === 1 ? [] : [label]))
  return without.length === 0
    ? new Uint8Array(cells.length)
    : onlyComponents(mask, found, new Set(without)).voxels
}
