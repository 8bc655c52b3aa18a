import { describe, expect, it } from 'vitest'
import { readPart10 } from '../../src/dicom/part10.ts'
import { summariseInstance, summariseSeries } from '../../src/dicom/summary.ts'
import { ctSlice, multiFrameCt } from './read-samples.ts'

const SLICE = ctSlice({
  position: [10, 20, 5],
  values: [1, 2, 3, 4, 5, 6],
  more: { PatientID: 'P1', StudyInstanceUID: '1.2' },
})

const EXPECTED = {
  sopInstanceUid: '1.2.3.5.1',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  position: [10, 20, 5],
  orientation: [1, 0, 0, 0, 1, 0],
  pixelSpacingMm: [2, 1],
  rows: 2,
  columns: 3,
}

describe('summaries', () => {
  it('are the same from a file and from DICOM JSON', () => {
    const { dataset } = readPart10(SLICE, { untilPixelData: true })
    const json = JSON.parse(JSON.stringify(dataset))
    expect(summariseInstance(dataset)).toEqual(EXPECTED)
    expect(summariseInstance(json)).toEqual(EXPECTED)
    const series = {
      seriesInstanceUid: '1.2.3',
      modality: 'CT',
      patientId: 'P1',
      studyInstanceUid: '1.2',
      frameOfReferenceUid: '1.2.4',
      instances: [EXPECTED],
    }
    expect(summariseSeries([json])).toEqual(series)
  })

  it('place every frame of a multi-frame image', () => {
    const file = multiFrameCt({
      frames: [0, 3].map((z) => ({ position: [10, 20, z], values: [1, 2, 3, 4, 5, 6] })),
    })
    const { dataset } = readPart10(file, { untilPixelData: true })
    const json = JSON.parse(JSON.stringify(dataset))
    // Empty groups have no Value in DICOM JSON (PS3.18 F.2.5).
    json['52009229'].Value[0]['00189329'] = { vr: 'SQ' }
    const plane = { orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [2, 1] }
    const expected = {
      ...plane,
      position: [10, 20, 0],
      frames: [
        { ...plane, position: [10, 20, 0] },
        { ...plane, position: [10, 20, 3] },
      ],
    }
    expect(summariseInstance(dataset)).toMatchObject(expected)
    expect(summariseInstance(json)).toMatchObject(expected)
  })

  it('say null for what is missing or malformed', () => {
    const header = {
      '00080018': { vr: 'UI', Value: ['1.5'] },
      '00200032': { vr: 'DS', Value: [1, 2] },
      '00280030': { vr: 'DS' },
    }
    expect(summariseInstance(header)).toEqual({
      sopInstanceUid: '1.5',
      sopClassUid: '',
      position: null,
      orientation: null,
      pixelSpacingMm: null,
      rows: 0,
      columns: 0,
    })
    expect(summariseSeries([])).toBeNull()
    expect(summariseSeries([header])?.frameOfReferenceUid).toBeNull()
  })

  it.each(['YES', ' yes '])('mark a series of which one image has text burned in, written %s', (value) => {
    const flagged = { '00280301': { vr: 'CS', Value: [value] } }
    expect(summariseSeries([{}, flagged])?.hasBurnedInText).toBe(true)
    expect(summariseSeries([{}, { '00280301': { vr: 'CS', Value: ['NO'] } }])).not.toHaveProperty(
      'hasBurnedInText',
    )
  })
})
