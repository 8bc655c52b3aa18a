import { describe, expect, test } from 'vitest'
import { checkPrepared, prepareAssessment } from '../../src/compute/assess.ts'
import { Policy } from '../../src/domain/policy.ts'
import type { Contour, Segment, Segmentation } from '../../src/domain/segmentation.ts'
import { newCase } from '../store/case-fixtures.ts'
import { LIMITS } from '../dicom/read-samples.ts'
import { ctSlice } from '../support/ct.ts'
import { knowledgeOf } from '../support/segment-input.ts'

const IMAGES = [1, 2, 3].map((instance) => ctSlice(1, 1, instance))

function closed(points: Float64Array): Contour {
  return { points, geometricType: 'CLOSED_PLANAR', sopInstanceUids: [] }
}

/** A square over all three slices. */
function sagittal(x: number): Contour {
  return closed(Float64Array.of(x, 0, 1, x, 3, 1, x, 3, 3, x, 0, 3))
}

/** A ROI that fills the 4 x 4 images of all three slices: 48 voxels. */
function roi(number: number): Segment {
  const square = (z: number) => Float64Array.of(-0.4, -0.4, z, 3.4, -0.4, z, 3.4, 3.4, z, -0.4, 3.4, z)
  const contours = [1, 2, 3].map((z) => closed(square(z)))
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

function inputOf(segments: readonly Segment[]) {
  const segmentation: Segmentation = {
    ...newCase('a'),
    patientId: 'TEST-1',
    frameOfReferenceUid: '2.25.11.0',
    references: [],
    notes: [],
    segments,
  }
  return {
    segmentation,
    images: IMAGES.map(({ bytes }) => bytes),
    location: { series: null, note: '', missingInstances: [] },
    seconds: [],
    norms: [],
  }
}

function rois(count: number): Segment[] {
  return Array.from({ length: count }, (_, index) => roi(index + 1))
}

async function assessSegments(segments: readonly Segment[], { voxelsMax } = LIMITS) {
  const options = { knowledge: knowledgeOf(), policy: Policy.parse({}), limits: { ...LIMITS, voxelsMax } }
  return checkPrepared(await prepareAssessment(inputOf(segments), options), options)
}

describe('voxels of all masks of one object together', () => {
  test('as many as allowed are measured', async () => {
    const segments = await assessSegments(rois(4), { ...LIMITS, voxelsMax: 4 * 48 })
    expect(segments.map(({ notAssessable }) => notAssessable)).toEqual([null, null, null, null])
  })

  test('one more is refused before the next mask is made', async () => {
    await expect(assessSegments(rois(4), { ...LIMITS, voxelsMax: 4 * 48 - 1 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
  })
})

describe('contours across the slices', () => {
  test('alone are not assessable, because nothing of them was measured', async () => {
    const [segment] = await assessSegments([
      { ...roi(1), shape: { kind: 'contours', contours: [sagittal(1), sagittal(2)] } },
    ])
    expect(segment?.notAssessable).toContain('images of another orientation')
    expect(segment?.findings.map(({ mode }) => mode)).not.toContain('off-plane-contours')
    expect(segment?.findings.map(({ mode }) => mode)).not.toContain('empty')
  })

  test('beside others are a finding', async () => {
    const { shape } = roi(1)
    const contours = shape.kind === 'contours' ? [...shape.contours, sagittal(1)] : []
    const [segment] = await assessSegments([{ ...roi(1), shape: { kind: 'contours', contours } }])
    expect(segment?.notAssessable).toBeNull()
    expect(segment?.findings.map(({ mode }) => mode)).toContain('off-plane-contours')
  })
})

describe('segments that are shared out over threads', () => {
  test('are found as if they had been checked together', async () => {
    const options = { knowledge: knowledgeOf(), policy: Policy.parse({}), limits: LIMITS }
    const prepared = await prepareAssessment(inputOf(rois(4)), options)
    const together = checkPrepared(prepared, options)
    const apart = [[1, 3], [2], [4]].flatMap((numbers) => checkPrepared(prepared, options, new Set(numbers)))
    expect(apart.toSorted((a, b) => a.number - b.number)).toEqual(together)
  })
})
