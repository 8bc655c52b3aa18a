/** The segments of one object beside each other: where each lies, what it claims, how a sentence names it. */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { corners, indexToLps, voxelVolumeMm3 } from '../imaging/geometry.ts'
import type { MaskMeasures } from '../imaging/measure.ts'
import type { MaskContext, Sibling } from './check.ts'
import type { ResolvedStructure } from './structure.ts'

/** Where a mask lies, LPS mm. */
interface Place {
  /** Centroid. */
  readonly centreMm: Vector3
  /** The box around its voxel centres. */
  readonly lowMm: Vector3
  readonly highMm: Vector3
  readonly isCut: boolean
}
/** A segment of the object that holds voxels: the one that is checked, or a sibling of it. */
export interface Member extends Sibling {
  readonly place: Place
}

/** Every segment that holds voxels, by number: the same list whichever of them is checked. */
export function membersOf(context: MaskContext): Member[] {
  return [context, ...context.siblings]
    .map(({ number, resolved, mask, measures }) => {
      return { number, resolved, mask, measures, place: placeOfMask(mask, measures) }
    })
    .toSorted((a, b) => a.number - b.number)
}

/** Each segment is asked for by every other one; masks never change. */
const PLACES = new WeakMap<Mask, Place>()

function placeOfMask(mask: Mask, measures: MaskMeasures): Place {
  const known = PLACES.get(mask)
  if (known !== undefined) return known
  const points = corners(measures.tight).map((corner) => indexToLps(mask.geometry, corner))
  const along = (coordinate: 0 | 1 | 2): number[] => points.map((point) => point[coordinate])
  const place: Place = {
    centreMm: indexToLps(mask.geometry, measures.centroid),
    lowMm: [Math.min(...along(0)), Math.min(...along(1)), Math.min(...along(2))],
    highMm: [Math.max(...along(0)), Math.max(...along(1)), Math.max(...along(2))],
    isCut: isCut(measures),
  }
  PLACES.set(mask, place)
  return place
}

/** `segment 5 (Kidney, left)`: the name is that of the knowledge entry, never the object's own text. */
export function describeNeighbour({ number, resolved }: Pick<Sibling, 'number' | 'resolved'>): string {
  const { structure, side } = resolved
  if (structure === null) return `segment ${number}`
  return `segment ${number} (${structure.name}${structure.paired && side !== null ? `, ${side}` : ''})`
}

/** Does it touch any edge of the grid? Then the images may show only a part of it. */
export function isCut({ onFaces }: MaskMeasures): boolean {
  return onFaces.flat().some((count) => count > 0)
}

export function volumeCm3({ mask, measures }: Pick<Sibling, 'mask' | 'measures'>): number {
  return (measures.voxelCount * voxelVolumeMm3(mask.geometry)) / 1000
}

/** Both sides are claimed, and they are opposite. */
export function areOppositeSides(a: ResolvedStructure, b: ResolvedStructure): boolean {
  return a.side !== null && b.side !== null && a.side !== b.side
}
