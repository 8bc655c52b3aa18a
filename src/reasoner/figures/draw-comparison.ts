/** The same place with one outline after the other: sheets that differ in nothing but the outline. */
import type { Box, Mask } from '../../domain/geometry.ts'
import { measureMask, planeCounts } from '../../imaging/measure.ts'
import { panelOf, REFORMAT_SLICES_MIN, type FigureInput } from './draw-figures.ts'
import { cropFrame } from './frame.ts'
import { windowsFor } from './grey-window.ts'
import { drawSheet, type Sheet } from './sheet.ts'
import { viewAcross, type Axis } from './view.ts'

/** Room on every side of the segment, in its own extents: for outlines that lie beside it. */
const ROOM = 0.5

/**
 * One sheet per outline, through the largest area of the segment: the image above, the same with the outline below, in three
 * directions. None for an empty segment. All masks lie on the grid of the volume.
 */
export function drawComparison(
  { segmentNumber, volume, mask, structure }: Omit<FigureInput, 'findings' | 'response'>,
  outlines: readonly Mask[],
): Sheet[] {
  const tight = measureMask(mask)?.tight
  if (tight === undefined) return []
  const [window] = windowsFor(structure, mask, volume)
  if (window === undefined) throw new RangeError('No window.')
  const counts = planeCounts(mask)
  const axes: readonly Axis[] = volume.geometry.size[2] >= REFORMAT_SLICES_MIN ? [2, 1, 0] : [2]
  const shots = axes.map((axis) => {
    const view = viewAcross(volume.geometry, axis)
    const slice = mask.box.origin[axis] + counts[axis].indexOf(Math.max(...counts[axis]))
    return { grid: volume, view, slice, frame: cropFrame(volume.geometry, view, withRoom(tight)), window }
  })
  const text = 'One place in the images: above without any mark, below with an outline in orange.'
  return outlines.map((outline, n) => {
    const about = { name: `${segmentNumber}-compared-${n + 1}`, segmentNumber, kind: 'slices', text } as const
    const rows = [null, outline].map((drawn) =>
      shots.map((shot) => panelOf(shot, 'this place', drawn, volume)),
    )
    return drawSheet(about, rows)
  })
}

/** Frames are moved into the picture afterwards: a box may lie beyond it. */
function withRoom({ origin, size }: Box): Box {
  const room = size.map((length) => Math.ceil(ROOM * length))
  const at = (axis: 0 | 1 | 2): number => room[axis] ?? 0
  return {
    origin: [origin[0] - at(0), origin[1] - at(1), origin[2] - at(2)],
    size: [size[0] + 2 * at(0), size[1] + 2 * at(1), size[2] + 2 * at(2)],
  }
}
