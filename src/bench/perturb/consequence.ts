/**
 * What an edit did to a segment, measured against the mask that it was made from: the label comes from the consequence,
 * never from the name of the edit. Rules and numbers: docs/measured-quality.md, "What counts as an error".
 */
import type { Mask } from '../../domain/geometry.ts'
import { surfaceAgreement, volumeAgreement } from '../../imaging/agreement.ts'
import { findComponents } from '../../imaging/components.ts'
import { length, spacingMm, voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { planeCounts } from '../../imaging/measure.ts'
import { restrict } from '../../imaging/restrict.ts'
import { sharedVoxels } from '../../imaging/shared-voxels.ts'
import { voxelCountOf } from './mask-edits.ts'

export type Label = 'significant' | 'harmless' | 'grey'

export interface Consequence {
  readonly label: Label
  /** Why it is significant; empty when it is not. */
  readonly reasons: readonly Reason[]
  readonly dice: number
  readonly surfaceDice: number
  /** Signed share of the volume. */
  readonly volumeChange: number
  /** Slices of the grid on which the two differ. */
  readonly slices: readonly number[]
}

type Reason =
  | 'claim'
  | 'missed-piece'
  | 'invented-piece'
  | 'neighbour'
  | 'surface'
  | 'volume'
  | 'diameter'
  | 'extent'

export interface EditedMask {
  readonly reference: Mask
  readonly edited: Mask
  readonly claimHolds: boolean
  /** A lesion is judged by its diameter, all else by its volume. */
  readonly isLesion: boolean
  /** A surface that lies no farther off is the same. */
  readonly toleranceMm: number
  /** What lies beside it: other structures of the same images. */
  readonly neighbours: readonly Mask[]
}

const POINTS_MAX = 200_000_000
export const LIMITS = {
  surfaceDiceSignificant: 0.9,
  surfaceDiceHarmless: 0.99,
  volumeSignificant: 0.2,
  volumeHarmless: 0.05,
  diameterShare: 0.2,
  diameterMm: 2,
  /** Of what leaks into a neighbour: the larger of a share of the volume and this. */
  leakShare: 0.05,
  leakCm3: 1,
  /** A piece counts from here: the smaller of a share of the volume and this. */
  pieceShare: 0.1,
  pieceCm3: 1,
  /** Slices lost, in mm and as a share of all; one slice alone never counts. */
  extentMm: 5,
  extentShare: 0.05,
  extentSlices: 2,
  hausdorff95Mm: 2,
} as const

export function consequenceOf(about: EditedMask): Consequence {
  const { reference, edited, toleranceMm, claimHolds } = about
  const volume = volumeAgreement(reference, edited)
  const surface = surfaceAgreement(reference, edited, { toleranceMm, pointsMax: POINTS_MAX })
  const volumeChange = volume.secondMm3 / volume.firstMm3 - 1
  const pieces = piecesOf(about)
  const found: readonly (readonly [Reason, boolean])[] = [
    ['claim', !claimHolds],
    ['missed-piece', pieces.missed],
    ['invented-piece', pieces.invented],
    ['neighbour', isLeak(about)],
    ['surface', surface.surfaceDice < LIMITS.surfaceDiceSignificant],
    about.isLesion
      ? ['diameter', isOtherDiameter(volume.firstMm3, volume.secondMm3)]
      : ['volume', Math.abs(volumeChange) > LIMITS.volumeSignificant],
    ['extent', isExtentLost(about)],
  ]
  const reasons = found.flatMap(([reason, holds]) => (holds ? [reason] : []))
  const hausdorffMax = Math.max(LIMITS.hausdorff95Mm, length(spacingMm(reference.geometry)))
  const isHarmless =
    surface.surfaceDice >= LIMITS.surfaceDiceHarmless &&
    Math.abs(volumeChange) <= LIMITS.volumeHarmless &&
    (surface.hausdorff95Mm ?? Infinity) <= hausdorffMax &&
    pieces.sameCount
  return {
    label: reasons.length > 0 ? 'significant' : isHarmless ? 'harmless' : 'grey',
    reasons,
    dice: volume.dice,
    surfaceDice: surface.surfaceDice,
    volumeChange,
    slices: slicesThatDiffer(reference, edited),
  }
}

/** Pieces of one that touch nothing of the other. */
function piecesOf({ reference, edited }: EditedMask): {
  missed: boolean
  invented: boolean
  sameCount: boolean
} {
  const voxelCm3 = voxelVolumeMm3(reference.geometry) / 1000
  const from = Math.min(LIMITS.pieceCm3 / voxelCm3, LIMITS.pieceShare * voxelCountOf(reference))
  const [before, after] = [findComponents(reference), findComponents(edited)]
  return {
    missed: loosePieces(reference, edited) >= from,
    invented: loosePieces(edited, reference) >= from,
    sameCount: before.components.length === after.components.length,
  }
}

/** Voxels of the largest piece of `mask` that shares none with `other`. */
function loosePieces(mask: Mask, other: Mask): number {
  const { components, runs } = findComponents(mask)
  const shared = restrict(mask, other, 'inside')
  const touched = new Set<number>()
  const [columns, rows] = mask.box.size
  for (let run = 0; run < runs.count; run++) {
    const start = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    const part = shared.voxels.subarray(start + (runs.start[run] ?? 0), start + (runs.end[run] ?? 0) + 1)
    if (part.includes(1)) touched.add(runs.label[run] ?? 0)
  }
  return components.find((_, label) => !touched.has(label))?.voxelCount ?? 0
}

function isLeak({ reference, edited, neighbours }: EditedMask): boolean {
  const voxelCm3 = voxelVolumeMm3(reference.geometry) / 1000
  const from = Math.max(LIMITS.leakCm3 / voxelCm3, LIMITS.leakShare * voxelCountOf(reference))
  const added = restrict(edited, reference, 'outside')
  return neighbours.some(
    (neighbour) =>
      sharedVoxels(added, neighbour).count >= from &&
      // What is inside it anyway, such as a lesion in its organ, is no neighbour.
      sharedVoxels(reference, neighbour).count < NESTED_SHARE * voxelCountOf(reference),
  )
}
const NESTED_SHARE = 0.5

function isOtherDiameter(beforeMm3: number, afterMm3: number): boolean {
  const diameter = (mm3: number): number => Math.cbrt((6 * mm3) / Math.PI)
  const change = Math.abs(diameter(afterMm3) - diameter(beforeMm3))
  return change > Math.max(LIMITS.diameterMm, LIMITS.diameterShare * diameter(beforeMm3))
}

/** Slices that had voxels and have none, at the ends and within. */
function isExtentLost({ reference, edited }: EditedMask): boolean {
  const had = slicesWithVoxels(reference)
  const has = new Set(slicesWithVoxels(edited))
  const lost = had.filter((k) => !has.has(k)).length
  const [, , thicknessMm] = spacingMm(reference.geometry)
  const tooMany = lost > LIMITS.extentSlices && lost * thicknessMm > LIMITS.extentMm
  return tooMany || (lost >= LIMITS.extentSlices && lost > LIMITS.extentShare * had.length)
}

function slicesWithVoxels(mask: Mask): number[] {
  return [...planeCounts(mask)[2]].flatMap((count, k) => (count > 0 ? [mask.box.origin[2] + k] : []))
}

function slicesThatDiffer(a: Mask, b: Mask): number[] {
  const differing = [restrict(a, b, 'outside'), restrict(b, a, 'outside')].flatMap(slicesWithVoxels)
  return [...new Set(differing)].toSorted((x, y) => x - y)
}
