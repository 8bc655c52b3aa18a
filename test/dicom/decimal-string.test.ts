import { assert, double, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalString } from '../../src/dicom/decimal-string.ts'
import { PlumblineError } from '../../src/errors.ts'

describe('decimalString', () => {
  it.each([
    [0, '0'],
    [1.5, '1.5'],
    [812.4567890123456, '812.456789012346'],
    [-812.4567890123456, '-812.45678901235'],
    [-3.333333333333333e-8, '-3.3333333333e-8'],
    [1e21, '1e+21'],
    [1.2345678901234568e17, '1.23456789012e17'],
    [Math.PI * 1e13, '31415926535897.9'],
    [5e-324, '5e-324'],
    [Number.MAX_VALUE, '1.79769313e+308'],
    [-1.7e308, '-1.7e+308'],
    [-1.7123456789123456e308, '-1.712345679e308'],
  ])('%d is %s', (value, text) => {
    expect(decimalString(value)).toBe(text)
  })

  it('always fits, is a legal DS and keeps eight digits', () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalString(value)
        const error = value === 0 ? 0 : Math.abs(Number(text) / value - 1)
        return (
          text.length <= 16 &&
          /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) &&
          (error < 1e-8 || Math.abs(value) < 1e-300)
        )
      }),
    )
  })

  it.each([NaN, Infinity, -Infinity])('refuses %d', (value) => {
    expect(() => decimalString(value)).toThrow(PlumblineError)
  })
})
