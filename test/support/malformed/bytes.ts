/**
 * Hands on the bytes of a Part 10 file in Explicit VR Little Endian, to make it say what no writer would. Paths are keywords
 * and item numbers: `SegmentSequence/0/SegmentLabel`. Our writer gives sequences and items no length (PS3.5 7.5), so a change
 * within one leaves what lies around it right. Nothing here shares code with the reader under test.
 */
import { tagOf } from '../../../src/dicom/dictionary.ts'

/** Where one element, or one item of a sequence, lies in the file. */
interface Place {
  readonly start: number
  readonly vr: string
  readonly lengthAt: number
  readonly valueAt: number
  readonly end: number
}

const META_AT = 132
const UNDEFINED_LENGTH = 0xffffffff
const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const ITEM = 'FFFEE000'
const ENDS = new Set(['FFFEE00D', 'FFFEE0DD'])

/** One element: tag or keyword, VR, value; a length other than the value's where the element shall lie about it. */
export function elementBytes(
  name: string,
  vr: string,
  value: Uint8Array | string,
  length?: number,
): Uint8Array {
  const bytes = typeof value === 'string' ? evenText(value, vr) : value
  const long = LONG_VRS.has(vr)
  const head = Buffer.alloc(long ? 12 : 8)
  const tag = /^[0-9A-F]{8}$/.test(name) ? name : tagOf(name)
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  head.write(vr, 4, 'latin1')
  if (long) head.writeUInt32LE(length ?? bytes.length, 8)
  else head.writeUInt16LE(length ?? bytes.length, 6)
  return Buffer.concat([head, bytes])
}

/** An item or a delimiter: tag and 32 bit length. */
export function markBytes(tag: string, length: number): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  head.writeUInt32LE(length, 4)
  return head
}

/** Encapsulated Pixel Data, PS3.5 A.4. Fragments as they are, offsets as given; `closed: false` leaves the delimiter out. */
export function encapsulated(
  fragments: readonly Uint8Array[],
  options: { offsets?: readonly number[]; closed?: boolean } = {},
): Uint8Array {
  const table = new Uint8Array(Uint32Array.from(options.offsets ?? []).buffer)
  const items = [table, ...fragments].flatMap((bytes) => [markBytes(ITEM, bytes.length), bytes])
  const end = options.closed === false ? [] : [markBytes('FFFEE0DD', 0)]
  return Buffer.concat([
    elementBytes('PixelData', 'OB', new Uint8Array(), UNDEFINED_LENGTH),
    ...items,
    ...end,
  ])
}

/** A new value, and the length it has. */
export function setValue(file: Uint8Array, path: string, value: Uint8Array | string): Uint8Array {
  const place = find(file, path)
  return splice(file, place.start, place.end, elementBytes(lastOf(path), place.vr, value))
}

/** Another VR and value; the tag stays. */
export function setElement(
  file: Uint8Array,
  path: string,
  vr: string,
  value: Uint8Array | string,
): Uint8Array {
  const place = find(file, path)
  return splice(file, place.start, place.end, elementBytes(lastOf(path), vr, value))
}

/** Another VR, nothing else. */
export function setVr(file: Uint8Array, path: string, vr: string): Uint8Array {
  const { start } = find(file, path)
  return splice(file, start + 4, start + 6, Buffer.from(vr, 'latin1'))
}

/** Another length, nothing else. */
export function setLength(file: Uint8Array, path: string, length: number): Uint8Array {
  const { lengthAt, valueAt } = find(file, path)
  const field = Buffer.alloc(4)
  field.writeUInt32LE(length)
  const size = valueAt - lengthAt
  return splice(file, lengthAt, valueAt, field.subarray(0, size))
}

export function remove(file: Uint8Array, path: string): Uint8Array {
  const { start, end } = find(file, path)
  return splice(file, start, end, new Uint8Array())
}

export function duplicate(file: Uint8Array, path: string): Uint8Array {
  const { start, end } = find(file, path)
  return splice(file, end, end, file.subarray(start, end))
}

/** Puts bytes right before an element or item. */
export function insertBefore(file: Uint8Array, path: string, bytes: Uint8Array): Uint8Array {
  const { start } = find(file, path)
  return splice(file, start, start, bytes)
}

/** Another element or items in the place of this one. */
export function replace(file: Uint8Array, path: string, bytes: Uint8Array): Uint8Array {
  const { start, end } = find(file, path)
  return splice(file, start, end, bytes)
}

/** The file up to an element or item; `within`: plus so many bytes of it. */
export function cutAt(file: Uint8Array, path: string, within = 0): Uint8Array {
  return file.slice(0, find(file, path).start + within)
}

export function valueOf(file: Uint8Array, path: string): Uint8Array {
  const { valueAt, end } = find(file, path)
  return file.slice(valueAt, end)
}

/** The bytes of a whole element or item. */
export function bytesOf(file: Uint8Array, path: string): Uint8Array {
  const { start, end } = find(file, path)
  return file.slice(start, end)
}

/** Sets the same attribute in every item of a sequence: `#` in the path stands for the item number. */
export function setInEvery(file: Uint8Array, path: string, values: readonly string[]): Uint8Array {
  return values.reduce((changed, value, n) => setValue(changed, path.replace('#', String(n)), value), file)
}

/** Elements at their places in the data set, instead of those with the same tags. */
export function putElements(file: Uint8Array, elements: readonly Uint8Array[]): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const places = childrenFrom(view, META_AT)
  const own = places.map(({ start, end }) => [tagAt(view, start), file.subarray(start, end)] as const)
  const put = elements.map(
    (bytes) => [tagAt(new DataView(bytes.buffer, bytes.byteOffset), 0), bytes] as const,
  )
  const all = [...new Map([...own, ...put])].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return new Uint8Array(Buffer.concat([file.subarray(0, META_AT), ...all.map(([, bytes]) => bytes)]))
}

/** A sequence of one item that holds these elements. */
export function sequenceBytes(tag: string, elements: readonly Uint8Array[]): Uint8Array {
  const item = [
    markBytes(ITEM, UNDEFINED_LENGTH),
    ...elements,
    markBytes('FFFEE00D', 0),
    markBytes('FFFEE0DD', 0),
  ]
  return elementBytes(tag, 'SQ', Buffer.concat(item), UNDEFINED_LENGTH)
}

/** 16 bit numbers as a value. */
export function us(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer)
}

export function ul(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

function evenText(value: string, vr: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8')
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([vr === 'UI' ? 0 : 0x20])])
}

function splice(file: Uint8Array, from: number, to: number, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([file.subarray(0, from), bytes, file.subarray(to)]))
}

function lastOf(path: string): string {
  return path.split('/').at(-1) ?? path
}

function find(file: Uint8Array, path: string): Place {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let places = childrenFrom(view, META_AT)
  let found: Place | null = null
  for (const step of path.split('/')) {
    found = /^\d+$/.test(step)
      ? (places.filter((place) => place.vr === 'item')[Number(step)] ?? null)
      : (places.find((place) => tagAt(view, place.start) === tagOf(step)) ?? null)
    if (found === null) throw new Error(`the sample has no ${path}`)
    if (found.vr === 'SQ' || found.vr === 'item') places = childrenFrom(view, found.valueAt)
  }
  if (found === null) throw new Error('an empty path')
  return found
}

/** Elements or items from here to the delimiter or the end of the file. */
function childrenFrom(view: DataView, start: number): Place[] {
  const places: Place[] = []
  for (let at = start; at + 8 <= view.byteLength && !ENDS.has(tagAt(view, at));) {
    const place = placeAt(view, at)
    places.push(place)
    at = place.end
  }
  return places
}

function placeAt(view: DataView, start: number): Place {
  if (tagAt(view, start) === ITEM) {
    const valueAt = start + 8
    return { start, vr: 'item', lengthAt: start + 4, valueAt, end: endOf(view, start + 4, valueAt) }
  }
  const vr = String.fromCharCode(view.getUint8(start + 4), view.getUint8(start + 5))
  if (!LONG_VRS.has(vr)) {
    const end = start + 8 + view.getUint16(start + 6, true)
    return { start, vr, lengthAt: start + 6, valueAt: start + 8, end }
  }
  return { start, vr, lengthAt: start + 8, valueAt: start + 12, end: endOf(view, start + 8, start + 12) }
}

function endOf(view: DataView, lengthAt: number, valueAt: number): number {
  const length = view.getUint32(lengthAt, true)
  if (length !== UNDEFINED_LENGTH) return valueAt + length
  return (childrenFrom(view, valueAt).at(-1)?.end ?? valueAt) + 8
}

function tagAt(view: DataView, at: number): string {
  const part = (offset: number) => view.getUint16(offset, true).toString(16).toUpperCase().padStart(4, '0')
  return part(at) + part(at + 2)
}
