import { describe, expect, it } from 'vitest'
import { FailureMode } from '../../src/domain/evidence.ts'
import { items, readPart10, text } from '../../src/dicom/part10.ts'
import type { NaturalDataset } from '../../src/dicom/write-part10.ts'
import {
  createReportWriter,
  isOurReport,
  reportDataset,
  SR_SOP_CLASSES,
  textReportDataset,
  type SrSopClass,
} from '../../src/dicom/sr.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { deriveUid, isUid } from '../../src/dicom/uid.ts'
import {
  DEVICE,
  imageUid,
  JAPANESE_NAME,
  LARGE_SAMPLE,
  rejectedSegment,
  sample,
  SAMPLES,
} from './sr-samples.ts'

const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
const options = { templates, device: DEVICE, sopClass: 'comprehensive-3d' } as const
const SOP_CLASSES: SrSopClass[] = ['comprehensive-3d', 'comprehensive', 'enhanced']
const writer = createReportWriter(options)

const anchorAt = (sopInstanceUid: string) => ({
  sopInstanceUid,
  frameNumber: null,
  columnRow: [1, 1] as const,
})

/** The items of a sequence by keyword; empty when absent. */
function list(item: NaturalDataset, keyword: string): NaturalDataset[] {
  const value = item[keyword]
  return Array.isArray(value)
    ? value.filter((entry): entry is NaturalDataset => typeof entry === 'object')
    : []
}

/** Content items anywhere below, in order. */
function below(item: NaturalDataset): NaturalDataset[] {
  return list(item, 'ContentSequence').flatMap((child) => [child, ...below(child)])
}

function conceptOf(item: NaturalDataset): string {
  return list(item, 'ConceptNameCodeSequence')
    .map((code) => String(code['CodeMeaning']))
    .join('')
}

function valueOf(item: NaturalDataset): string {
  const [measured] = list(item, 'MeasuredValueSequence')
  if (measured !== undefined) {
    const [unit] = list(measured, 'MeasurementUnitsCodeSequence')
    return `${String(measured['NumericValue'])} ${String(unit?.['CodeValue'])}`
  }
  const [reference] = list(item, 'ReferencedSOPSequence')
  if (reference !== undefined)
    return JSON.stringify([reference['ReferencedSOPInstanceUID'], reference['ReferencedSegmentNumber']])
  const [code] = list(item, 'ConceptCodeSequence')
  if (code !== undefined) return `(${String(code['CodeValue'])}, ${String(code['CodeMeaning'])})`
  const [template] = list(item, 'ContentTemplateSequence')
  return JSON.stringify(
    item['TextValue'] ?? item['UID'] ?? item['GraphicData'] ?? template?.['TemplateIdentifier'] ?? '',
  )
}

/** The tree for people: one line per item. */
function tree(item: NaturalDataset, depth = 0): string {
  const words = [item['RelationshipType'] ?? '', item['ValueType'], conceptOf(item), '=', valueOf(item)].map(
    String,
  )
  const line = '  '.repeat(depth) + words.filter((word) => word !== '').join(' ')
  return [line, ...list(item, 'ContentSequence').map((child) => tree(child, depth + 1))].join('\n')
}

function values(dataset: NaturalDataset, type: string, meaning: string): string[] {
  const wanted = below(dataset).filter((item) => item['ValueType'] === type && conceptOf(item) === meaning)
  return wanted.map(valueOf)
}

describe('the content tree', () => {
  it.each(['rejected', 'RTSTRUCT rejected', 'one anchor of two', 'not readable'])(
    'of "%s" is as it was',
    async (name) => {
      const input = SAMPLES[name]?.()
      if (input === undefined) throw new Error('no such sample')
      await expect(`${tree(reportDataset(input, options))}\n`).toMatchFileSnapshot(
        `golden/sr-${name.replaceAll(' ', '-')}.txt`,
      )
    },
  )

  it('as text is as it was', async () => {
    const shown = tree(textReportDataset(sample(), options))
    await expect(`${shown}\n`).toMatchFileSnapshot('golden/sr-text.txt')
  })

  it('says the worst segment first, since viewers jump there', () => {
    const good = {
      ...rejectedSegment(1, 'good'),
      verdict: 'accept' as const,
      score: 5 as const,
      findings: [],
    }
    const input = sample({ segments: [good, rejectedSegment(2, 'bad')] })
    const anchors = new Map([1, 2].map((number) => [number, anchorAt(imageUid(1))] as const))
    const groups = below(reportDataset({ ...input, anchors }, options)).filter(
      (item) => conceptOf(item) === 'Measurement Group',
    )
    expect(groups.flatMap((group) => values(group, 'CODE', 'Segmentation quality verdict'))).toEqual([
      '(REJECT, Reject)',
      '(REJECT, Reject)',
      '(ACCEPT, Accept)',
      '(ACCEPT, Accept)',
    ])
  })

  it('has a code for every failure mode, with distinct values', () => {
    const codes = FailureMode.options.map((mode) => templates.dictionary.failureModes[mode].value)
    expect(new Set(codes).size).toBe(FailureMode.options.length)
  })

  it('keeps the tracking identifiers of the object and derives them where it has none', () => {
    const kept = reportDataset(sample(), options)
    expect(values(kept, 'UIDREF', 'Tracking Unique Identifier')).toEqual(
      Array(2).fill(JSON.stringify(deriveUid('sample tracking', '1'))),
    )
    const derived = reportDataset(sample({ trackingIds: false }), options)
    expect(values(derived, 'TEXT', 'Tracking Identifier')).toEqual(Array(2).fill('"Segment 1: Liver"'))
    expect(
      values(derived, 'UIDREF', 'Tracking Unique Identifier').every((uid) => isUid(JSON.parse(uid))),
    ).toBe(true)
  })

  it('never opens a measurement group without a point in an image: OHIF would not open the report', () => {
    for (const make of Object.values(SAMPLES)) {
      const dataset = reportDataset(make(), options)
      const groups = below(dataset).filter((item) => conceptOf(item) === 'Measurement Group')
      const trackingUids = (of: NaturalDataset[]) =>
        new Set(of.map((group) => values(group, 'UIDREF', 'Tracking Unique Identifier')[0]))
      const anchored = groups.filter((group) => below(group).some((item) => item['ValueType'] === 'SCOORD'))
      expect(trackingUids(anchored)).toEqual(trackingUids(groups))
    }
  })

  it('names the frames of a multi-frame image that show a finding and hold the anchor', () => {
    const uid = imageUid(1)
    const segment = rejectedSegment()
    const [finding] = segment.findings
    if (finding === undefined) throw new Error('the sample has no finding')
    const input = sample({
      segments: [{ ...segment, findings: [{ ...finding, instances: [uid, uid], frames: [7, 8] }] }],
    })
    const anchors = new Map([[1, { sopInstanceUid: uid, frameNumber: 7, columnRow: [1, 1] as const }]])
    const images = below(reportDataset({ ...input, anchors }, options)).filter(
      (item) => item['ValueType'] === 'IMAGE',
    )
    const framesBy = (relationship: string) =>
      images
        .filter((item) => item['RelationshipType'] === relationship)
        .flatMap((item) => list(item, 'ReferencedSOPSequence'))
        .flatMap((reference) => reference['ReferencedFrameNumber'] ?? [])
    expect(framesBy('SELECTED FROM')).toEqual(['7'])
    expect(images.flatMap((item) => list(item, 'ReferencedSOPSequence'))).toContainEqual({
      ReferencedSOPClassUID: expect.any(String),
      ReferencedSOPInstanceUID: uid,
      ReferencedFrameNumber: '8',
    })
  })

  it('takes an anchor on an image that is not of the source series for none', () => {
    const input = sample()
    const anchors = new Map([[1, { sopInstanceUid: '1.2.3', frameNumber: null, columnRow: [1, 1] as const }]])
    expect(
      values(reportDataset({ ...input, anchors }, options), 'SCOORD', 'Approximate spatial location'),
    ).toEqual([])
  })

  it('has no score where there is none', () => {
    const dataset = reportDataset(
      sample({ segments: [{ ...rejectedSegment(), score: null, category: null }] }),
      options,
    )
    expect(values(dataset, 'NUM', 'Segmentation quality score (1-5)')).toEqual([])
    expect(values(dataset, 'CODE', 'Segmentation quality category')).toEqual([])
  })

  it('quotes text from DICOM cleaned and short', () => {
    const make = SAMPLES['hostile label']
    const [trackingId] = values(reportDataset(make?.() ?? sample(), options), 'TEXT', 'Tracking Identifier')
    const label = String(JSON.parse(trackingId ?? '""'))
    expect(label).toMatch(/^Segment 1: <script>alert\("x"\)<\/script> \/\/server\/share 🫁txt long /)
    expect(Array.from(label)).toHaveLength(256)
  })

  it('refers to a long code value as the standard says', () => {
    const dataset = reportDataset(SAMPLES['long code value']?.() ?? sample(), options)
    const finding = below(dataset).find((item) => conceptOf(item) === 'Finding')
    expect(finding?.['ConceptCodeSequence']).toEqual([
      { LongCodeValue: 'V'.repeat(40), CodingSchemeDesignator: '99EX', CodeMeaning: `${'m'.repeat(61)}...` },
    ])
  })
})

describe('createReportWriter', () => {
  it('writes the same bytes for the same case, others for another', () => {
    const [first] = writer.verdictReports(sample())
    const [second] = writer.verdictReports(sample())
    expect(Buffer.from(first?.bytes ?? []).equals(second?.bytes ?? Buffer.alloc(1))).toBe(true)
    const [other] = writer.verdictReports({ ...sample(), case: { ...sample().case, id: 'another' } })
    expect(other?.sopInstanceUid).not.toBe(first?.sopInstanceUid)
    expect(other?.seriesInstanceUid).not.toBe(first?.seriesInstanceUid)
  })

  it.each(SOP_CLASSES)('writes %s, readable, with its own UIDs', (sopClass) => {
    const sopClassUid = SR_SOP_CLASSES[sopClass]
    const [item] = createReportWriter({ ...options, sopClass }).verdictReports(sample())
    if (item === undefined) throw new Error('nothing written')
    const { dataset } = readPart10(item.bytes)
    expect(text(dataset, 'SOPClassUID')).toBe(sopClassUid)
    expect(item).toMatchObject({
      sopClassUid,
      sopInstanceUid: text(dataset, 'SOPInstanceUID'),
      seriesInstanceUid: text(dataset, 'SeriesInstanceUID'),
      studyInstanceUid: text(dataset, 'StudyInstanceUID'),
    })
  })

  it('writes a text report besides where it is wanted, under UIDs of its own', () => {
    const [verdict, words, ...more] = createReportWriter({ ...options, text: true }).verdictReports(sample())
    expect(more).toEqual([])
    expect(verdict).toEqual(writer.verdictReports(sample())[0])
    expect(words?.sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.88.11')
    expect(words?.sopInstanceUid).not.toBe(verdict?.sopInstanceUid)
    expect(words?.seriesInstanceUid).not.toBe(verdict?.seriesInstanceUid)
    expect(isOurReport(readPart10(words?.bytes ?? new Uint8Array()).dataset)).toBe(true)
  })

  it('says when, what and for whom', () => {
    const { dataset } = readPart10(writer.verdictReports(sample())[0]?.bytes ?? new Uint8Array())
    const expected = {
      SpecificCharacterSet: 'ISO_IR 192',
      Modality: 'SR',
      SeriesDescription: 'Plumbline segmentation QC',
      CompletionFlag: 'COMPLETE',
      VerificationFlag: 'UNVERIFIED',
      PreliminaryFlag: 'PRELIMINARY',
      ContentDate: '20260304',
      ContentTime: '050607',
      TimezoneOffsetFromUTC: '+0000',
      PatientID: 'QC-0001',
      PatientName: 'Müller^Jörg',
      StudyDate: '20260301',
      AccessionNumber: 'ACC1',
      Manufacturer: 'Plumbline',
      InstitutionName: 'Example Hospital',
    }
    expect(
      Object.fromEntries(Object.keys(expected).map((keyword) => [keyword, text(dataset, keyword)])),
    ).toEqual(expected)
  })

  it('lists the judged object and every image as evidence', () => {
    const { dataset } = readPart10(writer.verdictReports(sample())[0]?.bytes ?? new Uint8Array())
    const series = items(dataset, 'CurrentRequestedProcedureEvidenceSequence').flatMap((study) =>
      items(study, 'ReferencedSeriesSequence'),
    )
    const listed = series.map((item) =>
      items(item, 'ReferencedSOPSequence').map((sop) => text(sop, 'ReferencedSOPInstanceUID')),
    )
    const { object } = sample().case
    expect(listed).toEqual([
      [object.sopInstanceUid],
      sample().source?.instances.map(({ sopInstanceUid }) => sopInstanceUid),
    ])
  })

  it('keeps every component group of a name', () => {
    const { dataset } = readPart10(
      writer.verdictReports(sample({ patientName: JAPANESE_NAME }))[0]?.bytes ?? new Uint8Array(),
    )
    expect(dataset['00100010']?.Value[0]).toMatchObject(JAPANESE_NAME)
  })

  it.each([[undefined], [null], [{}], [''], [{ Alphabetic: 7 }]])(
    'writes an empty name for %j',
    (patientName) => {
      const dataset = reportDataset(sample({ patientName }), options)
      expect(dataset['PatientName']).toBe('')
    },
  )

  it('states the time in the zone of the judged object, which the copied study time is in', () => {
    const input = sample()
    const header = { ...input.header, '00080201': { vr: 'SH', Value: ['-0630'] } }
    const dataset = reportDataset({ ...input, header }, options)
    expect([dataset['ContentDate'], dataset['ContentTime'], dataset['TimezoneOffsetFromUTC']]).toEqual([
      '20260303',
      '223607',
      '-0630',
    ])
  })

  it('leaves empty what is not legal in the judged object', () => {
    const input = sample()
    const header = {
      ...input.header,
      '00100040': { vr: 'CS', Value: ['male'] },
      '00100030': { vr: 'DA', Value: ['1960.01.01'] },
      '00100020': { vr: 'LO', Value: ['a\\b'] },
    }
    expect(reportDataset({ ...input, header }, options)).toMatchObject({
      PatientSex: '',
      PatientBirthDate: '',
      PatientID: '',
    })
  })

  it('writes a hundred segments', () => {
    const dataset = reportDataset(LARGE_SAMPLE(), options)
    expect(values(dataset, 'IMAGE', 'Referenced Segment')).toHaveLength(100)
  })
})

describe('isOurReport', () => {
  const { dataset } = readPart10(writer.verdictReports(sample())[0]?.bytes ?? new Uint8Array())
  const { ['00080070']: _manufacturer, ...renamed } = dataset
  const { ['0018A001']: _equipment, ...stripped } = renamed

  it('knows our report by its equipment or its coding scheme', () => {
    expect(isOurReport(dataset)).toBe(true)
    expect(isOurReport(renamed)).toBe(true)
    expect(isOurReport(stripped)).toBe(true)
  })

  it('does not take the reports of others for ours, nor segmentations for reports', () => {
    const { ['00080110']: _schemes, ...foreign } = stripped
    expect(isOurReport(foreign)).toBe(false)
    expect(isOurReport({})).toBe(false)
    expect(isOurReport({ ...dataset, '00080060': { Value: ['SEG'] } })).toBe(false)
  })
})
