import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VerdictKind } from '../../src/domain/case.ts'
import { FailureMode, Severity, type Finding } from '../../src/domain/evidence.ts'
import type { Opinion, Score } from '../../src/domain/opinion.ts'
import { Policy } from '../../src/domain/policy.ts'
import {
  decideObject,
  decideSegment,
  HARD_LIMITS,
  SEVERITY_LIMITS,
  type DecideInput,
} from '../../src/reasoner/decide.ts'

const STRICTNESS: readonly VerdictKind[] = ['accept', 'review', 'not-assessable', 'reject']
const strictness = (verdict: VerdictKind): number => STRICTNESS.indexOf(verdict)

const finding = (mode: FailureMode, severity: Severity): Finding => ({
  id: 'F1',
  mode,
  severity,
  text: `${mode} text`,
  evidence: ['E1'],
  instances: [],
})

function opinion(score: Score | null, abstained: string | null = null): Opinion {
  const stage = { statements: [] }
  return {
    reasoner: 'test',
    note: '',
    knowledgeRecall: stage,
    visualFeatures: stage,
    anatomicalInference: stage,
    clinicalSynthesis: { statements: [], strengths: [], weaknesses: [], subScores: {} },
    score,
    category: null,
    abstained,
  }
}

function decide(changes: {
  findings?: Finding[]
  structure?: string | null
  notAssessable?: string | null
  opinion?: Opinion | null
  policy?: Partial<Policy>
}) {
  return decideSegment({
    assessed: {
      findings: changes.findings ?? [],
      structure: changes.structure === undefined ? 'liver' : changes.structure,
      notAssessable: changes.notAssessable ?? null,
    },
    opinion: changes.opinion === undefined ? opinion(5) : changes.opinion,
    policy: Policy.parse(changes.policy ?? {}),
  })
}

describe('decideSegment', () => {
  it.each([
    ['nothing wrong', {}, 'accept', 5, 'USE_AS_IS'],
    ['only a minor finding', { findings: [finding('fragmented', 'minor')] }, 'accept', 4, 'MINOR_OPTIONAL'],
    ['a major finding', { findings: [finding('slice-gap', 'major')] }, 'reject', 3, 'MINOR_REQUIRED'],
    ['a critical finding', { findings: [finding('truncated', 'critical')] }, 'reject', 2, 'MAJOR_REDRAW'],
    ['the wrong patient', { findings: [finding('wrong-patient', 'critical')] }, 'reject', 1, 'UNUSABLE'],
    ['the wrong side', { findings: [finding('wrong-side', 'critical')] }, 'reject', 1, 'UNUSABLE'],
    [
      'geometry not verified',
      { findings: [finding('geometry-unverified', 'minor')] },
      'review',
      4,
      'MINOR_OPTIONAL',
    ],
    ['side not verified', { findings: [finding('side-unverified', 'minor')] }, 'review', 4, 'MINOR_OPTIONAL'],
    [
      'source incomplete',
      { findings: [finding('source-incomplete', 'minor')] },
      'review',
      4,
      'MINOR_OPTIONAL',
    ],
    ['an unknown structure', { structure: null }, 'review', 5, 'USE_AS_IS'],
    [
      'an unknown structure that the policy accepts',
      { structure: null, policy: { unknownStructure: 'accept' as const } },
      'accept',
      5,
      'USE_AS_IS',
    ],
    ['a bad opinion', { opinion: opinion(3) }, 'reject', 3, 'MINOR_REQUIRED'],
    [
      'an opinion below the policy',
      { opinion: opinion(4), policy: { acceptScoreMin: 5 as const } },
      'review',
      4,
      'MINOR_OPTIONAL',
    ],
    [
      'a minor finding below the policy',
      { findings: [finding('fragmented', 'minor')], policy: { acceptScoreMin: 5 as const } },
      'review',
      4,
      'MINOR_OPTIONAL',
    ],
    ['an abstaining reasoner', { opinion: opinion(null, 'it timed out') }, 'review', null, null],
    ['an abstention that still carries a score', { opinion: opinion(5, 'unsure') }, 'review', null, null],
    ['no opinion', { opinion: null }, 'review', null, null],
    [
      'an abstention and a critical finding',
      { opinion: opinion(null, 'no'), findings: [finding('empty', 'critical')] },
      'reject',
      1,
      'UNUSABLE',
    ],
    [
      'not assessable',
      { notAssessable: 'The contours are points.', opinion: null },
      'not-assessable',
      null,
      null,
    ],
    [
      'not assessable and the wrong patient',
      { notAssessable: 'No.', opinion: null, findings: [finding('wrong-patient', 'critical')] },
      'reject',
      1,
      'UNUSABLE',
    ],
  ])('%s', (_, input, verdict, score, category) => {
    expect(decide(input)).toMatchObject({ verdict, score, category })
  })

  it('gives the strictest reason first and each only once', () => {
    const findings = [
      finding('fragmented', 'minor'),
      finding('side-unverified', 'minor'),
      finding('truncated', 'critical'),
      finding('truncated', 'critical'),
    ]
    expect(decide({ findings, opinion: opinion(2) }).reasons).toEqual([
      'truncated text',
      'The test reasoner gives 2 of 5.',
      'side-unverified text',
      'fragmented text',
    ])
    expect(decide({}).reasons).toEqual(['No check found a fault.'])
    expect(decide({ notAssessable: 'Why.', structure: null, opinion: null }).reasons).toEqual(['Why.'])
  })

  it('has limits for every mode and severity, none of them lax for what makes a mask unusable', () => {
    expect(Object.keys(HARD_LIMITS).toSorted()).toEqual([...FailureMode.options].toSorted())
    expect(SEVERITY_LIMITS.critical.verdict).toBe('reject')
    for (const mode of [
      'wrong-patient',
      'wrong-study',
      'frame-of-reference-mismatch',
      'wrong-side',
      'empty',
    ] as const) {
      expect(HARD_LIMITS[mode]).toEqual({ verdict: 'reject', score: 1 })
    }
  })
})

describe('whatever the opinion and the findings', () => {
  const anyFinding = fc
    .record({ mode: fc.constantFrom(...FailureMode.options), severity: fc.constantFrom(...Severity.options) })
    .map(({ mode, severity }) => finding(mode, severity))
  const anyOpinion = fc.oneof(
    fc.constant(null),
    fc.constantFrom<Score>(1, 2, 3, 4, 5).map((score) => opinion(score)),
    fc.constant(opinion(null, 'abstained')),
    fc.constant(opinion(5, 'abstained with a score')),
  )
  const anyInput: fc.Arbitrary<DecideInput> = fc.record({
    assessed: fc.record({
      findings: fc.array(anyFinding, { maxLength: 6 }),
      structure: fc.constantFrom(null, 'liver'),
      notAssessable: fc.constantFrom(null, null, 'unreadable'),
    }),
    opinion: anyOpinion,
    policy: fc
      .record({
        unknownStructure: fc.constantFrom('review' as const, 'accept' as const),
        acceptScoreMin: fc.constantFrom(4 as const, 5 as const),
      })
      .map((choice) => Policy.parse(choice)),
  })
  const withFinding = (input: DecideInput, extra: Finding): DecideInput => ({
    ...input,
    assessed: { ...input.assessed, findings: [...input.assessed.findings, extra] },
  })

  it('never accepts a critical or major finding, nor anything unverified', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { verdict, score, category } = decideSegment(input)
        const grave = input.assessed.findings.some(({ severity }) => severity !== 'minor')
        const open = input.assessed.findings.some(({ mode }) => HARD_LIMITS[mode].verdict !== 'accept')
        if (grave) expect(verdict).toBe('reject')
        if (grave) expect(score).toBeLessThanOrEqual(3)
        if (open) expect(verdict).not.toBe('accept')
        if (input.assessed.notAssessable !== null) expect(['not-assessable', 'reject']).toContain(verdict)
        if (verdict === 'accept') expect(score).toBeGreaterThanOrEqual(input.policy.acceptScoreMin)
        expect(category === null).toBe(score === null)
      }),
      { numRuns: 2000 },
    )
  })

  it('never betters a verdict or a score by one finding more', () => {
    fc.assert(
      fc.property(anyInput, anyFinding, (input, extra) => {
        const [before, after] = [decideSegment(input), decideSegment(withFinding(input, extra))]
        expect(strictness(after.verdict)).toBeGreaterThanOrEqual(strictness(before.verdict))
        if (before.score !== null && after.score !== null)
          expect(after.score).toBeLessThanOrEqual(before.score)
      }),
      { numRuns: 2000 },
    )
  })

  it('never betters a verdict by a worse opinion', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom<Score>(2, 3, 4, 5), (input, score) => {
        const [better, worse] = [score, score - 1].map(
          (value) => decideSegment({ ...input, opinion: opinion(value as Score) }).verdict,
        )
        expect(strictness(worse ?? 'accept')).toBeGreaterThanOrEqual(strictness(better ?? 'accept'))
      }),
    )
  })

  it('makes the object as bad as its worst segment', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { minLength: 1, maxLength: 5 }), (inputs) => {
        const segments = inputs.map((input, index) => ({ number: index + 1, ...decideSegment(input) }))
        const object = decideObject(segments)
        expect(strictness(object.verdict)).toBe(
          Math.max(...segments.map(({ verdict }) => strictness(verdict))),
        )
        const scores = segments.flatMap(({ score }) => score ?? [])
        if (object.score !== null) expect(object.score).toBe(Math.min(...scores))
        expect(object.reasons.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('decideObject', () => {
  const segment = (number: number, verdict: VerdictKind, score: Score | null) => ({
    number,
    verdict,
    score,
    reasons: [`reason ${number}`],
  })
  it.each([
    [[segment(1, 'accept', 5), segment(2, 'accept', 4)], 'accept', 4, ['All 2 segments are accepted.']],
    [[segment(1, 'accept', 5)], 'accept', 5, ['Its one segment is accepted.']],
    [[segment(1, 'accept', 5), segment(2, 'review', 4)], 'review', 4, ['Segment 2: reason 2']],
    [
      [segment(1, 'not-assessable', null), segment(2, 'review', 4)],
      'not-assessable',
      null,
      ['Segment 1: reason 1', 'Segment 2: reason 2'],
    ],
    [
      [segment(1, 'not-assessable', null), segment(2, 'reject', 2)],
      'reject',
      2,
      ['Segment 2: reason 2', 'Segment 1: reason 1'],
    ],
    [[], 'not-assessable', null, ['The object holds no segment that could be judged.']],
  ] as const)('case %#', (segments, verdict, score, reasons) => {
    expect(decideObject(segments.map((item) => ({ ...item, reasons: [...item.reasons] })))).toEqual({
      verdict,
      score,
      reasons,
    })
  })

  it('says first why the object could not be read', () => {
    expect(decideObject([], ['The file is damaged.'])).toMatchObject({
      verdict: 'not-assessable',
      score: null,
    })
    expect(decideObject([], ['The file is damaged.']).reasons).toEqual(['The file is damaged.'])
    expect(decideObject([]).reasons).toEqual(['The object holds no segment that could be judged.'])
  })

  it('lists ten reasons and counts the rest', () => {
    const many = Array.from({ length: 13 }, (_, index) => segment(index + 1, 'reject', 2))
    expect(decideObject(many).reasons).toHaveLength(11)
    expect(decideObject(many).reasons.at(-1)).toBe('3 more segments are not accepted.')
  })
})
