import { deflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { items, numbers, readPart10, text, texts } from '../../src/dicom/part10.ts'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import { PlumblineError, type ErrorCode } from '../../src/errors.ts'
import { ctSlice, element, mark, part10File } from './read-samples.ts'

const EXPLICIT = '1.2.840.10008.1.2.1'
const IMPLICIT = '1.2.840.10008.1.2'
const DEFLATED = '1.2.840.10008.1.2.1.99'
const BIG_ENDIAN = '1.2.840.10008.1.2.2'

function refusal(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof PlumblineError ? error.code : `another exception: ${String(error)}`
  }
}

function implicit(tag: string, value: string): Uint8Array {
  return Buffer.concat([mark(tag, value.length), Buffer.from(value, 'latin1')])
}

/** One explicit VR big endian element. */
function bigEndian(tag: string, vr: string, value: readonly number[]): Uint8Array {
  const long = ['OB', 'OW', 'SQ'].includes(vr)
  const head = Buffer.alloc(long ? 12 : 8)
  head.writeUInt32BE(Number.parseInt(tag, 16), 0)
  head.write(vr, 4, 'latin1')
  if (long) head.writeUInt32BE(value.length, 8)
  else head.writeUInt16BE(value.length, 6)
  return Buffer.from([...head, ...value])
}

describe('readPart10', () => {
  it('reads back what writePart10 wrote, text in nested items included', () => {
    const { dataset, transferSyntaxUid } = readPart10(
      writePart10({
        SOPClassUID: '1.2.3',
        SOPInstanceUID: '1.2.3.4',
        SeriesDescription: 'Leber – Übersicht',
        Rows: 512,
        PixelSpacing: ['0.5', '0.25'],
        SegmentSequence: [
          { SegmentLabel: 'Größe à', SegmentedPropertyTypeCodeSequence: [{ CodeMeaning: '肝臓' }] },
        ],
      }),
    )
    const [segment = {}] = items(dataset, 'SegmentSequence')
    expect(transferSyntaxUid).toBe(EXPLICIT)
    expect(text(dataset, 'SeriesDescription')).toBe('Leber – Übersicht')
    expect(numbers(dataset, 'Rows')).toEqual([512])
    expect(numbers(dataset, 'PixelSpacing')).toEqual([0.5, 0.25])
    expect(text(segment, 'SegmentLabel')).toBe('Größe à')
    expect(text(items(segment, 'SegmentedPropertyTypeCodeSequence')[0] ?? {}, 'CodeMeaning')).toBe('肝臓')
  })

  it.each([
    ['ISO_IR 100', [0x4c, 0xe4, 0x67, 0x65], 'Läge'],
    ['ISO_IR 101', [0xb1], 'ą'],
    ['ISO_IR 144', [0xbf, 0xd5], 'Пе'],
    ['ISO_IR 126', [0xc3], 'Γ'],
    ['ISO_IR 13', [0xd4, 0xcf], 'ﾔﾏ'],
    ['ISO_IR 192', [0xc3, 0xa0], 'à'],
    ['GB18030', [0xcd, 0xf5], '王'],
    ['GBK', [0x81, 0x5c], '乗'],
    ['\\ISO 2022 IR 87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42, 0x41], '山A'],
    ['\\ISO 2022 IR 149', [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8], '김'],
    ['ISO_IR 999', [0x41, 0xe4], 'A\uFFFD'],
  ])('decodes %s at top level and in items', (term, bytes, expected) => {
    const value = Uint8Array.from(bytes)
    const item = element('00620005', 'LO', value)
    const sequence = Buffer.concat([mark('FFFEE000', item.length), item])
    const { dataset } = readPart10(
      part10File(
        EXPLICIT,
        element('00080005', 'CS', term),
        element('0008103E', 'LO', value),
        element('00620002', 'SQ', sequence),
      ),
    )
    expect(text(dataset, 'SeriesDescription')).toBe(expected)
    expect(texts(items(dataset, 'SegmentSequence')[0] ?? {}, 'SegmentLabel')).toEqual([expected])
  })

  it('reads Implicit VR by dictionary, private tags as unknown', () => {
    const { dataset } = readPart10(
      part10File(
        IMPLICIT,
        implicit('00080060', 'CT'),
        implicit('00091001', 'xx'),
        implicit('00280010', '\x02\x01'),
      ),
    )
    expect(text(dataset, 'Modality')).toBe('CT')
    expect(numbers(dataset, 'Rows')).toEqual([258])
    expect(dataset['00091001']?.vr).toBe('UN')
  })

  it('turns Big Endian round: numbers, nested items, words of 16 and 32 bits, but no bytes', () => {
    const item = bigEndian('00620004', 'US', [1, 2])
    const head = Buffer.from([0xff, 0xfe, 0xe0, 0x00, 0, 0, 0, item.length])
    const pixels = (bits: number, vr: string) => {
      const { dataset, pixelData } = readPart10(
        part10File(
          BIG_ENDIAN,
          bigEndian('00280010', 'US', [1, 2]),
          bigEndian('00280100', 'US', [0, bits]),
          bigEndian('00620002', 'SQ', [...head, ...item]),
          bigEndian('7FE00010', vr, [1, 2, 3, 4]),
        ),
      )
      expect(numbers(dataset, 'Rows')).toEqual([258])
      expect(numbers(items(dataset, 'SegmentSequence')[0] ?? {}, 'SegmentNumber')).toEqual([258])
      return pixelData?.kind === 'native' ? Array.from(pixelData.bytes.view(0, 4)) : []
    }
    expect(pixels(16, 'OW')).toEqual([2, 1, 4, 3])
    expect(pixels(32, 'OW')).toEqual([4, 3, 2, 1])
    expect(pixels(8, 'OB')).toEqual([1, 2, 3, 4])
  })

  it('reads sequences that repeat the one before, in any form of length', () => {
    const sequence = (value: string, open: boolean) => {
      const inner = element('00620005', 'LO', value)
      const item = Buffer.concat([mark('FFFEE000', inner.length), inner])
      return open
        ? element('00620002', 'SQ', Buffer.concat([item, mark('FFFEE0DD', 0)]), 0xffffffff)
        : element('00620002', 'SQ', item)
    }
    const frame = (inner: Uint8Array) => Buffer.concat([mark('FFFEE000', inner.length), inner])
    const written = ['A', 'A', 'AB', 'AB', 'A'].flatMap((value) => [
      [value, false] as const,
      [value, false] as const,
      [value, true] as const,
      [value, true] as const,
    ])
    const frames = written.map(([value, open]) => frame(sequence(value, open)))
    const file = part10File(EXPLICIT, element('52009230', 'SQ', Buffer.concat(frames)))
    const read = items(readPart10(file).dataset, 'PerFrameFunctionalGroupsSequence').map((group) =>
      items(group, 'SegmentSequence').map((item) => text(item, 'SegmentLabel')),
    )
    expect(read).toEqual(written.map(([value]) => [value]))
    // Closed by its length, a sequence may not end with a delimiter, whatever the one before did.
    const ending = element('00620002', 'SQ', Buffer.concat([mark('FFFEE000', 0), mark('FFFEE0DD', 0)]))
    const open = element(
      '00620002',
      'SQ',
      Buffer.concat([mark('FFFEE000', 0), mark('FFFEE0DD', 0)]),
      0xffffffff,
    )
    const mixed = part10File(EXPLICIT, element('52009230', 'SQ', Buffer.concat([frame(open), frame(ending)])))
    expect(refusal(() => readPart10(mixed))).toBe('bad-dicom')
  })

  it('reads what follows a private UN sequence of undefined length', () => {
    const inner = Buffer.concat([mark('00080060', 2), Buffer.from('CT')])
    const sequence = Buffer.concat([mark('FFFEE000', -1), inner, mark('FFFEE00D', 0), mark('FFFEE0DD', 0)])
    const { dataset } = readPart10(
      part10File(EXPLICIT, element('00091001', 'UN', sequence, 0xffffffff), element('00100020', 'LO', 'P1')),
    )
    expect(text(dataset, 'PatientID')).toBe('P1')
    expect(dataset['00091001']).toEqual({ vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] })
  })

  it('inflates a deflated data set and refuses one that inflates beyond the limit', () => {
    const content = Buffer.concat([
      element('00080060', 'CS', 'CT'),
      element('00091001', 'UN', new Uint8Array(100_000)),
    ])
    const file = part10File(DEFLATED, deflateRawSync(content))
    expect(file.length).toBeLessThan(1000)
    expect(text(readPart10(file).dataset, 'Modality')).toBe('CT')
    expect(refusal(() => readPart10(file, { maxBytes: 50_000 }))).toBe('limit-exceeded')
    expect(refusal(() => readPart10(file.subarray(0, -20)))).toBe('bad-dicom')
  })

  it('reads no more items of a sequence than allowed', () => {
    const item = mark('FFFEE000', 0)
    const file = part10File(EXPLICIT, element('00081140', 'SQ', Buffer.concat([item, item, item])))
    expect(items(readPart10(file, { itemsMax: 3 }).dataset, 'ReferencedImageSequence')).toHaveLength(3)
    expect(refusal(() => readPart10(file, { itemsMax: 2 }))).toBe('limit-exceeded')
  })

  it.each<[string, Uint8Array, ErrorCode]>([
    ['is empty', new Uint8Array(), 'bad-dicom'],
    ['has no DICM mark', new Uint8Array(500), 'bad-dicom'],
    ['names no transfer syntax', part10File(''), 'bad-dicom'],
    [
      'is Big Endian where it says Little',
      part10File(EXPLICIT, bigEndian('00280010', 'US', [2, 1])),
      'bad-dicom',
    ],
    [
      'has half a word of Big Endian pixels',
      part10File(BIG_ENDIAN, bigEndian('7FE00010', 'OW', [1, 2, 3])),
      'bad-dicom',
    ],
    ['has a length beyond its end', part10File(EXPLICIT, element('00080060', 'CS', 'CT', 40)), 'bad-dicom'],
    ['has an unknown VR', part10File(EXPLICIT, element('00080060', 'ZZ', 'CT')), 'bad-dicom'],
    [
      'has an element twice',
      part10File(EXPLICIT, element('00080060', 'CS', 'CT'), element('00080060', 'CS', 'MR')),
      'bad-dicom',
    ],
    [
      'has a US of three bytes',
      part10File(EXPLICIT, mark('00280010', 0x00035355), Buffer.from([1, 2, 3])),
      'bad-dicom',
    ],
    [
      'has a sequence without end',
      part10File(EXPLICIT, element('00620002', 'SQ', '', 0xffffffff)),
      'bad-dicom',
    ],
  ])('refuses a file that %s', (_, file, code) => {
    expect(refusal(() => readPart10(file))).toBe(code)
  })

  it('refuses nesting bombs', () => {
    let bomb: Uint8Array = element('00080060', 'CS', 'CT')
    for (let n = 0; n < 60; n++)
      bomb = element('00620002', 'SQ', Buffer.concat([mark('FFFEE000', bomb.length), bomb]))
    expect(refusal(() => readPart10(part10File(EXPLICIT, bomb)))).toBe('bad-dicom')
  })

  it('never reads a shorter value than was written, wherever the file is cut', () => {
    const file = ctSlice({ position: [0, 0, 7], values: [1, 2, 3, 4, 5, 6] })
    const whole = readPart10(file).dataset
    for (let length = 0; length < file.length; length++) {
      try {
        const { dataset } = readPart10(file.subarray(0, length))
        expect(dataset['7FE00010']).toBeUndefined()
        for (const [tag, found] of Object.entries(dataset)) expect(found).toEqual(whole[tag])
      } catch (error) {
        expect(error).toBeInstanceOf(PlumblineError)
      }
    }
  })

  it('answers any damage with a PlumblineError', () => {
    const file = ctSlice({ position: [0, 0, 7], values: [1, 2, 3, 4, 5, 6] })
    const change = fc.record({
      at: fc.integer({ min: 132, max: file.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const damaged = Uint8Array.from(file)
        for (const { at, byte } of changes) damaged[at] = byte
        expect(refusal(() => readPart10(damaged))).not.toMatch(/^another/)
      }),
    )
  })

  it('stops before the pixels for a header, and reads from shared memory', () => {
    const file = ctSlice({ position: [0, 0, 7], values: [1, 2, 3, 4, 5, 6] })
    const shared = new Uint8Array(new SharedArrayBuffer(file.length))
    shared.set(file)
    const header = readPart10(shared.subarray(0, file.length - 8), { untilPixelData: true })
    expect(header.pixelData).toBeNull()
    expect(text(header.dataset, 'Modality')).toBe('CT')
    expect(refusal(() => readPart10(shared.subarray(0, file.length - 8)))).toBe('bad-dicom')
  })

  it('keeps a DS that is no number as text', () => {
    const { dataset } = readPart10(part10File(EXPLICIT, element('00280030', 'DS', '0x10\\1.5')))
    expect(texts(dataset, 'PixelSpacing')).toEqual(['0x10', '1.5'])
    expect(
      readPart10(part10File(EXPLICIT, element('00280030', 'DS', 'abc'))).dataset['00280030']?.Value,
    ).toEqual(['abc'])
  })
})

describe('writePart10', () => {
  it('refuses a keyword that no attribute has, at any depth, where dcmjs would drop it', () => {
    const identity = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1' }
    expect(() => writePart10({ ...identity, PatientNam: 'A' })).toThrow('PatientNam')
    expect(() => writePart10({ ...identity, SegmentSequence: [{ SegmentLable: 'A' }] })).toThrow(
      'SegmentLable',
    )
  })
})
