import { expect, it } from 'vitest'
import { Policy } from '../../src/domain/policy.ts'
import type { TargetMatch } from '../../src/domain/case.ts'
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
