/**
 * Bytes of a data set to elements, PS3.5 section 7, strictly: a length that points past its container is an error, never
 * a shorter value. dcmjs's reader is not used for this: it takes cut files for whole ones, decodes the text of
 * sequence items as cp1252 (dcmjs issue 508), refuses several character sets, and loses what follows a private
 * sequence of VR UN with undefined length.
 */
import { PlumblineError } from '../errors.ts'
import { textDecoderFor, type TextDecode } from './charset.ts'
import {
  damaged,
  dictionaryVr,
  hex,
  littleEndianBytes,
  LONG_VRS,
  valuesOf,
  vrOf,
  type Source,
} from './element-values.ts'

/** Same form as the DICOM JSON model (PS3.18 F.2); binary values are ArrayBuffers, pixel data Uint8Array views. */
export interface Element {
  readonly vr: string
  readonly Value: readonly unknown[]
}
export type Dataset = Readonly<Record<string, Element | undefined>>

/** Pixel Data as views into the file: one run of bytes, or the fragments of PS3.5 A.4 with the basic offset table. */
export type PixelData = { readonly kind: 'native'; readonly bytes: Uint8Array } | EncapsulatedPixelData
export interface EncapsulatedPixelData {
  readonly kind: 'encapsulated'
  readonly offsets: readonly number[]
  readonly fragments: readonly Uint8Array[]
}

export interface ParsedDataset {
  readonly dataset: Dataset
  readonly pixelData: PixelData | null
}

const UNDEFINED_LENGTH = 0xffffffff
const ITEM = 'FFFEE000'
const ITEM_END = 'FFFEE00D'
const SEQUENCE_END = 'FFFEE0DD'
const CHARACTER_SET = '00080005'
const PIXEL_DATA = '7FE00010'
const BITS_ALLOCATED = '00280100'
const NO_ELEMENTS: Dataset = {}
/** Deeper nesting than any IOD has; a bomb otherwise. */
const DEPTH_MAX = 32
/** Longer sequences are not compared with the one before. */
const REPEATED_BYTES_MAX = 1024

/** The file being read. Where several things come out of one step, what it returns is the data; the place is here. */
interface Reading extends Source {
  /** The next byte. */
  at: number
  pixelData: PixelData | null
  readonly untilPixelData: boolean
  readonly itemsMax: number
  /** Tags as text: few in kind, many in number. */
  readonly tagNames: Map<number, string>
  /** The last sequence of every tag. */
  readonly lastSequences: Map<string, KnownSequence>
}
/** A sequence and what it was read from. */
interface KnownSequence {
  readonly element: Element
  readonly start: number
  readonly length: number
  readonly scope: Scope
  readonly undefinedLength: boolean
}
/** One container: how its elements are encoded, where it ends at the latest, its inherited character set. */
interface Scope {
  readonly explicit: boolean
  readonly end: number
  readonly decode: TextDecode
  readonly depth: number
}
interface Header {
  readonly tag: string
  readonly vr: string
  readonly length: number
}

export interface ParseOptions {
  /** False for Implicit VR Little Endian. */
  readonly explicit: boolean
  readonly bigEndian?: boolean
  readonly untilPixelData?: boolean
  /** Items of one sequence; no limit without it. */
  readonly itemsMax?: number
  /** Stop before the first tag of another group: file meta information. */
  readonly onlyGroup?: string
}

/** Reads one data set from `start` to the end of `bytes`; `next` is where it stopped. Throws PlumblineError('bad-dicom' | 'limit-exceeded'). */
export function parseDataset(
  bytes: Uint8Array,
  start: number,
  options: ParseOptions,
): ParsedDataset & { readonly next: number } {
  const reading: Reading = {
    buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    littleEndian: options.bigEndian !== true,
    at: start,
    pixelData: null,
    untilPixelData: options.untilPixelData ?? false,
    itemsMax: options.itemsMax ?? Infinity,
    tagNames: new Map(),
    lastSequences: new Map(),
  }
  const scope = { explicit: options.explicit, end: bytes.length, decode: textDecoderFor([]), depth: 0 }
  const dataset = readElements(reading, scope, options.onlyGroup ?? null)
  return { dataset, pixelData: reading.pixelData, next: reading.at }
}

function readElements(reading: Reading, container: Scope, onlyGroup: string | null): Dataset {
  const dataset: Record<string, Element> = {}
  let scope = container
  while (reading.at < scope.end && !isPadding(reading, scope.end)) {
    if (onlyGroup !== null && !tagAt(reading, scope.end).startsWith(onlyGroup)) break
    const start = reading.at
    const header = readHeader(reading, scope, dataset)
    if (header.tag === ITEM_END && scope.depth > 0) break
    if (header.vr === '') throw damaged(`the mark ${header.tag} stands where an element must begin`)
    if (dataset[header.tag] !== undefined)
      throw damaged(`the element ${header.tag} occurs twice in one data set`)
    if (header.tag === PIXEL_DATA && reading.untilPixelData && scope.depth === 0) {
      reading.at = start
      break
    }
    const element = readValue(reading, header, scope, dataset)
    dataset[header.tag] = element
    if (header.tag === CHARACTER_SET) scope = { ...scope, decode: textDecoderFor(element.Value.map(String)) }
  }
  return dataset
}

/** Bytes too few for an element, all zero: some writers pad the file. */
function isPadding({ buffer, at }: Reading, end: number): boolean {
  return end - at < 8 && buffer.subarray(at, end).every((byte) => byte === 0)
}

function tagAt({ view, at, littleEndian, tagNames }: Reading, end: number): string {
  if (at + 8 > end) throw damaged('it ends within an element')
  const group = view.getUint16(at, littleEndian)
  const element = view.getUint16(at + 2, littleEndian)
  const key = group * 0x10000 + element
  const known = tagNames.get(key)
  if (known !== undefined) return known
  const tag = hex(group) + hex(element)
  tagNames.set(key, tag)
  return tag
}

/** Leaves the reading at the value. */
function readHeader(reading: Reading, scope: Scope, dataset: Dataset): Header {
  const { buffer, view, at, littleEndian } = reading
  const tag = tagAt(reading, scope.end)
  reading.at = at + 8
  if (tag === ITEM || tag === ITEM_END || tag === SEQUENCE_END)
    return { tag, vr: '', length: view.getUint32(at + 4, littleEndian) }
  if (!scope.explicit) {
    const length = view.getUint32(at + 4, littleEndian)
    const isSequence = length === UNDEFINED_LENGTH && tag !== PIXEL_DATA
    return { tag, vr: isSequence ? 'SQ' : dictionaryVr(tag, dataset), length }
  }
  const vr = vrOf(buffer[at + 4] ?? 0, buffer[at + 5] ?? 0)
  if (vr === null) throw damaged(`the element ${tag} has no valid value representation`)
  if (!LONG_VRS.has(vr)) return { tag, vr, length: view.getUint16(at + 6, littleEndian) }
  if (at + 12 > scope.end) throw damaged('it ends within an element')
  reading.at = at + 12
  return { tag, vr, length: view.getUint32(at + 8, littleEndian) }
}

function readValue(reading: Reading, header: Header, scope: Scope, dataset: Dataset): Element {
  const { tag, length } = header
  const start = reading.at
  const undefinedLength = length === UNDEFINED_LENGTH
  if (!undefinedLength && start + length > scope.end) {
    throw damaged(
      `the element ${tag} says it is ${length} bytes long but ${scope.end - start} are left: it was cut off or its length is wrong`,
    )
  }
  const end = undefinedLength ? scope.end : start + length
  if (tag === PIXEL_DATA && undefinedLength) {
    const pixelData = readFragments(reading, end)
    if (scope.depth === 0) reading.pixelData = pixelData
    return { vr: 'OB', Value: pixelData.fragments }
  }
  const { vr, explicit } = settle(header, scope)
  if (vr === 'SQ') {
    const inner = { explicit, end, decode: scope.decode, depth: scope.depth + 1 }
    return readSequence(reading, tag, inner, undefinedLength)
  }
  if (undefinedLength) throw damaged(`the element ${tag} (${vr}) has no length`)
  reading.at = end
  if (tag !== PIXEL_DATA || scope.depth > 0)
    return { vr, Value: valuesOf(vr, reading, start, end, scope.decode) }
  const bytes = nativePixels(reading, start, end, vr, dataset)
  reading.pixelData = { kind: 'native', bytes }
  return { vr, Value: [bytes] }
}

/** A view of the file; of Big Endian a copy in little endian: pixels in words of 16 bits, or of 32 where they have as many. */
function nativePixels(
  reading: Reading,
  start: number,
  end: number,
  vr: string,
  dataset: Dataset,
): Uint8Array {
  const { buffer } = reading
  if (reading.littleEndian) return new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start)
  const wordBytes = dataset[BITS_ALLOCATED]?.Value[0] === 32 ? 4 : 2
  return littleEndianBytes(reading, start, end, vr === 'OB' ? 1 : wordBytes)
}

/** UN of undefined length is an implicit VR sequence (PS3.5 6.2.2 note 2); UN of a standard tag has the tag's VR. */
function settle({ tag, vr, length }: Header, scope: Scope): { vr: string; explicit: boolean } {
  if (vr !== 'UN') return { vr, explicit: scope.explicit }
  if (length === UNDEFINED_LENGTH) return { vr: 'SQ', explicit: false }
  return { vr: dictionaryVr(tag, {}), explicit: false }
}

/** Frame after frame repeats itself: a sequence of the same bytes as the last one of its tag is the same sequence. */
function readSequence(reading: Reading, tag: string, scope: Scope, undefinedLength: boolean): Element {
  const start = reading.at
  const last = reading.lastSequences.get(tag)
  if (last !== undefined && repeats(last, reading, scope, undefinedLength)) {
    reading.at = start + last.length
    return last.element
  }
  const element = { vr: 'SQ', Value: readItems(reading, scope, undefinedLength) }
  const length = reading.at - start
  if (length <= REPEATED_BYTES_MAX)
    reading.lastSequences.set(tag, { element, start, length, scope, undefinedLength })
  return element
}

/** With an undefined length the end is among the bytes, so the same bytes end at the same place. */
function repeats(
  { start, length, scope: known, undefinedLength: wasUndefined }: KnownSequence,
  { buffer, at }: Reading,
  scope: Scope,
  undefinedLength: boolean,
): boolean {
  const sameWay = known.explicit === scope.explicit && known.decode === scope.decode
  if (!sameWay || known.depth !== scope.depth || wasUndefined !== undefinedLength) return false
  const fits = undefinedLength ? at + length <= scope.end : at + length === scope.end
  return fits && buffer.compare(buffer, start, start + length, at, at + length) === 0
}

function readItems(reading: Reading, scope: Scope, undefinedLength: boolean): Dataset[] {
  if (scope.depth > DEPTH_MAX) throw damaged(`its sequences are nested deeper than ${DEPTH_MAX} levels`)
  const items: Dataset[] = []
  while (reading.at < scope.end) {
    const { tag, length } = readHeader(reading, scope, NO_ELEMENTS)
    if (undefinedLength && tag === SEQUENCE_END) return items
    if (tag !== ITEM) throw damaged(`a sequence holds ${tag} where an item must begin`)
    const isOpen = length === UNDEFINED_LENGTH
    const end = isOpen ? scope.end : reading.at + length
    if (end > scope.end) throw damaged('a sequence item is longer than its sequence')
    // While reading, because the items of a file of legal size may take many times its bytes.
    if (items.length === reading.itemsMax) throw tooManyItems(reading.itemsMax)
    items.push(readElements(reading, { ...scope, end }, null))
    if (!isOpen) reading.at = end
  }
  if (undefinedLength) throw damaged('a sequence has no end')
  return items
}

function tooManyItems(itemsMax: number): PlumblineError {
  return new PlumblineError('limit-exceeded', `A sequence of the object has more than ${itemsMax} items.`, {
    nextStep: 'Raise limits.sequenceItemsMax if objects of this size are expected.',
  })
}

/** Encapsulated pixel data, PS3.5 A.4: the first item is the basic offset table, possibly empty. */
function readFragments(reading: Reading, end: number): EncapsulatedPixelData {
  const parts: Uint8Array[] = []
  const scope: Scope = { explicit: true, end, decode: textDecoderFor([]), depth: 1 }
  for (;;) {
    const { tag, length } = readHeader(reading, scope, NO_ELEMENTS)
    if (tag === SEQUENCE_END) {
      const [table, ...fragments] = parts
      if (table === undefined) throw damaged('its pixel data have no offset table item')
      return { kind: 'encapsulated', offsets: offsetsOf(table), fragments }
    }
    if (tag !== ITEM || reading.at + length > end)
      throw damaged('its pixel data are cut off or their fragments are damaged')
    const { buffer, at } = reading
    parts.push(new Uint8Array(buffer.buffer, buffer.byteOffset + at, length))
    reading.at = at + length
  }
}

function offsetsOf(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  return Array.from({ length: Math.floor(table.length / 4) }, (_, n) => view.getUint32(n * 4, true))
}
