import { expect, it } from 'vitest'
import { Policy } from '../../src/domain/policy.ts'
import type { TargetMatch } from '../../src/domain/case.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import { decideSegment } from '../../src/reasoner/decide.ts'
import { noMatch } from '../../src/target/verify.ts'

const OPINION = {
  reasoner: 'test',
  note: '',
  knowledgeRecall: { statements: [] },
  visualFeatures: { statements: [] },
  anatomicalInference: { statements: [] },
  clinicalSynthesis: { statements: [], strengths: [], weaknesses: [], subScores: {} },
  score: 5 as const,
  category: null,
  abstained: null,
}

it.each([
  { what: 'surely enough', fused: { probability: 0.9, acceptFrom: 0.9 }, verdict: 'accept' },
  { what: 'less surely', fused: { probability: 0.899, acceptFrom: 0.9 }, verdict: 'review' },
  { what: 'by too few cases', fused: { probability: 1, acceptFrom: null }, verdict: 'review' },
  { what: 'by no calibration', fused: null, verdict: 'accept' },
] as const)(
  'a result that people accept $what is $verdict, and a finding limits it all the same',
  ({ fused, verdict }) => {
    const of = (findings: Finding[]) =>
      decideSegment({
        assessed: { structure: 'liver', findings, notAssessable: null },
        opinion: OPINION,
        policy: Policy.parse({}),
        fused,
      }).verdict
    expect(of([])).toBe(verdict)
    const cut: Finding = {
      id: 'F1',
      mode: 'truncated',
      severity: 'critical',
      text: 'Cut.',
      evidence: ['E1'],
      instances: [],
    }
    expect(of([cut])).toBe('reject')
  },
)

it.each([
  { status: 'absent', verdict: 'review' },
  { status: 'unsure', verdict: 'accept' },
  { status: 'present', verdict: 'accept' },
] as const)('a target that is $status leaves $verdict', ({ status, verdict }) => {
  const target: TargetMatch = { ...noMatch('test'), status }
  const of = (more: { notAssessable: string | null }) =>
    decideSegment({
      assessed: { structure: 'liver', findings: [], target, ...more },
      opinion: OPINION,
      policy: Policy.parse({}),
    })
  expect(of({ notAssessable: null }).verdict).toBe(verdict)
  expect(of({ notAssessable: 'Damaged.' }).verdict).toBe('not-assessable')
})
