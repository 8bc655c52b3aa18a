/**
 * Does every piece of a lesion stand out from what lies around it? Where most of a lesion does, a piece that looks like its
 * surroundings is not one of its parts; where an entry says that the lesion is seen and no piece stands out, something else was
 * drawn, or the lesion shows on another series. Lesions without an edge of their own (`soft`) get a note at most.
 *
 * On PET a lesion is what takes up more than its surroundings, whatever its edge is elsewhere: on the seven that experts drew (QIN-HN,
 * STS) the contrast is 0.77 to 0.96. Not within the brain, which takes up more than most of its tumours.
 */
import type { Mask } from '../domain/geometry.ts'
import { findComponents, onlyComponent } from '../imaging/components.ts'
import { contrastTo, excessOver } from '../imaging/contrast.ts'
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { counted, figure, imagesOf, percent, worstSlices } from './words.ts'

/** Contrast as |2 AUC - 1|: below the first a piece looks like what lies around it, from the second on it stands out. */
const FAINT_MAX = 0.5
const CLEAR_MIN = 0.7
/** Beside clear pieces of a lesion with a soft boundary. */
const FAINT_MAX_SOFT = 0.2
/** Surroundings: a layer of partial volume left out. */
const RING = { gap: 1, layers: 2 }
/** Smaller pieces say nothing; of more than so many the largest are looked at. */
const VOXELS_MIN = 30
/** They are larger, and uptake stands out by more. */
const VOXELS_MIN_PET = 10
const PIECES_MAX = 20
/** Share of the segment from which on such pieces are a fault. */
const SHARE_MAJOR = 0.05
const SOURCE = 'what is drawn as a lesion differs from its surroundings (knowledge entry: boundary)'

interface Piece {
  readonly mask: Mask
  readonly voxelCount: number
  readonly contrast: number
  readonly slices: readonly number[]
}

export function checkLesionContrast({ mask, measures, resolved, volume }: VolumeContext): CheckResult {
  const { structure } = resolved
  if (structure?.kind !== 'lesion' || structure.boundary === 'none') return NOTHING
  const isPet = volume.modality === 'PT'
  if (isPet && structure.within.includes('brain')) return NOTHING
  const pieces = piecesOf(mask, volume)
  const best = pieces.reduce((most, { contrast }) => Math.max(most, contrast), 0)
  if (pieces.length === 0) return NOTHING
  const isSoft = structure.boundary === 'soft' && !isPet
  const isMixed = best >= CLEAR_MIN
  const faint = pieces.filter(({ contrast }) => contrast < (isSoft ? FAINT_MAX_SOFT : FAINT_MAX))
  const share = faint.reduce((sum, { voxelCount }) => sum + voxelCount, 0) / measures.voxelCount
  const evidence = evidenceOf(best, share, counted(pieces.length, 'piece'))
  const [largest] = faint
  if (largest === undefined || share < SHARE_MAJOR || (isSoft && !isMixed)) return { evidence, findings: [] }
  const cm3 = (share * measures.voxelCount * voxelVolumeMm3(mask.geometry)) / 1000
  const finding: FindingDraft = {
    mode: isMixed ? 'fragmented' : 'boundary-unsupported',
    severity: isSoft ? 'minor' : 'major',
    text: isMixed
      ? `${counted(faint.length, 'piece')} of it (${figure(cm3)} cm3, ${percent(share)}) ${faint.length === 1 ? 'looks' : 'look'} like what lies around, while the rest stands out clearly.`
      : `What it outlines hardly ${isPet ? 'takes up more than' : 'differs from'} what lies around it (contrast ${figure(best)} of 1): no lesion shows there on these images.`,
    evidence: ['contrast.best', 'contrast.faint'],
    ...imagesOf(volume, largest.slices),
    region: { kind: 'too-much', voxels: () => largest.mask },
  }
  return { evidence, findings: [finding] }
}

function piecesOf(mask: Mask, volume: VolumeContext['volume']): Piece[] {
  const found = findComponents(mask)
  const isPet = volume.modality === 'PT'
  const standsOut = isPet ? excessOver : contrastTo
  return found.components.slice(0, PIECES_MAX).flatMap(({ voxelCount, box, sliceCounts }, label): Piece[] => {
    if (voxelCount < (isPet ? VOXELS_MIN_PET : VOXELS_MIN)) return []
    const piece = onlyComponent(mask, found, label)
    const contrast = standsOut(piece, volume, RING, 'outside', mask)
    const slices = worstSlices(sliceCounts, box.origin[2])
    return contrast === null ? [] : [{ mask: piece, voxelCount, contrast, slices }]
  })
}

function evidenceOf(best: number, share: number, of: string): EvidenceDraft[] {
  return [
    {
      key: 'contrast.best',
      name: 'contrast of the clearest piece',
      value: best,
      unit: '1',
      where: `of ${of}`,
    },
    {
      key: 'contrast.faint',
      name: 'share that looks like its surroundings',
      value: share,
      unit: '1',
      where: `of ${of}`,
      expected: { low: 0, high: SHARE_MAJOR, source: SOURCE },
    },
  ]
}
