/** Reading the DICOM JSON model (PS3.18 annex F): tolerant, since every archive writes it a little differently. */
import { z } from 'zod'
import type { Code } from '../../../src/domain/code.ts'

/** An instance, or an item of a sequence: by tag, `GGGGEEEE`. */
export const DicomItem = z.record(z.string(), z.looseObject({ Value: z.array(z.unknown()).optional() }))
export type DicomItem = z.infer<typeof DicomItem>

export const TAG = {
  sopClassUid: '00080016',
  sopInstanceUid: '00080018',
  contentDate: '00080023',
  contentTime: '00080033',
  modality: '00080060',
  manufacturer: '00080070',
  codeValue: '00080100',
  codingSchemeDesignator: '00080102',
  codeMeaning: '00080104',
  codingSchemeIdentification: '00080110',
  longCodeValue: '00080119',
  urnCodeValue: '00080120',
  timezoneOffset: '00080201',
  seriesDescription: '0008103E',
  referencedSeries: '00081115',
  referencedSopClassUid: '00081150',
  referencedSopInstanceUid: '00081155',
  referencedFrameNumber: '00081160',
  referencedSop: '00081199',
  softwareVersions: '00181020',
  contributingEquipment: '0018A001',
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  valueType: '0040A040',
  conceptName: '0040A043',
  uid: '0040A124',
  textValue: '0040A160',
  floatingPointValue: '0040A161',
  conceptCode: '0040A168',
  measuredValue: '0040A300',
  numericValue: '0040A30A',
  requestedProcedureEvidence: '0040A375',
  content: '0040A730',
  referencedSegmentNumber: '0062000B',
} as const
type Tag = (typeof TAG)[keyof typeof TAG]

/** First value as text, line ends as `\n`; '' when there is none. */
export function textOf(item: DicomItem, tag: Tag): string {
  const value = item[tag]?.Value?.[0]
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\r\n', '\n').trim()
    : ''
}

/** First value as number, which some archives write as text; null when there is none. */
export function numberOf(item: DicomItem, tag: Tag): number | null {
  const text = textOf(item, tag)
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value
}

/** Items of a sequence; empty when absent. */
export function itemsOf(item: DicomItem, tag: Tag): DicomItem[] {
  return (item[tag]?.Value ?? []).flatMap((value) => {
    const parsed = DicomItem.safeParse(value)
    return parsed.success ? [parsed.data] : []
  })
}

/** The first item of a code sequence (PS3.3 8.8); null when there is none. */
export function codeOf(item: DicomItem, tag: Tag): Code | null {
  const [coded] = itemsOf(item, tag)
  if (coded === undefined) return null
  const value = [TAG.codeValue, TAG.longCodeValue, TAG.urnCodeValue]
    .map((each) => textOf(coded, each))
    .find((text) => text !== '')
  const [scheme, meaning] = [textOf(coded, TAG.codingSchemeDesignator), textOf(coded, TAG.codeMeaning)]
  return value === undefined ? null : { scheme, value, meaning }
}
