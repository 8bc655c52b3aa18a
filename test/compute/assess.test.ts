import { describe, expect, test } from 'vitest'
import { checkPrepared, prepareAssessment } from '../../src/compute/assess.ts'
import { Policy } from '../../src/domain/policy.ts'
import type { Segment, Segmentation } from '../../src/domain/segmentation.ts'
import { newCase } from '../store/case-fixtures.ts'
import { LIMITS } from '../dicom/read-samples.ts'
import { ctSlice } from '../support/ct.ts'
import { knowledgeOf } from '../support/segment-input.ts'

const IMAGES = [1, 2, 3].map((instance) => ctSlice(1, 1, instance))

/** A ROI that fills the 4 x 4 images of all three slices: 48 voxels. */
function roi(number: number): Segment {
  const square = (z: number) =>
    [
      [-0.4, -0.4, z],
      [3.4, -0.4, z],
      [3.4, 3.4, z],
      [-0.4, 3.4, z],
    ] as const
  const contours = [1, 2, 3].map((z) => ({
    points: square(z),
    geometricType: 'CLOSED_PLANAR' as const,
    sopInstanceUids: [],
  }))
  const nothing = {
    code: null,
    category: null,
    anatomicRegion: null,
    laterality: null,
    trackingId: null,
    trackingUid: null,
  }
  return { number, label: `ROI ${number}`, ...nothing, shape: { kind: 'contours', contours } }
}

function inputOf(roiCount: number) {
  const segmentation: Segmentation = {
    ...newCase('a'),
    patientId: 'TEST-1',
    frameOfReferenceUid: '2.25.11.0',
    references: [],
    notes: [],
    segments: Array.from({ length: roiCount }, (_, index) => roi(index + 1)),
  }
  return {
    segmentation,
    images: IMAGES.map(({ bytes }) => bytes),
    location: { series: null, note: '', missingInstances: [] },
    seconds: [],
    norms: [],
  }
}

async function assess(roiCount: number, voxelsMax: number) {
  const options = { knowledge: knowledgeOf(), policy: Policy.parse({}), limits: { ...LIMITS, voxelsMax } }
  return checkPrepared(await prepareAssessment(inputOf(roiCount), options), options)
}

describe('voxels of all masks of one object together', () => {
  test('as many as allowed are measured', async () => {
    const segments = await assess(4, 4 * 48)
    expect(segments.map(({ notAssessable }) => notAssessable)).toEqual([null, null, null, null])
  })

  test('one more is refused before the next mask is made', async () => {
    await expect(assess(4, 4 * 48 - 1)).rejects.toMatchObject({ code: 'limit-exceeded' })
  })
})

describe('segments that are shared out over threads', () => {
  test('are found as if they had been checked together', async () => {
    const options = { knowledge: knowledgeOf(), policy: Policy.parse({}), limits: LIMITS }
    const prepared = await prepareAssessment(inputOf(4), options)
    const together = checkPrepared(prepared, options)
    const apart = [[1, 3], [2], [4]].flatMap((numbers) => checkPrepared(prepared, options, new Set(numbers)))
    expect(apart.toSorted((a, b) => a.number - b.number)).toEqual(together)
  })
})
