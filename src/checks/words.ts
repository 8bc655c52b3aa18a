/** How positions, numbers and images are put into words, the same way in every check. */
import type { Finding } from '../domain/evidence.ts'
import type { Geometry, Vector3, Volume } from '../domain/geometry.ts'
import { axisVectorMm, indexToLps } from '../imaging/geometry.ts'

/** Images named per finding. */
const INSTANCES_MAX = 10

/** Name of the towards-end (+) and away-end (-) of each LPS axis. */
const ENDS = [
  { axis: 'x', plus: 'left', minus: 'right' },
  { axis: 'y', plus: 'back', minus: 'front' },
  { axis: 'z', plus: 'upper', minus: 'lower' },
] as const

/** `slice 12 of 60 (z = -123.0 mm)`: counted from 1 along the stack, with the LPS coordinate that slices differ in most. */
export function describeSlice(geometry: Geometry, k: number): string {
  const axis = mainAxis(axisVectorMm(geometry.affine, 2))
  const [columns, rows, slices] = geometry.size
  const centre = indexToLps(geometry, [(columns - 1) / 2, (rows - 1) / 2, k])
  return `slice ${k + 1} of ${slices} (${ENDS[axis].axis} = ${centre[axis].toFixed(1)} mm)`
}

/** `upper`, `lower`, `left`, ...: the patient's side that a face of the grid looks to. */
export function describeFace(geometry: Geometry, axis: 0 | 1 | 2, end: 'first' | 'last'): string {
  const vector = axisVectorMm(geometry.affine, axis)
  const patientAxis = mainAxis(vector)
  const towardsPlus = vector[patientAxis] > 0 === (end === 'last')
  return towardsPlus ? ENDS[patientAxis].plus : ENDS[patientAxis].minus
}

/** Does the stack run from foot to head, within 45 degrees? */
export function isStackedAlongBody(geometry: Geometry): boolean {
  return mainAxis(axisVectorMm(geometry.affine, 2)) === 2
}

function mainAxis(vector: Vector3): 0 | 1 | 2 {
  return ([0, 1, 2] as const).reduce((best, axis) =>
    Math.abs(vector[axis]) > Math.abs(vector[best]) ? axis : best,
  )
}

/** The images that show slices, in the order given, each once, at most ten; none where the series has no image. */
export function imagesOf(
  volume: Volume | null,
  slices: readonly number[],
): Pick<Finding, 'instances' | 'frames'> {
  const shown = [...new Set(slices)].filter((k) => (volume?.instances[k] ?? null) !== null)
  const images = shown.slice(0, INSTANCES_MAX)
  const frames = volume?.frames
  return {
    instances: images.flatMap((k) => volume?.instances[k] ?? []),
    ...(frames !== undefined && { frames: images.map((k) => frames[k] ?? null) }),
  }
}

/** Slice indices with a value above 0, highest value first. `perSlice` starts at slice `from`. */
export function worstSlices(perSlice: readonly number[], from: number): number[] {
  return perSlice
    .map((value, index) => ({ value, k: from + index }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value || a.k - b.k)
    .map(({ k }) => k)
}

/** `1 island`, `3 islands`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A share as percent: `12 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value < 1 && value > 0 ? Math.max(0.1, value).toFixed(1) : value.toFixed(0)} %`
}

/** A measured number with about three digits: `1630`, `84.2`, `0.37`. */
export function figure(value: number): string {
  if (value === 0) return '0'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}
