import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalsOf, numberOfText } from '../../src/dicom/decimal-text.ts'

function read(text: string): unknown[] {
  return decimalsOf(Buffer.from(text, 'latin1'))
}

describe('decimalsOf', () => {
  it.each<[string, unknown[]]>([
    ['1\\-2.5\\+.5\\3.', [1, -2.5, 0.5, 3]],
    [' 7 \\8\0', [7, 8]],
    ['', [null]],
    ['\\ \\4', [null, null, 4]],
    ['-\\5', ['-', 5]],
    ['1e-7\\-2.5E+3\\1e400', [1e-7, -2500, Infinity]],
    ['x\\1.2.3\\1 2\\- 3\\.\\1e', ['x', '1.2.3', '1 2', '- 3', '.', '1e']],
    ['9007199254740993\\0.30000000000000004', [9007199254740992, 0.30000000000000004]],
    ['NaN\\Infinity\\0x10', ['NaN', 'Infinity', '0x10']],
  ])('reads %j', (text, values) => {
    expect(read(text)).toEqual(values)
  })

  it('reads every number to its last bit', () => {
    const decimal = fc
      .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.nat(16))
      .map(([sign, digits, point]) => {
        const padded = String(digits).padStart(point + 1, '0')
        return `${sign}${padded.slice(0, padded.length - point)}.${padded.slice(padded.length - point)}`
      })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(decimal, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), {
          minLength: 1,
        }),
        (texts) => {
          expect(read(texts.join('\\'))).toEqual(texts.map(Number))
        },
      ),
    )
  })
})

describe('numberOfText', () => {
  it.each([
    [' -2.5e3 ', -2500],
    ['0x10', NaN],
    ['Infinity', NaN],
    ['1,5', NaN],
    ['', NaN],
  ])('reads %j as %d', (text, value) => {
    expect(numberOfText(text)).toBe(value)
  })
})
