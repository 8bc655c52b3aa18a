import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundaryOf, createMultipartReader, multipartTail, partHead } from '../../src/dicom/multipart.ts'

function encode(boundary: string, contents: readonly Uint8Array[]): Buffer {
  return Buffer.concat([
    ...contents.flatMap((content) => [
      partHead(boundary, 'application/dicom; transfer-syntax=1.2.3'),
      content,
    ]),
    multipartTail(boundary),
  ])
}

function decode(boundary: string, message: Uint8Array, chunkSize: number) {
  const reader = createMultipartReader(boundary, { partsMax: 100, partBytesMax: 1000 })
  const parts = []
  for (let at = 0; at < message.length; at += chunkSize)
    parts.push(...reader.push(message.subarray(at, at + chunkSize)))
  reader.end()
  return parts
}

describe('boundary of a content type', () => {
  test.each([
    ['multipart/related; type="application/dicom"; boundary=abc', 'abc'],
    ['multipart/related;boundary="a b:c"; type="application/dicom"', 'a b:c'],
    ['Multipart/Related; Boundary=xyz; start=1', 'xyz'],
    ['multipart/related; type="application/dicom"', null],
    ['application/dicom; boundary=abc', null],
  ])('%s', (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected)
  })
})

describe('multipart reader', () => {
  test('gives back any content, whatever the boundary and however the bytes arrive', () => {
    // Contents made of what boundaries are made of find the off-by-ones.
    const content = fc.array(
      fc.constantFrom('\r\n', '--', '-', 'a', 'b', '\r', '\n', '--a', '\r\n--a', ' ', '\0'),
      {
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(
        fc.constantFrom('a-boundary', 'a', 'ab', "x'()+_,-./:=?y"),
        fc.array(content, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        (boundary, pieces, chunkSize) => {
          const contents = pieces.map((piece) => Buffer.from(piece.join('')))
          // A content that holds the boundary line itself could not be sent with this boundary.
          const line = new RegExp(`\\r\\n--${boundary.replaceAll(/[^\w-]/g, '\\$&')}([ \\t]*\\r\\n|--)`)
          fc.pre(contents.every((each) => !line.test(`\r\n${each.toString('latin1')}\r\n--`)))
          const parts = decode(boundary, encode(boundary, contents), chunkSize)
          expect(parts.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual(
            contents.map((each) => each.toString('latin1')),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  test('skips preamble and epilogue, reads parts without headers, and tells the content type', () => {
    const message = Buffer.from(
      'preamble\r\n--b\r\n\r\nfirst\r\n--b  \r\nX: 1\r\ncontent-TYPE:  image/jls \r\n\r\nsecond\r\n--b--\r\nepilogue',
    )
    expect(
      decode('b', message, 3).map((part) => [part.contentType, Buffer.from(part.bytes).toString()]),
    ).toEqual([
      ['', 'first'],
      ['image/jls', 'second'],
    ])
  })

  test('a message that is cut off anywhere is an error, never a shorter message', () => {
    const message = encode('b', [Buffer.from('one'), Buffer.from('two')])
    for (let length = 0; length < message.length - 2; length++) {
      expect(() => decode('b', message.subarray(0, length), 7)).toThrow('cut off')
    }
  })

  test('limits the number of parts and the size of part headers', () => {
    const reader = createMultipartReader('b', { partsMax: 1, partBytesMax: 1 })
    expect(() => reader.push(encode('b', [Buffer.from('1'), Buffer.from('2')]))).toThrow('more than 1 parts')
    const endless = createMultipartReader('b', { partsMax: 1, partBytesMax: 1 })
    expect(() => endless.push(Buffer.from(`--b\r\nX: ${'y'.repeat(20_000)}`))).toThrow('no end of headers')
  })

  test('refuses a part that is too large before the rest of it has come', () => {
    const reader = createMultipartReader('b', { partsMax: 9, partBytesMax: 10 })
    expect(reader.push(encode('b', [Buffer.alloc(10), Buffer.alloc(10)]).subarray(0, -8))).toHaveLength(1)
    const large = createMultipartReader('b', { partsMax: 9, partBytesMax: 10 })
    large.push(partHead('b', 'application/dicom'))
    expect(() => large.push(Buffer.alloc(100))).toThrow('larger than 10 bytes')
  })

  test('reads a part header full of white space no slower than another', () => {
    const head = `Content-Type: a${' '.repeat(16_000)}b`
    const reader = createMultipartReader('b', { partsMax: 2000, partBytesMax: 10 })
    const message = Buffer.from(`${`\r\n--b\r\n${head}\r\n\r\n`.repeat(2000)}\r\n--b--`)
    // Quadratic time per header would be minutes here, and past the time limit of the test.
    expect(reader.push(message).at(-1)?.contentType).toBe(head.slice(14))
  })
})
