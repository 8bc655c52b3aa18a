import { describe, expect, it } from 'vitest'
import { readPart10 } from '../../src/dicom/part10.ts'
import { summariseInstance, summariseSeries } from '../../src/dicom/summary.ts'
import { ctSlice } from './read-samples.ts'

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
})
