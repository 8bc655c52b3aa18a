/** Two segments of one object that hold the same voxels: one of them was stored under the wrong number, or twice. */
import { sharedVoxels } from '../imaging/shared-voxels.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext, Sibling } from './check.ts'
import { describeNeighbour } from './neighbours.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** Dice from which on two masks are one. Touching or nested organs stay far below. */
export const SAME_DICE_MIN = 0.98

export function checkDuplicate(context: MaskContext): CheckResult {
  const { measures, volume } = context
  const twins = context.siblings
    .map((other) => ({ other, dice: diceOf(context, other) }))
    .filter(({ dice }) => dice >= SAME_DICE_MIN)
  return {
    evidence: twins.map(({ other, dice }): EvidenceDraft => ({
      key: `duplicate.${other.number}`,
      name: 'Dice with another segment',
      value: dice,
      unit: '1',
      where: describeNeighbour(other),
      expected: { low: null, high: SAME_DICE_MIN, source: 'two structures are not one mask' },
    })),
    findings: twins.map(({ other, dice }): FindingDraft => {
      const isSame = isSameClaim(context, other)
      const what = isSame
        ? 'and claims the same: it is stored twice.'
        : 'but claims something else: at least one of them is not what it claims.'
      return {
        mode: 'duplicate-segment',
        severity: isSame ? 'minor' : 'major',
        text: `It holds the same voxels as ${describeNeighbour(other)} (Dice ${figure(dice)}) ${what}`,
        evidence: [`duplicate.${other.number}`],
        ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
      }
    }),
  }
}

type Placed = Pick<Sibling, 'mask' | 'measures'>

/** 0 where the voxel counts alone exclude one mask: nothing is compared then. */
export function diceOf(a: Placed, b: Placed): number {
  const total = a.measures.voxelCount + b.measures.voxelCount
  const most = (2 * Math.min(a.measures.voxelCount, b.measures.voxelCount)) / total
  return most < SAME_DICE_MIN ? 0 : (2 * sharedVoxels(a.mask, b.mask).count) / total
}

/** Without a knowledge entry it is not known what a segment claims, so the two may well claim different things. */
function isSameClaim(a: Pick<Sibling, 'resolved'>, b: Pick<Sibling, 'resolved'>): boolean {
  const [own, other] = [a.resolved, b.resolved]
  return own.structure !== null && own.structure.id === other.structure?.id && own.side === other.side
}
