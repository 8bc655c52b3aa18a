import { describe, expect, test } from 'vitest'
import { dcmjs } from '../../src/dicom/dictionary.ts'
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'

/** What dcmjs writes by itself, in its slow way. */
function dcmjsBytes(natural: NaturalDataset, transferSyntaxUid: string): Uint8Array {
  const { DicomMetaDictionary, DicomDict } = dcmjs().data as unknown as {
    DicomMetaDictionary: { denaturalizeDataset(natural: NaturalDataset): unknown }
    DicomDict: new (meta: unknown) => { dict: unknown; write(): ArrayBuffer }
  }
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      _vrMap: {},
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: natural['SOPClassUID'],
      MediaStorageSOPInstanceUID: natural['SOPInstanceUID'],
      TransferSyntaxUID: transferSyntaxUid,
      ImplementationClassUID: '2.25.190146791043182537444806132342625375407',
      ImplementationVersionName: 'PLUMBLINE_1',
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset({ ...natural, SpecificCharacterSet: 'ISO_IR 192' })
  return new Uint8Array(file.write())
}

const natural: NaturalDataset = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.34',
  SOPInstanceUID: '1.2.3',
  PatientName: [{ Alphabetic: 'Müller^Jörg' }],
  ImagePositionPatient: ['1', '-2.5', '3'],
  Rows: 3,
  ImageComments: 'ä'.repeat(40_000),
  ContentSequence: Array.from({ length: 300 }, (_, n) => ({
    RelationshipType: 'CONTAINS',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [{ CodeValue: String(n), CodingSchemeDesignator: 'DCM', CodeMeaning: 'Größe' }],
    ContentSequence: [
      { ValueType: 'TEXT', TextValue: 'x'.repeat(n) },
      { ValueType: 'NUM', MeasuredValueSequence: [], ContentSequence: [{ GraphicData: [n, n / 2, 1] }] },
    ],
  })),
}

const PIXELS = {
  PixelData: [Uint8Array.from({ length: 500 }, (_, n) => n).buffer, Uint8Array.of(1, 2, 3).buffer],
  _vrMap: { PixelData: 'OB' },
}

describe('writePart10', () => {
  test.each([
    ['1.2.840.10008.1.2.1', {}],
    ['1.2.840.10008.1.2', {}],
    ['1.2.840.10008.1.2.1', PIXELS],
    ['1.2.840.10008.1.2.5', PIXELS],
  ])('writes what dcmjs writes, in %s', (syntax, more) => {
    const dataset = { ...natural, ...more }
    const [ours, theirs] = [writePart10(dataset, syntax), dcmjsBytes(dataset, syntax)]
    expect(Buffer.from(ours).equals(theirs)).toBe(true)
  })
})
