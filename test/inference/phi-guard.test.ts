import { describe, expect, it } from 'vitest'
import { createPhiGuard } from '../../src/inference/phi-guard.ts'

const IDENTIFYING = [
  'Müller^Jörg',
  'Müller',
  'PAT-00417',
  '19560229',
  'St. Elsewhere Hospital',
  'White',
  'M',
  '42',
]
const guard = createPhiGuard({ identifying: IDENTIFYING, ownTexts: ['The white outline marks the segment.'] })

describe('a request is refused', () => {
  it.each([
    ['a value as it is', 'Müller^Jörg'],
    ['without its marks, in other letters', 'patient MULLER was seen'],
    ['decomposed', 'Mu\u0308ller'],
    ['in full-width letters', 'Ｍüｌｌｅｒ'],
    ['with a soft hyphen and a zero-width space in it', 'Mül\u00ADl\u200Ber'],
    ['an id with other punctuation', 'id pat 00417'],
    ['an id inside of a word', 'file_PAT00417.dcm'],
    ['a value over two lines', 'at St.\nElsewhere\thospital'],
    ['a date of the case in other order of characters', '1956-02-29'],
    ['a UID made from a UUID', 'series 2.25.190146791043182537444806132342625375407'],
    ['a UID under ISO', 'see 1.2.840.113619.2.55.3'],
    ['a UID under another root', '0.4.1.7.3.9'],
    ['a person name', 'Reported by DOE^JANE'],
    ['a family name alone', 'DOE^'],
    ['a date as DICOM has it', 'on 20240131,'],
    ['a date and time', '20240131120559'],
    ['a date as ISO has it', '2024-01-31'],
    ['a date as people write it', '31.01.2024'],
    ['another one', '1/31/1998'],
    ['one in words', '31 January 2024'],
    ['one in words, turned', 'Jan 31, 2024'],
  ])('%s', (_, text) => {
    expect(() => guard(['fine', text])).toThrow(
      expect.objectContaining({ code: 'model-refused', kind: 'patient-data' }),
    )
  })

  it('and the message does not say what was found', () => {
    for (const text of ['Müller', 'PAT-00417', '2024-01-31', 'DOE^JANE', '2.25.1901467910431825']) {
      const error = (() => {
        try {
          guard([text])
        } catch (thrown) {
          return thrown as Error
        }
        return null
      })()
      expect(error?.message).toMatch(/^Nothing was sent/)
      expect(error?.message).not.toContain(text)
    }
  })
})

describe('a request is not refused', () => {
  it.each([
    ['for words that are ours anyway', 'The white outline is closed.'],
    ['for values too short to be searched', 'M 42 mm'],
    ['for part of another word', 'Mülleriana'],
    ['for measurements', 'E1 volume 812.4 cm3 (900-2500), 1.2.3, centroid 12.5/-30.1/440.0 mm, HU 60'],
    ['for powers', '12 cm^3, 10^6, mm^2'],
    ['for versions and times of day', 'version 10.20.30.40, slice 12 of 60, 12:30'],
    ['for digests', 'case 3fa85f6420190412abc'],
    ['for long numbers that are no dates', '12345678 voxels, 20249999'],
    [
      'for a schema',
      JSON.stringify({ type: 'object', properties: { knowledge_recall: { type: 'string' } } }),
    ],
  ])('%s', (_, text) => {
    expect(() => guard([text])).not.toThrow()
  })
})
