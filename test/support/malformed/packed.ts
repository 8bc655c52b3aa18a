/** Noise, and bytes that unpack to something: RLE frames, deflate streams, small images of every codec. */
import { constants, deflateRawSync } from 'node:zlib'

/** The same bytes every time (xorshift32). */
export function noise(length: number): Uint8Array {
  let state = 0x9e3779b9
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  })
}

/** One RLE frame (PS3.5 G.3): header, then the segments as given, packed bits already. */
export function rleFrame(
  segments: readonly Uint8Array[],
  header: { count?: number; offsets?: readonly number[] } = {},
): Uint8Array {
  const offsets = segments.map((_, n) =>
    segments.slice(0, n).reduce((sum, segment) => sum + segment.length, 64),
  )
  const words = new Uint32Array(16)
  words.set([header.count ?? segments.length, ...(header.offsets ?? offsets)])
  return Buffer.concat([new Uint8Array(words.buffer), ...segments])
}

/** PackBits runs of one value, 128 at a time: 2 bytes for 128. */
export function packedRun(value: number, length: number): Uint8Array {
  const whole = Math.floor(length / 128)
  const rest = length % 128
  const tail = rest === 0 ? [] : rest === 1 ? [0, value] : [257 - rest, value]
  return Uint8Array.from([...Array.from({ length: whole }, () => [129, value]).flat(), ...tail])
}

const BLOCK_BYTES = 2 ** 24

/** A raw deflate stream of zeros, a thousandth of the length it inflates to. */
export function deflateBomb(inflatedBytes: number): Uint8Array {
  // A full flush ends a block at a byte and forgets what was before: the same block may follow any number of times.
  const block = deflateRawSync(new Uint8Array(BLOCK_BYTES), { finishFlush: constants.Z_FULL_FLUSH })
  const blocks = Array.from({ length: Math.ceil(inflatedBytes / BLOCK_BYTES) }, () => block)
  return Buffer.concat([...blocks, deflateRawSync(new Uint8Array(0))])
}
