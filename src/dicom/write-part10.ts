/** Data sets by keyword to Part 10 files (PS3.10 section 7), by dcmjs. */
import { dcmjs, tagOf, type Denaturalized, type WritableElement, type WriteStream } from './dictionary.ts'
import { LONG_VRS } from './element-values.ts'
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from './transfer-syntax.ts'

/** Data set by keyword (`PatientID`, ...), the form that writing takes. Sequences are arrays of such objects. */
export type NaturalDataset = Record<string, unknown>

/** Our implementation, PS3.7 D.3.3.2. */
const IMPLEMENTATION_CLASS_UID = '2.25.190146791043182537444806132342625375407'
const IMPLEMENTATION_VERSION_NAME = 'PLUMBLINE_1'
const PREAMBLE_BYTES = 128
const UNDEFINED_LENGTH = 0xffffffff
/** A character is at most three bytes of UTF-8 for each of its UTF-16 units. */
const SURELY_SHORT = 0xfffe / 3
const LONG_HEAD_BYTES = 12
const [ITEM, ITEM_END, SEQUENCE_END] = ['FFFEE000', 'FFFEE00D', 'FFFEE0DD']
const PIXEL_DATA = '7FE00010'
const CHARACTER_SET = '00080005'
/** Whose values dcmjs writes as fragments in encapsulated syntaxes: told that this is none. */
const BINARY_VRS = new Set(['OB', 'OW', 'UN'])
/** What the stream grows by. */
const STREAM_BYTES = 2 ** 20
const CODE_BYTES = 256

/**
 * Writes a data set by keyword as a Part 10 file, Explicit VR Little Endian unless told otherwise.
 * Text is UTF-8: the caller's SpecificCharacterSet is overwritten with ISO_IR 192.
 * Pass DS values as strings of at most 16 characters: dcmjs cuts numbers (notes in ARCHITECTURE.md).
 */
export function writePart10(
  natural: NaturalDataset,
  transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN,
): Uint8Array {
  requireKnownKeywords(natural)
  return writeDataset(denaturalize(natural), transferSyntaxUid)
}

/** By keyword to by tag. */
export function denaturalize(natural: NaturalDataset): Denaturalized {
  return dcmjs().data.DicomMetaDictionary.denaturalizeDataset(natural)
}

/** As writePart10, for a data set by tag. Throws when it does not say what it is. */
export function writeDataset(
  given: Denaturalized,
  transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN,
): Uint8Array {
  const { DicomMetaDictionary, WriteBufferStream } = dcmjs().data
  const meta = DicomMetaDictionary.denaturalizeDataset({
    _vrMap: {},
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: given[tagOf('SOPClassUID')]?.Value[0],
    MediaStorageSOPInstanceUID: given[tagOf('SOPInstanceUID')]?.Value[0],
    TransferSyntaxUID: transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  })
  const dataset = { ...given, [CHARACTER_SET]: { vr: 'CS', Value: ['ISO_IR 192'] } }
  const metaStream = new WriteBufferStream(STREAM_BYTES, true)
  writeElements(metaStream, meta, EXPLICIT_VR_LITTLE_ENDIAN)
  const stream = new WriteBufferStream(STREAM_BYTES, true)
  stream.writeUint8Repeat(0, PREAMBLE_BYTES)
  stream.writeAsciiString('DICM')
  const length = { '00020000': { vr: 'UL', Value: [metaStream.size] } }
  writeElements(stream, length, EXPLICIT_VR_LITTLE_ENDIAN)
  stream.concat(metaStream)
  writeElements(stream, dataset, transferSyntaxUid)
  return new Uint8Array(stream.getBuffer())
}

/**
 * The values by dcmjs, what is around them here: dcmjs gathers every element, sequences too, in a stream of its own of
 * pieces of 256 bytes, which for the report of a hundred segments takes 9 s. Sequences and items are of undefined
 * length, as dcmjs writes them.
 */
function writeElements(
  stream: WriteStream,
  dataset: Denaturalized,
  transferSyntaxUid: string,
  codes: CodeSequences = new Map(),
): void {
  const implicit = transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN
  for (const tag of Object.keys(dataset).toSorted()) {
    const element = dataset[tag]
    if (element === undefined) continue
    if (element.vr !== 'SQ') {
      writeElement(stream, tag, element, transferSyntaxUid)
      continue
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a sequence holds is items
    const items = element.Value as readonly Denaturalized[]
    const key = keyOfCode(tag, items)
    const written = key === null ? undefined : codes.get(key)
    if (written !== undefined) {
      stream.concat(written)
      continue
    }
    const { WriteBufferStream } = dcmjs().data
    const to = key === null ? stream : new WriteBufferStream(CODE_BYTES, true)
    writeHead(to, tag, implicit ? '' : 'SQ', UNDEFINED_LENGTH)
    for (const item of items) {
      writeHead(to, ITEM, '', UNDEFINED_LENGTH)
      writeElements(to, item, transferSyntaxUid, codes)
      writeHead(to, ITEM_END, '', 0)
    }
    writeHead(to, SEQUENCE_END, '', 0)
    if (key === null) continue
    codes.set(key, to)
    stream.concat(to)
  }
}

/** Code sequences that were written, by what they say: a report says the same few thousands of times. */
type CodeSequences = Map<string, WriteStream>

const CODE_ATTRIBUTES_MAX = 4
const CODE_VRS = new Set(['SH', 'LO', 'UC', 'UR'])

/** Null for what is no code sequence (PS3.3 8.8) of one item. */
function keyOfCode(tag: string, items: readonly Denaturalized[]): string | null {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) return null
  const elements = Object.values(item)
  if (elements.length > CODE_ATTRIBUTES_MAX) return null
  if (elements.some((element) => element === undefined || !CODE_VRS.has(element.vr))) return null
  return `${tag}${JSON.stringify(item)}`
}

/** Left to dcmjs as a whole: values too long for a VR with a length of 16 bits, which become UN (PS3.5 6.2.2), and fragments of pixels (A.4). */
function writeElement(
  stream: WriteStream,
  tag: string,
  element: WritableElement,
  transferSyntaxUid: string,
): void {
  const implicit = transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN
  const { vr, Value } = element
  const { ValueRepresentation, DicomMessage } = dcmjs().data
  const isLong = !LONG_VRS.has(vr) && charactersOf(Value) > SURELY_SHORT
  if (isLong || (tag === PIXEL_DATA && transferSyntax(transferSyntaxUid).pixels !== 'native')) {
    DicomMessage.writeTagObject(stream, tag, vr, Value, transferSyntaxUid, {})
    return
  }
  const type = ValueRepresentation.createByTypeString(vr)
  const start = stream.size
  writeHead(stream, tag, implicit ? '' : type.type, 0)
  const headBytes = stream.size - start
  const length = BINARY_VRS.has(vr)
    ? type.writeBytes(stream, Value, EXPLICIT_VR_LITTLE_ENDIAN, false, {})
    : type.writeBytes(stream, Value, {})
  if (headBytes === LONG_HEAD_BYTES || implicit) stream.view.setUint32(start + headBytes - 4, length, true)
  else stream.view.setUint16(start + headBytes - 2, length, true)
}

function charactersOf(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 16) + 1, 0)
}

/** Tag, VR and length. Items and implicit VR have none of the second. */
function writeHead(stream: WriteStream, tag: string, vr: string, length: number): void {
  stream.writeUint16(Number.parseInt(tag.slice(0, 4), 16))
  stream.writeUint16(Number.parseInt(tag.slice(4), 16))
  if (vr !== '') stream.writeAsciiString(vr)
  const isShort = vr !== '' && !LONG_VRS.has(vr)
  if (isShort) stream.writeUint16(length)
  else {
    if (vr !== '') stream.writeUint16(0)
    stream.writeUint32(length)
  }
}

/** dcmjs drops what it does not know, with a warning on the console; a misspelt keyword must not lose an attribute. */
function requireKnownKeywords(natural: NaturalDataset): void {
  for (const [keyword, value] of Object.entries(natural)) {
    if (keyword.startsWith('_')) continue
    if (dcmjs().data.DicomMetaDictionary.nameMap[keyword]?.vr === 'PN') continue // its items are name groups, not attributes
    tagOf(keyword)
    for (const item of Array.isArray(value) ? value : []) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object in a list of values is a sequence item
      if (isPlainObject(item)) requireKnownKeywords(item as NaturalDataset)
    }
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
