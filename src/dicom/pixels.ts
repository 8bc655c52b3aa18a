/** Stored pixel values of image frames (PS3.5 section 8), whatever the transfer syntax. No rescale, no windowing. */
import { inflateRawSync } from 'node:zlib'
import { PlumblineError } from '../errors.ts'
import { spreadBits } from './bits.ts'
import { decodeCompressed, type Codec } from './codecs.ts'
import { damaged } from './element-values.ts'
import {
  even,
  frameBytes,
  frameFinder,
  requireNothingBeyondFrames,
  tooShort,
  type StoredFrame,
} from './frame-bytes.ts'
import { unsupportedSyntax, type Part10 } from './part10.ts'
import { tagOf } from './dictionary.ts'
import { frameValues, pixelFormat, type PixelFormat } from './pixel-format.ts'
import { decodeRle } from './rle.ts'
import { transferSyntax, type PixelEncoding } from './transfer-syntax.ts'

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

/** Of one frame, decompressed: 8192 x 8192 pixels of 16 bits. Decoders hold it several times over. */
const FRAME_BYTES_MAX = 2 ** 27
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
  return frameDecoder(part10).decode(frameIndex)
}

/** Decodes the frames of one object, whose header is read once for all of them. */
export interface FrameDecoder {
  readonly format: PixelFormat
  /** Throws PlumblineError('bad-dicom') when the frame is damaged. */
  readonly decode: (frameIndex: number) => Promise<Frame>
  /** The packed pixels of a 1 bit frame, `bytes` a view of the file where they are stored so; null where a JPEG codec must unpack them. */
  readonly bits: ((frameIndex: number) => StoredFrame) | null
}

/**
 * Throws PlumblineError: 'bad-dicom' when not all frames are there or something else is, 'unsupported-dicom' for other
 * transfer syntaxes, 'limit-exceeded' for compressed frames that are too large.
 */
export function frameDecoder(part10: Part10): FrameDecoder {
  const format = pixelFormat(part10.dataset)
  const { name, pixels } = transferSyntax(part10.transferSyntaxUid)
  if (pixels === 'unsupported') throw unsupportedSyntax(name)
  requireEncoding(part10, pixels)
  if (pixels !== 'native') requireFrameSize(format)
  requireNothingBeyondFrames(part10, format)
  const find = frameFinder(part10, format)
  if (pixels !== 'native' && pixels !== 'rle' && pixels !== 'deflated-frame') {
    return { format, bits: null, decode: async (index) => decodeWith(pixels, find(index).bytes, format) }
  }
  const native = (index: number): StoredFrame => {
    const stored = find(index)
    if (pixels === 'native') return stored
    const bytes = pixels === 'rle' ? unRle(stored.bytes, format) : inflateFrame(stored.bytes, format)
    return { bytes, firstBit: 0 }
  }
  const colourByPlane = format.colourByPlane && format.samples > 1 && pixels !== 'rle'
  return {
    format,
    bits: format.bitsAllocated === 1 ? native : null,
    decode: async (index) => nativeFrame(native(index), format, colourByPlane),
  }
}

/** Compressed pixels lie in fragments and only they do (PS3.5 A.4): what is written otherwise is not what it says. */
function requireEncoding({ pixelData }: Part10, pixels: PixelEncoding): void {
  if (pixelData === null || (pixelData.kind === 'native') === (pixels === 'native')) return
  throw damaged(`its transfer syntax says ${pixels}, and its pixel data are ${pixelData.kind}`)
}

/** Before a few bytes that claim to be a huge image take the memory for it. */
function requireFrameSize(format: PixelFormat): void {
  if ((frameValues(format) * format.bitsAllocated) / 8 <= FRAME_BYTES_MAX) return
  throw new PlumblineError(
    'limit-exceeded',
    `A compressed frame of the object has ${format.columns} x ${format.rows} pixels, which is more than ${FRAME_BYTES_MAX} bytes.`,
    {
      nextStep: 'Let the PACS deliver it as Explicit VR Little Endian.',
    },
  )
}

function nativeFrame({ bytes, firstBit }: StoredFrame, format: PixelFormat, colourByPlane: boolean): Frame {
  const { rows, columns, samples, photometric } = format
  const values =
    format.bitsAllocated === 1 ? unpackBits(bytes, firstBit, frameValues(format)) : typedValues(bytes, format)
  return { rows, columns, samples, photometric, values: colourByPlane ? interleave(values, samples) : values }
}

function unpackBits(packed: Uint8Array, firstBit: number, count: number): Uint8Array {
  const length = Math.ceil((firstBit + count) / 8)
  if (packed.length < length) throw tooShort(packed.length, length)
  const values = new Uint8Array(count)
  spreadBits(packed, firstBit, count, values, 0)
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
