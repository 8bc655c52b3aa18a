import { array, assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveUid, isUid } from '../../src/dicom/uid.ts'

describe('deriveUid', () => {
  it('gives the same UID for the same parts, today and in years', () => {
    expect(deriveUid('case', 'verdict report')).toBe('2.25.113315764641133525359703244042843891715')
  })

  it('keeps parts apart', () => {
    expect(deriveUid('ab')).not.toBe(deriveUid('a', 'b'))
    expect(deriveUid('a', 'b')).not.toBe(deriveUid('b', 'a'))
  })

  it('is a UUID of version 8 and variant 10 as a decimal number, always a legal UID', () => {
    assert(
      property(array(string()), (parts) => {
        const uid = deriveUid(...parts)
        const uuid = BigInt(uid.replace('2.25.', '')).toString(16).padStart(32, '0')
        return isUid(uid) && uuid.length === 32 && /^.{12}8.{3}[89ab]/.test(uuid)
      }),
    )
  })
})

describe('isUid', () => {
  it.each([
    ['1.2.840.10008.1.1', true],
    ['2.25.0', true],
    ['1.02', false],
    ['1', false],
    ['1..2', false],
    ['1.2.', false],
    ['1.2 ', false],
    ['', false],
    [`1.${'2'.repeat(62)}`, true],
    [`1.${'2'.repeat(63)}`, false],
  ])('%s: %s', (text, legal) => {
    expect(isUid(text)).toBe(legal)
  })
})
