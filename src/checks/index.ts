/** THE list of checks. A new check is one file and one row here. */
import type { Evidence, Finding, Severity } from '../domain/evidence.ts'
import type {
  Check,
  CheckResult,
  EvidenceDraft,
  FindingDraft,
  SegmentContext,
  SegmentInput,
} from './check.ts'
import { NOTHING } from './check.ts'
import { checkAsymmetricPair } from './asymmetric-pair.ts'
import { checkComponents } from './components.ts'
import { checkDuplicate } from './duplicate.ts'
import { checkEmpty } from './empty.ts'
import { checkFlatEnd } from './flat-end.ts'
import { checkFrameOfReference } from './frame-of-reference.ts'
import { checkIdentity } from './identity.ts'
import { checkImageEdge } from './image-edge.ts'
import { checkLaterality } from './laterality.ts'
import { checkMirrored } from './mirrored.ts'
import { checkOutOfBody } from './out-of-body.ts'
import { checkOverlap } from './overlap.ts'
import { checkShapeProblems } from './shape-problems.ts'
import { checkSliceGap } from './slice-gap.ts'
import { checkSource } from './source.ts'
import { ownShape } from './own-shape.ts'
import { checkVolume } from './volume.ts'
import { checkWrongStructure } from './wrong-structure.ts'

const IDC = 'Krishnaswamy et al., arXiv 2406.14486 (Imaging Data Commons)'

export const CHECKS: readonly Check[] = [
  {
    name: 'identity',
    file: 'identity.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['wrong-patient', 'wrong-study'],
    source: 'DICOM PS3.3 C.7.1.1, C.7.2.1',
    run: checkIdentity,
  },
  {
    name: 'frame of reference',
    file: 'frame-of-reference.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['frame-of-reference-mismatch', 'geometry-unverified'],
    source: 'DICOM PS3.3 C.7.4.1, C.7.6.2',
    run: checkFrameOfReference,
  },
  {
    name: 'source images',
    file: 'source.ts',
    needs: 'headers',
    usesKnowledge: false,
    modes: ['source-missing', 'source-incomplete'],
    source: 'DICOM PS3.3 C.8.20.2, C.8.8.5',
    run: checkSource,
  },
  {
    name: 'empty',
    file: 'empty.ts',
    needs: 'segment',
    usesKnowledge: false,
    modes: ['empty'],
    source: 'DICOM PS3.3 C.8.20.2',
    run: checkEmpty,
  },
  {
    name: 'shape to voxels',
    file: 'shape-problems.ts',
    needs: 'segment',
    usesKnowledge: false,
    modes: ['contour-ambiguous', 'off-plane-contours', 'out-of-image'],
    source: 'DICOM PS3.3 C.8.8.6',
    run: checkShapeProblems,
  },
  {
    name: 'volume and values',
    file: 'volume.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['implausible-volume'],
    source: 'ranges with their sources in config/knowledge',
    run: checkVolume,
  },
  {
    name: 'laterality',
    file: 'laterality.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['wrong-side', 'side-unverified'],
    source: `${IDC}; DICOM PS3.3 C.7.6.2.1.1`,
    run: checkLaterality,
  },
  {
    name: 'mirrored',
    file: 'mirrored.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['mirrored'],
    source: 'orders with their sources in config/knowledge; DICOM PS3.3 C.7.6.2.1.1',
    run: checkMirrored,
  },
  {
    name: 'wrong structure',
    file: 'wrong-structure.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['wrong-structure'],
    source: 'orders with their sources in config/knowledge',
    run: checkWrongStructure,
  },
  {
    name: 'asymmetric pair',
    file: 'asymmetric-pair.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['asymmetric-pair'],
    source: 'ratios with their sources in config/knowledge',
    run: checkAsymmetricPair,
  },
  {
    name: 'duplicate',
    file: 'duplicate.ts',
    needs: 'mask',
    usesKnowledge: false,
    modes: ['duplicate-segment'],
    source: 'Dice 1945; limit far above that of touching or nested organs',
    run: checkDuplicate,
  },
  {
    name: 'overlap',
    file: 'overlap.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['overlap'],
    source: 'exclusions in config/knowledge; limits set on real organs',
    run: checkOverlap,
  },
  {
    name: 'components',
    file: 'components.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['fragmented'],
    source: IDC,
    run: checkComponents,
  },
  {
    name: 'image edge',
    file: 'image-edge.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['truncated'],
    source: IDC,
    run: checkImageEdge,
  },
  {
    name: 'flat end',
    file: 'flat-end.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['truncated'],
    source: 'geometry of a cap; limits set on real organs',
    run: checkFlatEnd,
  },
  {
    name: 'slice gap',
    file: 'slice-gap.ts',
    needs: 'mask',
    usesKnowledge: true,
    modes: ['slice-gap'],
    source: 'topology',
    run: checkSliceGap,
  },
  {
    name: 'out of body',
    file: 'out-of-body.ts',
    needs: 'volume',
    usesKnowledge: false,
    modes: ['out-of-body'],
    source: 'body contour by threshold and filling',
    run: checkOutOfBody,
  },
]

const SEVERITY_ORDER: readonly Severity[] = ['critical', 'major', 'minor']

/** Runs every check whose needs are met. Evidence is numbered E1.. in table order, findings F1.. with the gravest first. */
export function runChecks(input: SegmentInput): { evidence: Evidence[]; findings: Finding[] } {
  const context: SegmentContext = { ...input, shape: ownShape(input) }
  const results = CHECKS.map((check) => ({ check, result: runOne(check, context) }))
  for (const { check, result } of results) assertDeclared(check, result)
  const drafts = results.flatMap(({ result }) => result.evidence)
  const ids = new Map(drafts.map(({ key }, index) => [key, `E${index + 1}`]))
  const gravestFirst = results
    .flatMap(({ result }) => result.findings)
    .toSorted((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity))
  return {
    evidence: drafts.map((draft, index) => numberEvidence(draft, index)),
    findings: gravestFirst.map((draft, index) => numberFinding(draft, index, ids)),
  }
}

/** Without what a check needs it says nothing. */
function runOne(check: Check, context: SegmentContext): CheckResult {
  const { mask, measures, shape, volume } = context
  if (check.needs === 'headers') return check.run(context.object)
  if (check.needs === 'segment') return check.run(context)
  if (mask === null || measures === null || shape === null) return NOTHING
  if (check.needs === 'mask') return check.run({ ...context, mask, measures, shape })
  return volume === null ? NOTHING : check.run({ ...context, mask, measures, shape, volume })
}

/** A check that reports what its row does not announce, or a finding without its evidence, is a fault of ours. */
function assertDeclared(check: Check, result: CheckResult): void {
  const keys = new Set(result.evidence.map(({ key }) => key))
  for (const finding of result.findings) {
    if (!check.modes.includes(finding.mode))
      throw new Error(`Check "${check.name}" may not report ${finding.mode}.`)
    if (finding.evidence.length === 0 || finding.evidence.some((key) => !keys.has(key))) {
      throw new Error(`Check "${check.name}" reports ${finding.mode} without its evidence.`)
    }
  }
}

function numberEvidence({ key: _, ...draft }: EvidenceDraft, index: number): Evidence {
  return { id: `E${index + 1}`, ...draft }
}

function numberFinding(draft: FindingDraft, index: number, ids: ReadonlyMap<string, string>): Finding {
  return { id: `F${index + 1}`, ...draft, evidence: draft.evidence.flatMap((key) => ids.get(key) ?? []) }
}
