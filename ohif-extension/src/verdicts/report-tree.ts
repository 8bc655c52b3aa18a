/** The content tree of a structured report (PS3.3 C.17.3), as far as ours goes. */
import { sameCode, type Code } from '../../../src/domain/code.ts'
import { codeOf, itemsOf, numberOf, TAG, textOf, type DicomItem } from './dicom-json.ts'

/** What an IMAGE or COMPOSITE item points at. */
export interface Pointer {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly segmentNumber: number | null
  /** From 1. */
  readonly frameNumber: number | null
}

export function children(item: DicomItem): DicomItem[] {
  return itemsOf(item, TAG.content)
}

/** The items about this concept, in their order. */
export function about(concept: Code, items: readonly DicomItem[]): DicomItem[] {
  return items.filter((item) => {
    const name = codeOf(item, TAG.conceptName)
    return name !== null && sameCode(name, concept)
  })
}

/** The items inside the containers of this concept. */
export function inside(concept: Code, items: readonly DicomItem[]): DicomItem[] {
  return about(concept, items).flatMap(children)
}

/** The texts of the items about this concept. */
export function textsAbout(concept: Code, items: readonly DicomItem[]): string[] {
  return about(concept, items)
    .map((item) => textOf(item, TAG.textValue))
    .filter((text) => text !== '')
}

/** The code of the first item about this concept; null when there is none. */
export function codeAbout(concept: Code, items: readonly DicomItem[]): Code | null {
  const [item] = about(concept, items)
  return item === undefined ? null : codeOf(item, TAG.conceptCode)
}

/** The number of the first item about this concept, without its unit; null when there is none. */
export function numberAbout(concept: Code, items: readonly DicomItem[]): number | null {
  const [item] = about(concept, items)
  const [measured] = item === undefined ? [] : itemsOf(item, TAG.measuredValue)
  if (measured === undefined) return null
  return numberOf(measured, TAG.floatingPointValue) ?? numberOf(measured, TAG.numericValue)
}

/** What items of this value type point at. */
export function pointers(valueType: 'IMAGE' | 'COMPOSITE', items: readonly DicomItem[]): Pointer[] {
  return items
    .filter((item) => textOf(item, TAG.valueType) === valueType)
    .flatMap((item) => itemsOf(item, TAG.referencedSop))
    .map((reference) => ({
      sopClassUid: textOf(reference, TAG.referencedSopClassUid),
      sopInstanceUid: textOf(reference, TAG.referencedSopInstanceUid),
      segmentNumber: numberOf(reference, TAG.referencedSegmentNumber),
      frameNumber: numberOf(reference, TAG.referencedFrameNumber),
    }))
}
