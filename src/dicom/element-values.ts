/** Value representations (PS3.5 section 6.2): bytes of one element to its values. */
import { data } from 'dcmjs'
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

type ReadNumber = (view: DataView, offset: number) => number | string
const NUMBER_VRS: Readonly<Record<string, readonly [bytes: number, read: ReadNumber] | undefined>> = {
  AT: [4, (view, at) => hex(view.getUint16(at, true)) + hex(view.getUint16(at + 2, true))],
  FD: [8, (view, at) => view.getFloat64(at, true)],
  FL: [4, (view, at) => view.getFloat32(at, true)],
  SL: [4, (view, at) => view.getInt32(at, true)],
  SS: [2, (view, at) => view.getInt16(at, true)],
  SV: [8, (view, at) => safeNumber(view.getBigInt64(at, true))],
  UL: [4, (view, at) => view.getUint32(at, true)],
  US: [2, (view, at) => view.getUint16(at, true)],
  UV: [8, (view, at) => safeNumber(view.getBigUint64(at, true))],
}
/** The dictionary's names for "depends": OW or OB, US or SS, US or OW. */
const UNSETTLED_VRS: Readonly<Record<string, string>> = { ox: 'OW', lt: 'OW', na: 'UN', up: 'UL' }

/** Is it a VR with a 16 bit length? */
export function isKnownVr(vr: string): boolean {
  return ASCII_VRS.has(vr) || ENCODED_VRS.has(vr) || NUMBER_VRS[vr] !== undefined
}

/** Values of one element in the form of the DICOM JSON model. Throws PlumblineError('bad-dicom'). */
export function valuesOf(
  vr: string,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  decode: TextDecode,
): unknown[] {
  if (bytes.length === 0) return []
  if (BINARY_VRS.has(vr)) return [new Uint8Array(bytes).buffer]
  const number = NUMBER_VRS[vr]
  if (number !== undefined) {
    const [size, read] = number
    if (bytes.length % size !== 0) throw damaged(`an element of type ${vr} is ${bytes.length} bytes long`)
    return Array.from({ length: bytes.length / size }, (_, n) => read(view, offset + n * size))
  }
  if (vr === 'DS' || vr === 'IS') return decimalsOf(bytes)
  // Copied, because TextDecoder refuses shared memory.
  const text = ENCODED_VRS.has(vr) ? decode(new Uint8Array(bytes)) : Buffer.from(bytes).toString('latin1')
  if (SINGLE_TEXT_VRS.has(vr)) return [text.replace(/[\0 ]+$/, '')]
  const parts = text.split('\\').map((part) => part.replaceAll('\0', '').trim())
  if (vr === 'PN') return parts.map(personName)
  return parts
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
  const vr = data.DicomMetaDictionary.dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`]?.vr ?? 'UN'
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
