/** Data sets to the DICOM JSON model (PS3.18 annex F), binary values by reference or left out. */
import type { DicomJson } from '../ports.ts'
import { binaryLength } from './byte-source.ts'
import type { Dataset, Element } from './part10.ts'

export interface JsonOptions {
  /**
   * URI of a binary value by its path: `00281201`, or `52009230/0/00189098` inside a sequence (item index from 0).
   * Null leaves the attribute out.
   */
  readonly bulkDataUri: (path: string) => string | null
}

type JsonAttribute = DicomJson[string]

const BINARY_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'])

/** The DICOM JSON model of a data set. Empty attributes have no `Value`; group 2 and group lengths are left out. */
export function toDicomJson(dataset: Dataset, options: JsonOptions): DicomJson {
  return itemToJson(dataset, options, '')
}

/** The same with every reference to bulk data, at any depth, replaced by what `rename` makes of its URI. */
export function mapBulkDataUris(json: DicomJson, rename: (uri: string) => string): DicomJson {
  const mapped: DicomJson = {}
  for (const [tag, attribute] of Object.entries(json)) {
    if (attribute.BulkDataURI !== undefined) {
      mapped[tag] = { ...attribute, BulkDataURI: rename(attribute.BulkDataURI) }
    } else if (attribute.vr === 'SQ') {
      mapped[tag] = {
        ...attribute,
        Value: jsonItemsOf(attribute).map((item) => mapBulkDataUris(item, rename)),
      }
    } else {
      mapped[tag] = attribute
    }
  }
  return mapped
}

/** First value of an attribute as text, '' when there is none; a person name in its alphabetic form. */
export function jsonText(json: DicomJson, tag: string): string {
  const value = json[tag]?.Value?.[0]
  if (typeof value === 'object' && value !== null) {
    const alphabetic = 'Alphabetic' in value ? value.Alphabetic : ''
    return typeof alphabetic === 'string' ? alphabetic : ''
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** First value of an attribute as whole number; null when there is none. */
export function jsonInteger(json: DicomJson, tag: string): number | null {
  const value = jsonText(json, tag)
  return /^-?\d+$/.test(value) ? Number(value) : null
}

/** Items of a sequence; empty when absent. */
export function jsonItems(json: DicomJson, tag: string): DicomJson[] {
  const attribute = json[tag]
  return attribute === undefined ? [] : jsonItemsOf(attribute)
}

function jsonItemsOf(attribute: JsonAttribute): DicomJson[] {
  return (attribute.Value ?? []).filter(
    (item): item is DicomJson => typeof item === 'object' && item !== null,
  )
}

/**
 * Digits and dots that may stand for an object in a query or a URL. Laxer than PS3.5 9.1: archives do hold UIDs with
 * leading zeros, and they must be found.
 */
export function isUidLike(value: string): boolean {
  return value.length <= 64 && /^\d+(\.\d+)*$/.test(value)
}

function itemToJson(item: Dataset, options: JsonOptions, path: string): DicomJson {
  const json: DicomJson = {}
  for (const tag of Object.keys(item).toSorted()) {
    const element = item[tag]
    if (element === undefined || tag.startsWith('0002') || tag.endsWith('0000')) continue
    const attribute = attributeToJson(element, options, path + tag)
    if (attribute !== null) json[tag] = attribute
  }
  return json
}

function attributeToJson({ vr, Value }: Element, options: JsonOptions, path: string): JsonAttribute | null {
  if (BINARY_VRS.has(vr)) {
    if (!Value.some((value) => binaryLength(value) > 0)) return { vr }
    const uri = options.bulkDataUri(path)
    return uri === null ? null : { vr, BulkDataURI: uri }
  }
  const values =
    vr === 'SQ'
      ? Value.filter(isItem).map((item, index) => itemToJson(item, options, `${path}/${index}/`))
      : Value.map(plainValue)
  return values.every((value) => value === null) ? { vr } : { vr, Value: values }
}

function isItem(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null
}

/** PS3.18 F.2.3: numbers that JSON cannot write are text, an empty value between others is null. */
function plainValue(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'object') return Object.keys(value).length === 0 ? null : value
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'inf' : '-inf'
}
