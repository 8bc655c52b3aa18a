import { describe, expect, test } from 'vitest'
import {
  isUidLike,
  jsonInteger,
  jsonItems,
  jsonText,
  mapBulkDataUris,
  toDicomJson,
} from '../../src/dicom/json.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'

const COMMON = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '1.2.3' }
const options = { bulkDataUri: (path: string) => `bulk:${path}` }

function json(natural: NaturalDataset) {
  return toDicomJson(readPart10(writePart10({ ...COMMON, ...natural })).dataset, options)
}

describe('DICOM JSON', () => {
  test('follows the table of value representations', () => {
    const result = json({
      PatientName: 'Doe^Jane=漢字^名',
      ImageType: ['ORIGINAL', 'PRIMARY'],
      PixelSpacing: ['0.5', '0.25'],
      SeriesNumber: '3',
      Rows: 4,
      FrameIncrementPointer: 0x00181063,
      PatientComments: String.raw`a\b`,
      AccessionNumber: '',
      AnatomicRegionSequence: [],
    })
    expect(result['00080018']).toEqual({ vr: 'UI', Value: ['1.2.3'] })
    expect(result['00100010']).toEqual({
      vr: 'PN',
      Value: [{ Alphabetic: 'Doe^Jane', Ideographic: '漢字^名' }],
    })
    expect(result['00080008']).toEqual({ vr: 'CS', Value: ['ORIGINAL', 'PRIMARY'] })
    expect(result['00280030']).toEqual({ vr: 'DS', Value: [0.5, 0.25] })
    expect(result['00200011']).toEqual({ vr: 'IS', Value: [3] })
    expect(result['00280009']).toEqual({ vr: 'AT', Value: ['00181063'] })
    expect(result['00104000']).toEqual({ vr: 'LT', Value: [String.raw`a\b`] })
    expect(result['00080050']).toEqual({ vr: 'SH' })
    expect(result['00082218']).toEqual({ vr: 'SQ' })
    expect(Object.keys(result)).toEqual(Object.keys(result).toSorted())
    expect(Object.keys(result).filter((tag) => tag.startsWith('0002'))).toEqual([])
  })

  test('text in sequence items is proper Unicode', () => {
    const text = 'Größe “x” 漢 €'
    const result = json({
      AnatomicRegionSequence: [
        { CodeMeaning: text, AnatomicRegionModifierSequence: [{ CodeMeaning: 'Łódź' }] },
      ],
      StudyDescription: 'Łódź',
    })
    const [item = {}] = jsonItems(result, '00082218')
    expect(jsonText(item, '00080104')).toBe(text)
    expect(jsonText(jsonItems(item, '00082220')[0] ?? {}, '00080104')).toBe('Łódź')
    expect(jsonText(result, '00081030')).toBe('Łódź')
  })

  test('binary values are bulk data by path, read with pixel data or without', () => {
    const natural = {
      BitsAllocated: 16,
      PixelData: [new Uint16Array(16).buffer],
      RedPaletteColorLookupTableData: [new Uint16Array(8).buffer],
      ModalityLUTSequence: [{ LUTData: [new Uint16Array(8).buffer] }],
      _vrMap: { PixelData: 'OW' },
    }
    const result = json(natural)
    expect(result['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: 'bulk:7FE00010' })
    expect(result['00281201']).toEqual({ vr: 'OW', BulkDataURI: 'bulk:00281201' })
    const moved = mapBulkDataUris(result, (uri) => uri.replace('bulk:', 'http://pacs/'))
    expect(moved['00281201']?.BulkDataURI).toBe('http://pacs/00281201')
    expect(jsonItems(moved, '00283000')[0]?.['00283006']?.BulkDataURI).toBe('http://pacs/00283000/0/00283006')
    expect(moved['00280100']).toEqual({ vr: 'US', Value: [16] })
  })

  test('binary values can be left out', () => {
    const { dataset } = readPart10(writePart10({ ...COMMON, ICCProfile: [new Uint8Array(8).buffer] }))
    expect(Object.keys(toDicomJson(dataset, { bulkDataUri: () => null }))).toEqual([
      '00080005',
      '00080016',
      '00080018',
    ])
  })

  test('numbers that JSON cannot write are text, empty values between others are null', () => {
    const dataset = {
      '00189087': { vr: 'FD', Value: [NaN, Infinity, -Infinity, 1.5] },
      '00080008': { vr: 'CS', Value: ['A', '', 'B'] },
    }
    const result = toDicomJson(dataset, options)
    expect(result['00189087']?.Value).toEqual(['NaN', 'inf', '-inf', 1.5])
    expect(result['00080008']?.Value).toEqual(['A', null, 'B'])
    expect(jsonInteger({ '00200013': { vr: 'IS', Value: ['12'] } }, '00200013')).toBe(12)
    expect(jsonInteger(result, '00080008')).toBeNull()
  })

  test.each([
    ['1.2.840.10008', true],
    ['2.25.0', true],
    ['1.2.007', true],
    ['', false],
    ['1..2', false],
    ['1.2.', false],
    ['../1', false],
    ['1'.repeat(65), false],
  ])('UID form: %s', (value, expected) => {
    expect(isUidLike(value)).toBe(expected)
  })
})
