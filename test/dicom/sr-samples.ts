/** Judged cases that a verdict report must be able to say. No patient is real. */
import type { SegmentCorrection } from '../../src/domain/correction.ts'
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import type { Segment, SeriesSummary } from '../../src/domain/segmentation.ts'
import type { DicomJson, ReportInput } from '../../src/ports.ts'
import { deriveUid } from '../../src/dicom/uid.ts'

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2'
const OBJECT_CLASS = {
  SEG: '1.2.840.10008.5.1.4.1.1.66.4',
  RTSTRUCT: '1.2.840.10008.5.1.4.1.1.481.3',
} as const
const STUDY = deriveUid('sample study')
const CT_SERIES = deriveUid('sample ct')
const LIVER = { scheme: 'SCT', value: '10200004', meaning: 'Liver' }
const ANATOMICAL_STRUCTURE = { scheme: 'SCT', value: '91723000', meaning: 'Anatomical Structure' }
export const DECIDED_AT = new Date('2026-03-04T05:06:07.890Z')
export const DEVICE = {
  name: 'qc-worker-1',
  manufacturer: 'Plumbline',
  model: 'Plumbline',
  serial: '0001',
  softwareVersion: '0.1.0',
  institution: 'Example Hospital',
}

export function imageUid(index: number): string {
  return deriveUid('sample image', String(index))
}

export function source(instanceCount = 3): SeriesSummary {
  return {
    seriesInstanceUid: CT_SERIES,
    modality: 'CT',
    patientId: 'QC-0001',
    studyInstanceUid: STUDY,
    frameOfReferenceUid: deriveUid('sample frame of reference'),
    instances: Array.from({ length: instanceCount }, (_, index) => ({
      sopInstanceUid: imageUid(index),
      sopClassUid: CT_IMAGE,
      position: [0, 0, index * 5] as const,
      orientation: [1, 0, 0, 0, 1, 0] as const,
      pixelSpacingMm: [1, 1] as const,
      rows: 64,
      columns: 64,
    })),
  }
}

export function header(patientName: unknown): DicomJson {
  return {
    '00080020': { vr: 'DA', Value: ['20260301'] },
    '00080030': { vr: 'TM', Value: ['101500'] },
    '00080050': { vr: 'SH', Value: ['ACC1'] },
    '00080090': { vr: 'PN' },
    '00100010': { vr: 'PN', Value: [patientName] },
    '00100020': { vr: 'LO', Value: ['QC-0001'] },
    '00100030': { vr: 'DA', Value: ['19600101'] },
    '00100040': { vr: 'CS', Value: ['M'] },
    '0020000D': { vr: 'UI', Value: [STUDY] },
    '00200010': { vr: 'SH', Value: ['1'] },
  }
}

function says(text: string, ...basis: string[]) {
  return { statements: [{ text, basis }] }
}

/** A rejected liver with everything a segment can have. */
export function rejectedSegment(number = 1, label = 'Liver'): SegmentResult {
  return {
    number,
    label,
    code: LIVER,
    laterality: 'right',
    structure: 'liver',
    verdict: 'reject',
    score: 2,
    category: 'MAJOR_REDRAW',
    reasons: ['The liver ends at the last slice of the series.'],
    evidence: [
      {
        id: 'E1',
        name: 'volume',
        value: 812.4567890123456,
        unit: 'cm3',
        where: 'whole segment',
        expected: { low: 900, high: null, source: 'an atlas' },
      },
      { id: 'E2', name: 'component count', value: 3, unit: '1', where: 'whole segment' },
      { id: 'E3', name: 'something new', value: -3.333333333333333e-8, unit: 'mm', where: 'slice 3 of 3' },
      { id: 'E4', name: 'something else new', value: 1, unit: '1', where: 'whole segment' },
    ],
    findings: [
      {
        id: 'F1',
        mode: 'truncated',
        severity: 'critical',
        text: 'The segment reaches the last slice with 400 mm2.',
        evidence: ['E1', 'E3'],
        instances: [imageUid(2), 'not among the images'],
      },
    ],
    target: { status: 'unsure', strength: 0.5, compactness: null, purity: null, source: 'not available' },
    opinion: {
      reasoner: 'rules',
      note: 'No language model is configured.',
      knowledgeRecall: says('A liver has 900 cm3 or more.'),
      visualFeatures: says('It has 812 cm3.', 'E1'),
      anatomicalInference: says('It is cut off.', 'E1', 'F1'),
      clinicalSynthesis: {
        ...says('Redraw it.', 'F1'),
        strengths: [],
        weaknesses: [{ text: 'Cut off below.', basis: ['F1'] }],
        subScores: { completeness: 2 },
      },
      score: 2,
      category: 'MAJOR_REDRAW',
      abstained: null,
    },
  }
}

export function acceptedSegment(number = 1): SegmentResult {
  return {
    ...rejectedSegment(number),
    verdict: 'accept',
    score: 5,
    category: 'USE_AS_IS',
    reasons: ['No check found a fault.'],
    findings: [],
  }
}

export function notAssessableSegment(number = 1): SegmentResult {
  const finding = {
    id: 'F1',
    mode: 'source-missing',
    severity: 'critical',
    text: 'No images.',
    evidence: [],
    instances: [],
  } as const
  return {
    ...rejectedSegment(number),
    code: null,
    laterality: 'left',
    verdict: 'not-assessable',
    score: null,
    category: null,
    reasons: ['The images it was drawn on are not in the archive.'],
    findings: [{ ...finding, evidence: [], instances: [] }],
    opinion: null,
  }
}

export interface SampleOptions {
  readonly modality?: 'SEG' | 'RTSTRUCT'
  readonly segments?: SegmentResult[]
  readonly source?: SeriesSummary | null
  readonly anchored?: readonly number[]
  readonly patientName?: unknown
  readonly references?: boolean
  readonly trackingIds?: boolean
}

/** One case with what its report is written from. */
export function sample(options: SampleOptions = {}): ReportInput {
  const { modality = 'SEG', segments = [rejectedSegment()], references = true, trackingIds = true } = options
  const images = options.source === undefined ? source() : options.source
  const anchored = options.anchored ?? (images === null ? [] : segments.map(({ number }) => number))
  const object = {
    modality,
    sopClassUid: OBJECT_CLASS[modality],
    sopInstanceUid: deriveUid('sample object', modality),
    seriesInstanceUid: deriveUid('sample object series', modality),
    label: 'AI segmentation',
    producer: { manufacturer: 'Example', algorithm: 'model', version: '1' },
  }
  const judged: Case = {
    id: `case-${modality}`,
    studyInstanceUid: STUDY,
    state: 'running',
    object,
    sourceSeries: null,
    verdict: segments[0]?.verdict ?? 'not-assessable',
    score: segments[0]?.score ?? null,
    reasons: ['Segment 1 decides.'],
    segments,
    correction: null,
    reports: [],
    provenance: { version: '0.1.0', policy: 'sha256:0f3a9c', models: [{ name: 'none', sha256: '00ff' }] },
    receivedAt: DECIDED_AT.toISOString(),
    updatedAt: DECIDED_AT.toISOString(),
    decidedAt: DECIDED_AT.toISOString(),
  }
  return {
    case: judged,
    header: header('patientName' in options ? options.patientName : { Alphabetic: 'Müller^Jörg' }),
    source: images,
    segmentation: {
      object,
      studyInstanceUid: STUDY,
      patientId: 'QC-0001',
      frameOfReferenceUid: null,
      references: references ? [{ seriesInstanceUid: CT_SERIES, sopInstanceUids: [] }] : [],
      segments: segments.map((segment) => segmentOf(segment, trackingIds)),
      notes: [],
    },
    anchors: new Map(
      anchored.map((number) => [
        number,
        { sopInstanceUid: imageUid(1), frameNumber: null, columnRow: [20.5, 30.5] as const },
      ]),
    ),
    decidedAt: DECIDED_AT,
  }
}

function segmentOf({ number, label, code, laterality }: SegmentResult, trackingIds: boolean): Segment {
  return {
    number,
    label,
    code,
    category: code === null ? null : ANATOMICAL_STRUCTURE,
    anatomicRegion: null,
    laterality,
    trackingId: trackingIds ? `track ${number}` : null,
    trackingUid: trackingIds ? deriveUid('sample tracking', String(number)) : null,
    shape: { kind: 'unreadable', reason: 'not needed here' },
  }
}

const HOSTILE_LABEL = `<script>alert("x")</script> \\\\server\\share 🫁\u0000\u202Etxt ${'long '.repeat(1000)}`
export const JAPANESE_NAME = {
  Alphabetic: 'Yamada^Tarou',
  Ideographic: '山田^太郎',
  Phonetic: 'やまだ^たろう',
}

function manySegments(count: number): SegmentResult[] {
  return Array.from({ length: count }, (_, index) =>
    (index % 2 === 0 ? acceptedSegment : rejectedSegment)(index + 1),
  )
}

/** Every kind of report, by name. */
/** The first segment has a proposal, the second none. */
function refined(segments: SegmentResult[], anchored?: number[]): ReportInput {
  const input = sample({ segments, ...(anchored !== undefined && { anchored }) })
  const proposal = {
    sopClassUid: OBJECT_CLASS.SEG,
    sopInstanceUid: deriveUid('sample proposal'),
    seriesInstanceUid: deriveUid('sample proposal series'),
  }
  const correction = { proposal, segments: [PROPOSED, NOTHING_PROPOSED] }
  return { ...input, case: { ...input.case, correction } }
}

const PROPOSED: SegmentCorrection = {
  number: 1,
  outcome: 'proposed',
  reason: 'The checks, which the loop did not look at, find less against the refined mask.',
  notes: ['Missing slices: in 9 the segment is empty and the pseudo ground truth is not.'],
  proposedNumber: 1,
  pseudoTruth: 'image',
  before: { mean: 0.7887, min: 0.7631, max: 0.8121 },
  after: { mean: 0.9665, min: 0.9602, max: 0.9701 },
  iterations: 2,
  model: 'geodesic-1',
  prompt: 'scribbles',
  volumeChangeCm3: 386.57,
  addedPathMm: 1137.5,
  erasedPathMm: 171.3,
}

const NOTHING_PROPOSED: SegmentCorrection = {
  number: 2,
  outcome: 'nothing-proposed',
  reason: 'No better outline would help: it lies on the wrong side.',
  notes: [],
  proposedNumber: null,
  pseudoTruth: null,
  before: null,
  after: null,
  iterations: 0,
  model: null,
  prompt: null,
  volumeChangeCm3: null,
  addedPathMm: null,
  erasedPathMm: null,
}

export const SAMPLES: Readonly<Record<string, () => ReportInput>> = {
  accepted: () => sample({ segments: [acceptedSegment()] }),
  rejected: () => sample(),
  review: () =>
    sample({ segments: [{ ...rejectedSegment(), verdict: 'review', score: 3, category: 'MINOR_REQUIRED' }] }),
  refined: () => refined([rejectedSegment(1), rejectedSegment(2)]),
  'refined, without an anchor': () => refined([rejectedSegment(1), rejectedSegment(2)], []),
  'one anchor of two': () =>
    sample({ segments: [notAssessableSegment(1), rejectedSegment(2)], anchored: [2] }),
  'not assessable, no images': () => sample({ segments: [notAssessableSegment()], source: null }),
  'not assessable, no images and no references': () =>
    sample({ segments: [notAssessableSegment()], source: null, references: false, trackingIds: false }),
  'not readable': () => sample({ segments: [], source: null, references: false }),
  'RTSTRUCT rejected': () => sample({ modality: 'RTSTRUCT', segments: [rejectedSegment(7)] }),
  'RTSTRUCT not assessable, no images': () =>
    sample({
      modality: 'RTSTRUCT',
      segments: [notAssessableSegment(7)],
      source: null,
      references: false,
      trackingIds: false,
    }),
  'RTSTRUCT not readable': () =>
    sample({ modality: 'RTSTRUCT', segments: [], source: null, references: false }),
  'hostile label': () =>
    sample({
      segments: [{ ...rejectedSegment(), label: HOSTILE_LABEL, reasons: [HOSTILE_LABEL] }],
      trackingIds: false,
    }),
  'Japanese name': () => sample({ patientName: JAPANESE_NAME }),
  'long code value': () =>
    sample({
      segments: [
        { ...rejectedSegment(), code: { scheme: '99EX', value: 'V'.repeat(40), meaning: 'm'.repeat(90) } },
      ],
    }),
}

export const LARGE_SAMPLE = (): ReportInput => sample({ segments: manySegments(100), source: source(60) })
