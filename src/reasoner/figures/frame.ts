/** Which part of a picture a panel shows, and how large. */
import type { Box, Geometry } from '../../domain/geometry.ts'
import { placeOf } from './plane.ts'
import type { View } from './view.ts'

/** Side of a panel's image, pixels: short side of what a vision model and a reader get to see of a crop. */
export const PANEL_PIXELS = 448
/** What is left around a segment on every side: this share of its extent, and not less than so much. */
const MARGIN_FRACTION = 0.2
const MARGIN_MIN_MM = 15

/** A square, in pixels of a view (centres at whole numbers), that fills a panel. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly panelPixelsPerMm: number
}

/** The surroundings of a box of voxels; moved so that as little as can be lies outside of the picture. */
export function cropFrame(geometry: Geometry, view: View, { origin, size }: Box): Frame {
  const [x, y] = ([view.right, view.down] as const).map((axis, n) => {
    const spacingMm = view.spacingMm[n === 0 ? 0 : 1]
    const first = placeOf(geometry.size, axis, origin[axis.axis])
    const last = placeOf(geometry.size, axis, origin[axis.axis] + size[axis.axis] - 1)
    const extentMm = size[axis.axis] * spacingMm
    return {
      centreMm: ((first + last) / 2) * spacingMm,
      sideMm: extentMm + 2 * Math.max(MARGIN_FRACTION * extentMm, MARGIN_MIN_MM),
    }
  })
  const sideMm = Math.max(x?.sideMm ?? 0, y?.sideMm ?? 0)
  return square(view, sideMm, [x?.centreMm ?? 0, y?.centreMm ?? 0])
}

/** The whole picture. */
export function wholeFrame(view: View): Frame {
  const [widthMm, heightMm] = extentsMm(view)
  return square(view, Math.max(widthMm, heightMm), [0, 0])
}

function square(view: View, sideMm: number, centreMm: readonly [number, number]): Frame {
  const side = (n: 0 | 1): readonly [low: number, extent: number] => {
    const spacingMm = view.spacingMm[n]
    const extentMm = extentsMm(view)[n]
    // In mm from the picture's edge, which is half a pixel before the first centre.
    const wanted = centreMm[n] + spacingMm / 2 - sideMm / 2
    const low =
      sideMm >= extentMm ? (extentMm - sideMm) / 2 : Math.min(Math.max(wanted, 0), extentMm - sideMm)
    return [low / spacingMm - 0.5, sideMm / spacingMm]
  }
  const [[left, width], [top, height]] = [side(0), side(1)]
  return { left, top, width, height, panelPixelsPerMm: PANEL_PIXELS / sideMm }
}

function extentsMm({ size, spacingMm }: View): readonly [number, number] {
  return [size[0] * spacingMm[0], size[1] * spacingMm[1]]
}
