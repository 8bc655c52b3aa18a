import { crc32 } from 'node:zlib'
import { encode } from 'fast-png'
import { expect, test } from 'vitest'
import { requireCleanPng } from '../../src/inference/clean-png.ts'
import { pngOf } from './harness.ts'

const SIGNATURE_AND_IHDR = 8 + 25

function withChunk(type: string, data: string): Uint8Array {
  const png = Buffer.from(pngOf())
  const body = Buffer.from(type + data, 'latin1')
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(crc32(body))
  const chunk = Buffer.concat([length, body, crc])
  return Buffer.concat([png.subarray(0, SIGNATURE_AND_IHDR), chunk, png.subarray(SIGNATURE_AND_IHDR)])
}

test('pixels pass, and tell their size', () => {
  expect(requireCleanPng(pngOf(30, 20))).toEqual({ width: 30, height: 20 })
  const rgb = encode({ width: 2, height: 1, channels: 3, data: new Uint8Array(6) })
  expect(requireCleanPng(rgb)).toEqual({ width: 2, height: 1 })
})

const sound = Buffer.from(pngOf())
const damaged = Buffer.from(sound)
damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20)
test.each([
  ['text', withChunk('tEXt', 'Comment\0DOE^JANE')],
  ['compressed text', withChunk('zTXt', 'x')],
  ['international text', withChunk('iTXt', 'x')],
  ['EXIF', withChunk('eXIf', 'x')],
  ['a time', withChunk('tIME', '1234567')],
  ['an unknown chunk', withChunk('prVt', 'x')],
  ['bytes after its end', Buffer.concat([sound, Buffer.from('DOE')])],
  ['no end', sound.subarray(0, sound.length - 12)],
  ['half a chunk', sound.subarray(0, sound.length - 20)],
  ['a wrong checksum', damaged],
  ['another format', Buffer.from('\xff\xd8\xff\xe0 JFIF', 'latin1')],
  ['nothing', Buffer.alloc(0)],
])('a picture with %s stays here', (_, png) => {
  expect(() => requireCleanPng(png)).toThrow(
    expect.objectContaining({ code: 'model-refused', kind: 'unclean-picture' }),
  )
})

test('text that the encoder was given stays here', () => {
  const png = encode({
    width: 1,
    height: 1,
    channels: 1,
    data: new Uint8Array(1),
    text: { Author: 'DOE^JANE' },
  })
  expect(() => requireCleanPng(png)).toThrow('holds more than pixels')
})
