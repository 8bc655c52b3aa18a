/** What SEG and RTSTRUCT have in common: codes, sides, producer, references. */
import type { Producer } from '../domain/case.ts'
import type { Code, Laterality } from '../domain/code.ts'
import type { SeriesReference } from '../domain/segmentation.ts'
import { PlumblineError } from '../errors.ts'
import { isUidLike } from './json.ts'
import { items, text, texts, type Dataset } from './part10.ts'

export const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'
export const LABEL_MAP_SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.7'
export const RT_STRUCTURE_SET_STORAGE = '1.2.840.10008.5.1.4.1.1.481.3'

/** CID 244 Laterality, and its codes before DICOM moved from SNOMED-RT to SNOMED CT. */
const LATERALITY_OF_CODE: Readonly<Record<string, Laterality | undefined>> = {
  'SCT 7771000': 'left',
  'SCT 24028007': 'right',
  'SCT 51440002': 'bilateral',
  'SCT 66459002': 'unpaired',
  'SRT G-A101': 'left',
  'SRT G-A100': 'right',
  'SRT G-A102': 'bilateral',
  'SRT G-A103': 'unpaired',
}
/** Other designators of the same schemes. */
const SCHEME_SYNONYMS: Readonly<Record<string, string>> = { SNM3: 'SRT', '99SDM': 'SRT', SNOMEDCT: 'SCT' }

/** Codes of all items of a code sequence (PS3.3 table 8.8-1), with long and URN values; items without a value are left out. */
export function codesOf(dataset: Dataset, keyword: string): Code[] {
  return items(dataset, keyword).flatMap((item) => {
    const value = text(item, 'CodeValue') || text(item, 'LongCodeValue') || text(item, 'URNCodeValue')
    const scheme = text(item, 'CodingSchemeDesignator')
    return value === ''
      ? []
      : [{ scheme: SCHEME_SYNONYMS[scheme] ?? scheme, value, meaning: text(item, 'CodeMeaning') }]
  })
}

/** First code of a code sequence; null when there is none. */
export function codeOf(dataset: Dataset, keyword: string): Code | null {
  return codesOf(dataset, keyword)[0] ?? null
}

/** Side given by any modifier code of a concept; left and right together are `bilateral`; null when none says. */
export function lateralityOf(modifiers: readonly Code[]): Laterality | null {
  const sides = modifiers.flatMap((code) => LATERALITY_OF_CODE[`${code.scheme} ${code.value}`] ?? [])
  if (sides.includes('left') && sides.includes('right')) return 'bilateral'
  return sides[0] ?? null
}

/** Modifier codes inside the items of a code sequence. */
export function modifiersOf(dataset: Dataset, sequence: string, modifierSequence: string): Code[] {
  return items(dataset, sequence).flatMap((item) => codesOf(item, modifierSequence))
}

export function producerOf(dataset: Dataset, algorithm: string, version: string): Producer {
  return {
    manufacturer: text(dataset, 'Manufacturer'),
    algorithm: algorithm || text(dataset, 'ManufacturerModelName'),
    version: version || texts(dataset, 'SoftwareVersions').join(' '),
  }
}

/** Collects references: instances by series, and instances whose series the object never names. */
export interface ReferenceCollector {
  add(seriesInstanceUid: string | null, sopInstanceUids: readonly string[]): void
  result(): SeriesReference[]
}

export function collectReferences(): ReferenceCollector {
  const bySeries = new Map<string, Set<string>>()
  const loose = new Set<string>()
  return {
    add(seriesInstanceUid, sopInstanceUids) {
      const target =
        seriesInstanceUid === null ? loose : (bySeries.get(seriesInstanceUid) ?? new Set<string>())
      if (seriesInstanceUid !== null) bySeries.set(seriesInstanceUid, target)
      for (const uid of sopInstanceUids) if (uid !== '') target.add(uid)
    },
    result() {
      const placed = new Set([...bySeries.values()].flatMap((uids) => [...uids]))
      const rest = [...loose].filter((uid) => !placed.has(uid))
      const named = [...bySeries].map(([seriesInstanceUid, uids]) => ({
        seriesInstanceUid,
        sopInstanceUids: [...uids],
      }))
      return rest.length === 0 ? named : [...named, { seriesInstanceUid: null, sopInstanceUids: rest }]
    },
  }
}

/** Distinct values in order of appearance, empty ones left out. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '')
}

/** An attribute that identifies the object. Throws PlumblineError('bad-dicom') when it is missing or no UID; never quotes it. */
export function requiredUid(dataset: Dataset, keyword: string): string {
  const uid = text(dataset, keyword)
  if (uid === '') throw new PlumblineError('bad-dicom', `The segmentation object has no ${keyword}.`)
  if (!isUidLike(uid))
    throw new PlumblineError('bad-dicom', `The ${keyword} of the segmentation object is no UID (PS3.5 9.1).`)
  return uid
}

export function tooManySegments(count: number, limit: number): PlumblineError {
  return new PlumblineError('limit-exceeded', `The object describes ${count} segments, more than ${limit}.`, {
    nextStep: 'Raise limits.segmentsMax if objects of this size are expected.',
  })
}
