/** The grid of every synthetic input of the bench. */
import { deriveUid } from '../../dicom/uid.ts'
import type { Geometry } from '../../domain/geometry.ts'

/** Name of the folder of the inputs: raise it when what is written changes. */
export const EDITION = 'perf 2'
const [COLUMNS, ROWS, SLICES] = [512, 512, 300]
const [SPACING_MM, SLICE_MM] = [0.7, 1]

export const GRID: Geometry = {
  frameOfReferenceUid: deriveUid(EDITION, 'frame of reference'),
  size: [COLUMNS, ROWS, SLICES],
  affine: [
    [SPACING_MM, 0, 0, (-SPACING_MM * (COLUMNS - 1)) / 2],
    [0, SPACING_MM, 0, (-SPACING_MM * (ROWS - 1)) / 2],
    [0, 0, SLICE_MM, (-SLICE_MM * (SLICES - 1)) / 2],
    [0, 0, 0, 1],
  ].flat(),
}
