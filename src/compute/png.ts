/** Sheets as PNG files (W3C PNG, third edition): indexed colours, rows as differences, zlib of Node. */
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Colour type 3: one byte per pixel is an entry of PLTE. */
const INDEXED = [8, 3, 0, 0, 0] as const
const FILTER_UP = 2
const LEVEL = 4

export interface IndexedPicture {
  readonly width: number
  readonly height: number
  /** Row by row. */
  readonly pixels: Uint8Array
  readonly palette: readonly (readonly [number, number, number])[]
}

export function encodePng({ width, height, pixels, palette }: IndexedPicture): Uint8Array {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, Buffer.from(INDEXED)])),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(filtered(width, height, pixels), { level: LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Each row as its difference from the one above: entries of our palette are shades in order, which change little from row to row. */
function filtered(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0, to = 0; y < height; y++) {
    rows[to++] = FILTER_UP
    for (let at = y * width; at < (y + 1) * width; at++)
      rows[to++] = (pixels[at] ?? 0) - (y === 0 ? 0 : (pixels[at - width] ?? 0))
  }
  return rows
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
