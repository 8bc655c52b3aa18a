/**
 * Bytes of a data set to elements, PS3.5 section 7, strictly: a length that points past its container is an error, never
 * a shorter value. dcmjs's reader is not used for this: it takes cut files for whole ones, decodes the text of
 * sequence items as cp1252 (dcmjs issue 508), refuses several character sets, and loses what follows a private
 * sequence of VR UN with undefined length.
 */
import { textDecoderFor, type TextDecode } from './charset.ts'
import { damaged, dictionaryVr, hex, isKnownVr, LONG_VRS, valuesOf } from './element-values.ts'

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
/** Deeper nesting than any IOD has; a bomb otherwise. */
const DEPTH_MAX = 32

interface Source {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly untilPixelData: boolean
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
  readonly offset: number
  readonly length: number
}
interface ItemResult extends ParsedDataset {
  readonly next: number
}

export interface ParseOptions {
  /** False for Implicit VR Little Endian. */
  readonly explicit: boolean
  readonly untilPixelData?: boolean
  /** Stop before the first tag of another group: file meta information. */
  readonly onlyGroup?: string
}

/** Reads one little endian data set from `start` to the end of `bytes`. Throws PlumblineError('bad-dicom'). */
export function parseDataset(bytes: Uint8Array, start: number, options: ParseOptions): ItemResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const source = { bytes, view, untilPixelData: options.untilPixelData ?? false }
  const scope = { explicit: options.explicit, end: bytes.length, decode: textDecoderFor([]), depth: 0 }
  return readElements(source, start, scope, options.onlyGroup ?? null)
}

function readElements(source: Source, start: number, scope: Scope, onlyGroup: string | null): ItemResult {
  const dataset: Record<string, Element> = {}
  let pixelData: PixelData | null = null
  let { decode } = scope
  let offset = start
  while (offset < scope.end && !isPadding(source, offset, scope.end)) {
    if (onlyGroup !== null && !tagAt(source, offset, scope.end).startsWith(onlyGroup)) break
    const header = readHeader(source, offset, scope, dataset)
    if (header.tag === ITEM_END && scope.depth > 0) return { dataset, pixelData, next: header.offset }
    if (dataset[header.tag] !== undefined)
      throw damaged(`the element ${header.tag} occurs twice in one data set`)
    if (header.tag === PIXEL_DATA && source.untilPixelData && scope.depth === 0) break
    const { element, pixels, next } = readValue(source, header, { ...scope, decode })
    dataset[header.tag] = element
    if (pixels !== null) pixelData = pixels
    if (header.tag === CHARACTER_SET) decode = textDecoderFor(element.Value.map(String))
    offset = next
  }
  return { dataset, pixelData, next: offset }
}

/** Bytes too few for an element, all zero: some writers pad the file. */
function isPadding({ bytes }: Source, offset: number, end: number): boolean {
  return end - offset < 8 && bytes.subarray(offset, end).every((byte) => byte === 0)
}

function tagAt({ view }: Source, offset: number, end: number): string {
  if (offset + 8 > end) throw damaged('it ends within an element')
  return hex(view.getUint16(offset, true)) + hex(view.getUint16(offset + 2, true))
}

function readHeader(source: Source, offset: number, scope: Scope, dataset: Dataset): Header {
  const { bytes, view } = source
  const tag = tagAt(source, offset, scope.end)
  if (tag.startsWith('FFFE'))
    return { tag, vr: '', offset: offset + 8, length: view.getUint32(offset + 4, true) }
  if (!scope.explicit) {
    const length = view.getUint32(offset + 4, true)
    return {
      tag,
      vr: length === UNDEFINED_LENGTH && tag !== PIXEL_DATA ? 'SQ' : dictionaryVr(tag, dataset),
      offset: offset + 8,
      length,
    }
  }
  const vr = String.fromCharCode(bytes[offset + 4] ?? 0, bytes[offset + 5] ?? 0)
  if (!LONG_VRS.has(vr)) {
    if (!isKnownVr(vr)) throw damaged(`the element ${tag} has no valid value representation`)
    return { tag, vr, offset: offset + 8, length: view.getUint16(offset + 6, true) }
  }
  if (offset + 12 > scope.end) throw damaged('it ends within an element')
  return { tag, vr, offset: offset + 12, length: view.getUint32(offset + 8, true) }
}

interface ValueResult {
  readonly element: Element
  readonly pixels: PixelData | null
  readonly next: number
}

function readValue(source: Source, header: Header, scope: Scope): ValueResult {
  const { tag, offset, length } = header
  const undefinedLength = length === UNDEFINED_LENGTH
  if (!undefinedLength && offset + length > scope.end) {
    throw damaged(
      `the element ${tag} says it is ${length} bytes long but ${scope.end - offset} are left: it was cut off or its length is wrong`,
    )
  }
  const end = undefinedLength ? scope.end : offset + length
  if (tag === PIXEL_DATA && undefinedLength) {
    const { value, next } = readFragments(source, offset, end)
    return { element: { vr: 'OB', Value: value.fragments }, pixels: value, next }
  }
  const { vr, explicit } = settle(header, scope)
  if (vr === 'SQ') {
    const { items, next } = readItems(
      source,
      offset,
      { ...scope, end, explicit, depth: scope.depth + 1 },
      undefinedLength,
    )
    return { element: { vr, Value: items }, pixels: null, next }
  }
  if (undefinedLength) throw damaged(`the element ${tag} (${vr}) has no length`)
  const bytes = source.bytes.subarray(offset, end)
  if (tag === PIXEL_DATA && scope.depth === 0) {
    return { element: { vr, Value: [bytes] }, pixels: { kind: 'native', bytes }, next: end }
  }
  return {
    element: { vr, Value: valuesOf(vr, bytes, source.view, offset, scope.decode) },
    pixels: null,
    next: end,
  }
}

/** UN of undefined length is an implicit VR sequence (PS3.5 6.2.2 note 2); UN of a standard tag has the tag's VR. */
function settle({ tag, vr, length }: Header, scope: Scope): { vr: string; explicit: boolean } {
  if (vr !== 'UN') return { vr, explicit: scope.explicit }
  if (length === UNDEFINED_LENGTH) return { vr: 'SQ', explicit: false }
  return { vr: dictionaryVr(tag, {}), explicit: false }
}

function readItems(
  source: Source,
  start: number,
  scope: Scope,
  undefinedLength: boolean,
): { items: Dataset[]; next: number } {
  if (scope.depth > DEPTH_MAX) throw damaged(`its sequences are nested deeper than ${DEPTH_MAX} levels`)
  const items: Dataset[] = []
  let offset = start
  while (offset < scope.end) {
    const header = readHeader(source, offset, scope, {})
    if (undefinedLength && header.tag === SEQUENCE_END) return { items, next: header.offset }
    if (header.tag !== ITEM) throw damaged(`a sequence holds ${header.tag} where an item must begin`)
    const itemEnd = header.length === UNDEFINED_LENGTH ? scope.end : header.offset + header.length
    if (itemEnd > scope.end) throw damaged('a sequence item is longer than its sequence')
    const item = readElements(source, header.offset, { ...scope, end: itemEnd }, null)
    items.push(item.dataset)
    offset = header.length === UNDEFINED_LENGTH ? item.next : itemEnd
  }
  if (undefinedLength) throw damaged('a sequence has no end')
  return { items, next: offset }
}

/** Encapsulated pixel data, PS3.5 A.4: the first item is the basic offset table, possibly empty. */
function readFragments(
  source: Source,
  start: number,
  end: number,
): { value: EncapsulatedPixelData; next: number } {
  const parts: Uint8Array[] = []
  const scope: Scope = { explicit: true, end, decode: textDecoderFor([]), depth: 1 }
  for (let offset = start; ;) {
    const { tag, offset: begin, length } = readHeader(source, offset, scope, {})
    if (tag === SEQUENCE_END) {
      const [table, ...fragments] = parts
      if (table === undefined) throw damaged('its pixel data have no offset table item')
      return { value: { kind: 'encapsulated', offsets: offsetsOf(table), fragments }, next: begin }
    }
    if (tag !== ITEM || begin + length > end)
      throw damaged('its pixel data are cut off or their fragments are damaged')
    parts.push(source.bytes.subarray(begin, begin + length))
    offset = begin + length
  }
}

function offsetsOf(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  return Array.from({ length: Math.floor(table.length / 4) }, (_, n) => view.getUint32(n * 4, true))
}
