/** RLE Lossless, PS3.5 Annex G. */
import type { PlumblineError } from '../errors.ts'
import { damaged } from './element-values.ts'

const HEADER_BYTES = 64
const SEGMENTS_MAX = 15
const NO_OPERATION = 128
/** Some writers make an odd plane even before they pack it. */
const PADDING_PIXELS = 1
/** Two bytes give at most 128. */
const EXPANSION_MAX = 64

/**
 * Decodes one frame to its native little endian form, colour by pixel. A segment holds one byte plane: sample by sample,
 * the most significant byte first (G.2). `planeBytes` is the length of a plane.
 */
export function decodeRle(
  frame: Uint8Array,
  planeBytes: number,
  samples: number,
  bytesPerSample: number,
): Uint8Array {
  if (frame.length < HEADER_BYTES) throw damaged('an RLE frame has no header')
  const view = new DataView(frame.buffer, frame.byteOffset, HEADER_BYTES)
  const count = view.getUint32(0, true)
  if (count !== samples * bytesPerSample || count > SEGMENTS_MAX) {
    throw damaged(`an RLE frame has ${count} segments where its pixels need ${samples * bytesPerSample}`)
  }
  const stride = samples * bytesPerSample
  // Before memory is taken for an image that a few bytes claim to be.
  if (planeBytes * stride > frame.length * EXPANSION_MAX)
    throw damaged('an RLE frame holds fewer pixels than its image')
  const native = new Uint8Array(planeBytes * stride)
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : frame.length
    if (start < HEADER_BYTES || end < start || end > frame.length)
      throw damaged('an RLE frame has wrong segment offsets')
    const sample = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    unpack(frame.subarray(start, end), native, sample * bytesPerSample + byte, stride, planeBytes)
  }
  return native
}

/** PackBits, G.3.2, into every `stride`th byte from `first`. After the last pixel only padding may follow (G.3.1). */
function unpack(
  packed: Uint8Array,
  target: Uint8Array,
  first: number,
  stride: number,
  planeBytes: number,
): void {
  let at = first
  const end = first + planeBytes * stride
  let n = 0
  while (n < packed.length && at < end) {
    const control = packed[n++] ?? 0
    if (control === NO_OPERATION) continue
    const literal = control < 128
    const run = literal ? control + 1 : 257 - control
    const kept = Math.min(run, (end - at) / stride)
    if (n + (literal ? kept : 1) > packed.length) throw damaged('an RLE frame is cut off')
    if (run > kept + PADDING_PIXELS) throw tooManyPixels()
    for (let m = 0; m < kept; m++, at += stride) target[at] = packed[literal ? n + m : n] ?? 0
    n += literal ? run : 1
  }
  if (at < end) throw damaged('an RLE frame holds fewer pixels than its image')
  for (; n < packed.length; n++) {
    if (packed[n] !== 0 && packed[n] !== NO_OPERATION) throw tooManyPixels()
  }
}

function tooManyPixels(): PlumblineError {
  return damaged('an RLE frame holds more pixels than its image')
}
