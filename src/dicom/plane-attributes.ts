/** Image Plane attributes (PS3.3 C.7.6.2) as tuples; null where they are missing, incomplete or not numbers. */
import type { Vector3 } from '../domain/geometry.ts'
import type { InstanceSummary } from '../domain/segmentation.ts'
import { numbers, type Dataset } from './part10.ts'

export function imagePosition(dataset: Dataset): Vector3 | null {
  const [x, y, z, ...rest] = numbers(dataset, 'ImagePositionPatient')
  if (x === undefined || y === undefined || z === undefined || rest.length > 0) return null
  return [x, y, z].every(Number.isFinite) ? [x, y, z] : null
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

/** Row spacing, column spacing, both above 0. */
export function pixelSpacing(dataset: Dataset): readonly [number, number] | null {
  const [row, column, ...rest] = numbers(dataset, 'PixelSpacing')
  if (row === undefined || column === undefined || rest.length > 0) return null
  return row > 0 && column > 0 && Number.isFinite(row + column) ? [row, column] : null
}
