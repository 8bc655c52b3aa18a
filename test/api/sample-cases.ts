/** Cases for the API tests and for looking at the page: one of every kind, put into a store by its own transitions. */
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import type { CaseChanges, CaseStore, NewCase } from '../../src/ports.ts'

export const STUDY = '1.2.826.0.1.3680043.8.498.1001'
export const OTHER_STUDY = '1.2.826.0.1.3680043.8.498.1002'
const NO_TARGET = {
  status: 'unsure',
  strength: null,
  compactness: null,
  purity: null,
  source: 'not available',
} as const

export function newCase(
  id: string,
  overrides: Partial<NewCase['object']> = {},
  studyInstanceUid = STUDY,
): NewCase {
  return {
    id,
    studyInstanceUid,
    object: {
      modality: 'SEG',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.66.4',
      sopInstanceUid: `${studyInstanceUid}.9.1`,
      seriesInstanceUid: `${studyInstanceUid}.9`,
      label: 'Abdominal organs',
      producer: { manufacturer: 'Example AI', algorithm: 'OrganNet', version: '2.4.1' },
      ...overrides,
    },
    provenance: { version: '0.1.0', policy: `sha256:${'4f2a9c01'.repeat(8)}`, models: [] },
  }
}

export const LIVER: SegmentResult = {
  number: 1,
  label: 'Liver',
  code: { scheme: 'SCT', value: '10200004', meaning: 'Liver' },
  laterality: 'unpaired',
  structure: 'liver',
  verdict: 'reject',
  score: 2,
  category: 'MAJOR_REDRAW',
  reasons: ['The mask ends flat on slice 31 while the organ goes on in the image.'],
  evidence: [
    {
      id: 'E1',
      name: 'volume',
      value: 812.4371,
      unit: 'cm3',
      where: 'whole segment',
      expected: { low: 900, high: 2500, source: 'Geraghty 2004' },
    },
    {
      id: 'E2',
      name: 'component count',
      value: 3,
      unit: '1',
      where: 'whole segment',
      expected: { low: null, high: 1, source: 'anatomy' },
    },
    { id: 'E3', name: 'area of the last slice', value: 9871.2, unit: 'mm2', where: 'slice 31 of 60' },
  ],
  findings: [
    {
      id: 'F2',
      mode: 'fragmented',
      severity: 'minor',
      text: 'Two islands of 0.4 and 0.2 cm³ lie apart from the organ.',
      evidence: ['E2'],
      instances: [],
    },
    {
      id: 'F1',
      mode: 'truncated',
      severity: 'critical',
      text: 'The mask stops at slice 31 of 60 with an area of 99 cm²: the upper part is missing.',
      evidence: ['E1', 'E3'],
      instances: [`${STUDY}.1.31`],
    },
  ],
  target: NO_TARGET,
  opinion: {
    reasoner: 'rules',
    note: 'No language model was configured: this opinion follows fixed rules.',
    knowledgeRecall: {
      statements: [{ text: 'The liver is one connected organ in the right upper abdomen.', basis: [] }],
    },
    visualFeatures: {
      statements: [{ text: 'The upper border is flat and lies on one slice.', basis: ['E3'] }],
    },
    anatomicalInference: {
      statements: [{ text: 'A flat border across the organ is a cut, not anatomy.', basis: ['F1'] }],
    },
    clinicalSynthesis: {
      statements: [
        { text: 'Volume and dose of the liver cannot be taken from this mask.', basis: ['F1', 'E1'] },
      ],
      strengths: [],
      weaknesses: [],
      subScores: { completeness: 2 },
    },
    score: 2,
    category: 'MAJOR_REDRAW',
    abstained: null,
  },
}

const KIDNEY: SegmentResult = {
  ...LIVER,
  number: 2,
  label: 'Kidney L',
  code: { scheme: 'SCT', value: '64033007', meaning: 'Kidney' },
  laterality: 'left',
  structure: 'kidney',
  verdict: 'accept',
  score: 5,
  category: 'USE_AS_IS',
  reasons: ['All checks passed.'],
  evidence: [
    {
      id: 'E1',
      name: 'volume',
      value: 171.02,
      unit: 'cm3',
      where: 'whole segment',
      expected: { low: 60, high: 350, source: 'Cheong 2007' },
    },
  ],
  findings: [],
  opinion: null,
}

const LESION: SegmentResult = {
  ...KIDNEY,
  number: 1,
  label: 'finding #3',
  code: null,
  laterality: null,
  structure: null,
  verdict: 'review',
  score: null,
  category: null,
  reasons: ['No knowledge entry describes this structure: only the general checks were made.'],
  findings: [
    {
      id: 'F1',
      mode: 'side-unverified',
      severity: 'major',
      text: 'The side could not be verified: the body midline is outside of the image.',
      evidence: ['E1'],
      instances: [],
    },
  ],
}

const CT: NonNullable<Case['sourceSeries']> = {
  seriesInstanceUid: `${STUDY}.1`,
  modality: 'CT',
  foundBy: 'reference',
  note: 'Named by the object.',
  instanceCount: 60,
}

const SR: Case['reports'][number] = {
  kind: 'SR',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.88.34',
  sopInstanceUid: '2.25.1',
  seriesInstanceUid: '2.25.2',
}

const REJECTED: CaseChanges = {
  verdict: 'reject',
  score: 2,
  reasons: ['Liver: the upper part of the organ is missing.'],
  segments: [LIVER, KIDNEY],
  sourceSeries: CT,
  reports: [SR],
  decidedAt: '2026-03-02T10:15:00.000Z',
}
const ACCEPTED: CaseChanges = {
  verdict: 'accept',
  score: 5,
  reasons: ['Every segment was accepted.'],
  segments: [{ ...KIDNEY, number: 1 }],
  sourceSeries: CT,
  decidedAt: '2026-03-02T10:15:00.000Z',
}
const IN_REVIEW: CaseChanges = {
  verdict: 'review',
  score: null,
  reasons: ['A person should look at one segment.'],
  segments: [LESION],
  sourceSeries: { ...CT, modality: 'MR' },
  decidedAt: '2026-03-02T10:15:00.000Z',
}
const UNREADABLE: CaseChanges = {
  verdict: 'not-assessable',
  score: null,
  reasons: ['The object is stored as JPEG 2000, which Plumbline cannot decode for segmentations.'],
  decidedAt: '2026-03-02T10:15:00.000Z',
}

/** Takes a received case to `done` with these changes. */
export async function finish(store: CaseStore, id: string, changes: CaseChanges): Promise<void> {
  await store.transition(id, 'enqueue')
  await store.transition(id, 'start')
  await store.judged(id, changes, { outbox: [] })
  await store.published(id)
}

/** Six cases, the newest first in lists: queued, waiting, review, not assessable, accept, reject. */
export async function seedCases(store: CaseStore): Promise<void> {
  await store.receive(newCase('case-reject'))
  await finish(store, 'case-reject', REJECTED)
  await store.receive(
    newCase('case-accept', { modality: 'RTSTRUCT', label: 'AutoContour kidneys' }, OTHER_STUDY),
  )
  await finish(store, 'case-accept', ACCEPTED)
  await store.receive(newCase('case-unreadable', { label: '' }, OTHER_STUDY))
  await finish(store, 'case-unreadable', UNREADABLE)
  await store.receive(newCase('case-review', { label: 'Lesion candidates' }))
  await finish(store, 'case-review', IN_REVIEW)
  await store.receive(newCase('case-waiting', { label: 'Prostate' }))
  await store.transition('case-waiting', 'enqueue')
  await store.transition('case-waiting', 'start')
  await store.transition('case-waiting', 'wait', {
    reasons: ['14 of 60 images of the CT have not arrived yet.'],
  })
  await store.receive(newCase('case-queued', { label: 'Heart' }))
  await store.transition('case-queued', 'enqueue')
}
