/**
 * Does the segment run into the edge of the images? Then the images end before the structure does: the mask may be
 * right for what they show, but its volume is not the whole structure's (hence minor).
 * Rule: at least one empty slice before and after (rule-based outlier detection of AI segmentations in the Imaging
 * Data Commons, Krishnaswamy et al., arXiv 2406.14486).
 */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { describeFace, imagesOf, percent } from './words.ts'

export function checkImageEdge({ mask, measures, resolved, volume }: MaskContext): CheckResult {
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  const maxCount = measures.sliceCounts.reduce((a, b) => Math.max(a, b), 0)
  const lastSlice = mask.geometry.size[2] - 1
  for (const axis of [0, 1, 2] as const) {
    for (const [index, end] of (['first', 'last'] as const).entries()) {
      const count = measures.onFaces[axis][index] ?? 0
      if (count === 0) continue
      const face = describeFace(mask.geometry, axis, end)
      const key = `edge.${axis}.${end}`
      evidence.push({
        key,
        name: 'voxels on the image edge',
        value: count,
        unit: '1',
        where: `${face} edge of the images`,
      })
      // Without images the grid is the segmentation's own and often cropped to it: its edge means nothing.
      if (volume === null || resolved.structure === null || resolved.structure.mayReachImageEdge) continue
      const cut =
        axis === 2 ? `with ${percent(count / maxCount)} of its largest cross-section` : 'in the image plane'
      findings.push({
        mode: 'truncated',
        severity: 'minor',
        text: `The segment reaches the ${face} edge of the images ${cut}: the images may not show the whole structure, and its volume is not complete.`,
        evidence: [key],
        ...imagesOf(volume, axis === 2 ? [end === 'first' ? 0 : lastSlice] : []),
      })
    }
  }
  return { evidence, findings }
}
