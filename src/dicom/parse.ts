/**
 * Bytes of a data set to elements, PS3.5 section 7, strictly: a length that points past its container is an error, never
 * a shorter value. dcmjs's reader is not used for this: it takes cut files for whole ones, decodes the text of
 * sequence items as cp1252 (dcmjs issue 508), refuses several character sets, and loses what follows a private
 * sequence of VR UN with undefined length.
 */
import { PlumblineError } from '../errors.ts'
import { ByteRange, memorySource, type ByteSource } from './byte-source.ts'
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

/** Same form as the DICOM JSON model (PS3.18 F.2); binary values are ArrayBuffers, pixel data fragments or a ByteRange. */
export interface Element {
  readonly vr: string
  readonly Value: readonly unknown[]
}
export type Dataset = Readonly<Record<string, Element | undefined>>

/** Pixel Data: one run of bytes, or the fragments of PS3.5 A.4, views into the file, with the basic offset table. */
export type PixelData = NativePixelData | EncapsulatedPixelData
export interface NativePixelData {
  readonly kind: 'native'
  readonly bytes: ByteRange
}
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
/** Longer sequences are not compared with earlier ones. */
const REPEATED_BYTES_MAX = 1024
/** Different sequences of one tag that are remembered, and the lengths that those of undefined length are tried for. */
const [REPEATED_KEPT_MAX, REPEATED_LENGTHS_MAX] = [1024, 4]

/** The file being read. Where several things come out of one step, what it returns is the data; the place is here. */
interface Reading extends Source {
  /** What was read of the file: its beginning. */
  buffer: Buffer
  view: DataView
  readonly source: ByteSource
  /** The next byte. */
  at: number
  pixelData: PixelData | null
  readonly untilPixelData: boolean
  readonly itemsMax: number
  /** Tags as text: few in kind, many in number. */
  readonly tagNames: Map<number, string>
  /** Of every tag, as it was encoded last. */
  readonly knownSequences: Map<string, KnownSequences>
}
/** Short sequences that were read, by their bytes. */
interface KnownSequences {
  readonly byBytes: Map<string, Element>
  readonly lengths: number[]
  readonly decode: TextDecode
  readonly depth: number
  readonly explicit: boolean
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

/** Reads one data set from `start` to the end of `source`; `next` is where it stopped. Throws PlumblineError('bad-dicom' | 'limit-exceeded'). */
export function parseDataset(
  source: ByteSource,
  start: number,
  options: ParseOptions,
): ParsedDataset & { readonly next: number } {
  const reading: Reading = {
    ...bufferOf(source.first(start)),
    source,
    littleEndian: options.bigEndian !== true,
    at: start,
    pixelData: null,
    untilPixelData: options.untilPixelData ?? false,
    itemsMax: options.itemsMax ?? Infinity,
    tagNames: new Map(),
    knownSequences: new Map(),
  }
  const scope = { explicit: options.explicit, end: source.length, decode: textDecoderFor([]), depth: 0 }
  const dataset = readElements(reading, scope, options.onlyGroup ?? null)
  return { dataset, pixelData: reading.pixelData, next: reading.at }
}

function bufferOf(bytes: Uint8Array): Pick<Reading, 'buffer' | 'view'> {
  const { buffer, byteOffset, byteLength } = bytes
  return {
    buffer: Buffer.from(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
  }
}

/** Makes sure that the bytes to before `end` can be looked at; those of a file are read as far as they are needed. */
function need(reading: Reading, end: number): void {
  if (end <= reading.buffer.length) return
  Object.assign(reading, bufferOf(reading.source.first(end)))
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
function isPadding(reading: Reading, end: number): boolean {
  if (end - reading.at >= 8) return false
  need(reading, end)
  return reading.buffer.subarray(reading.at, end).every((byte) => byte === 0)
}

function tagAt(reading: Reading, end: number): string {
  if (reading.at + 8 > end) throw damaged('it ends within an element')
  need(reading, reading.at + 8)
  const { view, at, littleEndian, tagNames } = reading
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
  const tag = tagAt(reading, scope.end)
  const { buffer, view, at, littleEndian } = reading
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
  need(reading, reading.at)
  return { tag, vr, length: reading.view.getUint32(at + 8, littleEndian) }
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
  if (tag !== PIXEL_DATA || scope.depth > 0) {
    need(reading, end)
    return { vr, Value: valuesOf(vr, reading, start, end, scope.decode) }
  }
  const bytes = nativePixels(reading, start, end, vr, dataset)
  reading.pixelData = { kind: 'native', bytes }
  return { vr, Value: [bytes] }
}

/** Where they lie; of Big Endian a copy in little endian: pixels in words of 16 bits, or of 32 where they have as many. */
function nativePixels(reading: Reading, start: number, end: number, vr: string, dataset: Dataset): ByteRange {
  if (reading.littleEndian) return new ByteRange(reading.source, start, end)
  need(reading, end)
  const wordBytes = dataset[BITS_ALLOCATED]?.Value[0] === 32 ? 4 : 2
  const turned = littleEndianBytes(reading, start, end, vr === 'OB' ? 1 : wordBytes)
  return new ByteRange(memorySource(turned), 0, turned.length)
}

/** UN of undefined length is an implicit VR sequence (PS3.5 6.2.2 note 2); UN of a standard tag has the tag's VR. */
function settle({ tag, vr, length }: Header, scope: Scope): { vr: string; explicit: boolean } {
  if (vr !== 'UN') return { vr, explicit: scope.explicit }
  if (length === UNDEFINED_LENGTH) return { vr: 'SQ', explicit: false }
  return { vr: dictionaryVr(tag, {}), explicit: false }
}

/** Frames repeat what other frames have: a sequence of the same bytes as an earlier one of its tag is the same sequence. */
function readSequence(reading: Reading, tag: string, scope: Scope, undefinedLength: boolean): Element {
  const start = reading.at
  const known = knownSequences(reading, tag, scope, undefinedLength)
  for (const length of undefinedLength ? known.lengths : [scope.end - start]) {
    if (length > REPEATED_BYTES_MAX || start + length > scope.end) continue
    need(reading, start + length)
    const element = known.byBytes.get(reading.buffer.toString('latin1', start, start + length))
    if (element === undefined) continue
    reading.at = start + length
    return element
  }
  const element = { vr: 'SQ', Value: readItems(reading, scope, undefinedLength) }
  remember(known, reading, start, element)
  return element
}

/** Those encoded in the same way. With an undefined length the end is among the bytes, so the same bytes end at the same place. */
function knownSequences(
  { knownSequences: all }: Reading,
  tag: string,
  { explicit, depth, decode }: Scope,
  undefinedLength: boolean,
): KnownSequences {
  const known = all.get(tag)
  if (
    known !== undefined &&
    known.decode === decode &&
    known.depth === depth &&
    known.explicit === explicit &&
    known.undefinedLength === undefinedLength
  )
    return known
  const fresh = { byBytes: new Map(), lengths: [], decode, depth, explicit, undefinedLength }
  all.set(tag, fresh)
  return fresh
}

function remember(known: KnownSequences, { buffer, at }: Reading, start: number, element: Element): void {
  const length = at - start
  if (length > REPEATED_BYTES_MAX || known.byBytes.size === REPEATED_KEPT_MAX) return
  known.byBytes.set(buffer.toString('latin1', start, at), element)
  if (!known.lengths.includes(length) && known.lengths.length < REPEATED_LENGTHS_MAX)
    known.lengths.push(length)
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
    need(reading, reading.at + length)
    const { buffer, at } = reading
    parts.push(new Uint8Array(buffer.buffer, buffer.byteOffset + at, length))
    reading.at = at + length
  }
}

function offsetsOf(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  return Array.from({ length: Math.floor(table.length / 4) }, (_, n) => view.getUint32(n * 4, true))
}
