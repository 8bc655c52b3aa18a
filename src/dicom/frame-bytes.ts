/** Where the frames of an image lie in its Pixel Data: native (PS3.5 8.1.1), or encapsulated in fragments (A.4). */
import { alignBits } from './bits.ts'
import type { ByteRange } from './byte-source.ts'
import { damaged } from './element-values.ts'
import type { EncapsulatedPixelData } from './parse.ts'
import type { Part10 } from './part10.ts'
import { frameValues, pixelFormat, type PixelFormat } from './pixel-format.ts'

/** One frame as it is stored: native pixels, or one compressed code stream. */
export interface StoredFrame {
  readonly bytes: Uint8Array
  /** The bit that its first pixel is: other than 0 in native 1 bit frames only, which may begin within a byte. */
  readonly firstBit: number
}
export type FindFrame = (frameIndex: number) => StoredFrame

/** Bytes of one frame, beginning with its first pixel. Throws PlumblineError('bad-dicom') when they are not all there. */
export function frameBytes(part10: Part10, frameIndex: number): Uint8Array {
  const format = pixelFormat(part10.dataset)
  const { bytes, firstBit } = frameFinder(part10, format)(frameIndex)
  return firstBit === 0 ? bytes : alignBits(bytes, firstBit, frameValues(format))
}

/** Compares Pixel Data with the header once, for all frames. Throws PlumblineError('bad-dicom') when they are not all there. */
export function frameFinder({ pixelData }: Part10, format: PixelFormat): FindFrame {
  if (pixelData === null) throw damaged('it holds no pixel data')
  const find =
    pixelData.kind === 'encapsulated'
      ? encapsulatedFrames(pixelData, format.frames)
      : format.bitsAllocated === 1
        ? bitFrames(pixelData.bytes, format)
        : nativeFrames(pixelData.bytes, format)
  return (frameIndex) => {
    if (Number.isInteger(frameIndex) && frameIndex >= 0 && frameIndex < format.frames) return find(frameIndex)
    throw damaged(`frame ${frameIndex + 1} was asked for and it has ${format.frames}`)
  }
}

/** Whole bytes of native pixel data beyond the last frame and its padding: more frames than the header counts. */
export function bytesBeyondFrames({ pixelData }: Part10, format: PixelFormat): number {
  if (pixelData?.kind !== 'native') return 0
  const { length } = pixelData.bytes
  const bits = frameValues(format) * format.bitsAllocated
  const needed = isPadded(length, format)
    ? Math.ceil(bits / 8) * format.frames
    : Math.ceil((bits * format.frames) / 8)
  return Math.max(0, length - even(needed))
}

/**
 * Padding is zeros: anything else after the last frame says that the header does not describe these pixels. Throws
 * PlumblineError('bad-dicom').
 */
export function requireNothingBeyondFrames(part10: Part10, format: PixelFormat): void {
  const beyond = bytesBeyondFrames(part10, format)
  if (beyond === 0 || part10.pixelData?.kind !== 'native') return
  const { bytes } = part10.pixelData
  for (const byte of bytes.view(bytes.length - beyond, bytes.length)) {
    if (byte !== 0) throw damaged(`its pixel data go on for ${beyond} bytes after the last of its frames`)
  }
}

export function tooShort(have: number, need: number): Error {
  return damaged(`its pixel data hold ${have} bytes where its frames need ${need}`)
}

export function even(length: number): number {
  return length + (length % 2)
}

function nativeFrames(bytes: ByteRange, format: PixelFormat): FindFrame {
  const length = frameValues(format) * (format.bitsAllocated / 8)
  if (bytes.length < format.frames * length) throw tooShort(bytes.length, format.frames * length)
  return (index) => ({ bytes: bytes.view(index * length, (index + 1) * length), firstBit: 0 })
}

/**
 * 1 bit frames are one continuous stream of bits. Old writers began every frame with a new byte; where that makes a
 * difference, the length of the pixel data tells the two apart.
 */
function bitFrames(bytes: ByteRange, format: PixelFormat): FindFrame {
  const bits = frameValues(format)
  const continuous = Math.ceil((bits * format.frames) / 8)
  if (bytes.length < continuous) throw tooShort(bytes.length, continuous)
  const step = isPadded(bytes.length, format) ? Math.ceil(bits / 8) * 8 : bits
  return (index) => {
    const first = index * step
    const from = Math.floor(first / 8)
    return { bytes: bytes.view(from, Math.ceil((first + bits) / 8)), firstBit: first - from * 8 }
  }
}

function isPadded(length: number, format: PixelFormat): boolean {
  if (format.bitsAllocated !== 1) return false
  const bits = frameValues(format)
  const padded = Math.ceil(bits / 8) * format.frames
  return even(Math.ceil((bits * format.frames) / 8)) !== even(padded) && length >= padded
}

/** One frame's fragments, joined: by the basic offset table, or one fragment per frame, or all of a single frame. */
function encapsulatedFrames({ offsets, fragments }: EncapsulatedPixelData, frames: number): FindFrame {
  if (frames === 1) return () => ({ bytes: join(fragments), firstBit: 0 })
  if (fragments.length === frames)
    return (index) => ({ bytes: fragments[index] ?? new Uint8Array(), firstBit: 0 })
  if (offsets.length !== frames) {
    throw damaged(
      `its pixel data have ${fragments.length} fragments for ${frames} frames and no table that says which is which`,
    )
  }
  // Offsets count from the first fragment's item tag; 8 bytes of tag and length precede every fragment.
  const numberAt = new Map<number, number>()
  let position = 0
  for (const [n, fragment] of fragments.entries()) {
    numberAt.set(position, n)
    position += 8 + fragment.length
  }
  numberAt.set(position, fragments.length)
  return (index) => {
    const from = numberAt.get(offsets[index] ?? NaN)
    const to = numberAt.get(offsets[index + 1] ?? position)
    if (from === undefined || to === undefined || to <= from)
      throw damaged('the offset table of its pixel data is wrong')
    return { bytes: join(fragments.slice(from, to)), firstBit: 0 }
  }
}

function join(fragments: readonly Uint8Array[]): Uint8Array {
  const [only] = fragments
  return fragments.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(fragments))
}
