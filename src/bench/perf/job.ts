/** What the measured processes share. */
import type { Mask } from '../../domain/geometry.ts'
import type { ReadLimits } from '../../dicom/limits.ts'

/** As in config/default.yaml. */
export const LIMITS: ReadLimits = {
  objectBytesMax: 2 ** 30,
  seriesBytesMax: 2 ** 31,
  seriesInstancesMax: 5000,
  voxelsMax: 1_000_000_000,
  segmentsMax: 1000,
  sequenceItemsMax: 300_000,
  contourPointsMax: 20_000_000,
}

export function voxelCount({ voxels }: Mask): number {
  let count = 0
  for (let n = 0; n < voxels.length; n++) count += voxels[n] ?? 0
  return count
}

/** What was found, segment by segment in the order of the object: what the bench compares. */
export function printAnswers(answers: readonly number[]): void {
  process.stdout.write(`${JSON.stringify(answers)}\n`)
}
