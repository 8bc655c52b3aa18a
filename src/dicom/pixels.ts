/** Stored pixel values of image frames (PS3.5 section 8), whatever the transfer syntax. No rescale, no windowing. */
import { inflateRawSync } from 'node:zlib'
import { decodeCompressed, type Codec } from './codecs.ts'
import { damaged } from './element-values.ts'
import { numbers, tagOf, text, unsupportedSyntax, type Dataset, type Part10 } from './part10.ts'
import { decodeRle } from './rle.ts'
import { transferSyntax } from './transfer-syntax.ts'

/** The Image Pixel module (PS3.3 C.7.6.3) as far as decoding needs it. */
export interface PixelFormat {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samples: number
  readonly bitsAllocated: 1 | 8 | 16 | 32
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Planar Configuration 1: all of one colour, then the next. */
  readonly colourByPlane: boolean
  readonly photometric: string
}

export type PixelValues = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

export interface Frame {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  /** Row by row, colour by pixel. 1 bit images: 0 or 1. */
  readonly values: PixelValues
  /** Photometric Interpretation of `values`; `RGB` for what a JPEG codec already converted. */
  readonly photometric: string
}

/** Reads and checks the Image Pixel module. Throws PlumblineError('bad-dicom'). */
export function pixelFormat(dataset: Dataset): PixelFormat {
  const whole = (keyword: string, low: number, high: number, missing: number | null = null): number => {
    const value = text(dataset, keyword) === '' ? missing : numbers(dataset, keyword)[0]
    if (value === null || value === undefined) throw damaged(`its ${keyword} is missing`)
    if (!Number.isInteger(value) || value < low || value > high)
      throw damaged(`its ${keyword} is not a legal number`)
    return value
  }
  const bitsAllocated = whole('BitsAllocated', 1, 32)
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16 && bitsAllocated !== 32) {
    throw damaged(`its BitsAllocated is ${bitsAllocated}, which no image may have`)
  }
  const bitsStored = whole('BitsStored', 1, bitsAllocated, bitsAllocated)
  return {
    rows: whole('Rows', 1, 65535),
    columns: whole('Columns', 1, 65535),
    frames: whole('NumberOfFrames', 1, 2 ** 31 - 1, 1),
    samples: whole('SamplesPerPixel', 1, 4, 1),
    bitsAllocated,
    bitsStored,
    highBit: whole('HighBit', bitsStored - 1, bitsAllocated - 1, bitsStored - 1),
    signed: whole('PixelRepresentation', 0, 1, 0) === 1,
    colourByPlane: whole('PlanarConfiguration', 0, 1, 0) === 1,
    photometric: text(dataset, 'PhotometricInterpretation'),
  }
}

/**
 * Bytes of one frame as they are stored: native pixels, or one compressed code stream. Frames of 1 bit images that
 * begin within a byte are shifted to begin with one. Throws PlumblineError('bad-dicom') when they are not all there.
 */
export function frameBytes(part10: Part10, frameIndex: number): Uint8Array {
  const format = pixelFormat(part10.dataset)
  requireFrame(format, frameIndex)
  const { pixelData } = part10
  if (pixelData === null) throw damaged('it holds no pixel data')
  if (pixelData.kind === 'encapsulated') return encapsulatedFrame(pixelData, format.frames, frameIndex)
  if (format.bitsAllocated === 1) return bitFrame(pixelData.bytes, format, frameIndex)
  const length = frameValues(format) * (format.bitsAllocated / 8)
  const start = frameIndex * length
  if (pixelData.bytes.length < format.frames * length)
    throw tooShort(pixelData.bytes.length, format.frames * length)
  return pixelData.bytes.subarray(start, start + length)
}

const PIXEL_FORMAT_KEYWORDS = [
  'Rows',
  'Columns',
  'SamplesPerPixel',
  'BitsAllocated',
  'BitsStored',
  'HighBit',
  'PixelRepresentation',
  'PlanarConfiguration',
  'PhotometricInterpretation',
]

/** One compressed frame and what decoding it needs, so that no more than that travels to a worker thread. */
export function compressedFrame(part10: Part10, frameIndex: number): Part10 {
  const tags = PIXEL_FORMAT_KEYWORDS.map(tagOf)
  return {
    transferSyntaxUid: part10.transferSyntaxUid,
    dataset: Object.fromEntries(tags.map((tag) => [tag, part10.dataset[tag]])),
    pixelData: { kind: 'encapsulated', offsets: [], fragments: [frameBytes(part10, frameIndex).slice()] },
  }
}

export type DecodeFrame = (part10: Part10, frameIndex: number) => Promise<Frame>

/** Decodes one frame. Throws PlumblineError: 'bad-dicom' when it is damaged, 'unsupported-dicom' for other transfer syntaxes. */
export async function decodeFrame(part10: Part10, frameIndex: number): Promise<Frame> {
  const format = pixelFormat(part10.dataset)
  const syntax = transferSyntax(part10.transferSyntaxUid)
  if (syntax.pixels === 'unsupported') throw unsupportedSyntax(syntax.name)
  const stored = frameBytes(part10, frameIndex)
  const { rows, columns, samples } = format
  if (
    syntax.pixels === 'jpeg' ||
    syntax.pixels === 'jpeg-lossless' ||
    syntax.pixels === 'jpeg-ls' ||
    syntax.pixels === 'jpeg-2000'
  ) {
    return decodeWith(syntax.pixels, stored, format)
  }
  const native =
    syntax.pixels === 'rle'
      ? unRle(stored, format)
      : syntax.pixels === 'deflated-frame'
        ? inflateFrame(stored, format)
        : stored
  const colourByPlane = format.colourByPlane && samples > 1 && syntax.pixels !== 'rle'
  const values =
    format.bitsAllocated === 1 ? unpackBits(native, frameValues(format)) : typedValues(native, format)
  return {
    rows,
    columns,
    samples,
    photometric: format.photometric,
    values: colourByPlane ? interleave(values, samples) : values,
  }
}

function requireFrame(format: PixelFormat, frameIndex: number): void {
  if (!Number.isInteger(frameIndex) || frameIndex < 0 || frameIndex >= format.frames) {
    throw damaged(`frame ${frameIndex + 1} was asked for and it has ${format.frames}`)
  }
}

function frameValues({ rows, columns, samples }: PixelFormat): number {
  return rows * columns * samples
}

function tooShort(have: number, need: number): Error {
  return damaged(`its pixel data hold ${have} bytes where its frames need ${need}`)
}

/** One frame's fragments, joined: by the basic offset table, or one fragment per frame, or all of a single frame. */
function encapsulatedFrame(
  { offsets, fragments }: { offsets: readonly number[]; fragments: readonly Uint8Array[] },
  frames: number,
  frameIndex: number,
): Uint8Array {
  if (frames === 1) return join(fragments)
  if (fragments.length === frames) return fragments[frameIndex] ?? new Uint8Array()
  if (offsets.length !== frames) {
    throw damaged(
      `its pixel data have ${fragments.length} fragments for ${frames} frames and no table that says which is which`,
    )
  }
  let position = 0
  const starts = fragments.map((fragment) => {
    const start = position
    position += 8 + fragment.length
    return start
  })
  const from = offsets[frameIndex] ?? NaN
  const to = offsets[frameIndex + 1] ?? position
  const own = fragments.filter((_, n) => (starts[n] ?? 0) >= from && (starts[n] ?? 0) < to)
  if (own.length === 0 || !starts.includes(from)) throw damaged('the offset table of its pixel data is wrong')
  return join(own)
}

function join(fragments: readonly Uint8Array[]): Uint8Array {
  const [only] = fragments
  return fragments.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(fragments))
}

/**
 * 1 bit frames are one continuous stream of bits, lowest bit first (PS3.5 8.1.1). Old writers began every frame with a
 * new byte; where that makes a difference, the length of the pixel data tells the two apart.
 */
function bitFrame(bytes: Uint8Array, format: PixelFormat, frameIndex: number): Uint8Array {
  const bits = frameValues(format)
  const padded = Math.ceil(bits / 8)
  const continuous = Math.ceil((bits * format.frames) / 8)
  if (bytes.length < continuous) throw tooShort(bytes.length, continuous)
  const isPadded = even(continuous) !== even(padded * format.frames) && bytes.length >= padded * format.frames
  if (bits % 8 === 0 || isPadded) return bytes.subarray(frameIndex * padded, (frameIndex + 1) * padded)
  const shift = (frameIndex * bits) % 8
  const first = Math.floor((frameIndex * bits) / 8)
  return Uint8Array.from({ length: padded }, (_, n) => {
    return ((bytes[first + n] ?? 0) >> shift) | ((bytes[first + n + 1] ?? 0) << (8 - shift))
  })
}

function even(length: number): number {
  return length + (length % 2)
}

function unpackBits(packed: Uint8Array, count: number): Uint8Array {
  if (packed.length < Math.ceil(count / 8)) throw tooShort(packed.length, Math.ceil(count / 8))
  const values = new Uint8Array(count)
  for (let byte = 0; byte * 8 < count; byte++) {
    const bits = packed[byte] ?? 0
    if (bits === 0) continue
    for (let bit = 0; bit < 8 && byte * 8 + bit < count; bit++) values[byte * 8 + bit] = (bits >> bit) & 1
  }
  return values
}

function unRle(frame: Uint8Array, format: PixelFormat): Uint8Array {
  if (format.bitsAllocated === 1) return decodeRle(frame, Math.ceil(frameValues(format) / 8), 1, 1)
  return decodeRle(frame, format.rows * format.columns, format.samples, format.bitsAllocated / 8)
}

/** Deflated Image Frame Compression, PS3.5 A.4.13. */
function inflateFrame(frame: Uint8Array, format: PixelFormat): Uint8Array {
  const length = Math.ceil((frameValues(format) * format.bitsAllocated) / 8)
  try {
    const native = inflateRawSync(new Uint8Array(frame), { maxOutputLength: even(length) })
    if (native.length >= length) return native.subarray(0, length)
  } catch (cause) {
    throw Object.assign(damaged('a deflated frame cannot be inflated to the size of its image'), { cause })
  }
  throw damaged('a deflated frame holds fewer pixels than its image')
}

async function decodeWith(codec: Codec, stored: Uint8Array, format: PixelFormat): Promise<Frame> {
  const { rows, columns, samples, photometric } = format
  const { bytes, bytesPerSample } = await decodeCompressed(codec, stored, { rows, columns, samples })
  const decoded = {
    ...format,
    bitsAllocated: bytesPerSample === 2 ? (16 as const) : (8 as const),
    highBit: format.bitsStored - 1,
  }
  const converted =
    samples === 3 && (codec === 'jpeg' || photometric.startsWith('YBR_R') || photometric.startsWith('YBR_I'))
  return {
    rows,
    columns,
    samples,
    values: typedValues(bytes, decoded),
    photometric: converted ? 'RGB' : photometric,
  }
}

/** Bytes to numbers: the bits above High Bit are not pixels (PS3.5 8.1.1); the sign bit is the highest stored bit. */
function typedValues(native: Uint8Array, format: PixelFormat): PixelValues {
  const { bitsAllocated, bitsStored, highBit, signed } = format
  if (native.length < (frameValues(format) * bitsAllocated) / 8) throw damaged('a frame is cut off')
  const aligned = new Uint8Array(native).buffer
  const values =
    bitsAllocated === 8
      ? new (signed ? Int8Array : Uint8Array)(aligned)
      : bitsAllocated === 16
        ? new (signed ? Int16Array : Uint16Array)(aligned)
        : new (signed ? Int32Array : Uint32Array)(aligned)
  if (bitsStored >= bitsAllocated) return values
  const up = 31 - highBit
  const down = 32 - bitsStored
  for (let n = 0; n < values.length; n++) {
    const shifted = (values[n] ?? 0) << up
    values[n] = signed ? shifted >> down : shifted >>> down
  }
  return values
}

/** Colour by plane to colour by pixel. */
function interleave(values: PixelValues, samples: number): PixelValues {
  const plane = values.length / samples
  return values.map((_, n) => values[(n % samples) * plane + Math.floor(n / samples)] ?? 0)
}
