import type { SegmentInput, VolumeContext } from '../../src/checks/check.ts'
import { ownShape } from '../../src/checks/own-shape.ts'
import type { Mask, Volume } from '../../src/domain/geometry.ts'
import { segmentInput } from './segment-input.ts'

/** What `runChecks` hands to a check that needs a volume: for tests of one check alone. */
export function volumeContext(
  mask: Mask,
  volume: Volume,
  changes: Partial<SegmentInput> = {},
): VolumeContext {
  const input = segmentInput(mask, { volume, ...changes })
  const shape = ownShape(input)
  const { measures } = input
  if (shape === null || measures === null) throw new Error('A mask without voxels has no context.')
  return { ...input, mask, measures, volume, shape }
}
