import { describe, expect, it } from 'vitest'
import type { Segmentation } from '../../src/domain/segmentation.ts'
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { code, LIMITS } from './read-samples.ts'

const SQUARE = ['0', '0', '5', '4', '0', '5', '4', '4', '5', '0', '4', '5']

function contour(
  data: readonly string[] = SQUARE,
  type = 'CLOSED_PLANAR',
  more: NaturalDataset = {},
): NaturalDataset {
  return {
    ContourGeometricType: type,
    NumberOfContourPoints: String(data.length / 3),
    ContourData: [...data],
    ...more,
  }
}

function image(uid: string): NaturalDataset {
  return { ReferencedSOPClassUID: '1.2', ReferencedSOPInstanceUID: uid }
}

function roi(number: number, more: NaturalDataset = {}): NaturalDataset {
  return {
    ROINumber: String(number),
    ROIName: `ROI ${number}`,
    ReferencedFrameOfReferenceUID: '1.2.4',
    ROIGenerationAlgorithm: 'AUTOMATIC',
    ...more,
  }
}

function read(
  contours: readonly NaturalDataset[],
  more: NaturalDataset = {},
  limits = LIMITS,
): Promise<Segmentation> {
  const file = writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.3',
    SOPInstanceUID: '1.2.8.1',
    SeriesInstanceUID: '1.2.8',
    StudyInstanceUID: '1.2',
    PatientID: 'P1',
    Modality: 'RTSTRUCT',
    Manufacturer: 'Maker',
    ManufacturerModelName: 'Planner',
    StructureSetLabel: 'Plan A',
    StructureSetROISequence: [roi(1)],
    ROIContourSequence: [{ ReferencedROINumber: '1', ContourSequence: [...contours] }],
    ...more,
  })
  return readSegmentation(file, limits)
}

describe('readRtStruct', () => {
  it('reads contours, codes, producer and references', async () => {
    const result = await read(
      [
        contour(SQUARE, 'CLOSED_PLANAR', { ContourImageSequence: [image('1.5.1')] }),
        contour(SQUARE, 'CLOSEDPLANAR_XOR'),
      ],
      {
        RTROIObservationsSequence: [
          {
            ObservationNumber: '1',
            ReferencedROINumber: '1',
            RTROIIdentificationCodeSequence: [
              {
                ...code('SCT', '39607008', 'Lung'),
                SegmentedPropertyTypeModifierCodeSequence: [code('SCT', '24028007', 'Right')],
              },
            ],
          },
        ],
        ReferencedFrameOfReferenceSequence: [
          {
            FrameOfReferenceUID: '1.2.4',
            RTReferencedStudySequence: [
              {
                RTReferencedSeriesSequence: [
                  { SeriesInstanceUID: '1.5', ContourImageSequence: [image('1.5.1'), image('1.5.2')] },
                ],
              },
            ],
          },
        ],
      },
    )
    expect(result.object).toMatchObject({
      modality: 'RTSTRUCT',
      label: 'Plan A',
      producer: { manufacturer: 'Maker', algorithm: 'Planner (AUTOMATIC)' },
    })
    expect(result).toMatchObject({ frameOfReferenceUid: '1.2.4', patientId: 'P1', notes: [] })
    expect(result.references).toEqual([{ seriesInstanceUid: '1.5', sopInstanceUids: ['1.5.1', '1.5.2'] }])
    expect(result.segments).toHaveLength(1)
    expect(result.segments[0]).toMatchObject({
      number: 1,
      label: 'ROI 1',
      laterality: 'right',
      trackingUid: null,
      code: { scheme: 'SCT', value: '39607008' },
    })
    const points = Float64Array.of(0, 0, 5, 4, 0, 5, 4, 4, 5, 0, 4, 5)
    expect(result.segments[0]?.shape).toEqual({
      kind: 'contours',
      contours: [
        { points, geometricType: 'CLOSED_PLANAR', sopInstanceUids: ['1.5.1'] },
        { points, geometricType: 'CLOSEDPLANAR_XOR', sopInstanceUids: [] },
      ],
    })
  })

  it.each<[string, NaturalDataset, RegExp]>([
    ['a point', contour(['0', '0', '5'], 'POINT'), /no volume/],
    ['an open line', contour(SQUARE, 'OPEN_NONPLANAR'), /no volume/],
    ['an unknown type', contour(SQUARE, 'ROUND'), /geometric type/],
    [
      'coordinates not in threes',
      contour([...SQUARE, '1'], 'CLOSED_PLANAR', { NumberOfContourPoints: '4' }),
      /threes/,
    ],
    ['a coordinate that is no number', contour(['x', ...SQUARE.slice(1)]), /not a number/],
    ['a coordinate beyond any patient', contour(['1e30', ...SQUARE.slice(1)]), /outside any patient/],
    ['a coordinate that no number holds', contour(['1e999', ...SQUARE.slice(1)]), /not a number/],
    ['one point', contour(SQUARE.slice(0, 3)), /no volume.*three points/],
    ['two points', contour(SQUARE.slice(0, 6)), /no volume.*three points/],
    ['no coordinates', contour([]), /no coordinates/],
    [
      'no coordinates where four are announced',
      contour([], 'CLOSED_PLANAR', { NumberOfContourPoints: '4' }),
      /number of points/,
    ],
    ['an empty coordinate', contour(['', ...SQUARE.slice(1)]), /not a number/],
    [
      'a point count that lies',
      contour(SQUARE, 'CLOSED_PLANAR', { NumberOfContourPoints: '7' }),
      /number of points/,
    ],
  ])('calls a structure with %s unreadable', async (_, faulty, reason) => {
    expect((await read([faulty])).segments[0]?.shape).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(reason),
    })
  })

  it('leaves points beside contours out and says so', async () => {
    const result = await read([contour(), contour(['0', '0', '5'], 'POINT')])
    expect(result.segments[0]?.shape).toMatchObject({
      kind: 'contours',
      contours: [{ geometricType: 'CLOSED_PLANAR' }],
    })
    expect(result.notes).toEqual([expect.stringContaining('1 points')])
  })

  it('leaves contours of fewer than three points out and says so', async () => {
    const result = await read([contour(), contour(SQUARE.slice(0, 3)), contour(SQUARE.slice(0, 6))])
    expect(result.segments[0]?.shape).toMatchObject({
      kind: 'contours',
      contours: [{ geometricType: 'CLOSED_PLANAR' }],
    })
    expect(result.notes).toEqual([expect.stringContaining('2 contours of fewer than three points')])
  })

  it('keeps a structure without contours as one with none', async () => {
    const result = await read([], { StructureSetROISequence: [roi(1), roi(2)] })
    expect(result.segments.map((segment) => segment.shape)).toEqual([
      { kind: 'contours', contours: [] },
      { kind: 'contours', contours: [] },
    ])
  })

  it.each<[string, NaturalDataset]>([
    ['no item', {}],
    ['an item without a sequence', { ReferencedROINumber: '7' }],
    ['an empty sequence', { ReferencedROINumber: '7', ContourSequence: [] }],
  ])('leaves a structure with %s out beside drawn ones, and says so', async (_, entry) => {
    const drawn = { ReferencedROINumber: '1', ContourSequence: [contour()] }
    const result = await read([], {
      StructureSetROISequence: [roi(1), roi(7)],
      ROIContourSequence: Object.keys(entry).length === 0 ? [drawn] : [drawn, entry],
    })
    expect(result.segments.map(({ number }) => number)).toEqual([1])
    expect(result.notes).toEqual([
      '1 of 2 structures are listed without contours (ROI 7) and were not judged.',
    ])
  })

  it('names twenty unused structures by number, never by name', async () => {
    const many = Array.from({ length: 30 }, (_, n) => roi(n + 1))
    const result = await read([contour()], { StructureSetROISequence: many }, { ...LIMITS, segmentsMax: 30 })
    expect(result.notes[0]).toMatch(/^29 of 30 .*\(ROI 2, 3, .*, 21 \.\.\.\)/)
  })

  it('does not lose contours of an undeclared structure', async () => {
    const result = await read([], {
      StructureSetROISequence: [roi(2)],
      ROIContourSequence: [1, 2].map((number) => ({
        ReferencedROINumber: String(number),
        ContourSequence: [contour()],
      })),
    })
    expect(result.segments.map(({ number, shape }) => [number, shape.kind])).toEqual([
      [2, 'contours'],
      [1, 'unreadable'],
    ])
  })

  it('does not mix frames of reference', async () => {
    const other = { ReferencedFrameOfReferenceUID: '1.2.99' }
    const result = await read([], {
      // Two entries that nobody drew do not outvote the drawn ones.
      StructureSetROISequence: [roi(1), roi(2), roi(3, other), roi(4, other), roi(5, other)],
      ROIContourSequence: [1, 2, 3].map((number) => ({
        ReferencedROINumber: String(number),
        ContourSequence: [contour()],
      })),
    })
    expect(result.frameOfReferenceUid).toBe('1.2.4')
    expect(result.segments.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(result.segments[2]?.shape).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('frame of reference'),
    })
  })

  it('tells which frames of a multi-frame image the contours were drawn on', async () => {
    const frame = (uid: string, ...numbers: string[]) => ({ ...image(uid), ReferencedFrameNumber: numbers })
    const drawnOn = (...ContourImageSequence: NaturalDataset[]) =>
      contour(SQUARE, 'CLOSED_PLANAR', { ContourImageSequence })
    const series = { SeriesInstanceUID: '1.5', ContourImageSequence: [frame('1.5.1', '1', '2')] }
    const result = await read([drawnOn(frame('1.5.1', '2')), drawnOn(frame('1.5.1', '7'), image('1.5.2'))], {
      ReferencedFrameOfReferenceSequence: [
        { RTReferencedStudySequence: [{ RTReferencedSeriesSequence: [series] }] },
      ],
    })
    expect(result.referencedFrames).toEqual(
      [1, 2, 7].map((frameNumber) => ({ sopInstanceUid: '1.5.1', frameNumber })),
    )
    expect((await read([drawnOn(image('1.5.2'))])).referencedFrames).toBeUndefined()
  })

  it.each(['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID'])(
    'refuses a %s that is no UID, without quoting it',
    async (keyword) => {
      const refusal: unknown = await read([contour()], { [keyword]: 'DOE^JANE' }).catch((error) => error)
      expect(refusal).toMatchObject({ code: 'bad-dicom', message: expect.stringContaining(keyword) })
      expect(String(refusal)).not.toContain('DOE')
    },
  )

  it('takes a UID with leading zeros, as some archives hold', async () => {
    expect((await read([contour()], { SeriesInstanceUID: '1.2.08' })).object.seriesInstanceUid).toBe('1.2.08')
  })

  it.each(['1.5', '1e30', '2147483648'])('refuses ROI Number %s', async (ROINumber) => {
    await expect(
      read([contour()], { StructureSetROISequence: [{ ...roi(1), ROINumber }] }),
    ).rejects.toMatchObject({ code: 'bad-dicom' })
  })

  it('refuses contours that name no structure, and no more than these', async () => {
    const ROIContourSequence = [{ ReferencedROINumber: '1', ContourSequence: [contour()] }, {}]
    const unnamed = { RTROIObservationsSequence: [{ ROIObservationLabel: 'of none' }], ROIContourSequence }
    expect((await read([], unnamed)).segments.map(({ number }) => number)).toEqual([1])
    await expect(
      read([], { ROIContourSequence: [...ROIContourSequence, { ContourSequence: [contour()] }] }),
    ).rejects.toMatchObject({ code: 'bad-dicom' })
  })

  it.each<[string, NaturalDataset]>([
    ['in one structure', { ReferencedROINumber: '1', ContourSequence: [contour(), contour(), contour()] }],
    ['in two', { ReferencedROINumber: '2', ContourSequence: [contour(), contour()] }],
  ])('refuses more contours than the limit, %s', async (_, more) => {
    const first = { ReferencedROINumber: '1', ContourSequence: [contour()] }
    const sequences = {
      StructureSetROISequence: [roi(1), roi(2)],
      ROIContourSequence: [first, more],
    }
    await expect(read([], sequences, { ...LIMITS, sequenceItemsMax: 2 })).rejects.toMatchObject({
      code: 'limit-exceeded',
      nextStep: expect.stringContaining('limits.sequenceItemsMax'),
    })
  })

  it('refuses equal ROI numbers and more points than the limit', async () => {
    await expect(read([contour()], { StructureSetROISequence: [roi(1), roi(1)] })).rejects.toMatchObject({
      code: 'bad-dicom',
    })
    const long = Array.from({ length: 3 * (LIMITS.contourPointsMax + 1) }, () => '1')
    await expect(read([contour(long)])).rejects.toMatchObject({ code: 'limit-exceeded' })
  })
})
