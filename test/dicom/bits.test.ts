import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignBits, boundsOfBits, setBits, spreadBits } from '../../src/dicom/bits.ts'

/** Mostly empty, as segmentations are, with any byte in between; at any alignment in memory. */
const bytesAt = fc
  .record({
    offset: fc.integer({ min: 0, max: 9 }),
    bytes: fc.array(
      fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constant(255), fc.integer({ min: 0, max: 255 })),
      { maxLength: 80 },
    ),
  })
  .map(({ offset, bytes }) =>
    Uint8Array.from([...Array.from({ length: offset }, () => 255), ...bytes]).subarray(offset),
  )

/** A frame of any size somewhere in the bits. */
const frame = fc.tuple(bytesAt, fc.nat(), fc.nat(), fc.nat()).map(([bytes, a, b, c]) => {
  const first = a % (bytes.length * 8 + 1)
  const columns = 1 + (b % 40)
  const rows = Math.min(c % 40, Math.floor((bytes.length * 8 - first) / columns))
  return { bytes, first, columns, rows }
})

function bitAt(bytes: Uint8Array, bit: number): number {
  return ((bytes[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) & 1
}

describe('packed bits', () => {
  it('have the bounds that looking at every one of them gives', () => {
    fc.assert(
      fc.property(frame, ({ bytes, first, columns, rows }) => {
        const set = Array.from({ length: columns * rows }, (_, n) => n).filter(
          (n) => bitAt(bytes, first + n) === 1,
        )
        const [inColumns, inRows] = [set.map((n) => n % columns), set.map((n) => Math.floor(n / columns))]
        expect(boundsOfBits(bytes, first, columns, rows)).toEqual(
          set.length === 0
            ? null
            : {
                left: Math.min(...inColumns),
                right: Math.max(...inColumns),
                top: Math.min(...inRows),
                bottom: Math.max(...inRows),
              },
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('spread to one byte each, and nothing beside them is touched', () => {
    fc.assert(
      fc.property(frame, fc.integer({ min: 0, max: 5 }), ({ bytes, first, columns, rows }, at) => {
        const count = columns * rows
        const target = new Uint8Array(at + count + 3)
        spreadBits(bytes, first, count, target, at)
        const expected = Array.from({ length: count }, (_, n) => bitAt(bytes, first + n))
        expect(Array.from(target)).toEqual([...Array.from({ length: at }, () => 0), ...expected, 0, 0, 0])
      }),
      { numRuns: 500 },
    )
  })

  it('begin with a byte after aligning', () => {
    fc.assert(
      fc.property(frame, ({ bytes, first, columns, rows }) => {
        const aligned = alignBits(bytes, first, columns * rows)
        expect(aligned).toHaveLength(Math.ceil((columns * rows) / 8))
        for (let n = 0; n < columns * rows; n++) expect(bitAt(aligned, n)).toBe(bitAt(bytes, first + n))
      }),
    )
  })

  it('are set one by one or by the byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (from, count) => {
        const bytes = new Uint8Array(10)
        setBits(bytes, from, count)
        for (let n = 0; n < 80; n++) expect(bitAt(bytes, n)).toBe(n >= from && n < from + count ? 1 : 0)
      }),
    )
  })
})
