/** Data sets by keyword to Part 10 files (PS3.10 section 7), by dcmjs. */
import { dcmjs, tagOf } from './dictionary.ts'
import { EXPLICIT_VR_LITTLE_ENDIAN } from './transfer-syntax.ts'

/** Data set by keyword (`PatientID`, ...), the form that writing takes. Sequences are arrays of such objects. */
export type NaturalDataset = Record<string, unknown>

/** Our implementation, PS3.7 D.3.3.2. */
const IMPLEMENTATION_CLASS_UID = '2.25.190146791043182537444806132342625375407'
const IMPLEMENTATION_VERSION_NAME = 'PLUMBLINE_1'
/**
 * Writes a data set by keyword as a Part 10 file, Explicit VR Little Endian unless told otherwise.
 * Text is UTF-8: the caller's SpecificCharacterSet is overwritten with ISO_IR 192.
 * Pass DS values as strings of at most 16 characters: dcmjs cuts numbers (notes in ARCHITECTURE.md).
 */
export function writePart10(
  natural: NaturalDataset,
  transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN,
): Uint8Array {
  const { DicomMetaDictionary, DicomDict } = dcmjs().data
  requireKnownKeywords(natural)
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
  return new Uint8Array(file.write())
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
