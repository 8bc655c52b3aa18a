/** Slice by slice: the mask against the truth, and against the pseudo ground truth. */
import type { Mask } from '../../domain/geometry.ts'
import type { Corrected } from '../../refinement/correct.ts'
import { valueAt } from '../../imaging/redraw.ts'
import type { SliceRow } from './row.ts'

/** None without pseudo ground truth. `errors` are what is too much in the mask and what is missing, against it. */
export function sliceRows(mask: Mask, truth: Mask, errors: Corrected['errors']): SliceRow[] {
  if (errors === null) return []
  const [own, theirs] = [bySlice(mask), bySlice(truth)]
  const [tooMuch, missing] = [bySlice(errors.tooMuch), bySlice(errors.missing)]
  const shared = bySlice(mask, truth)
  return own.flatMap((count, k): SliceRow[] => {
    const truthCount = theirs[k] ?? 0
    const kept = count - (tooMuch[k] ?? 0)
    const pseudoCount = kept + (missing[k] ?? 0)
    if (count + truthCount + pseudoCount === 0) return []
    return [
      {
        inMask: count > 0,
        inTruth: truthCount > 0,
        inPseudoTruth: pseudoCount > 0,
        dice: diceOf(shared[k] ?? 0, count + truthCount),
        pseudoDice: diceOf(kept, count + pseudoCount),
      },
    ]
  })
}

function diceOf(shared: number, sum: number): number {
  return sum === 0 ? 1 : (2 * shared) / sum
}

/** Voxels per slice of the grid; with a second mask those that both hold. */
function bySlice({ geometry, box: { origin, size }, voxels }: Mask, other: Mask | null = null): number[] {
  const counts = Array.from({ length: geometry.size[2] }, () => 0)
  for (let k = 0, n = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, n++) {
        if (voxels[n] !== 1) continue
        if (other !== null && valueAt(other, origin[0] + i, origin[1] + j, origin[2] + k) === 0) continue
        counts[origin[2] + k] = (counts[origin[2] + k] ?? 0) + 1
      }
    }
  }
  return counts
}
