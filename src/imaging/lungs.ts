/** The lungs in a CT: a landmark that needs no segmentation. */
import type { Volume } from '../domain/geometry.ts'
import { coarsen } from './coarse-grid.ts'
import { findComponents } from './components.ts'
import { indexToLps, spacingMm } from './geometry.ts'

export interface Lungs {
  /** Lower and upper end of what the images show of them, LPS z in mm. */
  readonly lowMm: number
  readonly highMm: number
}

/** Aerated lung, from emphysema to the bases: gas in the bowel and air around the patient are darker, fat is brighter. */
const LOW_HU = -960
const HIGH_HU = -500
/** Smaller pieces are bowel, foam, clothes. */
const PIECE_CM3_MIN = 200

const KNOWN = new WeakMap<Volume, Lungs | null>()

/** Null: not a CT, or none are shown. Found once per volume. */
export function findLungs(volume: Volume): Lungs | null {
  const before = KNOWN.get(volume)
  if (before !== undefined) return before
  const lungs = volume.modality === 'CT' ? search(volume) : null
  KNOWN.set(volume, lungs)
  return lungs
}

function search(volume: Volume): Lungs | null {
  const { values, size, step } = coarsen(volume)
  const spacing = spacingMm(volume.geometry)
  const cellCm3 = (step[0] * spacing[0] * step[1] * spacing[1] * step[2] * spacing[2]) / 1000
  const voxels = Uint8Array.from(values, (value) => (value > LOW_HU && value < HIGH_HU ? 1 : 0))
  const box = { origin: [0, 0, 0], size } as const
  const { components } = findComponents({ geometry: { ...volume.geometry, size }, box, voxels }, 'face')
  const ends = components
    .filter(({ voxelCount }) => voxelCount * cellCm3 >= PIECE_CM3_MIN)
    .flatMap(({ box: { origin, size: cells } }) =>
      [origin[2], origin[2] + cells[2]].map(
        (cell) => indexToLps(volume.geometry, [0, 0, cell * step[2] - 0.5])[2],
      ),
    )
  return ends.length === 0 ? null : { lowMm: Math.min(...ends), highMm: Math.max(...ends) }
}
