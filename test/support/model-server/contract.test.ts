import { describe, expect, it, test } from 'vitest'
import { breaches, strictFaults } from './contract.ts'
import { smallestOf } from './smallest.ts'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const GOOD = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Answer in JSON.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      ],
    },
  ],
}
const of = (changes: object) =>
  breaches('application/json', Buffer.from(JSON.stringify({ ...GOOD, ...changes })))
const picture = (url: string) => ({
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
})

test('a request of the published form has no fault', () => {
  expect(of({ temperature: 0, seed: 7, max_tokens: 5, response_format: { type: 'json_object' } })).toEqual([])
})

test.each([
  ['no model', { model: '' }],
  ['no messages', { messages: [] }],
  ['an unknown role', { messages: [{ role: 'nurse', content: 'x' }] }],
  ['an unknown field', { reasoning: true }],
  ['too hot', { temperature: 2.1 }],
  ['half a seed', { seed: 1.5 }],
  ['no room to answer', { max_tokens: 0 }],
  ['two limits', { max_tokens: 5, max_completion_tokens: 5 }],
  ['a picture from the network', picture('https://example.org/x.png')],
  ['a picture of another type', picture(`data:image/jpeg;base64,${PIXEL}`)],
  ['a picture that does not decode', picture(`data:image/png;base64,${PIXEL.slice(0, 40)}`)],
  [
    'JSON that nobody spoke of',
    { messages: [{ role: 'user', content: 'x' }], response_format: { type: 'json_object' } },
  ],
  [
    'a schema that is not strict',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {}, strict: false } } },
  ],
  [
    'a schema with a bad name',
    { response_format: { type: 'json_schema', json_schema: { name: 'a b', strict: true, schema: {} } } },
  ],
])('%s is a fault', (_, changes) => {
  expect(of(changes)).not.toEqual([])
})

test('another content type, and what is no JSON, are faults', () => {
  expect(breaches('text/plain', Buffer.from(JSON.stringify(GOOD)))).not.toEqual([])
  expect(breaches('application/json', Buffer.from('{'))).not.toEqual([])
})

describe('the strict subset of JSON Schema', () => {
  const closed = (properties: object, more: object = {}) => ({
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    ...more,
  })
  const deep = (levels: number): object =>
    levels === 0 ? { type: 'string' } : closed({ a: deep(levels - 1) })

  it('is what it should be', () => {
    const schema = closed(
      {
        a: { type: ['string', 'null'], description: 'x' },
        b: { type: 'array', items: { $ref: '#/$defs/n' }, minItems: 1 },
        c: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
        d: { enum: ['x', 'y'] },
        e: { const: 'hcr-1' },
      },
      { $defs: { n: closed({ k: { type: 'number', exclusiveMinimum: 0 } }) } },
    )
    expect(strictFaults(schema)).toEqual([])
    expect(smallestOf(schema)).toEqual({ a: '', b: [{ k: 1 }], c: 1, d: 'x', e: 'hcr-1' })
  })

  it.each([
    ['open', { ...closed({}), additionalProperties: true }],
    ['not said to be closed', { type: 'object', properties: {}, required: [] }],
    ['open inside', closed({ a: { type: 'object', properties: {} } })],
    ['open in a list', closed({ a: { type: 'array', items: { type: 'object', properties: {} } } })],
    ['open in a definition', closed({}, { $defs: { x: { type: 'object', properties: {} } } })],
    ['with an optional property', { ...closed({ a: { type: 'string' } }), required: [] }],
    ['with a requirement of nothing', { ...closed({}), required: ['a'] }],
    ['with a keyword outside of it', closed({ a: { type: 'string', minLength: 1 } })],
    ['with conditions', closed({ a: { allOf: [] } })],
    ['a list at the root', { type: 'array', items: { type: 'string' } }],
    ['a list of anything', closed({ a: { type: 'array' } })],
    ['too deep', deep(12)],
  ])('is not %s', (_, schema) => {
    expect(strictFaults(schema as Record<string, unknown>)).not.toEqual([])
  })
})
