import { describe, expect, test } from 'vitest'
import { Policy } from '../src/domain/policy.ts'
import type { Segment, Segmentation } from '../src/domain/segmentation.ts'
import { PlumblineError } from '../src/errors.ts'
import type { Pacs, Pipeline } from '../src/ports.ts'
import { secondObjectsOf } from '../src/second-objects.ts'
import { newCase } from './store/case-fixtures.ts'
import { createMemoryPacs } from './support/memory-pacs.ts'
import { aStructure, knowledgeOf } from './support/segment-input.ts'
import { fileBytes } from './support/file-bytes.ts'
import { NO_REFINEMENT } from './support/refinement.ts'

const STUDY = '1.2.3'
const SUBJECT = { ...newCase('a', STUDY), id: 'a' }
const { signal } = new AbortController()

function segment(number: number, label: string): Segment {
  const nothing = { code: null, category: null, anatomicRegion: null, laterality: null }
  const shape = { kind: 'unreadable', reason: 'test' } as const
  return { number, label, ...nothing, trackingId: null, trackingUid: null, shape }
}

function object(labels: readonly string[], changes: Partial<Segmentation> = {}): Segmentation {
  return {
    object: SUBJECT.object,
    studyInstanceUid: STUDY,
    patientId: 'A',
    frameOfReferenceUid: '1.2.3.8',
    references: [],
    notes: [],
    segments: labels.map((label, index) => segment(index + 1, label)),
    ...changes,
  }
}

/** `others`: what reading each other object of the study gives, by the last number of its series. */
function search(
  others: readonly (Segmentation | PlumblineError)[],
  {
    own = object(['liver']),
    secondObjectsMax = 3,
    retrieve,
  }: { own?: Segmentation; secondObjectsMax?: number; retrieve?: Pacs['retrieveInstance'] } = {},
) {
  const pacs = createMemoryPacs()
  const add = (index: number) =>
    pacs.add({
      studyInstanceUid: STUDY,
      seriesInstanceUid: `1.2.3.90.${index}`,
      sopInstanceUid: `1.2.3.91.${index}`,
      sopClassUid: SUBJECT.object.sopClassUid,
      modality: 'SEG',
      studyDate: '20260310',
      bytes: new Uint8Array([index]),
    })
  pacs.add({ ...SUBJECT.object, studyInstanceUid: STUDY, studyDate: '20260310', bytes: new Uint8Array(1) })
  for (const index of others.keys()) add(index)
  const read: number[] = []
  const pipeline: Pipeline = {
    pacs: retrieve === undefined ? pacs : { ...pacs, retrieveInstance: retrieve },
    compute: {
      async readSegmentation(file) {
        const index = fileBytes(file)[0] ?? 0
        read.push(index)
        const found = others[index]
        if (found === undefined || found instanceof Error) throw found ?? new Error('read the judged object')
        return found
      },
      assess: () => Promise.reject(new Error('measured')),
      close: async () => {},
    },
    reports: { verdictReports: () => [] },
    clock: { now: () => new Date(0) },
    knowledge: knowledgeOf(
      aStructure(),
      aStructure({ id: 'kidney', codes: [], names: ['kidney'], paired: true }),
    ),
    policy: Policy.parse({}),
    reasoning: null,
    policyDigest: 'sha256:now',
    version: '9.9.9',
    seriesInstancesMax: 100,
    errorMaskRunsMax: 1000,
    ...NO_REFINEMENT,
    figures: { segments: 'not-accepted', segmentsMax: 12, sheetBytesMax: 700_000 },
    secondObjectsMax,
    localNorms: async () => [],
    readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
    onStage: () => {},
  }
  const subject = { ...SUBJECT, state: 'running' } as Parameters<typeof secondObjectsOf>[0]
  return { read, found: secondObjectsOf(subject, own, pipeline, signal) }
}

const labels = async (found: ReturnType<typeof secondObjectsOf>) =>
  (await found).map(({ segments }) => segments.map(({ label }) => label))

describe('other objects of the study', () => {
  test('give the segments that claim the same structure and side', async () => {
    const own = object(['liver', 'kidney_left'])
    const { found } = search([object(['kidney_right', 'Liver', 'spleen', 'Kidney_L'])], { own })
    expect(await labels(found)).toEqual([['Liver', 'Kidney_L']])
  })

  test('are named without anybody’s free text', async () => {
    const { found } = search([object(['liver'])])
    expect((await found).map(({ name }) => name)).toEqual(['The object of series …2.3.90.0'])
  })

  test.each([
    ['in another frame of reference', object(['liver'], { frameOfReferenceUid: '1.2.3.9' })],
    [
      'a proposal of ours',
      object(['liver'], {
        object: {
          ...SUBJECT.object,
          producer: { manufacturer: 'Plumbline', algorithm: '', version: '' },
        },
      }),
    ],
    ['of other structures', object(['spleen'])],
    ['that cannot be read', new PlumblineError('bad-dicom', 'Cut off.')],
    ['that kills its thread', new PlumblineError('worker-died', 'Died.', { retryable: true })],
  ])('%s: passed over', async (_, other) => {
    const { found, read } = search([other, object(['liver'])])
    expect(await labels(found)).toEqual([['liver']])
    expect(read).toEqual([0, 1])
  })

  test('are not read when what is judged is known to nobody, or has no frame of reference', async () => {
    for (const own of [object(['thing']), object(['liver'], { frameOfReferenceUid: null })]) {
      const { found, read } = search([object(['liver'])], { own })
      expect(await found).toEqual([])
      expect(read).toEqual([])
    }
  })

  test('are read up to the limit', async () => {
    const { found, read } = search(
      [1, 2, 3].map(() => object(['liver'])),
      { secondObjectsMax: 2 },
    )
    expect(await found).toHaveLength(2)
    expect(read).toEqual([0, 1])
    expect(search([object(['liver'])], { secondObjectsMax: 0 }).read).toEqual([])
  })

  test('a PACS that is down stops the case, to be tried again; one that does not give it does not', async () => {
    const down = new PlumblineError('pacs-unreachable', 'Down.', { retryable: true })
    const gone = new PlumblineError('not-found', 'Not there.')
    const answer = (error: PlumblineError) => {
      const retrieve = async (): Promise<Uint8Array> => {
        throw error
      }
      return search([object(['liver'])], { retrieve })
    }
    await expect(answer(down).found).rejects.toBe(down)
    expect(await answer(gone).found).toEqual([])
  })
})
