/** What turning the object's shape into voxels noticed: contours that mean two things, lie off the images, outside, or hold no voxel. */
import type { CheckResult, EvidenceDraft, FindingDraft, SegmentContext, ShapeProblem } from './check.ts'
import type { Severity } from '../domain/evidence.ts'
import { counted, imagesOf } from './words.ts'

/** What goes beyond this share is no edit any more: most of the shape is somewhere else. */
const CRITICAL_SHARE = 0.5
/** Share of what is affected from which it is major. */
const MAJOR_SHARE: Readonly<Record<ShapeProblem['kind'], number>> = {
  'contour-ambiguous': 0.1,
  'off-plane-contours': 0.1,
  'out-of-image': 0.02,
  // The last contours of a small structure are often smaller than a voxel.
  'contour-artefact': CRITICAL_SHARE,
}
const NAMES: Readonly<Record<ShapeProblem['kind'], string>> = {
  'contour-ambiguous': 'ambiguous part',
  'off-plane-contours': 'contours off the image planes',
  'out-of-image': 'part outside the images',
  'contour-artefact': 'contours that hold no voxel',
}

export function checkShapeProblems({ object, shapeProblems, volume }: SegmentContext): CheckResult {
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  for (const [index, problem] of shapeProblems.entries()) {
    const key = `shape.${index}`
    const share = problem.total > 0 ? problem.count / problem.total : 0
    // Where images are missing, so may be those that it lies in: nothing against the mask, and a person looks all the same.
    const missing = problem.kind === 'out-of-image' ? object.missingInstances.length : 0
    const severity = missing > 0 ? 'minor' : severityOf(share, problem.kind)
    evidence.push({
      key,
      name: NAMES[problem.kind],
      value: share,
      unit: '1',
      where: problem.slices.length > 0 ? counted(problem.slices.length, 'slice') : 'whole segment',
      expected: { low: 0, high: 0, source: 'DICOM PS3.3 C.8.8.6' },
    })
    findings.push({
      mode: problem.kind,
      severity,
      text: missing > 0 ? `${problem.text} ${mayLieThere(missing)}` : problem.text,
      evidence: [key],
      ...imagesOf(volume, problem.slices),
    })
  }
  return { evidence, findings }
}

function severityOf(share: number, kind: ShapeProblem['kind']): Severity {
  if (share > CRITICAL_SHARE) return 'critical'
  return share > MAJOR_SHARE[kind] ? 'major' : 'minor'
}

function mayLieThere(missing: number): string {
  return `${missing} of the images it refers to ${missing === 1 ? 'is' : 'are'} not in the archive: it may lie there.`
}
