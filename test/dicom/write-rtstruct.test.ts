import { describe, expect, it } from 'vitest'
import { items, numbers, readPart10, text } from '../../src/dicom/part10.ts'
import { cielabOf } from '../../src/dicom/cielab.ts'
import { writeRtStruct, type RtStructInput } from '../../src/dicom/write-rtstruct.ts'
import { emptyMask, geometry, mask, rtStructInput, source } from './write-samples.ts'

/** A comb seen from the side: one polygon with about six points a tooth. */
function comb(teeth: number): RtStructInput {
  const size = [2 * teeth, 3, 1] as const
  const long = { ...geometry, size: [2 * teeth, 3, 4] } as const
  const voxels = Uint8Array.from({ length: 6 * teeth }, (_, n) => Number(n < 2 * teeth || n % 2 === 0))
  return { ...rtStructInput([{ geometry: long, box: { origin: [0, 0, 0], size }, voxels }]), geometry: long }
}

describe('writeRtStruct', () => {
  const { dataset } = readPart10(writeRtStruct(rtStructInput([mask, emptyMask])).bytes)
  const [full, none] = items(dataset, 'ROIContourSequence')
  const contours = items(full ?? {}, 'ContourSequence')

  it('writes closed planar contours on the planes of their images', () => {
    const bySlice = contours.map((contour) =>
      text(items(contour, 'ContourImageSequence')[0] ?? {}, 'ReferencedSOPInstanceUID'),
    )
    expect(bySlice[0]).toBe(source.sopInstanceUids[1])
    expect(bySlice.at(-1)).toBe(source.sopInstanceUids[2])
    for (const contour of contours) {
      expect(text(contour, 'ContourGeometricType')).toBe('CLOSED_PLANAR')
      const data = numbers(contour, 'ContourData')
      expect(data).toHaveLength(3 * Number(text(contour, 'NumberOfContourPoints')))
      const slice = source.sopInstanceUids.indexOf(
        text(items(contour, 'ContourImageSequence')[0] ?? {}, 'ReferencedSOPInstanceUID'),
      )
      // Distance along the slice normal (0, -sin, cos) from the first slice.
      const distances = data.flatMap((_, n) =>
        n % 3 === 0
          ? [-((data[n + 1] ?? NaN) - 15) * Math.sin(0.2) + ((data[n + 2] ?? NaN) - 100 / 3) * Math.cos(0.2)]
          : [],
      )
      expect(Math.max(...distances.map((distance) => Math.abs(distance - slice * 3)))).toBeLessThan(0.001)
    }
  })

  it('keeps an empty ROI, without contours', () => {
    expect(items(dataset, 'StructureSetROISequence').map((roi) => text(roi, 'ROIName'))).toEqual([
      'ROI_1',
      'ROI_2',
    ])
    expect(text(none ?? {}, 'ReferencedROINumber')).toBe('2')
    expect(items(none ?? {}, 'ContourSequence')).toEqual([])
  })

  it('refuses a contour that its value representation cannot hold', () => {
    expect(() => writeRtStruct(comb(60))).not.toThrow()
    expect(() => writeRtStruct(comb(600))).toThrow(/too many points/)
  })
})

describe('cielabOf', () => {
  it('puts white at the top of the scale and grey in the middle of both colour axes', () => {
    expect(cielabOf([255, 255, 255]).map((value) => Math.round(value / 100))).toEqual([655, 329, 329])
    const [, a, b] = cielabOf([128, 128, 128])
    expect([a, b].every((value) => Math.abs(value - (128 / 255) * 65_535) < 10)).toBe(true)
  })
  it('tells red from green', () => {
    expect(cielabOf([255, 0, 0])[1]).toBeGreaterThan(cielabOf([0, 255, 0])[1])
  })
})
