/**
 * Cavities: background that the segment encloses on all sides (6-connected: no path over voxel faces leads out).
 *
 * Solid organs, muscles and bones have none: of 1,000 masks by experts and by AI (TotalSegmentator, nnU-Net, two
 * raters of head and neck, hippocampus) 966 have no cavity and 998 less than 0.45 % of their volume. What another
 * segment of the object fills is no cavity (a tumour left out of its liver). Structures with contents of their own (gas,
 * urine, necrosis) or made of branches may be drawn without them: a cavity is a note there, and a fault only where the image
 * shows in it what it shows around it.
 * Holes of single slices that lead out above or below are not counted: the vertebral canal and the sinus of the kidney
 * are such (up to 5 % of those masks), and a hole that begins and ends inside is a cavity.
 */
import type { Box, Mask, Vector3 } from '../domain/geometry.ts'
import type { Structure } from '../domain/knowledge.ts'
import { findComponents, onlyComponents, type Component, type LabelledRuns } from '../imaging/components.ts'
import { contrastTo } from '../imaging/contrast.ts'
import { invertAffine, multiply, transform, voxelVolumeMm3 } from '../imaging/geometry.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext, Sibling } from './check.ts'
import { describeSlice, figure, imagesOf, percent, worstSlices } from './words.ts'

/** Share of the filled segment up to which cavities are noise. */
const NOISE_SHARE = 0.001
const MAJOR_SHARE = 0.01
/** From this share on, what is missing is no edit any more. */
const CRITICAL_SHARE = 0.2
/** A block of 2 x 2 x 2 voxels; what is smaller is noise, however small the segment. */
const VOXELS_MIN = 8
/** A cavity that other segments fill beyond this share is theirs. */
const FILLED_SHARE = 0.5
/** What lies in a cavity looks like what lies around it up to this contrast (0 the same, 1 no value in common). */
const CONTRAST_ALIKE = 0.4
const SOURCE = 'a solid structure has no cavity; limit set on 1,000 masks by experts and AI'

const SOLID_KINDS: ReadonlySet<Structure['kind']> = new Set(['organ', 'muscle', 'bone'])
/** Entries of these kinds that are shells, or that some conventions draw without what they hold: gas, blood, vessels. */
export const HOLLOW: ReadonlySet<string> = new Set([
  'stomach',
  'duodenum',
  'small-bowel',
  'colon',
  'rectum',
  'anal-canal',
  'esophagus',
  'gallbladder',
  'urinary-bladder',
  'uterus',
  'heart',
  'heart-left-atrium',
  'heart-left-ventricle',
  'heart-right-atrium',
  'heart-right-ventricle',
  'heart-myocardium',
  'trachea',
  'trachea-bronchi',
  'larynx',
  'oral-cavity',
  'lung',
  'lung-upper-lobe',
  'lung-middle-lobe',
  'lung-lower-lobe',
  'pleural-effusion',
  'breast',
  'brain',
  'intracerebral-haemorrhage',
  'skull',
  'bowel',
  'jejunum',
  'ileum',
  'cecum',
  'ascending-colon',
  'transverse-colon',
  'descending-colon',
  'sigmoid-colon',
  'renal-cortex',
  'renal-pelvis',
  'retina',
  'cerebrum',
  'cerebral-hemisphere',
  'pharynx',
  'nasopharynx',
  'oropharynx',
  'hypopharynx',
  'supraglottic-larynx',
  'glottis',
  'maxillary-sinus',
  'nasal-cavity',
  'vagina',
  'main-bronchus',
])

interface Cavities {
  readonly count: number
  readonly voxels: number
  readonly largest: Component | null
  /** Cavity voxels per slice of the mask's box. */
  readonly perSlice: readonly number[]
  readonly mask: () => Mask
}

export function checkHoles(context: MaskContext): CheckResult {
  const { mask, measures, imageSlice } = context.shape
  const cavities = findCavities(mask, context.siblings)
  const { count, voxels, largest, perSlice } = cavities
  const share = voxels / (measures.voxelCount + voxels)
  const isSolid =
    isSolidStructure(context.resolved.structure) || (share > MAJOR_SHARE && isFilledAlike(context, cavities))
  const evidence: EvidenceDraft[] = [
    {
      key: 'cavities.share',
      name: 'enclosed cavities',
      value: share,
      unit: '1',
      where: `${countCavities(count)} that no other segment fills`,
      ...(isSolid ? { expected: { low: 0, high: NOISE_SHARE, source: SOURCE } } : {}),
    },
  ]
  if (largest === null) return { evidence, findings: [] }
  const slices = worstSlices(perSlice, mask.box.origin[2])
  const cm3 = (largest.voxelCount * voxelVolumeMm3(mask.geometry)) / 1000
  const where = describeSlice(mask.geometry, slices[0] ?? largest.box.origin[2])
  evidence.push({ key: 'cavities.largest', name: 'largest cavity', value: cm3, unit: 'cm3', where })
  if (!isSolid || share <= NOISE_SHARE || voxels < VOXELS_MIN) return { evidence, findings: [] }
  const size = `${percent(share)} of its volume; ${count === 1 ? 'it' : 'the largest'} has ${figure(cm3)} cm3`
  const finding: FindingDraft = {
    mode: 'holes',
    severity: share > CRITICAL_SHARE ? 'critical' : share > MAJOR_SHARE ? 'major' : 'minor',
    text: `${countCavities(count)} inside the segment ${count === 1 ? 'is' : 'are'} not filled, ${size}. Most of it shows at ${where}.`,
    evidence: ['cavities.share', 'cavities.largest'],
    ...imagesOf(context.volume, slices.map(imageSlice)),
    region: { kind: 'missing', voxels: cavities.mask },
  }
  return { evidence, findings: [finding] }
}

function countCavities(count: number): string {
  return count === 1 ? '1 cavity' : `${count} cavities`
}

/** Shows the image the same tissue in the cavities as in the segment around them? */
function isFilledAlike({ mask, shape, resolved, volume }: MaskContext, cavities: Cavities): boolean {
  // On a grid of its own it lies on other voxels than the images.
  const kind = resolved.structure?.kind ?? 'region'
  if (volume === null || kind === 'region' || shape.mask !== mask) return false
  const contrast = contrastTo(cavities.mask(), volume, { gap: 0, layers: 2 }, 'inside', mask)
  return contrast !== null && contrast <= CONTRAST_ALIKE
}

function isSolidStructure(structure: Structure | null): boolean {
  return structure !== null && SOLID_KINDS.has(structure.kind) && !HOLLOW.has(structure.id)
}

function findCavities(mask: Mask, siblings: readonly Sibling[]): Cavities {
  const { components, runs } = findComponents(mask, 'face', 0)
  const isEnclosed = components.map(({ box }) => isInside(box, mask.box))
  const filled = isEnclosed.includes(true) ? filledVoxels(mask, runs, isEnclosed, siblings) : []
  const cavities = components.filter(
    ({ voxelCount }, label) =>
      isEnclosed[label] === true && (filled[label] ?? 0) <= FILLED_SHARE * voxelCount,
  )
  const perSlice = Array.from({ length: mask.box.size[2] }, () => 0)
  for (const { box, sliceCounts } of cavities) {
    const first = box.origin[2] - mask.box.origin[2]
    for (const [n, voxels] of sliceCounts.entries()) perSlice[first + n] = (perSlice[first + n] ?? 0) + voxels
  }
  return {
    count: cavities.length,
    voxels: cavities.reduce((sum, { voxelCount }) => sum + voxelCount, 0),
    largest: cavities[0] ?? null,
    perSlice,
    mask: () => onlyComponents(mask, { runs }, new Set(cavities.map((cavity) => components.indexOf(cavity)))),
  }
}

/** What touches a side of the mask's box is joined to the outside. */
function isInside(inner: Box, outer: Box): boolean {
  return ([0, 1, 2] as const).every(
    (axis) =>
      inner.origin[axis] > outer.origin[axis] &&
      inner.origin[axis] + inner.size[axis] < outer.origin[axis] + outer.size[axis],
  )
}

/** Of each enclosed piece, the voxels whose centres lie in another segment; 0 for all other pieces. */
function filledVoxels(
  { geometry, box }: Mask,
  runs: LabelledRuns,
  isEnclosed: readonly boolean[],
  siblings: readonly Sibling[],
): number[] {
  const filled = isEnclosed.map(() => 0)
  const [first] = siblings
  if (first === undefined) return filled
  // Siblings share one grid, which need not be this mask's own.
  const toSibling = multiply(invertAffine(first.mask.geometry.affine), geometry.affine)
  for (let run = 0; run < runs.count; run++) {
    const label = runs.label[run] ?? 0
    if (isEnclosed[label] !== true) continue
    const [j, k] = [(runs.j[run] ?? 0) + box.origin[1], (runs.k[run] ?? 0) + box.origin[2]]
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++) {
      const at = transform(toSibling, [i + box.origin[0], j, k])
      if (siblings.some(({ mask }) => holds(mask, at))) filled[label] = (filled[label] ?? 0) + 1
    }
  }
  return filled
}

function holds({ box, voxels }: Mask, [x, y, z]: Vector3): boolean {
  const i = Math.round(x) - box.origin[0]
  const j = Math.round(y) - box.origin[1]
  const k = Math.round(z) - box.origin[2]
  const isInBox = i >= 0 && j >= 0 && k >= 0 && i < box.size[0] && j < box.size[1] && k < box.size[2]
  return isInBox && voxels[(k * box.size[1] + j) * box.size[0] + i] === 1
}
