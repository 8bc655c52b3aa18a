/** A grid in the words of DICOM: Image Plane (PS3.3 C.7.6.2) and the functional groups that carry the same. */
import type { Geometry } from '../domain/geometry.ts'
import { axisVectorMm, cross, dot, indexToLps, length } from '../imaging/geometry.ts'
import { decimalString } from './decimal-string.ts'

export interface GridAttributes {
  /** Image Orientation (Patient): direction cosines along a row (i), then along a column (j). */
  readonly orientation: readonly string[]
  /** Pixel Spacing: between rows, then between columns, mm (PS3.3 10.7.1.3). */
  readonly spacing: readonly string[]
  /** Distance between the planes of slices, along their normal as Spacing Between Slices has it (PS3.3 C.7.6.16.2.1), mm. */
  readonly sliceDistance: string
}

export function gridAttributes({ affine }: Geometry): GridAttributes {
  const [along, down, through] = [axisVectorMm(affine, 0), axisVectorMm(affine, 1), axisVectorMm(affine, 2)]
  const across = cross(along, down)
  return {
    orientation: [along, down].flatMap((step) => step.map((part) => decimalString(part / length(step)))),
    spacing: [decimalString(length(down)), decimalString(length(along))],
    sliceDistance: decimalString(Math.abs(dot(through, across)) / length(across)),
  }
}

/** Image Position (Patient) of slice k: the centre of its first pixel, LPS mm. */
export function slicePosition(geometry: Geometry, k: number): string[] {
  return indexToLps(geometry, [0, 0, k]).map((part) => decimalString(part))
}
