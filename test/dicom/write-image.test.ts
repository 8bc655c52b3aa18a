import { describe, expect, it } from 'vitest'
import { numbers, readPart10, text, texts } from '../../src/dicom/part10.ts'
import { writeImageSeries } from '../../src/dicom/write-image.ts'
import { geometry, imageSeries, pixelBytes } from './write-samples.ts'

describe('writeImageSeries', () => {
  const files = [...writeImageSeries(imageSeries())]

  it('writes one instance per slice, each where its slice is', () => {
    expect(files).toHaveLength(4)
    const { dataset } = readPart10(files[3]?.bytes ?? new Uint8Array())
    const position = numbers(dataset, 'ImagePositionPatient')
    const expected = [-20, 15 - 9 * Math.sin(0.2), 100 / 3 + 9 * Math.cos(0.2)]
    expect(position.every((value, axis) => Math.abs(value - (expected[axis] ?? NaN)) < 1e-9)).toBe(true)
    expect(texts(dataset, 'PixelSpacing')).toEqual(['0.8', '0.7'])
    expect(text(dataset, 'SliceThickness')).toBe('3')
    expect(text(dataset, 'SOPInstanceUID')).toBe(files[3]?.sopInstanceUid)
  })

  it('keeps every stored value and its scale', () => {
    const { dataset } = readPart10(files[2]?.bytes ?? new Uint8Array())
    const pixels = new Int16Array(pixelBytes(dataset).buffer)
    expect([...pixels.subarray(0, 35)]).toEqual([...imageSeries().voxels.subarray(70, 105)])
    expect(numbers(dataset, 'RescaleIntercept')).toEqual([-1024])
    expect(numbers(dataset, 'PixelRepresentation')).toEqual([1])
  })

  it('writes MR without a rescale, which its module does not have', () => {
    const acquisition = {
      modality: 'MR',
      scanningSequence: 'SE',
      repetitionTimeMs: 4000,
      echoTimeMs: 100,
      echoTrainLength: 12,
    } as const
    const [first] = [...writeImageSeries(imageSeries({ acquisition }))]
    const { dataset } = readPart10(first?.bytes ?? new Uint8Array())
    expect(texts(dataset, 'RescaleSlope')).toEqual([])
    expect(numbers(dataset, 'EchoTime')).toEqual([100])
  })

  it('refuses sizes that disagree and images without a frame of reference', () => {
    expect(() => [...writeImageSeries(imageSeries({ voxels: new Int16Array(139) }))]).toThrow(/disagree/)
    const nowhere = { ...geometry, frameOfReferenceUid: null }
    expect(() => [...writeImageSeries(imageSeries({ geometry: nowhere }))]).toThrow(/frame of reference/)
  })
})
