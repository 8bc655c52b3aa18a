import type { MaskContext } from '../../src/checks/check.ts'
import { resolveStructure } from '../../src/checks/structure.ts'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { gridOf } from './draw.ts'
import { maskContext, sibling } from './segment-input.ts'

/** A block where an organ lies: centre (LPS mm) and extent in voxels of 1 cm3. */
export interface Block {
  readonly label: string
  readonly centreMm: Vector3
  readonly size: Vector3
}

/** Blocks of a plausible volume at plausible places of one adult. */
export const ATLAS: readonly Block[] = [
  { label: 'heart', centreMm: [20, -40, 620], size: [8, 8, 8] },
  { label: 'lung_left', centreMm: [90, 0, 640], size: [10, 12, 16] },
  { label: 'lung_right', centreMm: [-90, 0, 640], size: [10, 12, 16] },
  { label: 'liver', centreMm: [-60, -20, 480], size: [12, 12, 10] },
  { label: 'spleen', centreMm: [110, 40, 490], size: [6, 6, 6] },
  { label: 'stomach', centreMm: [60, -30, 470], size: [7, 7, 7] },
  { label: 'gallbladder', centreMm: [-50, -50, 430], size: [3, 3, 4] },
  { label: 'pancreas', centreMm: [10, -10, 440], size: [5, 4, 4] },
  { label: 'adrenal_gland_left', centreMm: [40, 30, 470], size: [2, 1, 2] },
  { label: 'adrenal_gland_right', centreMm: [-40, 30, 470], size: [2, 1, 2] },
  { label: 'kidney_left', centreMm: [60, 50, 400], size: [5, 5, 8] },
  { label: 'kidney_right', centreMm: [-60, 50, 400], size: [5, 5, 8] },
  { label: 'aorta', centreMm: [10, 40, 480], size: [2, 2, 40] },
  { label: 'inferior_vena_cava', centreMm: [-30, 30, 450], size: [2, 2, 25] },
  { label: 'spinal_cord', centreMm: [0, 80, 500], size: [1, 1, 40] },
  { label: 'autochthon_left', centreMm: [40, 110, 350], size: [4, 4, 50] },
  { label: 'autochthon_right', centreMm: [-40, 110, 350], size: [4, 4, 50] },
  { label: 'urinary_bladder', centreMm: [0, -40, 120], size: [6, 6, 6] },
  { label: 'sacrum', centreMm: [0, 80, 180], size: [6, 6, 8] },
  { label: 'hip_left', centreMm: [90, 20, 160], size: [8, 8, 10] },
  { label: 'hip_right', centreMm: [-90, 20, 160], size: [8, 8, 10] },
]

const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))
const GRID = gridOf([50, 40, 100], { spacingMm: [10, 10, 10], origin: [-250, -200, -100] })

/** Some of the blocks, in the order of the list. */
export function blocksOf(...labels: string[]): Block[] {
  return ATLAS.filter(({ label }) => labels.includes(label))
}

/** The blocks as the segments 1, 2, ... of one object; what is asked of each by its label. */
export function asObject(blocks: readonly Block[]): Map<string, MaskContext> {
  const siblings = blocks.map((block, index) => sibling(index + 1, maskOf(block), claimOf(block.label)))
  return new Map(
    siblings.map(({ number, mask, resolved }, index) => [
      blocks[index]?.label ?? '',
      maskContext(mask, { number, resolved, siblings: siblings.filter((other) => other.number !== number) }),
    ]),
  )
}

/** The two exchange their labels, not their places. */
export function exchange(blocks: readonly Block[], a: string, b: string): Block[] {
  const names = new Map([
    [a, b],
    [b, a],
  ])
  return blocks.map((block) => ({ ...block, label: names.get(block.label) ?? block.label }))
}

function claimOf(label: string) {
  return resolveStructure({ label, code: null, anatomicRegion: null, laterality: null }, KNOWLEDGE)
}

function maskOf({ centreMm, size }: Block): Mask {
  const from = (axis: 0 | 1 | 2): number =>
    Math.round((centreMm[axis] - (GRID.affine[4 * axis + 3] ?? 0)) / 10 - size[axis] / 2)
  const box = { origin: [from(0), from(1), from(2)], size } as const
  return { geometry: GRID, box, voxels: new Uint8Array(size[0] * size[1] * size[2]).fill(1) }
}
