import { describe, expect, test } from 'vitest'
import { noMatch } from '../src/target/verify.ts'
import type { SegmentResult } from '../src/domain/case.ts'
import type { Opinion } from '../src/domain/opinion.ts'
import { pronounceSegment } from '../src/judging.ts'
import type { DrawnFigure } from '../src/domain/figure.ts'
import type { Finding, Severity } from '../src/domain/evidence.ts'
import { Policy } from '../src/domain/policy.ts'
import { drawFigures, withFigures } from '../src/drawing.ts'
import { rulesOpinion } from '../src/opinions.ts'
import { PlumblineError } from '../src/errors.ts'
import type { AssessedSegment, Assessment, FigureLimits } from '../src/ports.ts'
import { LIVER } from './api/sample-cases.ts'
import { aStructure, knowledgeOf } from './support/segment-input.ts'

const { signal } = new AbortController()

function segment(
  number: number,
  severity: Severity | null,
  changes: Partial<AssessedSegment> = {},
): AssessedSegment {
  const finding = (of: Severity): Finding => {
    return { id: 'F1', mode: 'fragmented', severity: of, text: 'x', evidence: [], instances: [] }
  }
  return {
    number,
    label: `${number}`,
    code: null,
    laterality: null,
    structure: 'liver',
    evidence: [],
    findings: severity === null ? [] : [finding(severity)],
    target: noMatch('no images'),
    notAssessable: null,
    anchor: null,
    errors: [],
    ...changes,
  }
}

function figureOf(number: number): DrawnFigure {
  const panels = [{ label: 'A1', text: '', sopInstanceUid: null, frameNumber: null }]
  const name = `${number}-context`
  return {
    figure: { name, segmentNumber: number, kind: 'context', text: '', width: 1, height: 1, panels },
    png: Uint8Array.of(number),
  }
}

const SEGMENTS = [
  segment(1, null),
  segment(2, 'major'),
  segment(3, 'critical'),
  segment(4, null, { notAssessable: 'Damaged.' }),
]

const KNOWLEDGE = knowledgeOf(aStructure({ id: 'liver' }))
const RULES = new Map(
  SEGMENTS.filter(({ notAssessable }) => notAssessable === null).map((one) => [
    one.number,
    rulesOpinion(one, 'CT', { knowledge: KNOWLEDGE }),
  ]),
)

function resultsOf(opinions: ReadonlyMap<number, Opinion>): SegmentResult[] {
  const policy = Policy.parse({})
  return SEGMENTS.map((one) => pronounceSegment(one, opinions.get(one.number) ?? null, 'CT', { policy }))
}

async function drawn(limits: Partial<FigureLimits>, draw?: Assessment['draw'], opinions = RULES) {
  const figures = { segments: 'not-accepted', segmentsMax: 12, sheetBytesMax: 1000, ...limits } as const
  const one: NonNullable<Assessment['draw']> = async ({ number }) => ({
    figures: [figureOf(number)],
    leftOut: 0,
  })
  const found = await drawFigures(resultsOf(opinions), draw ?? one, { figures }, signal)
  return { drawn: found.figures.map(({ figure }) => figure.segmentNumber), notes: found.notes }
}

describe('which segments are drawn', () => {
  test.each<{ segments: FigureLimits['segments']; numbers: number[] }>([
    { segments: 'not-accepted', numbers: [3, 2] },
    { segments: 'all', numbers: [3, 2, 1] },
    { segments: 'none', numbers: [] },
  ])('$segments, worst first', async ({ segments, numbers }) => {
    expect(await drawn({ segments })).toEqual({ drawn: numbers, notes: [] })
  })

  test('what nobody but a reasoner rejects, too', async () => {
    const opinions = new Map(RULES)
    const [, rules] = [...RULES][0] ?? []
    if (rules === undefined) throw new Error('no opinion')
    opinions.set(1, { ...rules, score: 1 })
    expect((await drawn({}, undefined, opinions)).drawn).toEqual([1, 3, 2])
  })

  test('of more than so many the worst, and a note says how many are not', async () => {
    const found = await drawn({ segments: 'all', segmentsMax: 1 })
    expect(found).toEqual({
      drawn: [3],
      notes: ['Pictures are of the 1 worst segments only; 2 more have none (figures.segmentsMax).'],
    })
  })

  test('without images: none, silently', async () => {
    const limits = { segments: 'all', segmentsMax: 12, sheetBytesMax: 1000 } as const
    expect(await drawFigures(resultsOf(RULES), undefined, { figures: limits }, signal)).toEqual({
      figures: [],
      notes: [],
    })
  })
})

describe('what goes wrong with a picture costs no verdict', () => {
  test.each(['worker-died', 'timeout', 'bad-dicom'] as const)('%s: a note', async (code) => {
    const found = await drawn({}, async ({ number }) => {
      if (number === 3) throw new PlumblineError(code, 'It broke.', { retryable: true })
      return { figures: [figureOf(number)], leftOut: 2 }
    })
    expect(found).toEqual({
      drawn: [2],
      notes: [
        'There are no pictures of segment 3: It broke.',
        'Pictures of segment 2 are left out, as they have more than 1000 bytes: 2 (figures.sheetBytesMax).',
      ],
    })
  })

  test('a fault of ours is not hidden', async () => {
    await expect(drawn({}, () => Promise.reject(new Error('ours')))).rejects.toThrow('ours')
  })
})

test('results have the figures of their own number; those without have no key', () => {
  const results = withFigures([LIVER, { ...LIVER, number: 7 }], [figureOf(7)])
  expect(results[0]).not.toHaveProperty('figures')
  expect(results[1]?.figures?.map(({ name }) => name)).toEqual(['7-context'])
})
