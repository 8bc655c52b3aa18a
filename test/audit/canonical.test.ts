import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, digestOf } from '../../src/audit/canonical.ts'

test.each([
  // RFC 8785, section 3.2.2, 3.2.3 and appendix B.
  [{ b: 1, a: [{ d: null, c: true }] }, '{"a":[{"c":true,"d":null}],"b":1}'],
  [
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 },
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  ],
  [[1e21, 1e-7, -0, 333333333.3333332, 4.5], '[1e+21,1e-7,0,333333333.3333332,4.5]'],
  [{ left: undefined, a: 1 }, '{"a":1}'],
])('%j has one canonical text', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test('the canonical text is that of the value, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed())
      expect(digestOf(turned)).toBe(digestOf(value))
      // -0 is written as 0, as everywhere in JSON.
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test.each([[Number.NaN], [Infinity], [() => 1], [[undefined]]])('%s has none', (value) => {
  expect(() => canonicalJson(value)).toThrow()
})
