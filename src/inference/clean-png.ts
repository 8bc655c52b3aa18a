/** Pictures leave only as pixels: a PNG with no text, no metadata, nothing after its end. */
import { crc32 } from 'node:zlib'
import { ModelError } from './model-error.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Chunks that say how pixels look and how large they are (PNG, third edition, 11). Text, EXIF and time are not among them. */
const PIXEL_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'gAMA', 'sRGB', 'pHYs'])
const HEAD_BYTES = 8
const CRC_BYTES = 4

/** Width and height in pixels. Throws ModelError('unclean-picture') for what is no PNG or holds more than pixels. */
export function requireCleanPng(png: Uint8Array): { width: number; height: number } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw unclean('is no PNG')
  let at = SIGNATURE.length
  let last = ''
  while (at + HEAD_BYTES + CRC_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + HEAD_BYTES)
    const end = at + HEAD_BYTES + length
    if (!PIXEL_CHUNKS.has(type)) throw unclean('holds more than pixels')
    if (end + CRC_BYTES > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
      throw unclean('is damaged')
    at = end + CRC_BYTES
    last = type
    if (type === 'IEND') break
  }
  if (last !== 'IEND' || at !== bytes.length) throw unclean('does not end where its pixels end')
  const ihdr = SIGNATURE.length + HEAD_BYTES
  return { width: bytes.readUInt32BE(ihdr), height: bytes.readUInt32BE(ihdr + 4) }
}

function unclean(what: string): ModelError {
  return new ModelError(
    'unclean-picture',
    `Nothing was sent to the language model: a picture of the request ${what}.`,
  )
}
