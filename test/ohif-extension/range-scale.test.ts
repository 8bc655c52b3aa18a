import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectedText,
  figureText,
  quantityText,
  standingOf,
} from '../../ohif-extension/src/panel/quantity.ts'
import { rangeScale } from '../../ohif-extension/src/panel/range-scale.ts'

const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })
const bound = fc.option(number)
const expected = (low: number | null, high: number | null) => ({ low, high, source: 'test' })

describe('the range bar', () => {
  it.each([
    ['within', 50, 0, 100, { kind: 'linear', valueAt: 0.4, lowAt: 0, highAt: 0.8 }],
    ['above', 150, 50, 100, { kind: 'linear', valueAt: 0.833, lowAt: 0.167, highAt: 0.5 }],
    ['at most', 3, null, 1, { kind: 'linear', valueAt: 0.833, lowAt: 0, highAt: 0.167 }],
    ['at least', 1, 3, null, { kind: 'linear', valueAt: 0.167, lowAt: 0.833, highAt: 1 }],
    ['below zero', -60, -50, 0, { kind: 'linear', valueAt: 0.167, lowAt: 0.278, highAt: 0.833 }],
    ['far away', 1000, 1, 10, { kind: 'log', valueAt: 0.833, lowAt: 0.167, highAt: 0.389 }],
    ['all the same', 1, 1, 1, { kind: 'linear', valueAt: 0.5, lowAt: 0.5, highAt: 0.5 }],
    ['all zero', 0, 0, 0, { kind: 'linear', valueAt: 0, lowAt: 0, highAt: 0 }],
  ])('%s', (_name, value, low, high, { kind, ...places }) => {
    const scale = rangeScale({ value, expected: expected(low, high) })
    expect(scale?.kind).toBe(kind)
    for (const [name, at] of Object.entries(places)) expect(Object(scale)[name], name).toBeCloseTo(at, 3)
  })

  it('has everything on it, in its order, whatever the numbers', () => {
    fc.assert(
      fc.property(number, bound, bound, (value, a, b) => {
        const [low, high] = a !== null && b !== null && a > b ? [b, a] : [a, b]
        const evidence = { value, expected: expected(low, high) }
        const scale = rangeScale(evidence)
        fc.pre(low !== null || high !== null)
        const { valueAt, lowAt, highAt } = scale ?? { valueAt: NaN, lowAt: NaN, highAt: NaN }
        for (const at of [valueAt, lowAt, highAt]) {
          expect(at).toBeGreaterThanOrEqual(0)
          expect(at).toBeLessThanOrEqual(1)
        }
        expect(lowAt).toBeLessThanOrEqual(highAt)
        const standing = standingOf(evidence)
        if (standing === 'within') expect(lowAt <= valueAt && valueAt <= highAt).toBe(true)
        if (standing === 'below') expect(valueAt).toBeLessThanOrEqual(lowAt)
        if (standing === 'above') expect(valueAt).toBeGreaterThanOrEqual(highAt)
      }),
    )
  })

  it.each([
    [{ value: 1 }],
    [{ value: 1, expected: expected(null, null) }],
    [{ value: Number.NaN, expected: expected(0, 1) }],
  ])('is not drawn without two numbers: %j', (evidence) => {
    expect(rangeScale(evidence)).toBeNull()
  })
})

describe('numbers in words', () => {
  it.each([
    [0, '0'],
    [812.4371, '812.4'],
    [146_213, '146,200'],
    [-0.03333333, '-0.03333'],
    [-3.3e-8, '-3.30e-8'],
  ])('%d', (value, text) => expect(figureText(value)).toBe(text))

  it.each([
    ['cm3', '2 cm³'],
    ['mm2', '2 mm²'],
    ["[hnsf'U]", '2 HU'],
    ['1', '2'],
    ['mm', '2 mm'],
  ])('with %s', (unit, text) => expect(quantityText(2, unit)).toBe(text))

  it.each([
    [900, 2500, '900 to 2,500 cm³'],
    [900, null, 'at least 900 cm³'],
    [null, 2500, 'at most 2,500 cm³'],
    [7, 7, 'exactly 7 cm³'],
    [null, null, ''],
  ])('expected from %s to %s', (low, high, text) =>
    expect(expectedText(expected(low, high), 'cm3')).toBe(text),
  )
})
