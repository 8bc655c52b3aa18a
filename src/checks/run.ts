/** Runs the checks on one segment: what each needs, in the order of the list, and what they found in one numbering. */
import type { Evidence, Finding, Severity } from '../domain/evidence.ts'
import {
  NOTHING,
  type Check,
  type CheckResult,
  type ErrorRegion,
  type EvidenceDraft,
  type FindingDraft,
  type SegmentContext,
  type SegmentInput,
} from './check.ts'
import { CHECKS } from './index.ts'
import { ownShape } from './own-shape.ts'

const SEVERITY_ORDER: readonly Severity[] = ['critical', 'major', 'minor']

export interface Checked {
  readonly evidence: Evidence[]
  readonly findings: Finding[]
  /** Where the segment is wrong, by the id of the finding that says so; only of findings that know. */
  readonly regions: ReadonlyMap<string, ErrorRegion>
}

/** Runs every check whose needs are met. Evidence is numbered E1.. in table order, findings F1.. with the gravest first. */
export function runChecks(input: SegmentInput): Checked {
  const context: SegmentContext = { ...input, shape: ownShape(input) }
  const results: { readonly findings: readonly FindingDraft[] }[] = []
  const drafts: EvidenceDraft[] = []
  for (const check of CHECKS) {
    const result = runOne(check, context, drafts)
    drafts.push(...result.evidence)
    assertDeclared(check, result, drafts)
    results.push(result)
  }
  const ids = new Map(drafts.map(({ key }, index) => [key, `E${index + 1}`]))
  const gravestFirst = onceEach(
    results
      .flatMap(({ findings }) => findings)
      .toSorted((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity)),
  )
  return {
    evidence: drafts.map((draft, index) => numberEvidence(draft, index)),
    findings: gravestFirst.map((draft, index) => numberFinding(draft, index, ids)),
    regions: new Map(
      gravestFirst.flatMap(({ region }, index) => (region === undefined ? [] : [[findingId(index), region]])),
    ),
  }
}

/** What two checks see on the very same images, one failure mode, is one finding: the graver one, with the evidence of both. */
function onceEach(gravestFirst: readonly FindingDraft[]): FindingDraft[] {
  const merged = new Map<string, FindingDraft>()
  for (const [index, finding] of gravestFirst.entries()) {
    const { mode, instances, frames = [], evidence } = finding
    const places = instances.map((uid, n) => `${uid} ${frames[n] ?? ''}`).toSorted()
    const key = places.length === 0 ? String(index) : [mode, ...places].join('\n')
    const first = merged.get(key)
    merged.set(key, first === undefined ? finding : { ...first, evidence: [...first.evidence, ...evidence] })
  }
  return [...merged.values()]
}

/** Without what a check needs it says nothing. */
function runOne(check: Check, context: SegmentContext, measured: readonly EvidenceDraft[]): CheckResult {
  const { mask, measures, shape, volume } = context
  if (check.needs === 'headers') return check.run(context.object)
  if (check.needs === 'segment') return check.run(context)
  if (check.needs === 'evidence') return check.run(context, measured)
  if (mask === null || measures === null || shape === null) return NOTHING
  if (check.needs === 'mask') return check.run({ ...context, mask, measures, shape })
  return volume === null ? NOTHING : check.run({ ...context, mask, measures, shape, volume })
}

/** A check that reports what its row does not announce, or a finding without its evidence, is a fault of ours. */
function assertDeclared(check: Check, result: CheckResult, measured: readonly EvidenceDraft[]): void {
  const keys = new Set(measured.map(({ key }) => key))
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

function findingId(index: number): string {
  return `F${index + 1}`
}

function numberFinding(
  { region: _, ...draft }: FindingDraft,
  index: number,
  ids: ReadonlyMap<string, string>,
): Finding {
  return { id: findingId(index), ...draft, evidence: draft.evidence.flatMap((key) => ids.get(key) ?? []) }
}
