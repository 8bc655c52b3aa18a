/**
 * Another piece nearby that looks like the segment and is in no mask: perhaps one of several lesions was left out. A
 * hint for a person, never more. Only for structures made of parts, only where the segment stands out from what lies
 * around it (AUC above 0.9: else everything looks alike), only pieces of comparable size and compact form within 6 cm.
 * On PET it is evidence only: uptake of tonsils, glands and bowel cannot be told from a lesion by its values. (Two lymph
 * node lesions of the neck drawn by an expert each have such a piece nearby.) Pieces are shown in cells of 2 mm.
 */
import type { CheckResult, EvidenceDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Volume } from '../domain/geometry.ts'
import { findLookalikes, type Lookalikes } from '../imaging/lookalikes.ts'
import { counted, describeSlice, figure, imagesOf } from './words.ts'

const AUC_MIN = 0.9

export function checkMissedTarget({ mask, resolved, siblings, volume }: VolumeContext): CheckResult {
  if (resolved.structure?.missedTarget !== true) return NOTHING
  const others = siblings.map((sibling) => sibling.mask)
  const found = findLookalikes(mask, others, volume, AUC_MIN)
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
        severity: 'minor',
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
