/**
 * Does a lesion lie in the organ that its claim names, where the object shows that organ? A program may leave a lesion out of
 * its organ's mask, and a lesion may grow out of the organ: so a piece is away only where the organ neither holds some of it nor lies
 * around a good part of it; a neighbour of the organ borders on it with less. Without the organ among the segments nothing is said.
 */
import type { Mask } from '../domain/geometry.ts'
import { findComponents, onlyComponent, type Component } from '../imaging/components.ts'
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import { sharedVoxels } from '../imaging/shared-voxels.ts'
import { shellOf } from '../imaging/shell.ts'
import type { CheckResult, ErrorRegion, FindingDraft, MaskContext, Sibling } from './check.ts'
import { NOTHING } from './check.ts'
import { areOppositeSides, describeNeighbour } from './neighbours.ts'
import { counted, figure, imagesOf, percent, worstSlices } from './words.ts'

/** Shares of a piece that the organ holds, and of its surroundings that are organ: less of both, and it is away. */
const HELD_MIN = 0.1
const BORDER_MIN = 0.25
/** Surroundings: so many voxels around the piece. */
const LAYERS = 2
/** Of more pieces the largest are looked at. */
const PIECES_MAX = 20
/** Smaller pieces than this share of the segment are crumbs. */
const SHARE_MAJOR = 0.05
/** From this share on, it is something else that was drawn. */
const SHARE_CRITICAL = 0.5
const SOURCE = 'a lesion lies in or at the organ that it is a lesion of (config/knowledge)'

interface Piece {
  readonly component: Component
  readonly mask: Mask
  readonly isAway: boolean
}

export function checkOutsideOrgan(context: MaskContext): CheckResult {
  const { mask, measures, volume } = context
  const organs = organsOf(context)
  const [organ] = organs
  if (organ === undefined) return NOTHING
  const found = findComponents(mask)
  const pieces = found.components.slice(0, PIECES_MAX).map((component, label): Piece => {
    const piece = onlyComponent(mask, found, label)
    return { component, mask: piece, isAway: isAway(piece, component, organs) }
  })
  const away = pieces.filter((piece) => piece.isAway)
  const voxels = away.reduce((sum, { component }) => sum + component.voxelCount, 0)
  const share = voxels / measures.voxelCount
  const name = describeNeighbour(organ)
  const key = 'organ.away'
  const evidence = [
    {
      key,
      name: 'share of its pieces outside the organ',
      value: share,
      unit: '1',
      where: `${counted(away.length, 'piece')} of ${found.components.length}, against ${name}`,
      expected: { low: 0, high: SHARE_MAJOR, source: SOURCE },
    },
  ]
  const [largest] = away
  if (largest === undefined) return { evidence, findings: [] }
  const cm3 = (voxels * voxelVolumeMm3(mask.geometry)) / 1000
  const isAll = away.length === found.components.length
  const severity: FindingDraft['severity'] =
    share >= SHARE_CRITICAL ? 'critical' : share >= SHARE_MAJOR ? 'major' : 'minor'
  const text = isAll
    ? `No part of it lies in or at ${name}, which it is said to be a lesion of.`
    : `${counted(away.length, 'piece')} of it, together ${figure(cm3)} cm3 (${percent(share)}), ${away.length === 1 ? 'lies' : 'lie'} neither in nor at ${name}, which it is said to be a lesion of.`
  const { box, sliceCounts } = largest.component
  const region: ErrorRegion = { kind: 'too-much', voxels: () => largest.mask }
  return {
    evidence,
    findings: [
      {
        mode: isAll ? 'wrong-structure' : 'fragmented',
        severity,
        text,
        evidence: [key],
        ...imagesOf(volume, worstSlices(sliceCounts, box.origin[2])),
        region,
      },
    ],
  }
}

function organsOf({ resolved, siblings }: MaskContext): Sibling[] {
  const within = resolved.structure?.within ?? []
  return siblings.filter(
    (sibling) =>
      within.includes(sibling.resolved.structure?.id ?? '') && !areOppositeSides(resolved, sibling.resolved),
  )
}

function isAway(piece: Mask, { box, voxelCount }: Component, organs: readonly Sibling[]): boolean {
  const sharedWith = (part: Mask): number =>
    organs.reduce((sum, { mask }) => sum + sharedVoxels(part, mask).count, 0)
  if (sharedWith(piece) >= HELD_MIN * voxelCount) return false
  const shell = shellOf(piece, box, LAYERS)
  const around = shell.voxels.reduce((sum, voxel) => sum + voxel, 0)
  return sharedWith(shell) < BORDER_MIN * around
}
