/** Image Plane attributes (PS3.3 C.7.6.2) as tuples; null where they are missing, incomplete, no numbers or out of all proportion. */
import type { Vector3 } from '../domain/geometry.ts'
import type { InstanceSummary } from '../domain/segmentation.ts'
import { numbers, type Dataset } from './part10.ts'

/** A place further than a kilometre from the origin is none in a patient; beyond, arithmetic is of no use either. */
const POSITION_MM_MAX = 1e6
/** Between an electron microscope and a field of view of kilometres. */
const [SPACING_MM_MIN, SPACING_MM_MAX] = [1e-4, 1e4]

export function imagePosition(dataset: Dataset): Vector3 | null {
  const [x, y, z, ...rest] = numbers(dataset, 'ImagePositionPatient')
  if (x === undefined || y === undefined || z === undefined || rest.length > 0) return null
  return [x, y, z].every((part) => Math.abs(part) <= POSITION_MM_MAX) ? [x, y, z] : null
}

/** Row then column direction cosines, as stated: whether they are perpendicular unit vectors is another question. */
export function imageOrientation(dataset: Dataset): InstanceSummary['orientation'] {
  const [a, b, c, d, e, f, ...rest] = numbers(dataset, 'ImageOrientationPatient')
  if (
    a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    e === undefined ||
    f === undefined
  )
    return null
  return rest.length === 0 && [a, b, c, d, e, f].every(Number.isFinite) ? [a, b, c, d, e, f] : null
}

/** Row spacing, column spacing. */
export function pixelSpacing(dataset: Dataset): readonly [number, number] | null {
  const [row, column, ...rest] = numbers(dataset, 'PixelSpacing')
  if (row === undefined || column === undefined || rest.length > 0) return null
  return isSpacing(row) && isSpacing(column) ? [row, column] : null
}

function isSpacing(mm: number): boolean {
  return mm >= SPACING_MM_MIN && mm <= SPACING_MM_MAX
}
