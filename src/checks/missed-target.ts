/**
 * Another piece nearby that looks like the segment and is in no mask: perhaps one of several lesions was left out. A
 * hint for a person, and a fault only where the object shows the lesion's organ and the piece lies in it with the very values
 * of the segment. Only for structures made of parts, only where the segment stands out from what lies
 * around it (AUC above 0.9: else everything looks alike), only pieces of comparable size and compact form within 6 cm.
 * On PET it is evidence only: uptake of tonsils, glands and bowel cannot be told from a lesion by its values. (Two lymph
 * node lesions of the neck drawn by an expert each have such a piece nearby.) Pieces are shown in cells of 2 mm.
 */
import type { CheckResult, EvidenceDraft, Sibling, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import { findLookalikes, type Lookalikes, type Piece } from '../imaging/lookalikes.ts'
import { counted, describeSlice, figure, imagesOf } from './words.ts'

const AUC_MIN = 0.9
const LEFT_OUT_CM3_MIN = 0.8
const LEFT_OUT_IN_ORGAN_MIN = 0.9
/** In standard deviations of the segment: a cyst beside solid lesions is farther off. */
const LEFT_OUT_OTHERNESS_MAX = 1

export function checkMissedTarget({ mask, resolved, siblings, volume }: VolumeContext): CheckResult {
  if (resolved.structure?.missedTarget !== true) return NOTHING
  // The organ that it lies in is where the others are to be found.
  const within = resolved.structure.within
  const isOrgan = ({ resolved: { structure } }: Sibling): boolean => within.includes(structure?.id ?? '')
  const masksOf = (some: readonly Sibling[]): Mask[] => some.map((sibling) => sibling.mask)
  const others = masksOf(siblings.filter((sibling) => !isOrgan(sibling)))
  const organs = masksOf(siblings.filter(isOrgan))
  // Beside the organ, or of other values in it, is something else: gallbladder, fissure, cyst.
  const isTarget = organs.length === 0 ? null : isLeftOut
  const found = findLookalikes(mask, volume, { others, organs, aucMin: AUC_MIN, isTarget })
  if (found === null) return NOTHING
  const { pieces } = found
  const [largest] = pieces
  const evidence = evidenceOf(found, isTold(volume))
  if (largest === undefined) return { evidence, findings: [] }
  const place = describeSlice(mask.geometry, largest.slice)
  evidence.push({
    key: 'missed.largest',
    name: 'largest similar piece',
    value: largest.cm3,
    unit: 'cm3',
    where: place,
  })
  if (!isTold(volume)) return { evidence, findings: [] }
  const one = pieces.length === 1
  return {
    evidence,
    findings: [
      {
        mode: 'missed-target',
        severity: isTarget === null ? 'minor' : 'major',
        text: `${counted(pieces.length, 'piece')} nearby ${one ? 'looks' : 'look'} like the segment and ${one ? 'is' : 'are'} in no mask; ${one ? 'it' : 'the largest'} has ${figure(largest.cm3)} cm3, at ${place}. Look whether it belongs to the target.`,
        evidence: ['missed.count', 'missed.largest'],
        ...imagesOf(
          volume,
          pieces.map(({ slice }) => slice),
        ),
        region: { kind: 'missing', voxels: found.voxels },
      },
    ],
  }
}

/** In the same organ, of the same values, and large enough to be no vessel. */
function isLeftOut({ cm3, inOrgan, otherness }: Piece): boolean {
  return cm3 >= LEFT_OUT_CM3_MIN && inOrgan >= LEFT_OUT_IN_ORGAN_MIN && otherness <= LEFT_OUT_OTHERNESS_MAX
}

function isTold({ modality }: Volume): boolean {
  return modality !== 'PT'
}

function evidenceOf({ auc, pieces }: Lookalikes, isExpected: boolean): EvidenceDraft[] {
  return [
    {
      key: 'missed.auc',
      name: 'contrast to the surroundings (AUC)',
      value: Math.max(auc, 1 - auc),
      unit: '1',
      where: 'segment against the ring around it',
    },
    {
      key: 'missed.count',
      name: 'similar pieces in no mask',
      value: pieces.length,
      unit: '1',
      where: 'within 60 mm',
      ...(isExpected ? { expected: { low: null, high: 0, source: 'nothing left out' } } : {}),
    },
  ]
}
