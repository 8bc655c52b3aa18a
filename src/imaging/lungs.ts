/** The lungs in a CT: a landmark that needs no segmentation. */
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Body } from './body.ts'
import { coarsen } from './coarse-grid.ts'
import { findComponents } from './components.ts'
import { indexToLps, spacingMm } from './geometry.ts'
import { erode } from './morphology.ts'

export interface Lungs {
  /** Lower and upper end of what the images show of them, LPS z in mm. */
  readonly lowMm: number
  readonly highMm: number
}

/** Aerated lung, from emphysema to the bases: gas in the bowel and air around the patient are darker, fat is brighter. */
const LOW_HU = -960
const HIGH_HU = -500
/** Smaller pieces are bowel, foam, clothes. */
const PIECE_CM3_MIN = 100

/** Cells of about 3 mm from the outside of the body inwards; one of them is body's own margin. */
const SKIN_CELLS = 4

const KNOWN = new WeakMap<Volume, Lungs | null>()

/** Null: not a CT, or none are shown. Found once per volume. */
export function findLungs(volume: Volume, body: Body): Lungs | null {
  const before = KNOWN.get(volume)
  if (before !== undefined) return before
  const lungs = volume.modality === 'CT' ? search(volume, body) : null
  KNOWN.set(volume, lungs)
  return lungs
}

/** The grid of the body's cells is that of `coarsen`. */
function search(volume: Volume, body: Body): Lungs | null {
  const { values, size, step } = coarsen(volume)
  const spacing = spacingMm(volume.geometry)
  const cellCm3 = (step[0] * spacing[0] * step[1] * spacing[1] * step[2] * spacing[2]) / 1000
  const cellsOf = (voxels: Uint8Array): Mask => ({
    geometry: { ...volume.geometry, size },
    box: { origin: [0, 0, 0], size },
    voxels,
  })
  // Skin, clothes and blankets have such values, too: only what lies well within the body counts.
  const within = erodedAcross(cellsOf(body.cells), SKIN_CELLS).voxels
  const voxels = Uint8Array.from(values, (value, n) =>
    within[n] === 1 && value > LOW_HU && value < HIGH_HU ? 1 : 0,
  )
  const { components } = findComponents(erode(cellsOf(voxels)), 'face')
  const ends = components
    .filter(({ voxelCount }) => voxelCount * cellCm3 >= PIECE_CM3_MIN)
    .flatMap(({ box: { origin, size: cells } }) =>
      [origin[2] - 1, origin[2] + cells[2] + 1].map(
        (cell) => indexToLps(volume.geometry, [0, 0, cell * step[2] - 0.5])[2],
      ),
    )
  return ends.length === 0 ? null : { lowMm: Math.min(...ends), highMm: Math.max(...ends) }
}

/** Layers less within every slice, whose ends the images may cut. */
function erodedAcross(mask: Mask, layers: number): Mask {
  const [columns, rows, slices] = mask.box.size
  let { voxels } = mask
  for (let layer = 0; layer < layers; layer++) {
    const inner = new Uint8Array(voxels.length)
    for (let row = 0; row < rows * slices; row++) {
      const j = row % rows
      if (j === 0 || j === rows - 1) continue
      for (let n = row * columns + 1; n < (row + 1) * columns - 1; n++)
        inner[n] =
          (voxels[n] ?? 0) &
          (voxels[n - 1] ?? 0) &
          (voxels[n + 1] ?? 0) &
          (voxels[n - columns] ?? 0) &
          (voxels[n + columns] ?? 0)
    }
    voxels = inner
  }
  return { ...mask, voxels }
}
