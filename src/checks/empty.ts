/** A segment that is described but holds no voxel. */
import type { CheckResult, SegmentContext } from './check.ts'
import { NOTHING } from './check.ts'

export function checkEmpty({ mask, shape, shapeProblems }: SegmentContext): CheckResult {
  if (mask === null) return NOTHING
  const voxels = shape?.measures.voxelCount ?? 0
  // Contours that could not be laid on the images are there all the same: shape-problems.ts tells where.
  const isElsewhere = shapeProblems.some(({ kind }) => kind !== 'contour-ambiguous')
  return {
    evidence: [
      {
        key: 'voxels',
        name: 'voxel count',
        value: voxels,
        unit: '1',
        where: 'whole segment',
        expected: { low: 1, high: null, source: 'DICOM PS3.3 C.8.20.2' },
      },
    ],
    findings:
      voxels > 0 || isElsewhere
        ? []
        : [
            {
              mode: 'empty',
              severity: 'critical',
              text: 'The segment is described but holds no voxel: either the structure was not found or its mask was lost.',
              evidence: ['voxels'],
              instances: [],
            },
          ],
  }
}
