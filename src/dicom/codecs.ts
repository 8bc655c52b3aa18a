/** The JPEG family, decoded by WebAssembly builds of CharLS, OpenJPEG and libjpeg-turbo, and JPEG Lossless in JavaScript. */
import { PlumblineError } from '../errors.ts'
import type { CodecModule, Decoder } from './codec-module.ts'
import { damaged } from './element-values.ts'

export type Codec = WasmCodec | 'jpeg-lossless'
type WasmCodec = 'jpeg' | 'jpeg-ls' | 'jpeg-2000'

/** What the image header says a frame must be. */
export interface FrameSize {
  readonly rows: number
  readonly columns: number
  readonly samples: number
}

export interface DecodedFrame {
  /** Little endian samples, one or two bytes each, colour by pixel. */
  readonly bytes: Uint8Array
  readonly bytesPerSample: 1 | 2
}

const NAMES: Readonly<Record<Codec, string>> = {
  jpeg: 'JPEG',
  'jpeg-lossless': 'JPEG Lossless',
  'jpeg-ls': 'JPEG-LS',
  'jpeg-2000': 'JPEG 2000',
}

const CODECS: Readonly<
  Record<WasmCodec, { module: LazyModule; open: (module: CodecModule) => Decoder | null }>
> = {
  jpeg: {
    module: lazy(async () =>
      (await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')).default(silent()),
    ),
    open: ({ JPEGDecoder }) => (JPEGDecoder === undefined ? null : new JPEGDecoder()),
  },
  'jpeg-ls': {
    module: lazy(async () => (await import('@cornerstonejs/codec-charls/decodewasmjs')).default(silent())),
    open: ({ JpegLSDecoder }) => (JpegLSDecoder === undefined ? null : new JpegLSDecoder()),
  },
  'jpeg-2000': {
    module: lazy(async () => (await import('@cornerstonejs/codec-openjpeg/decodewasmjs')).default(silent())),
    open: ({ J2KDecoder }) => (J2KDecoder === undefined ? null : new J2KDecoder()),
  },
}

/** The modules write their complaints to the console otherwise. One object per start: the module becomes what it is given. */
function silent(): { print: () => void; printErr: () => void } {
  return { print: () => undefined, printErr: () => undefined }
}

/** Decodes one frame. Its own size must be the image's: checked before pixels are allocated. Throws PlumblineError('bad-dicom'). */
export async function decodeCompressed(
  codec: Codec,
  frame: Uint8Array,
  size: FrameSize,
): Promise<DecodedFrame> {
  requireSize(codec, frame, size)
  if (END_REQUIRED.includes(codec) && !hasEnd(frame)) throw damaged(`a ${NAMES[codec]} frame is cut off`)
  if (codec === 'jpeg-lossless') return decodeJpegLossless(frame, size)
  const { module, open } = CODECS[codec]
  const decoder = open(await module.get())
  if (decoder === null) throw new Error(`the ${codec} module has no decoder`)
  try {
    decoder.getEncodedBuffer(frame.length).set(frame)
    decoder.decode()
    const { bitsPerSample, componentCount } = decoder.getFrameInfo()
    const bytesPerSample = bitsPerSample > 8 ? 2 : 1
    const bytes = new Uint8Array(decoder.getDecodedBuffer())
    const expected = size.rows * size.columns * size.samples * bytesPerSample
    if (componentCount !== size.samples || bytes.length < expected) throw new RangeError('size')
    decoder.delete()
    return { bytes: bytes.subarray(0, expected), bytesPerSample }
  } catch (cause) {
    // The module's memory may be in any state after a failure: the next frame starts with a fresh one.
    module.drop()
    throw new PlumblineError(
      'bad-dicom',
      `A frame of the DICOM object is not a whole ${NAMES[codec]} image.`,
      { cause },
    )
  }
}

/**
 * Decoders that read on past the end of a cut stream: one as if zeros came, one through all of its memory, which takes
 * half a minute. The end marker must be there (T.81 B.1.1.3, T.87 C.1.1).
 */
const END_REQUIRED: readonly Codec[] = ['jpeg-lossless', 'jpeg-ls']

/** Is there an end of image marker, before at most one byte of padding? */
function hasEnd(frame: Uint8Array): boolean {
  const end = frame.at(-1) === 0 ? frame.length - 1 : frame.length
  return frame[end - 2] === 0xff && frame[end - 1] === 0xd9
}

async function decodeJpegLossless(
  frame: Uint8Array,
  { rows, columns, samples }: FrameSize,
): Promise<DecodedFrame> {
  // Loaded when asked for, as the WebAssembly decoders are.
  const { Decoder: JpegLosslessDecoder } = await import('jpeg-lossless-decoder-js')
  try {
    const values = new JpegLosslessDecoder().decode(new Uint8Array(frame).buffer, 0, frame.length)
    if (values === null || values.length !== rows * columns * samples) throw new RangeError('size')
    const bytesPerSample = values.BYTES_PER_ELEMENT === 2 ? 2 : 1
    return { bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), bytesPerSample }
  } catch (cause) {
    throw new PlumblineError(
      'bad-dicom',
      `A frame of the DICOM object is not a whole ${NAMES['jpeg-lossless']} image.`,
      { cause },
    )
  }
}

/** Compares the code stream's own size with the image header's, so that a small file cannot ask for a huge image. */
function requireSize(codec: Codec, frame: Uint8Array, size: FrameSize): void {
  const own = codec === 'jpeg-2000' ? j2kSize(frame) : jpegSize(frame)
  if (own === null) throw damaged(`a frame is not a ${NAMES[codec]} image`)
  if (own.rows !== size.rows || own.columns !== size.columns || own.samples !== size.samples) {
    throw damaged(
      `a ${NAMES[codec]} frame is ${own.columns} x ${own.rows} x ${own.samples}, its header says otherwise`,
    )
  }
}

/** Size in the start-of-frame marker, ITU-T T.81 B.2.2; T.87 uses SOF55. */
function jpegSize(frame: Uint8Array): FrameSize | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  for (let at = 2; at + 10 <= frame.length && frame[at] === 0xff;) {
    const marker = frame[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isStartOfFrame =
      (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7
    if (isStartOfFrame)
      return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), samples: frame[at + 9] ?? 0 }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

/** Size in the SIZ marker, ITU-T T.800 A.5.1, which comes right after the start of the code stream. */
function j2kSize(frame: Uint8Array): FrameSize | null {
  const start = codeStreamStart(frame)
  if (start === null || start + 42 > frame.length) return null
  const view = new DataView(frame.buffer, frame.byteOffset + start, frame.byteLength - start)
  const extent = (to: number, from: number) => view.getUint32(to) - view.getUint32(from)
  return { columns: extent(8, 16), rows: extent(12, 20), samples: view.getUint16(40) }
}

function codeStreamStart(frame: Uint8Array): number | null {
  for (let n = 0; n + 3 < frame.length; n++) {
    if (frame[n] === 0xff && frame[n + 1] === 0x4f && frame[n + 2] === 0xff && frame[n + 3] === 0x51) return n
  }
  return null
}

interface LazyModule {
  get(): Promise<CodecModule>
  drop(): void
}

/** Starts a module at first use: compiling it takes longer than decoding a frame. One that did not start is not kept. */
function lazy(start: () => Promise<CodecModule>): LazyModule {
  let started: Promise<CodecModule> | null = null
  return {
    get: async () => {
      const own = (started ??= start())
      try {
        return await own
      } catch (error) {
        if (started === own) started = null
        throw error
      }
    },
    drop: () => {
      started = null
    },
  }
}
