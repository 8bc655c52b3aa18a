/** Masks made worse by known amounts. Same mask and amount, same result. */
import { z } from 'zod'
import type { Mask, Vector3 } from '../../domain/geometry.ts'
import { axisVectorMm, length } from '../../imaging/geometry.ts'
import { dilate, erode } from '../../imaging/morphology.ts'

export const Degradation = z.strictObject({
  kind: z.enum(['none', 'grow', 'shrink', 'shift', 'cut', 'gap', 'blob']),
  /** Layers of voxels (grow, shrink), mm towards the end of the rows (shift), share of the slices (cut), slices (gap), share of the volume (blob). */
  amount: z.number().min(0),
})
export type Degradation = z.infer<typeof Degradation>

/** What is measured: nothing, then each kind from little to much. */
export const DEGRADATIONS: readonly Degradation[] = [
  { kind: 'none', amount: 0 },
  { kind: 'grow', amount: 1 },
  { kind: 'grow', amount: 3 },
  { kind: 'shrink', amount: 1 },
  { kind: 'shrink', amount: 3 },
  { kind: 'shift', amount: 3 },
  { kind: 'shift', amount: 10 },
  { kind: 'cut', amount: 0.1 },
  { kind: 'cut', amount: 0.4 },
  { kind: 'gap', amount: 1 },
  { kind: 'gap', amount: 3 },
  { kind: 'blob', amount: 0.05 },
  { kind: 'blob', amount: 0.3 },
]

/** May come out empty. */
export function degrade(mask: Mask, { kind, amount }: Degradation): Mask {
  return DEGRADE[kind](mask, amount)
}

const DEGRADE: Readonly<Record<Degradation['kind'], (mask: Mask, amount: number) => Mask>> = {
  none: (mask) => mask,
  /** `dilate` stays in the box. */
  grow: (mask, layers) =>
    dilate(
      redraw(mask, layers, (i, j, k) => valueAt(mask, i, j, k)),
      layers,
    ),
  shrink: (mask, layers) => erode(mask, layers),
  shift(mask, mm) {
    const by = Math.max(1, Math.round(mm / length(axisVectorMm(mask.geometry.affine, 0))))
    return redraw(mask, by, (i, j, k) => valueAt(mask, i - by, j, k))
  },
  cut(mask, share) {
    const [first, last] = slicesOf(mask)
    const end = last - Math.round((last - first + 1) * share)
    return redraw(mask, 0, (i, j, k) => (k <= end ? valueAt(mask, i, j, k) : 0))
  },
  gap(mask, slices) {
    const [first, last] = slicesOf(mask)
    const start = Math.round((first + last - slices + 1) / 2)
    return redraw(mask, 0, (i, j, k) => (k >= start && k < start + slices ? 0 : valueAt(mask, i, j, k)))
  },
  /** A ball beside the mask, on the side of the patient's back. */
  blob(mask, share) {
    const voxels = share * mask.voxels.reduce((sum, value) => sum + value, 0)
    const radius = Math.max(1, Math.cbrt((3 * voxels) / (4 * Math.PI)))
    const { origin, size } = mask.box
    const centre: Vector3 = [
      origin[0] + size[0] / 2,
      origin[1] + size[1] + radius + 2,
      origin[2] + size[2] / 2,
    ]
    const isInBall = (i: number, j: number, k: number) =>
      (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2 <= radius ** 2
    return redraw(mask, Math.ceil(2 * radius + 3), (i, j, k) =>
      isInBall(i, j, k) ? 1 : valueAt(mask, i, j, k),
    )
  },
}

/** First and last slice with a voxel. */
function slicesOf({ box, voxels }: Mask): [first: number, last: number] {
  const perSlice = box.size[0] * box.size[1]
  const held = Array.from({ length: box.size[2] }, (_, k) => k).filter((k) =>
    voxels.subarray(k * perSlice, (k + 1) * perSlice).includes(1),
  )
  return [box.origin[2] + (held[0] ?? 0), box.origin[2] + (held.at(-1) ?? 0)]
}

function valueAt({ box: { origin, size }, voxels }: Mask, i: number, j: number, k: number): number {
  const [column, row, slice] = [i - origin[0], j - origin[1], k - origin[2]]
  if (column < 0 || row < 0 || slice < 0 || column >= size[0] || row >= size[1] || slice >= size[2]) return 0
  return voxels[(slice * size[1] + row) * size[0] + column] ?? 0
}

/** In a box wider by `margin` on all sides, as far as the grid goes. */
function redraw(mask: Mask, margin: number, value: (i: number, j: number, k: number) => number): Mask {
  const { geometry, box } = mask
  const low = (axis: 0 | 1 | 2): number => Math.max(0, box.origin[axis] - margin)
  const high = (axis: 0 | 1 | 2): number =>
    Math.min(geometry.size[axis], box.origin[axis] + box.size[axis] + margin)
  const origin: Vector3 = [low(0), low(1), low(2)]
  const size: Vector3 = [high(0) - low(0), high(1) - low(1), high(2) - low(2)]
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  let at = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) voxels[at++] = value(origin[0] + i, origin[1] + j, origin[2] + k)
  return { geometry, box: { origin, size }, voxels }
}
