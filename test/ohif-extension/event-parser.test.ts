import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser } from '../../ohif-extension/src/verdicts/event-parser.ts'

function parsed(chunks: readonly string[]) {
  const events: { type: string; data: string }[] = []
  const ids: string[] = []
  const parse = createEventParser({
    onEvent: (event) => events.push({ ...event }),
    onId: (id) => ids.push(id),
  })
  for (const chunk of chunks) parse(chunk)
  return { events, ids }
}

const STREAM =
  'retry: 3\n\n: comment\nid: 4\r\n\r\nevent: case\ndata: a\ndata:b\nid: 5\n\rdata\n\nevent: x\n\n'
const WHOLE = {
  events: [
    { type: 'case', data: 'a\nb' },
    { type: 'message', data: '' },
  ],
  ids: ['4', '5'],
}

describe('server-sent events', () => {
  it('are read as the standard says', () => {
    expect(parsed([STREAM])).toEqual(WHOLE)
  })

  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length]
        const chunks = places.slice(1).map((end, index) => STREAM.slice(places[index], end))
        expect(parsed(chunks)).toEqual(WHOLE)
      }),
    )
  })

  it('without an end are refused', () => {
    const piece = 'x'.repeat(600_000)
    expect(() => parsed([piece, piece])).toThrow(/does not end/)
  })
})
