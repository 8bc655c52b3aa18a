/**
 * Does it share voxels with a structure that it must not overlap? Organs exclude each other; lesions, regions and parts of
 * a structure do not (knowledge entries). Touching organs drawn as contours share a layer of voxels: that is no fault.
 * Whose the shared voxels are is not known here, so neither of the two is told that they are too much.
 */
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import { deepVoxels, sharedVoxels, type SharedVoxels } from '../imaging/shared-voxels.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext, Sibling } from './check.ts'
import { NOTHING } from './check.ts'
import { SAME_DICE_MIN } from './duplicate.ts'
import { areOppositeSides, describeNeighbour } from './neighbours.ts'
import type { ResolvedStructure } from './structure.ts'
import { figure, imagesOf, percent, worstSlices } from './words.ts'

/** Shares of the smaller one's volume. */
const MINOR_SHARE = 0.02
const MAJOR_SHARE = 0.1
/** Up to this share a shared layer, one or two voxels thick, is where two outlines meet. */
const LAYER_SHARE_MAX = 0.5
/** Of a layer so little lies deeper than one voxel. */
const LAYER_DEEP_SHARE_MAX = 0.1
/** Fewer voxels are rounding, however small the structure. */
const VOXELS_MIN = 8

interface Overlap {
  readonly other: Sibling
  readonly shared: SharedVoxels
  /** Of the smaller of the two. */
  readonly share: number
  readonly severity: 'major' | 'minor'
}

export function checkOverlap(context: MaskContext): CheckResult {
  const overlaps = context.siblings
    .flatMap((other) => overlapWith(context, other) ?? [])
    .toSorted((a, b) => b.share - a.share)
  const [worst] = overlaps
  if (worst === undefined) return NOTHING
  const cm3 = (count: number): number => (count * voxelVolumeMm3(context.mask.geometry)) / 1000
  const told = ({ other, shared, share }: Overlap): string =>
    `${figure(cm3(shared.count))} cm3 are also in ${describeNeighbour(other)}, ${percent(share)} of the smaller of the two`
  const more = overlaps.length > 1 ? ` It overlaps ${overlaps.length - 1} more in the same way.` : ''
  const finding: FindingDraft = {
    mode: 'overlap',
    severity: overlaps.some(({ severity }) => severity === 'major') ? 'major' : 'minor',
    text: `It overlaps a structure that it must not: ${told(worst)}.${more}`,
    evidence: overlaps.map(({ other }) => `overlap.${other.number}`),
    ...imagesOf(context.volume, worstSlices(worst.shared.perSlice, worst.shared.from)),
  }
  const evidence = overlaps.map((overlap): EvidenceDraft => ({
    key: `overlap.${overlap.other.number}`,
    name: 'share of the smaller one that overlaps',
    value: overlap.share,
    unit: '1',
    where: told(overlap),
    expected: { low: 0, high: MINOR_SHARE, source: 'organs exclude each other (config/knowledge)' },
  }))
  return { evidence, findings: [finding] }
}

/** Null: none, or one that is no fault. */
function overlapWith(context: MaskContext, other: Sibling): Overlap | null {
  if (!excludeEachOther(context.resolved, other.resolved)) return null
  const smaller = Math.min(context.measures.voxelCount, other.measures.voxelCount)
  const larger = Math.max(context.measures.voxelCount, other.measures.voxelCount)
  const shared = sharedVoxels(context.mask, other.mask)
  const share = shared.count / smaller
  if (shared.count < VOXELS_MIN || share <= MINOR_SHARE) return null
  // The same voxels are reported as such (duplicate.ts).
  if ((2 * shared.count) / (smaller + larger) >= SAME_DICE_MIN) return null
  const isLayer =
    share <= LAYER_SHARE_MAX && deepVoxels(context.mask, other.mask) <= LAYER_DEEP_SHARE_MAX * shared.count
  if (isLayer && share <= MAJOR_SHARE) return null
  return { other, shared, share, severity: share > MAJOR_SHARE && !isLayer ? 'major' : 'minor' }
}

/** Both are known, and neither may lie over the other. The same claim twice is a second drawing, not a neighbour. */
function excludeEachOther(a: ResolvedStructure, b: ResolvedStructure): boolean {
  const [own, other] = [a.structure, b.structure]
  if (own === null || other === null || !own.mustNotOverlap || !other.mustNotOverlap) return false
  if (own.id === other.id) return areOppositeSides(a, b)
  return (
    ![own.mayContain, own.partOf].flat().includes(other.id) &&
    ![other.mayContain, other.partOf].flat().includes(own.id)
  )
}
