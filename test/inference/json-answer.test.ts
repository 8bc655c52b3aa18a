import { expect, test } from 'vitest'
import { answerReader } from '../../src/inference/json-answer.ts'
import { GOOD, SCHEMA } from './harness.ts'

const read = answerReader(SCHEMA)
const JSON_TEXT = JSON.stringify(GOOD)

test.each([
  ['alone', JSON_TEXT],
  ['in a fence', `\`\`\`json\n${JSON_TEXT}\n\`\`\``],
  ['between words', `Sure, here {it} is: ${JSON_TEXT} Anything else?`],
  ['after thoughts that hold JSON too', `<think>${JSON_TEXT} or {"score": 1}?</think>\n${JSON_TEXT}`],
  ['after thoughts whose beginning the server ate', `maybe ${JSON_TEXT}</think>${JSON_TEXT}`],
])('an answer is found %s', (_, text) => {
  expect(read(text)).toEqual({ ok: true, json: GOOD })
})

test('braces and quotes in strings do not end it', () => {
  const json = { summary: 'a } b " c { \\', score: 3 }
  expect(read(`x ${JSON.stringify(json)} y`)).toEqual({ ok: true, json })
})

test.each([
  ['nothing', '', 'no complete JSON object'],
  ['a list', `[${JSON_TEXT}]`, 'no complete JSON object'],
  ['half of it', JSON_TEXT.slice(0, 20), 'no complete JSON object'],
  ['two of them', `${JSON_TEXT} ${JSON_TEXT}`, 'more than one JSON object'],
  // Its inner object must not pass for the answer.
  ['a broken object around a good one', `{"wrapped": ${JSON_TEXT},}`, 'no complete JSON object'],
  ['a missing key', '{"summary":"x"}', 'score: '],
  ['a key too many', '{"summary":"x","score":1,"verdict":"accept"}', 'Unrecognized key: "verdict"'],
  ['a fraction', '{"summary":"x","score":1.5}', 'score: '],
])('%s is no answer', (_, text, fault) => {
  expect(read(text)).toEqual({ ok: false, fault: expect.stringContaining(fault) })
})

test('a long useless answer is read once', () => {
  expect(read('{'.repeat(2_000_000))).toMatchObject({ ok: false })
  expect(read('{}'.repeat(200_000))).toMatchObject({ ok: false })
})

test('a schema that cannot be checked is refused before anything is asked', () => {
  expect(() => answerReader({ name: 'x', json: { not: { type: 'string' } } })).toThrow('schema x')
})
