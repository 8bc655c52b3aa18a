/**
 * Part 10 files (PS3.10 section 7) to data sets and back. The only door to dcmjs.
 * A data set here is dcmjs's own form: tag `GGGGEEEE` to `{ vr, Value }`, close to the DICOM JSON model.
 */
import dcmjs from 'dcmjs'
import { PlumblineError } from '../errors.ts'

export interface Element {
  readonly vr: string
  readonly Value: readonly unknown[]
}
export type Dataset = Readonly<Record<string, Element | undefined>>

export interface Part10 {
  readonly transferSyntaxUid: string
  readonly dataset: Dataset
}

/** Data set by keyword (`PatientID`, ...), the form that writing takes. Sequences are arrays of such objects. */
export type NaturalDataset = Record<string, unknown>

export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
/** Our implementation, PS3.7 D.3.3.2. */
const IMPLEMENTATION_CLASS_UID = '2.25.190146791043182537444806132342625375407'
const IMPLEMENTATION_VERSION_NAME = 'PLUMBLINE_1'
const PIXEL_DATA = '7FE00010'

/** Reads a Part 10 file. Throws PlumblineError('bad-dicom') when it is none or is damaged. */
export function readPart10(bytes: Uint8Array, options: { untilPixelData?: boolean } = {}): Part10 {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  try {
    const file = dcmjs.data.DicomMessage.readFile(
      buffer as ArrayBuffer,
      options.untilPixelData === true ? { untilTag: PIXEL_DATA, includeUntilTagValue: false } : {},
    )
    const meta = file.meta as Dataset
    return { transferSyntaxUid: String(meta['00020010']?.Value[0] ?? ''), dataset: file.dict as Dataset }
  } catch (cause) {
    throw new PlumblineError('bad-dicom', 'The file is not a readable DICOM Part 10 file.', { cause })
  }
}

/**
 * Writes a data set by keyword as a Part 10 file, Explicit VR Little Endian unless told otherwise.
 * Text is UTF-8: the caller's SpecificCharacterSet is overwritten with ISO_IR 192.
 * Pass DS values as strings of at most 16 characters: dcmjs cuts numbers (notes in ARCHITECTURE.md).
 */
export function writePart10(natural: NaturalDataset, transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN): Uint8Array {
  const { DicomMetaDictionary, DicomDict } = dcmjs.data
  const meta = DicomMetaDictionary.denaturalizeDataset({
    _vrMap: {},
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: natural['SOPClassUID'],
    MediaStorageSOPInstanceUID: natural['SOPInstanceUID'],
    TransferSyntaxUID: transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  })
  const file = new DicomDict(meta)
  file.dict = DicomMetaDictionary.denaturalizeDataset({ ...natural, SpecificCharacterSet: 'ISO_IR 192' })
  return new Uint8Array(file.write() as ArrayBuffer)
}

/** Tag `GGGGEEEE` of a keyword. */
export function tagOf(keyword: string): string {
  const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword]
  if (entry === undefined) throw new Error(`no DICOM attribute has the keyword ${keyword}`)
  return entry.tag.replace(/[(),]/g, '')
}

/** All values of an attribute as trimmed strings; empty when absent. PN gives its alphabetic form. */
export function texts(dataset: Dataset, keyword: string): string[] {
  return (dataset[tagOf(keyword)]?.Value ?? []).map((value) => {
    if (value === null || value === undefined) return ''
    if (typeof value === 'object' && 'Alphabetic' in value) return String(value.Alphabetic)
    return String(value).replaceAll('\0', '').trim()
  })
}

/** First value of an attribute as trimmed string; '' when absent. */
export function text(dataset: Dataset, keyword: string): string {
  return texts(dataset, keyword)[0] ?? ''
}

/** All values of an attribute as numbers, NaN where one is not a number; empty when absent. */
export function numbers(dataset: Dataset, keyword: string): number[] {
  return texts(dataset, keyword).map((value) => (value === '' ? NaN : Number(value)))
}

/** Items of a sequence; empty when absent. */
export function items(dataset: Dataset, keyword: string): Dataset[] {
  return (dataset[tagOf(keyword)]?.Value ?? []).filter(
    (value): value is Dataset => typeof value === 'object' && value !== null,
  )
}
