/** What the panel may have to show, made from demo objects that were really judged. */
import { readReport } from '../../ohif-extension/src/verdicts/read-report.ts'
import type { StudyVerdicts } from '../../ohif-extension/src/verdict-source.ts'
import { unjudged, type Case, type SegmentResult } from '../../src/domain/case.ts'
import type { CaseState } from '../../src/domain/case-state.ts'
import type { JudgedDemo } from './judged-demo.ts'

export function live(...cases: Case[]): StudyVerdicts {
  return { status: 'live', cases, notice: null }
}

/** The same object before it was judged. */
export function inState(judged: Case, state: CaseState): Case {
  return { ...judged, ...unjudged(), state, updatedAt: new Date().toISOString() }
}

export function fromReport({ report, case: judged }: JudgedDemo): StudyVerdicts {
  const read = readReport(report, () => judged.object.label)
  if (read === null) throw new Error('the report of the demo could not be read')
  return {
    status: 'from-report',
    cases: [read],
    notice: 'Plumbline cannot be reached: read from the report.',
  }
}

export function withSegments(judged: Case, segments: SegmentResult[]): Case {
  return { ...judged, segments }
}

/** As many segments, by turns those that there are, each with a number and a name of its own. */
export function manySegments(of: readonly SegmentResult[], count: number): SegmentResult[] {
  return Array.from({ length: count }, (_, index) => {
    const segment = of[index % of.length]
    if (segment === undefined) throw new Error('there is no segment to repeat')
    return { ...segment, number: index + 1, label: `${segment.label} ${index + 1}` }
  })
}
