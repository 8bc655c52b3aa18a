import { describe, expect, it } from 'vitest'
import { dcmjs, tagOf } from '../../src/dicom/dictionary.ts'
import { READ_TAGS } from '../../src/dicom/read-tags.ts'

describe('the table of tags for reading', () => {
  it('says what the dictionary says', () => {
    const { nameMap } = dcmjs().data.DicomMetaDictionary
    const wrong = Object.entries(READ_TAGS).filter(
      ([keyword, tag]) => nameMap[keyword]?.tag !== `(${tag.slice(0, 4)},${tag.slice(4)})`,
    )
    expect(wrong).toEqual([])
  })

  it('is not all that can be asked for', () => {
    expect(READ_TAGS['PhotometricInterpretation'] ?? tagOf('PhotometricInterpretation')).toBe('00280004')
    expect(READ_TAGS).not.toHaveProperty('BeamLimitingDeviceSequence')
    expect(tagOf('BeamLimitingDeviceSequence')).toBe('300A00B6')
    expect(() => tagOf('BeamLimitingDeviceSequnce')).toThrow(/no DICOM attribute/)
  })
})
