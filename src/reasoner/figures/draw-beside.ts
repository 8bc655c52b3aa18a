/** The same places of the patient on the images that were segmented and on a PET beside them. */
import type { Mask, Vector3, Volume } from '../../domain/geometry.ts'
import { indexToLps, lpsToIndex } from '../../imaging/geometry.ts'
import { measureMask } from '../../imaging/measure.ts'
import { panelOf, type FigureInput } from './draw-figures.ts'
import { cropFrame } from './frame.ts'
import { windowsFor } from './grey-window.ts'
import { drawSheet, type Sheet } from './sheet.ts'
import { viewAcross } from './view.ts'

/** A PET in the frame of reference of the images. */
export interface Beside {
  readonly volume: Volume
  /** The segment on its grid. */
  readonly mask: Mask
}

/** A row each for the largest slice of the segment and its ends: the image, the PET, the PET with the outline. */
export function drawBeside(
  { segmentNumber, volume, mask, structure }: Omit<FigureInput, 'findings' | 'response'>,
  beside: Beside,
): Sheet[] {
  const [measures, onPet] = [measureMask(mask), measureMask(beside.mask)]
  const [window] = windowsFor(structure, mask, volume)
  const [petWindow] = windowsFor(structure, beside.mask, beside.volume)
  if (measures === null || onPet === null || window === undefined || petWindow === undefined) return []
  const { tight, sliceCounts, centroid } = measures
  const view = viewAcross(volume.geometry, 2)
  const petView = viewAcross(beside.volume.geometry, 2)
  const frame = cropFrame(volume.geometry, view, tight)
  const petFrame = cropFrame(beside.volume.geometry, petView, onPet.tight)
  const first = tight.origin[2]
  const shown = new Map([
    [first + sliceCounts.indexOf(Math.max(...sliceCounts)), 'largest area'],
    [first, `${view.ends[0]} end`],
    [first + tight.size[2] - 1, `${view.ends[1]} end`],
  ])
  const rows = [...shown]
    .toSorted(([a], [b]) => a - b)
    .map(([k, why]) => {
      const slice = sliceAt(beside.volume, indexToLps(volume.geometry, [centroid[0], centroid[1], k]))
      const petShot = { grid: beside.volume, view: petView, slice, frame: petFrame, window: petWindow }
      return [
        panelOf({ grid: volume, view, slice: k, frame, window }, why, null, volume),
        panelOf(petShot, 'PET of this place', null, beside.volume),
        panelOf(petShot, 'PET of this place', beside.mask, beside.volume),
      ]
    })
  const text =
    'On the left the image, beside it the PET of the same place, on the right the PET with the outline of the segment in orange.'
  return [drawSheet({ name: `${segmentNumber}-pet`, segmentNumber, kind: 'slices', text }, rows)]
}

function sliceAt({ geometry }: Volume, point: Vector3): number {
  const [, , k] = lpsToIndex(geometry, point)
  return Math.min(geometry.size[2] - 1, Math.max(0, Math.round(k)))
}
