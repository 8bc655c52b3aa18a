/** Value representations (PS3.5 section 6.2): bytes of one element to its values. */
import { dictionaryEntryVr } from './dictionary.ts'
import { PlumblineError } from '../errors.ts'
import type { TextDecode } from './charset.ts'
import { decimalsOf } from './decimal-text.ts'

const PIXEL_REPRESENTATION = '00280103'

/** VRs whose explicit form has a 32 bit length (PS3.5 table 7.1-1). */
export const LONG_VRS = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
])
const BINARY_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'])
const SINGLE_TEXT_VRS = new Set(['LT', 'ST', 'UT', 'UR'])
/** VRs that Specific Character Set applies to (PS3.5 6.1.2.3). */
const ENCODED_VRS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const ASCII_VRS = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR'])

/** Bytes of a file and the ways to look at them. */
export interface Source {
  readonly buffer: Buffer
  readonly view: DataView
  readonly littleEndian: boolean
}

type ReadNumber = (view: DataView, offset: number, littleEndian: boolean) => number | string
const NUMBER_VRS: Readonly<Record<string, readonly [bytes: number, read: ReadNumber] | undefined>> = {
  AT: [4, (view, at, little) => hex(view.getUint16(at, little)) + hex(view.getUint16(at + 2, little))],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  SV: [8, (view, at, little) => safeNumber(view.getBigInt64(at, little))],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  US: [2, (view, at, little) => view.getUint16(at, little)],
  UV: [8, (view, at, little) => safeNumber(view.getBigUint64(at, little))],
}
/** Bytes that Big Endian turns round together (PS3.5 7.3); 1 for all other VRs. */
const UNIT_BYTES: Readonly<Record<string, number | undefined>> = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 }
/** The dictionary's names for "depends": OW or OB, US or SS, US or OW. */
const UNSETTLED_VRS: Readonly<Record<string, string>> = { ox: 'OW', lt: 'OW', na: 'UN', up: 'UL' }

/** VRs by their two characters, so that reading one makes no text. */
const VRS = new Map(
  [...LONG_VRS, ...ASCII_VRS, ...ENCODED_VRS, ...Object.keys(NUMBER_VRS)].map((vr): [number, string] => [
    vr.charCodeAt(0) * 256 + vr.charCodeAt(1),
    vr,
  ]),
)

/** The VR of two bytes; null when there is none of that name. */
export function vrOf(first: number, second: number): string | null {
  return VRS.get(first * 256 + second) ?? null
}

/** Values of one element, of bytes `start` to before `end`, in the form of the DICOM JSON model. Throws PlumblineError('bad-dicom'). */
export function valuesOf(
  vr: string,
  source: Source,
  start: number,
  end: number,
  decode: TextDecode,
): unknown[] {
  if (start === end) return []
  const { buffer } = source
  if (BINARY_VRS.has(vr)) return [littleEndianBytes(source, start, end, UNIT_BYTES[vr] ?? 1).buffer]
  const number = NUMBER_VRS[vr]
  if (number !== undefined) return numbersOf(vr, number, source, start, end)
  if (vr === 'DS' || vr === 'IS') return decimalsOf(buffer.subarray(start, end))
  const isEncoded = ENCODED_VRS.has(vr)
  // Copied, because TextDecoder refuses shared memory.
  const text = isEncoded ? decode(copyOf(buffer, start, end)) : buffer.toString('latin1', start, end)
  if (SINGLE_TEXT_VRS.has(vr)) return [text.replace(/[\0 ]+$/, '')]
  const parts = text.includes('\\') ? text.split('\\').map(trimmed) : [trimmed(text)]
  if (vr === 'PN') return parts.map(personName)
  return parts
}

function numbersOf(
  vr: string,
  [size, read]: readonly [bytes: number, read: ReadNumber],
  { view, littleEndian }: Source,
  start: number,
  end: number,
): unknown[] {
  if ((end - start) % size !== 0) throw damaged(`an element of type ${vr} is ${end - start} bytes long`)
  const values: unknown[] = []
  for (let at = start; at < end; at += size) values.push(read(view, at, littleEndian))
  return values
}

/** A copy of its own, the units of Big Endian turned round. Throws PlumblineError('bad-dicom') when they do not come out even. */
export function littleEndianBytes(
  { buffer, littleEndian }: Source,
  start: number,
  end: number,
  unitBytes: number,
): Uint8Array<ArrayBuffer> {
  const copy = copyOf(buffer, start, end)
  if (littleEndian || unitBytes === 1) return copy
  if (copy.length % unitBytes !== 0) throw damaged(`binary values are cut off within ${unitBytes} bytes`)
  const own = Buffer.from(copy.buffer)
  if (unitBytes === 2) own.swap16()
  else if (unitBytes === 4) own.swap32()
  else own.swap64()
  return copy
}

function copyOf(buffer: Buffer, start: number, end: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.subarray(start, end))
}

function trimmed(part: string): string {
  return (part.includes('\0') ? part.replaceAll('\0', '') : part).trim()
}

function personName(part: string): Record<string, string> {
  const names = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
  const groups = part.split('=')
  return Object.fromEntries(names.flatMap((name, n) => (groups[n] ? [[name, groups[n]]] : [])))
}

/** VR of a tag by dictionary; `UN` where it has none, `LO` for a private creator (PS3.5 7.8.1). */
export function dictionaryVr(
  tag: string,
  dataset: { readonly [tag: string]: { readonly Value: readonly unknown[] } | undefined },
): string {
  if (Number.parseInt(tag.slice(0, 4), 16) % 2 === 1) return /^....00[1-9A-F].$/.test(tag) ? 'LO' : 'UN'
  if (tag.endsWith('0000')) return 'UL'
  const vr = dictionaryEntryVr(tag) ?? 'UN'
  if (vr === 'xs') return dataset[PIXEL_REPRESENTATION]?.Value[0] === 1 ? 'SS' : 'US'
  return UNSETTLED_VRS[vr] ?? vr
}

function safeNumber(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** Four upper case hex digits. */
export function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}

/** The one way to say that a file's bytes are wrong. */
export function damaged(what: string): PlumblineError {
  return new PlumblineError('bad-dicom', `The DICOM file is damaged: ${what}.`, {
    nextStep: 'Send the object again from its source, and compare its size there.',
  })
}
