/** The plain faults of segmentation models, made on purpose. */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { paint } from './canvas.ts'
import { onWholeGrid, tight } from './mask-box.ts'
import { ellipsoid } from './shapes.ts'

export type Fault = 'none' | 'truncated' | 'slice-gap' | 'islands' | 'empty'

const TRUNCATED_SHARE = 0.3
const GAP_SLICES = 3

/** One fault on a mask. `truncated` cuts it flat near the head; `islands` adds blobs far from it. */
export function withFault(mask: Mask, fault: Fault): Mask {
  return FAULTS[fault](mask)
}

const FAULTS: Readonly<Record<Fault, (mask: Mask) => Mask>> = {
  none: (mask) => mask,
  empty: (mask) => keepSlices(mask, () => false),
  truncated: (mask) => keepSlices(mask, (slice, count) => slice < Math.round(count * (1 - TRUNCATED_SHARE))),
  'slice-gap': (mask) =>
    keepSlices(mask, (slice, count) => Math.abs(slice - (count >> 1)) > (GAP_SLICES - 1) / 2),
  islands: withIslands,
}

function keepSlices(mask: Mask, keep: (slice: number, count: number) => boolean): Mask {
  const [columns, rows, slices] = mask.box.size
  const voxels = mask.voxels.slice()
  for (let slice = 0; slice < slices; slice++) {
    if (!keep(slice, slices)) voxels.fill(0, slice * columns * rows, (slice + 1) * columns * rows)
  }
  return tight({ ...mask, voxels })
}

/** Places in the patient (LPS mm) that a liver model likes to mistake for liver: spleen, stomach, back muscle. */
const ISLANDS: readonly { readonly centre: Vector3; readonly radii: Vector3 }[] = [
  { centre: [104, 48, -30], radii: [18, 24, 27] },
  { centre: [88, -22, -66], radii: [11, 13, 14] },
  { centre: [-36, 88, -126], radii: [12, 10, 16] },
]

function withIslands(mask: Mask): Mask {
  const coats = ISLANDS.map(({ centre, radii }) => ({ label: 1, shape: ellipsoid(centre, radii) }))
  const islands = paint(mask.geometry, coats).labels
  const { voxels } = onWholeGrid(mask)
  const box = { origin: [0, 0, 0], size: mask.geometry.size } as const
  return tight({ ...mask, box, voxels: voxels.map((value, index) => value | (islands[index] ?? 0)) })
}
