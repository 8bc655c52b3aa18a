/**
 * Part 10 files (PS3.10 section 7) to data sets; parse.ts reads them, write-part10.ts writes.
 * A data set is in the form of the DICOM JSON model: tag `GGGGEEEE` to `{ vr, Value }`.
 */
import { inflateRawSync } from 'node:zlib'
import { PlumblineError } from '../errors.ts'
import { numberOfText } from './decimal-text.ts'
import { memorySource, type ByteSource } from './byte-source.ts'
import { tagOf } from './dictionary.ts'
import { damaged } from './element-values.ts'
import { parseDataset, type Dataset, type PixelData } from './parse.ts'
import { transferSyntax } from './transfer-syntax.ts'

export type { Dataset, Element, PixelData } from './parse.ts'

export interface Part10 {
  readonly transferSyntaxUid: string
  readonly dataset: Dataset
  /** Views into the bytes that were read (copies from Big Endian); null when there are none or reading stopped before them. */
  readonly pixelData: PixelData | null
}

const PREAMBLE_BYTES = 128
/** Preamble and file meta information, most often. */
const META_BYTES = 1024
/** Used where the caller sets none; what one Node.js buffer can hold comfortably. */
const FILE_BYTES_MAX = 2 ** 31 - 1
/** Deflated bytes become up to a thousand times as many, which are held twice while they are joined: 1 GiB at the most. */
const INFLATED_BYTES_MAX = 2 ** 29

export interface ReadOptions {
  /** Stop before Pixel Data: for headers. */
  readonly untilPixelData?: boolean
  /** Largest file, and largest data set after inflating, which has a limit of its own besides. */
  readonly maxBytes?: number
  /** Items of one sequence. */
  readonly itemsMax?: number
}

/**
 * Reads a Part 10 file in any transfer syntax; native pixels come out little endian. Throws PlumblineError: 'bad-dicom'
 * when it is none or is damaged, 'limit-exceeded' when it is larger than `maxBytes` or a sequence
 * longer than `itemsMax`.
 */
export function readPart10(file: Uint8Array | ByteSource, options: ReadOptions = {}): Part10 {
  const source = file instanceof Uint8Array ? memorySource(file) : file
  const maxBytes = options.maxBytes ?? FILE_BYTES_MAX
  if (source.length > maxBytes) throw tooLarge(maxBytes)
  const magic = source.first(Math.min(source.length, META_BYTES)).subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + 4)
  if (String.fromCharCode(...magic) !== 'DICM') {
    throw new PlumblineError(
      'bad-dicom',
      'The file is not a DICOM Part 10 file: it has no DICM mark after its preamble.',
    )
  }
  const meta = parseDataset(source, PREAMBLE_BYTES + 4, { explicit: true, onlyGroup: '0002' })
  const transferSyntaxUid = text(meta.dataset, 'TransferSyntaxUID')
  if (transferSyntaxUid === '') throw damaged('it does not name its transfer syntax')
  const syntax = transferSyntax(transferSyntaxUid)
  const how = {
    explicit: syntax.dataset !== 'implicit',
    bigEndian: syntax.dataset === 'big-endian',
    untilPixelData: options.untilPixelData ?? false,
    itemsMax: options.itemsMax ?? Infinity,
  }
  const { dataset, pixelData } =
    syntax.dataset === 'deflated'
      ? parseDataset(memorySource(inflate(source.view(meta.next, source.length), maxBytes)), 0, how)
      : parseDataset(source, meta.next, how)
  return { transferSyntaxUid, dataset, pixelData }
}

/** The object is written in a way that Plumbline does not decode; says which in words. */
export function unsupportedSyntax(name: string): PlumblineError {
  return new PlumblineError(
    'unsupported-dicom',
    `The object is stored as ${name}, which Plumbline cannot decode.`,
    {
      nextStep: 'Let the PACS deliver it as Explicit VR Little Endian.',
    },
  )
}

function tooLarge(maxBytes: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The DICOM object is larger than the limit of ${maxBytes} bytes.`,
    {
      nextStep: 'Raise limits.objectBytesMax if objects of this size are expected.',
    },
  )
}

function inflatesTooFar(): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The deflated data set of the DICOM object inflates to more than ${INFLATED_BYTES_MAX} bytes.`,
    {
      nextStep: 'Let the PACS deliver it as Explicit VR Little Endian.',
    },
  )
}

/** Large enough that the allocator gives it back to the system: half a gigabyte of small chunks stays with the process. */
const INFLATE_CHUNK_BYTES = 1 << 20

/** Deflated data set, PS3.5 A.5. Never inflates more than the limit. */
function inflate(deflated: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateRawSync(new Uint8Array(deflated), {
      maxOutputLength: Math.min(maxBytes, INFLATED_BYTES_MAX),
      chunkSize: INFLATE_CHUNK_BYTES,
    })
  } catch (cause) {
    if (cause instanceof RangeError)
      throw maxBytes < INFLATED_BYTES_MAX ? tooLarge(maxBytes) : inflatesTooFar()
    throw new PlumblineError(
      'bad-dicom',
      'The DICOM file is damaged: its deflated data set cannot be inflated.',
      { cause },
    )
  }
}

/** All values of an attribute as trimmed strings; empty when absent. PN gives its alphabetic form. */
export function texts(dataset: Dataset, keyword: string): string[] {
  return (dataset[tagOf(keyword)]?.Value ?? []).map((value) => {
    if (typeof value === 'string') return value.replaceAll('\0', '').trim()
    if (typeof value === 'number') return String(value)
    if (typeof value !== 'object' || value === null || !('Alphabetic' in value)) return ''
    return typeof value.Alphabetic === 'string' ? value.Alphabetic : ''
  })
}

/** First value of an attribute as trimmed string; '' when absent. */
export function text(dataset: Dataset, keyword: string): string {
  return texts(dataset, keyword)[0] ?? ''
}

/** All values of an attribute as numbers, NaN where one is not a number; empty when absent. */
export function numbers(dataset: Dataset, keyword: string): number[] {
  return (dataset[tagOf(keyword)]?.Value ?? []).map((value) => {
    if (typeof value === 'number') return value
    return typeof value === 'string' ? numberOfText(value) : NaN
  })
}

/** First value of an attribute as number; null when absent or not a finite number. */
export function number(dataset: Dataset, keyword: string): number | null {
  const value = numbers(dataset, keyword)[0]
  return value !== undefined && Number.isFinite(value) ? value : null
}

const NO_ITEMS: readonly Dataset[] = []
export const isItem = (value: unknown): value is Dataset =>
  typeof value === 'object' && value !== null && !(value instanceof ArrayBuffer)

/** Items of a sequence; empty when absent. */
export function items(dataset: Dataset, keyword: string): readonly Dataset[] {
  // What a PACS gives as JSON may lack the list, or have null for an item.
  const values: readonly unknown[] = dataset[tagOf(keyword)]?.Value ?? NO_ITEMS
  return values.every(isItem) ? values : values.filter(isItem)
}
