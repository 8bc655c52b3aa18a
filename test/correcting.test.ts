import { describe, expect, it } from 'vitest'
import {
  correctRejected,
  NO_CORRECTIONS,
  proposalOf,
  withCorrections,
  type Corrections,
} from '../src/correcting.ts'
import type { SegmentResult, VerdictKind } from '../src/domain/case.ts'
import type { Score } from '../src/domain/opinion.ts'
import type { Segmentation } from '../src/domain/segmentation.ts'
import { PlumblineError } from '../src/errors.ts'
import type { AssessedSegment, Assessment, RefinedSegment } from '../src/ports.ts'
import { proposal } from './dicom/proposal-samples.ts'
import { segmentErrors, SEGMENT, storeItem } from './store/case-fixtures.ts'
import { REFINEMENT } from './support/refinement.ts'

const { signal } = new AbortController()
const INPUT = proposal()
const [{ segment: ORIGINAL, mask: MASK }] = INPUT.proposed as [(typeof INPUT.proposed)[number]]
const ASSESSED: AssessedSegment = {
  number: 1,
  label: 'Liver',
  code: null,
  laterality: null,
  structure: null,
  evidence: [],
  findings: [],
  notAssessable: null,
  anchor: null,
  errors: [],
  target: SEGMENT.target,
}
const ON = { ...REFINEMENT, segments: 'rejected', segmentsMax: 2 } as const

function result(number: number, verdict: VerdictKind, score: Score): SegmentResult {
  return { ...SEGMENT, number, verdict, score }
}

function objectOf(...numbers: number[]): Segmentation {
  return {
    object: INPUT.case.object,
    studyInstanceUid: INPUT.case.studyInstanceUid,
    patientId: 'P1',
    frameOfReferenceUid: null,
    segments: numbers.map((number) => ({ ...ORIGINAL, number })),
    notes: [],
    references: [],
  }
}

function refined(number: number, isProposed = true): RefinedSegment {
  return {
    correction: {
      number,
      outcome: isProposed ? 'proposed' : 'nothing-proposed',
      reason: 'because',
      notes: [],
      pseudoTruth: 'image',
      before: null,
      after: null,
      iterations: 1,
      model: 'geodesic-1',
      prompt: 'scribbles',
      volumeChangeCm3: 1,
      addedPathMm: 1,
      erasedPathMm: 1,
    },
    mask: isProposed ? MASK : null,
    errors: segmentErrors(number),
    prompts: { segmentNumber: number, kind: 'scribbles', planes: [] },
  }
}

describe('looking for better masks', () => {
  type Refine = NonNullable<Assessment['refine']>
  const correct = (refine: Refine | undefined, results: SegmentResult[], refinement = ON) =>
    correctRejected(
      results,
      objectOf(...results.map(({ number }) => number)),
      { images: INPUT.images, ...(refine !== undefined && { refine }) },
      { refinement },
      signal,
    )

  it('tries what is rejected, the worst up to the limit, and says how many were not tried', async () => {
    const tried: number[] = []
    const found = await correct(
      async (number) => {
        tried.push(number)
        return refined(number)
      },
      [result(1, 'reject', 2), result(2, 'review', 3), result(3, 'reject', 1), result(4, 'reject', 1)],
    )
    expect(tried).toEqual([3, 4])
    expect(found.notes.join()).toContain('2 worst segments only; 1 more')
    expect(found.prompts.map(({ segmentNumber }) => segmentNumber)).toEqual([3, 4])
  })

  it('numbers what is proposed from 1, and nothing else', async () => {
    const found = await correct(
      async (number) => refined(number, number !== 1),
      [result(1, 'reject', 1), result(5, 'reject', 1)],
    )
    expect(found.segments.map(({ number, proposedNumber }) => [number, proposedNumber])).toEqual([
      [1, null],
      [5, 1],
    ])
    expect(found.proposed.map(({ segment }) => segment.number)).toEqual([5])
  })

  it('loses no verdict to a segment that cannot be refined: the reason is noted', async () => {
    const found = await correct(
      async (number) => {
        if (number === 1) throw new PlumblineError('timeout', 'It took too long.')
        return refined(number)
      },
      [result(1, 'reject', 1), result(2, 'reject', 1)],
    )
    expect(found.notes).toEqual(['No better mask was looked for segment 1: It took too long.'])
    expect(found.segments.map(({ number }) => number)).toEqual([2])
  })

  it('ends with whatever is no refusal, and when it is stopped', async () => {
    const rejected = [result(1, 'reject', 1)]
    await expect(correct(() => Promise.reject(new TypeError('a bug')), rejected)).rejects.toThrow('a bug')
    const stopped = AbortSignal.abort(new PlumblineError('timeout', 'stopped'))
    const refine = () => Promise.reject(new PlumblineError('timeout', 'stopped'))
    const { images } = INPUT
    await expect(
      correctRejected(rejected, objectOf(1), { refine, images }, { refinement: ON }, stopped),
    ).rejects.toThrow('stopped')
  })

  it.each([
    ['there are no images', undefined, ON],
    ['it is off', async (number: number) => refined(number), REFINEMENT],
  ] as const)('looks for none where %s', async (_why, refine, refinement) => {
    const found = await correctRejected(
      [result(1, 'reject', 1)],
      objectOf(1),
      { images: INPUT.images, ...(refine !== undefined && { refine }) },
      { refinement },
      signal,
    )
    expect(found).toEqual(NO_CORRECTIONS)
  })
})

describe('what is stored of it', () => {
  const [tried, untried] = [refined(3).correction, refined(4, false).correction]
  const CORRECTIONS: Corrections = {
    segments: [
      { ...tried, proposedNumber: 1 },
      { ...untried, proposedNumber: null },
    ],
    proposed: INPUT.proposed,
    images: INPUT.images,
    errorMasks: [segmentErrors(3)],
    prompts: [],
    notes: [],
  }
  const ITEM = storeItem('1.2.9.9', Uint8Array.of(1))
  const made = (corrections: Corrections, refinedSeg = () => ITEM) =>
    proposalOf(
      INPUT.case,
      INPUT.header,
      {
        series: INPUT.source,
        foundBy: 'reference',
        frameOfReference: 'same',
        note: '',
        missingInstances: [],
      },
      corrections,
      INPUT.decidedAt,
      { proposals: { refinedSeg } },
    )

  it('is the SEG, and the case names it', () => {
    const { correction, items } = made(CORRECTIONS)
    expect(items).toEqual([ITEM])
    expect(correction).toEqual({
      proposal: {
        sopClassUid: ITEM.sopClassUid,
        sopInstanceUid: ITEM.sopInstanceUid,
        seriesInstanceUid: ITEM.seriesInstanceUid,
      },
      segments: CORRECTIONS.segments,
    })
  })

  it('is nothing where nothing is proposed, and what was tried is told all the same', () => {
    const { correction, items } = made({ ...CORRECTIONS, proposed: [] })
    expect(items).toEqual([])
    expect(correction).toEqual({ proposal: null, segments: CORRECTIONS.segments })
    expect(made(NO_CORRECTIONS)).toEqual({ correction: null, items: [] })
  })

  it('is nothing where no SEG can say it: every proposal becomes the reason, the verdict stays', () => {
    const { correction, items } = made(CORRECTIONS, () => {
      throw new PlumblineError('unsupported-dicom', 'The images have no place.')
    })
    expect(items).toEqual([])
    expect(correction?.proposal).toBeNull()
    expect(correction?.segments).toMatchObject([
      {
        outcome: 'nothing-proposed',
        proposedNumber: null,
        reason: expect.stringContaining('The images have no place.'),
      },
      untried,
    ])
  })

  it('errors against the pseudo ground truth stand beside those of findings', () => {
    const { errors } = segmentErrors(3)
    const [first] = errors
    if (first === undefined) throw new Error('there is no error')
    const assessed = [3, 4, 5].map((number) => ({ ...ASSESSED, number, errors: number === 5 ? [] : [first] }))
    expect(withCorrections(assessed, CORRECTIONS)).toEqual([
      { segmentNumber: 3, errors: [first, ...errors] },
      { segmentNumber: 4, errors: [first] },
    ])
  })
})
