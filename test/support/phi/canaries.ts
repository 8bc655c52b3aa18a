/**
 * Canaries: a value of its own, found nowhere else, in every attribute that PS3.15 wants to be protected (basic-profile.json).
 * Whatever leaves this program is searched for them.
 *
 *   const { images, seg } = canaryDataset()     // Part 10 files of a CT and a SEG on it, every attribute seeded
 *   seeded(file)                                // any other Part 10 file (Explicit VR Little Endian), seeded
 *   findCanaries(server.received())             // keywords of the attributes whose values are in it: expect []
 *   findCanaries(text, uidsOf(json))            // ... or the file's own UIDs, which cannot be replaced
 */
import { readFileSync } from 'node:fs'
import type { DicomJson } from '../../../src/ports.ts'
import { jsonItems } from '../../../src/dicom/json.ts'
import { elementBytes, putElements, sequenceBytes, us } from '../malformed/bytes.ts'
import { IMAGES, SEG } from '../malformed/samples.ts'

export interface Canary {
  readonly tag: string
  readonly keyword: string
  readonly vr: string
  readonly value: string
  /** Each of them betrays it. */
  readonly marks: readonly string[]
}

interface BasicProfile {
  readonly source: string
  readonly attributes: readonly (readonly [tag: string, keyword: string, vr: string])[]
}

const SHORT_VRS = new Set(['AS', 'DS', 'IS', 'US'])
const DAY_MS = 86_400_000
const FIRST_DAY_MS = Date.parse('1801-01-01')

const PROFILE: BasicProfile = JSON.parse(readFileSync(new URL('basic-profile.json', import.meta.url), 'utf8'))

/** One for every attribute of the profile. */
export const CANARIES: readonly Canary[] = PROFILE.attributes.map(([tag, keyword, vr], n) => ({
  tag,
  keyword,
  vr,
  ...canaryValue(vr, n),
}))

/** Groups that no data set has (PS3.5 7.1, PS3.10 7.1), and UIDs that hold the objects together. */
const NOT_REPLACED =
  /^(0000|0002|0004)|^(00080018|0020000D|0020000E|00200052|00081195|00209164|FFFAFFFA|FFFCFFFC)$/
export const SEEDED: readonly Canary[] = CANARIES.filter(({ tag }) => !NOT_REPLACED.test(tag))

export function canaryDataset(): { images: readonly Uint8Array[]; seg: Uint8Array } {
  return { images: IMAGES.map(seeded), seg: seeded(SEG) }
}

/** Every attribute of the profile set to its canary; the file stays readable. */
export function seeded(file: Uint8Array): Uint8Array {
  return putElements(file, SEEDED.map(elementOf))
}

/** Keywords of the canaries in it, however they are cased, in pictures of data URLs too. */
export function findCanaries(
  content: Uint8Array | string,
  also: ReadonlyMap<string, string> = new Map(),
): string[] {
  const raw = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  const decoded = raw.matchAll(/data:[\w/.+-]*;base64,([A-Za-z0-9+/]+=*)/g)
  const pictures = Array.from(decoded, ([, base64 = '']) => Buffer.from(base64, 'base64').toString('latin1'))
  const text = [raw.replaceAll(/;base64,[A-Za-z0-9+/]+=*/g, ''), ...pictures].join('\n').toLowerCase()
  const found = CANARIES.filter(({ vr, marks }) => marks.some((mark) => isIn(text, mark.toLowerCase(), vr)))
  const others = [...also].filter(([value]) => text.includes(value.toLowerCase()))
  return [...found.map(({ keyword }) => keyword), ...others.map(([, keyword]) => keyword)]
}

/** Short ones could be part of a digest, a duration or an address. */
function isIn(text: string, mark: string, vr: string): boolean {
  if (!text.includes(mark)) return false
  return !SHORT_VRS.has(vr) || new RegExp(`(?<![0-9a-f.:])${mark}(?![0-9a-f])`).test(text)
}

/** UIDs of a header that name instances, with their tags. */
export function uidsOf(json: DicomJson): Map<string, string> {
  const found = new Map<string, string>()
  for (const [tag, { vr, Value = [] }] of Object.entries(json)) {
    if (vr === 'SQ')
      for (const item of jsonItems(json, tag)) for (const [uid, at] of uidsOf(item)) found.set(uid, at)
    if (vr !== 'UI') continue
    for (const uid of Value)
      if (typeof uid === 'string' && !uid.startsWith('1.2.840.10008.')) found.set(uid, tag)
  }
  return found
}

function elementOf({ tag, vr, value }: Canary): Uint8Array {
  if (vr === 'US') return elementBytes(tag, vr, us(Number(value)))
  if (vr === 'SQ')
    return sequenceBytes(tag, [
      elementBytes('InstitutionName', 'LO', value),
      elementBytes('PersonName', 'PN', `${value}^`),
    ])
  return elementBytes(tag, vr, value)
}

/** Its n-th value: legal for the VR as far as it has a form, and long enough not to be found by chance. */
function canaryValue(vr: string, n: number): Pick<Canary, 'value' | 'marks'> {
  const number = String(n).padStart(4, '0')
  const day = new Date(FIRST_DAY_MS + n * DAY_MS).toISOString().slice(0, 10)
  const word = `QZK${number}JWXVB`
  const only = (value: string) => ({ value, marks: [value] })
  switch (vr) {
    case 'DA':
      return { value: day.replaceAll('-', ''), marks: [day, day.replaceAll('-', '')] }
    case 'DT':
      return { value: `${day.replaceAll('-', '')}101112.90${number}`, marks: [day, day.replaceAll('-', '')] }
    case 'TM':
      return only(`101112.90${number}`)
    case 'UI':
      return only(`2.25.99000000000000000${number}`)
    case 'DS':
    case 'IS':
      return only(`7700${number}`)
    case 'AS':
      return only(`${number.slice(1)}W`)
    case 'US':
      return only(String(64_900 + n))
    case 'PN':
      return { value: `${word}^VNB${number}KQ`, marks: [word, `VNB${number}KQ`] }
    default:
      return only(word)
  }
}
