import { describe, expect, test } from 'vitest'
import type { Case } from '../src/domain/case.ts'
import { Policy } from '../src/domain/policy.ts'
import type { Segmentation } from '../src/domain/segmentation.ts'
import { PlumblineError } from '../src/errors.ts'
import type { AssessInput, AssessedSegment, DicomJson, Pacs, Pipeline } from '../src/ports.ts'
import { noMatch } from '../src/target/verify.ts'
import { judge } from '../src/pipeline.ts'
import { newCase } from './store/case-fixtures.ts'
import { modelReasoning, scripted } from './support/language-model.ts'
import { createMemoryPacs } from './support/memory-pacs.ts'
import { NO_REFINEMENT } from './support/refinement.ts'

const STUDY = '1.2.3'
const SERIES = '1.2.3.7'
const RECEIVED_AT = '2026-03-10T12:00:00.000Z'
const { signal } = new AbortController()

const SUBJECT: Case = {
  ...newCase('a', STUDY),
  state: 'running',
  sourceSeries: null,
  verdict: null,
  score: null,
  reasons: [],
  segments: [],
  correction: null,
  reports: [],
  receivedAt: RECEIVED_AT,
  updatedAt: RECEIVED_AT,
  decidedAt: null,
}

const uidOf = (slice: number) => `${SERIES}.${slice}`
/** Names the first two images only, so that nobody can tell from it how many the series has. */
const SEGMENTATION: Segmentation = {
  object: SUBJECT.object,
  studyInstanceUid: STUDY,
  patientId: 'A',
  frameOfReferenceUid: '1.2.3.8',
  segments: [],
  notes: [],
  references: [{ seriesInstanceUid: SERIES, sopInstanceUids: [uidOf(0), uidOf(1)] }],
}
const ASSESSED: AssessedSegment = {
  number: 1,
  label: 'Liver',
  code: null,
  laterality: null,
  structure: null,
  evidence: [],
  findings: [],
  notAssessable: null,
  anchor: null,
  errors: [],
  target: noMatch('no images'),
}

interface World {
  /** Images that the series lists, and that it delivers. */
  listed: number
  delivered?: number
  now?: string
  pacs?: Partial<Pacs>
  pipeline?: Partial<Pipeline>
}

function world({ listed, delivered = listed, now = '2026-03-10T12:00:05.000Z', pacs, pipeline }: World) {
  const assessedWith: AssessInput[] = []
  const memory = createMemoryPacs()
  memory.add({
    ...SUBJECT.object,
    studyInstanceUid: STUDY,
    modality: 'SEG',
    studyDate: '20260310',
    bytes: new Uint8Array(8),
  })
  for (let slice = 0; slice < listed; slice++) memory.add(image(slice))
  const parts: Pipeline = {
    pacs: {
      ...memory,
      retrieveSeries: async () => Array.from({ length: delivered }, () => new Uint8Array(1)),
      ...pacs,
    },
    compute: {
      readSegmentation: async () => SEGMENTATION,
      async assess(input) {
        assessedWith.push(input)
        return { segments: [ASSESSED], seriesProblems: [] }
      },
      close: async () => {},
    },
    reports: { verdictReports: () => [] },
    clock: { now: () => new Date(now) },
    knowledge: { structures: [], sources: {} },
    policy: Policy.parse({}),
    reasoning: null,
    policyDigest: 'sha256:now',
    version: '9.9.9',
    seriesInstancesMax: 100,
    errorMaskRunsMax: 1000,
    ...NO_REFINEMENT,
    figures: { segments: 'not-accepted', segmentsMax: 12, sheetBytesMax: 700_000 },
    secondObjectsMax: 3,
    localNorms: async () => [],
    readiness: { deadlineMs: 60_000, retryMs: 1000, stableMs: 0 },
    onStage: () => {},
    ...pipeline,
  }
  return { run: (subject = SUBJECT) => judge(subject, parts, signal), assessedWith, memory }
}

function image(slice: number) {
  const metadata: DicomJson = {
    '00200032': { vr: 'DS', Value: [0, 0, slice] },
    '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
    '00280030': { vr: 'DS', Value: [1, 1] },
    '00280010': { vr: 'US', Value: [4] },
    '00280011': { vr: 'US', Value: [4] },
    '00200052': { vr: 'UI', Value: ['1.2.3.8'] },
  }
  const sopClassUid = '1.2.840.10008.5.1.4.1.1.2'
  return {
    studyInstanceUid: STUDY,
    seriesInstanceUid: SERIES,
    sopInstanceUid: uidOf(slice),
    sopClassUid,
    modality: 'CT',
    studyDate: '20260310',
    metadata,
  }
}

describe('images that do not come whole', () => {
  test.each([0, 1, 4])('%i of 5 delivered: not judged on those, but tried again', async (delivered) => {
    const { run, assessedWith } = world({ listed: 5, delivered })
    await expect(run()).rejects.toMatchObject({ code: 'pacs-refused', retryable: true })
    expect(assessedWith).toEqual([])
  })

  test('all delivered, and one that came meanwhile: judged', async () => {
    const { run, assessedWith } = world({ listed: 5, delivered: 6 })
    expect(await run()).toMatchObject({ kind: 'judged' })
    expect(assessedWith).toHaveLength(1)
  })
})

describe('limits', () => {
  test('a series of too many images is not fetched, and the report says why', async () => {
    const retrieveSeries = () => Promise.reject(new Error('fetched'))
    const { run } = world({
      listed: 5,
      pacs: { retrieveSeries },
      pipeline: { compute: withSegments(), seriesInstancesMax: 4 },
    })
    const outcome = await run()
    expect(outcome).toMatchObject({ kind: 'judged', judgement: { verdict: 'not-assessable' } })
    expect(JSON.stringify(outcome)).toMatch(/limits\.seriesInstancesMax/)
  })

  test.each(['retrieveInstance', 'retrieveSeries'] as const)(
    'an answer that %s finds too long is a verdict, not a failure',
    async (method) => {
      const tooLong = () =>
        Promise.reject(new PlumblineError('limit-exceeded', 'The PACS answered with too much.'))
      const outcome = await world({ listed: 5, pacs: { [method]: tooLong } }).run()
      expect(outcome).toMatchObject({ kind: 'judged', judgement: { verdict: 'not-assessable' } })
    },
  )

  function withSegments(): Pipeline['compute'] {
    const shape = { kind: 'unreadable', reason: 'test' } as const
    const segment = {
      ...ASSESSED,
      category: null,
      anatomicRegion: null,
      trackingId: null,
      trackingUid: null,
      shape,
    }
    return {
      readSegmentation: async () => ({ ...SEGMENTATION, segments: [segment] }),
      assess: () => Promise.reject(new Error('measured')),
      close: async () => {},
    }
  }
})

describe('a series that nobody says the length of', () => {
  const readiness = { deadlineMs: 60_000, retryMs: 1000, stableMs: 10_000 }

  test('is waited for until it did not change between two looks', async () => {
    const first = world({ listed: 3, now: '2026-03-10T12:00:30.000Z', pipeline: { readiness } })
    const wait = await first.run()
    expect(wait).toMatchObject({
      kind: 'wait',
      until: new Date('2026-03-10T12:00:40.000Z'),
      sourceSeries: { instanceCount: 3 },
    })
    if (wait.kind !== 'wait') return

    const seen = { ...SUBJECT, sourceSeries: wait.sourceSeries }
    const grown = world({ listed: 4, now: '2026-03-10T12:00:40.000Z', pipeline: { readiness } })
    expect(await grown.run(seen)).toMatchObject({ kind: 'wait', until: new Date('2026-03-10T12:00:50.000Z') })
    const quiet = world({ listed: 3, now: '2026-03-10T12:00:40.000Z', pipeline: { readiness } })
    expect(await quiet.run(seen)).toMatchObject({ kind: 'judged' })
  })

  test('is judged as it is at the deadline, however it grows', async () => {
    const late = world({ listed: 4, now: '2026-03-10T12:01:00.000Z', pipeline: { readiness } })
    expect(await late.run()).toMatchObject({ kind: 'judged' })
  })
})

test('a judgement says which version and policy made it, whatever the case was received under', async () => {
  const reasoning = modelReasoning(scripted({}, 'now'))
  const outcome = await world({ listed: 5, pipeline: { reasoning } }).run()
  expect(outcome).toMatchObject({
    judgement: { provenance: { version: '9.9.9', policy: 'sha256:now', models: [{ name: 'now' }] } },
  })
})

describe('error masks', () => {
  const finding = (id: string): AssessedSegment['findings'][number] => {
    return { id, mode: 'fragmented', severity: 'minor', text: 'An island.', evidence: [], instances: [] }
  }
  /** `runs` runs of one finding. */
  const error = (id: string, runs: number): AssessedSegment['errors'][number] => {
    const plane = { sopInstanceUid: '1', frameNumber: null, rows: 9, columns: 9 }
    return { finding: id, kind: 'too-much', planes: [{ ...plane, runs: new Uint32Array(2 * runs) }] }
  }
  const segments: AssessedSegment[] = [
    {
      ...ASSESSED,
      findings: [finding('F1'), finding('F2'), finding('F3')],
      errors: [error('F1', 3), error('F3', 4)],
    },
    { ...ASSESSED, number: 2 },
    { ...ASSESSED, number: 5, findings: [finding('F1')], errors: [error('F1', 3)] },
  ]

  async function judged(errorMaskRunsMax: number) {
    const compute = {
      readSegmentation: async () => SEGMENTATION,
      assess: async () => ({ segments, seriesProblems: [] }),
      close: async () => {},
    }
    const outcome = await world({ listed: 5, pipeline: { compute, errorMaskRunsMax } }).run()
    if (outcome.kind !== 'judged') throw new Error('not judged')
    const marked = outcome.judgement.segments.map(({ findings }) =>
      findings.map(({ id, errorMask = 'none' }) => `${id} ${errorMask}`),
    )
    const kept = outcome.errorMasks.map(({ segmentNumber, errors }) => [
      segmentNumber,
      ...errors.map((one) => one.finding),
    ])
    return { marked, kept, notes: outcome.judgement.reasons.filter((reason) => reason.startsWith('Note: ')) }
  }

  test('go beside the judgement, whose findings say that they have one', async () => {
    expect(await judged(10)).toEqual({
      marked: [['F1 too-much', 'F2 none', 'F3 too-much'], [], ['F1 too-much']],
      kept: [
        [1, 'F1', 'F3'],
        [5, 'F1'],
      ],
      notes: [],
    })
  })

  test.each([
    [9, [[1, 'F1', 'F3']], '1 finding has no error mask: with it the object would have more than 9 runs'],
    [
      6,
      [
        [1, 'F1'],
        [5, 'F1'],
      ],
      '1 finding has no error mask: with it the object would have more than 6 runs',
    ],
    [0, [], '3 findings have no error mask: with them the object would have more than 0 runs'],
  ])('beyond %i runs are left out whole, and a note says so', async (runsMax, kept, note) => {
    const result = await judged(runsMax)
    expect(result.kept).toEqual(kept)
    expect(result.notes).toEqual([`Note: ${note} (limits.errorMaskRunsMax).`])
    expect(result.marked.flat().filter((one) => one.endsWith('too-much'))).toHaveLength(
      kept.flat().length - kept.length,
    )
  })
})
