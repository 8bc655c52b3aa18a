/** The target match of a segment, and its response as evidence. */
import type { ResolvedStructure } from '../checks/structure.ts'
import type { TargetMatch } from '../domain/case.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { Volume } from '../domain/geometry.ts'
import type { Body } from '../imaging/body.ts'
import { UNCALIBRATED, type TargetCalibration } from '../target/calibration.ts'
import { noMatch, verifyTarget } from '../target/verify.ts'
import type { Placed } from './place.ts'

export function targetOf(
  { mask, ownMask }: Pick<Placed, 'mask' | 'ownMask'>,
  resolved: ResolvedStructure,
  volume: Volume | null,
  body: Body | null,
  calibration: TargetCalibration = UNCALIBRATED,
): TargetMatch {
  if (volume === null) return noMatch('no images')
  if (mask === null || mask.voxels.length === 0) return noMatch('no mask on the images')
  const structure = resolved.structure?.id ?? null
  return verifyTarget({ mask, ownMask, volume, body, structure, pieces: piecesOf(resolved), calibration })
}

/** Of both sides where the segment claims none. */
function piecesOf({ structure, side }: ResolvedStructure): number | null {
  const max = structure?.components.max ?? null
  return max !== null && structure?.paired === true && side === null ? 2 * max : max
}

/** Numbered after `before`, so that the ids of what the checks measured stay as they are. */
export function targetEvidence(
  { strength, coverage, pValue, source }: TargetMatch,
  before: number,
): Evidence[] {
  const rows = [
    { name: 'response of the target (AUROC)', value: strength === null ? null : (strength + 1) / 2 },
    { name: 'share of the segment that responds', value: coverage ?? null },
    { name: 'conformal p-value of the target', value: pValue ?? null },
  ]
  return rows
    .flatMap(({ name, value }) => (value === null ? [] : [{ name, value, unit: '1', where: source }]))
    .map((row, n) => ({ id: `E${before + n + 1}`, ...row }))
}
