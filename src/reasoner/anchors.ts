/**
 * Copies of a segment that are worse than it if it is right: what a language model is to tell it from (mode `anchored`). A model
 * ranks better than it grades: pairs 96.5 % right against 71.8 % of single masks (Label Critic).
 */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { extentOf, redraw, valueAt } from '../imaging/redraw.ts'

export interface WorseCopy {
  /** For the reader of an opinion: `a copy enlarged by a quarter`. */
  readonly text: string
  readonly mask: Mask
}

/** Much more than readers differ by (Dice about 0.6 each): nobody would rather use one of them than a right segment. */
const SCALE = 1.25
const SHIFT_SHARE = 0.4

const COPIES: readonly { readonly text: string; readonly of: (mask: Mask) => Mask }[] = [
  { text: 'a copy enlarged by a quarter in every direction', of: (mask) => scaled(mask, SCALE) },
  { text: 'a copy reduced by a fifth in every direction', of: (mask) => scaled(mask, 1 / SCALE) },
  { text: 'a copy moved aside by two fifths of its width', of: moved },
]

/** Of a mask that holds something. A copy that comes out empty or the same, as of very few voxels, is left out. */
export function worseCopies(mask: Mask): WorseCopy[] {
  const voxels = countOf(mask)
  return COPIES.flatMap(({ text, of }) => {
    const copy = of(mask)
    const count = countOf(copy)
    return count === 0 || (count === voxels && isSame(mask, copy)) ? [] : [{ text, mask: copy }]
  })
}

/** About the middle of its extent, nearest voxels. */
function scaled(mask: Mask, factor: number): Mask {
  const [low, high] = extentOf(mask)
  const middle = (axis: 0 | 1 | 2): number => (low[axis] + high[axis]) / 2
  const [x, y, z]: Vector3 = [middle(0), middle(1), middle(2)]
  const margin = Math.ceil(
    Math.max(0, factor - 1) * Math.max(...([0, 1, 2] as const).map((axis) => high[axis] - low[axis] + 1)),
  )
  const from = (at: number, centre: number): number => Math.round(centre + (at - centre) / factor)
  return redraw(mask, margin, (i, j, k) => valueAt(mask, from(i, x), from(j, y), from(k, z)))
}

/** Along the rows, to the side with more room. */
function moved(mask: Mask): Mask {
  const [low, high] = extentOf(mask)
  const by = Math.max(1, Math.round(SHIFT_SHARE * (high[0] - low[0] + 1)))
  const sign = mask.geometry.size[0] - 1 - high[0] >= low[0] ? 1 : -1
  return redraw(mask, by, (i, j, k) => valueAt(mask, i - sign * by, j, k))
}

function countOf({ voxels }: Mask): number {
  return voxels.reduce((sum, value) => sum + value, 0)
}

function isSame(mask: Mask, copy: Mask): boolean {
  const { origin, size } = copy.box
  let n = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++)
        if (copy.voxels[n++] !== valueAt(mask, origin[0] + i, origin[1] + j, origin[2] + k)) return false
  return true
}
