/** Masks made worse by known amounts. Same mask and amount, same result. */
import { z } from 'zod'
import type { Mask, Vector3 } from '../../domain/geometry.ts'
import { axisVectorMm, length } from '../../imaging/geometry.ts'
import { dilate, erode } from '../../imaging/morphology.ts'
import { extentOf, redraw, valueAt } from '../../imaging/redraw.ts'

export const Degradation = z.strictObject({
  kind: z.enum(['none', 'grow', 'shrink', 'shift', 'cut', 'gap', 'blob', 'extend']),
  /** Layers of voxels (grow, shrink), mm towards the end of the rows (shift), share of the slices (cut), slices (gap, extend), share of the volume (blob). */
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
    const [[, , first], [, , last]] = extentOf(mask)
    const end = last - Math.round((last - first + 1) * share)
    return redraw(mask, 0, (i, j, k) => (k <= end ? valueAt(mask, i, j, k) : 0))
  },
  gap(mask, slices) {
    const [[, , first], [, , last]] = extentOf(mask)
    const start = Math.round((first + last - slices + 1) / 2)
    return redraw(mask, 0, (i, j, k) => (k >= start && k < start + slices ? 0 : valueAt(mask, i, j, k)))
  },
  /** The last slice goes on where the structure does not. */
  extend(mask, slices) {
    const [, [, , last]] = extentOf(mask)
    return redraw(mask, slices, (i, j, k) => valueAt(mask, i, j, k > last && k <= last + slices ? last : k))
  },
  /** A ball beside the mask; nothing where the images have no room for it. */
  blob(mask, share) {
    const voxels = share * mask.voxels.reduce((sum, value) => sum + value, 0)
    const radius = Math.max(1, Math.cbrt((3 * voxels) / (4 * Math.PI)))
    const centre = roomBeside(mask, radius)
    if (centre === null) return mask
    const isInBall = (i: number, j: number, k: number) =>
      (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2 <= radius ** 2
    return redraw(mask, Math.ceil(2 * radius + 4), (i, j, k) =>
      isInBall(i, j, k) ? 1 : valueAt(mask, i, j, k),
    )
  },
}

/** Centre of a ball that touches neither the mask's extent nor the faces of the grid, on the first side with room. */
function roomBeside(mask: Mask, radius: number): Vector3 | null {
  const [low, high] = extentOf(mask)
  const middle = (axis: 0 | 1 | 2): number => (low[axis] + high[axis]) / 2
  for (const axis of [1, 0, 2] as const) {
    for (const at of [high[axis] + radius + 2, low[axis] - radius - 2]) {
      if (at < radius || at > mask.geometry.size[axis] - 1 - radius) continue
      return [axis === 0 ? at : middle(0), axis === 1 ? at : middle(1), axis === 2 ? at : middle(2)]
    }
  }
  return null
}
