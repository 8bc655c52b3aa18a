/** The segments of one object beside each other: where each lies, what it claims, how a sentence names it. */
import type { Vector3 } from '../domain/geometry.ts'
import { indexToLps, voxelVolumeMm3 } from '../imaging/geometry.ts'
import type { MaskMeasures } from '../imaging/measure.ts'
import type { MaskContext, Sibling } from './check.ts'
import type { ResolvedStructure } from './structure.ts'

/** A segment of the object that holds voxels: the one that is checked, or a sibling of it. */
export interface Member extends Sibling {
  /** Centroid, LPS mm. */
  readonly centreMm: Vector3
}

/** Every segment that holds voxels, by number: the same list whichever of them is checked. */
export function membersOf(context: MaskContext): Member[] {
  return [context, ...context.siblings]
    .map(({ number, resolved, mask, measures }): Member => ({
      number,
      resolved,
      mask,
      measures,
      centreMm: indexToLps(mask.geometry, measures.centroid),
    }))
    .toSorted((a, b) => a.number - b.number)
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
