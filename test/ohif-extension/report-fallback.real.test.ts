import { beforeAll, describe, expect, it } from 'vitest'
import { isOurReport, readReport } from '../../ohif-extension/src/verdicts/read-report.ts'
import { evidenceOf, statementOf } from '../../ohif-extension/src/verdicts/report-sentences.ts'
import { createReportWriter } from '../../src/dicom/sr.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { Case, type SegmentResult } from '../../src/domain/case.ts'
import type { Evidence } from '../../src/domain/evidence.ts'
import type { DicomJson, ReportInput } from '../../src/ports.ts'
import { basisText, evidenceText } from '../../src/dicom/sr-words.ts'
import { DEVICE, LARGE_SAMPLE, rejectedSegment, sample, SAMPLES } from '../dicom/sr-samples.ts'
import { jsonOf, judgeDemo, type JudgedDemo } from './judged-demo.ts'

const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
const writer = createReportWriter({ templates, device: DEVICE, sopClass: 'comprehensive-3d' })
const NO_LABEL = () => ''
const IMAGES_PER_FINDING = 5

function reportOf(input: ReportInput): DicomJson {
  const [item] = writer.verdictReports(input)
  if (item === undefined) throw new Error('no report was written')
  return jsonOf(item)
}

/** What a reader of the report must find: the case, but for what reports do not carry (read-report.ts lists it). */
function expectedCase({ case: judged, segmentation, source, decidedAt }: ReportInput) {
  const at = `${decidedAt.toISOString().slice(0, 19)}.000Z`
  return {
    studyInstanceUid: judged.studyInstanceUid,
    state: 'done',
    object: { ...judged.object, label: '', producer: { manufacturer: '', algorithm: '', version: '' } },
    sourceSeries:
      source === null
        ? null
        : expect.objectContaining({
            seriesInstanceUid: source.seriesInstanceUid,
            modality: source.modality,
            instanceCount: source.instances.length,
          }),
    verdict: judged.verdict,
    score: judged.score,
    reasons: judged.reasons,
    segments: judged.segments
      .map((result) => expectedSegment(result, { segmentation, source }))
      .toSorted((a, b) => a.number - b.number),
    provenance: judged.provenance,
    decidedAt: at,
    receivedAt: at,
    updatedAt: at,
  }
}

function expectedSegment(
  result: SegmentResult,
  { segmentation, source }: Pick<ReportInput, 'segmentation' | 'source'>,
) {
  const segment = segmentation.segments.find(({ number }) => number === result.number)
  const known = new Set(source?.instances.map(({ sopInstanceUid }) => sopInstanceUid))
  // A report holds no pictures.
  const { opinion, figures: _, ...rest } = result
  return {
    ...rest,
    label: segment?.trackingId == null ? result.label : (result.code?.meaning ?? segment.trackingId),
    structure: null,
    laterality: result.laterality === 'unpaired' ? null : result.laterality,
    findings: result.findings.map((finding) => ({
      ...finding,
      instances: finding.instances.filter((uid) => known.has(uid)).slice(0, IMAGES_PER_FINDING),
    })),
    opinion: opinion === null ? null : { ...opinion, score: null, category: null },
  }
}

describe('the reports of the demo', () => {
  let judged: JudgedDemo[] = []
  beforeAll(async () => {
    judged = [
      ...(await judgeDemo('ct-3', ['spleen-empty', 'contours-truncated'])),
      ...(await judgeDemo('mr-1')),
    ]
  }, 120_000)

  it('are read back field by field', () => {
    expect(judged.map(({ demoCase }) => demoCase)).toEqual([
      'spleen-empty',
      'contours-truncated',
      'prostate-good',
    ])
    for (const { input, report, demoCase } of judged)
      expect(readReport(report, NO_LABEL), demoCase).toMatchObject(expectedCase(input))
  })

  it('are known as ours, and name themselves as the report', () => {
    for (const { case: one, report } of judged) {
      expect(isOurReport(report)).toBe(true)
      expect(readReport(report, NO_LABEL)?.reports).toEqual(one.reports)
    }
  })
})

describe('a report of a sample', () => {
  const whole = Object.entries(SAMPLES).filter(
    ([name]) => !['hostile label', 'long code value'].includes(name),
  )
  it.each(whole)('%s is read back field by field', (_name, make) => {
    const input = make()
    expect(readReport(reportOf(input), NO_LABEL)).toMatchObject(expectedCase(input))
  })

  it('of a hundred segments has them all', () => {
    const input = LARGE_SAMPLE()
    expect(readReport(reportOf(input), NO_LABEL)).toMatchObject(expectedCase(input))
  })

  it('with hostile text is a case all the same, the text still text', () => {
    const read = readReport(reportOf(SAMPLES['hostile label']?.() ?? sample()), NO_LABEL)
    expect(Case.parse(read).segments[0]?.label).toContain('<script>alert("x")</script>')
  })

  it('takes the label of the object from its series', () => {
    const input = sample()
    const series: string[] = []
    const read = readReport(reportOf(input), (uid) => {
      series.push(uid)
      return 'Organs'
    })
    expect(read?.object.label).toBe('Organs')
    expect(series).toEqual([input.case.object.seriesInstanceUid])
  })

  it('keeps the frames of multi-frame images', () => {
    const segment = rejectedSegment()
    const findings = segment.findings.map((finding) => ({
      ...finding,
      instances: finding.instances.slice(0, 1),
      frames: [7],
    }))
    const read = readReport(reportOf(sample({ segments: [{ ...segment, findings }] })), NO_LABEL)
    expect(read?.segments[0]?.findings[0]?.frames).toEqual([7])
  })

  it('with a failure mode of a later version keeps its sentence among the reasons', () => {
    const json: DicomJson = JSON.parse(JSON.stringify(reportOf(sample())).replaceAll('TRUNCATED', 'LATER'))
    const [segment] = readReport(json, NO_LABEL)?.segments ?? []
    expect(segment?.findings).toEqual([])
    expect(segment?.reasons.at(-1)).toMatch(/^F1 \(critical\): The segment reaches the last slice/)
  })
})

describe('another report', () => {
  const report = reportOf(sample())
  it('of ours, the text report of the same case, is left to people', () => {
    const both = createReportWriter({ templates, device: DEVICE, sopClass: 'comprehensive-3d', text: true })
    const reports = both.verdictReports(sample()).map(jsonOf)
    expect(reports.map(isOurReport)).toEqual([true, true])
    expect(reports.map((one) => readReport(one, NO_LABEL)?.verdict ?? null)).toEqual(['reject', null])
  })

  it.each([
    ['of another maker', { '00080060': { vr: 'CS', Value: ['SR'] } }],
    ['that is none', { ...report, '00080060': { vr: 'CS', Value: ['KO'] } }],
  ])('%s is not ours', (_name, json: DicomJson) => {
    expect(isOurReport(json)).toBe(false)
  })

  it.each(['0040A730', '0040A375'])('without %s is not read', (tag) => {
    expect(readReport({ ...report, [tag]: { vr: 'SQ' } }, NO_LABEL)).toBeNull()
  })
})

describe('sentences', () => {
  const base = { id: 'E12', name: 'volume = a name', unit: 'cm3', where: 'slice 3 of 9 (z = -1.0 mm)' }
  const source = 'Geraghty 2004 (CT); expected by most'
  it.each<Evidence>([
    { ...base, value: 812.4567890123456 },
    { ...base, value: -3.333333333333333e-8, unit: '1' },
    { ...base, value: 1, expected: { low: 0.5, high: 2, source } },
    { ...base, value: 1, unit: "[hnsf'U]", expected: { low: null, high: 1e21, source } },
    { ...base, value: 1, expected: { low: -4, high: null, source: '' } },
    { ...base, value: 1, expected: { low: null, high: null, source: 'nobody' } },
  ])('evidence survives: %j', (evidence) => {
    expect(evidenceOf(evidenceText(evidence))).toEqual(evidence)
  })

  it.each(['', 'E1', 'E1 volume = much (whole segment)', 'E1 volume = 3 cm3 (whole seg...'])(
    'of evidence that is none is not read: "%s"',
    (sentence) => {
      expect(evidenceOf(sentence)).toBeNull()
    },
  )

  it.each([
    ['It is large.', ['E1', 'F2']],
    ['It is large [sic]', []],
    ['[E1]', ['E3']],
  ])('statements keep what they rest on: %s', (text, basis) => {
    expect(statementOf(`${text}${basisText(basis)}`)).toEqual({ text, basis })
  })
})
