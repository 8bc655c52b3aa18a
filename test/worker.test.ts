import { expect, test } from 'vitest'
import type { CaseTransition } from '../src/domain/case-state.ts'
import { Policy } from '../src/domain/policy.ts'
import { PlumblineError } from '../src/errors.ts'
import type { FollowUp, Job, Pipeline } from '../src/ports.ts'
import { createCaseWorker } from '../src/worker.ts'
import { newCase } from './store/case-fixtures.ts'
import { createMemoryCaseStore } from './support/memory-case-store.ts'
import { createMemoryPacs } from './support/memory-pacs.ts'
import { NO_REFINEMENT } from './support/refinement.ts'

const JOB: Job = { caseId: 'a', attempt: 1, lastAttempt: false, signal: new AbortController().signal }

/** A case of an object that names images which are not there, so that judging it is put off. */
async function waiting(reads: Pipeline['compute']['readSegmentation'], followUp: FollowUp = async () => {}) {
  const cases = createMemoryCaseStore()
  const subject = newCase('a')
  await cases.receive(subject)
  const pacs = createMemoryPacs()
  pacs.add({
    ...subject.object,
    studyInstanceUid: subject.studyInstanceUid,
    modality: 'SEG',
    studyDate: '20260310',
    bytes: new Uint8Array(8),
  })
  const heard: unknown[] = []
  const run = createCaseWorker({
    cases,
    settings: 'ab'.repeat(32),
    followUp,
    onOutcome: ({ state, verdict, error }) => void heard.push({ state, verdict, failed: error !== null }),
    pipeline: {
      pacs,
      compute: {
        readSegmentation: reads,
        assess: () => Promise.reject(new Error('measured')),
        close: async () => {},
      },
      reports: { verdictReports: () => [] },
      clock: { now: () => new Date() },
      knowledge: { structures: [], sources: {} },
      policy: Policy.parse({}),
      reasoning: null,
      policyDigest: 'sha256:00',
      version: '0.1.0',
      secondObjectsMax: 0,
      localNorms: async () => [],
      seriesInstancesMax: 100,
      errorMaskRunsMax: 1000,
      ...NO_REFINEMENT,
      figures: { segments: 'not-accepted', segmentsMax: 12, sheetBytesMax: 700_000 },
      readiness: { deadlineMs: 60_000, retryMs: 1000, stableMs: 0 },
      onStage: () => {},
    },
  })
  return { cases, run, heard }
}

const readsDangling: Pipeline['compute']['readSegmentation'] = async () => ({
  ...newCase('a'),
  patientId: 'A',
  frameOfReferenceUid: null,
  segments: [],
  notes: [],
  references: [{ seriesInstanceUid: '1.2.3.7', sopInstanceUids: ['1.2.3.7.1'] }],
})
const dies = () => Promise.reject(new PlumblineError('worker-died', 'The thread died.', { retryable: true }))

test('a case that waits is heard of as well, so that what was started for it ends', async () => {
  const { cases, run, heard } = await waiting(readsDangling)
  const { again } = await run(JOB)
  expect(again).toBeInstanceOf(Date)
  expect(heard).toEqual([{ state: 'waiting-for-images', verdict: null, failed: false }])
  expect((await cases.get('a'))?.reasons).toEqual([
    '1 image that the object refers to is not in the archive yet.',
  ])
})

test('a thread that dies every time ends as failed, never as a verdict', async () => {
  const { cases, run, heard } = await waiting(dies)
  await expect(run(JOB)).rejects.toMatchObject({ code: 'worker-died' })
  expect(await cases.get('a')).toMatchObject({ state: 'queued', verdict: null })
  expect(await run({ ...JOB, lastAttempt: true })).toEqual({})
  expect(await cases.get('a')).toMatchObject({
    state: 'failed',
    verdict: null,
    reasons: ['The thread died.'],
  })
  expect(heard.at(-1)).toEqual({ state: 'failed', verdict: null, failed: true })
})

test.each<{ from: string; edges: CaseTransition[] }>([
  { from: 'received', edges: [] },
  { from: 'queued', edges: ['enqueue'] },
  { from: 'running', edges: ['enqueue', 'start'] },
  { from: 'waiting-for-images', edges: ['enqueue', 'start', 'wait'] },
])('a job whose attempts are used up ends a case that is $from', async ({ edges }) => {
  const { cases, run } = await waiting(dies)
  for (const edge of edges) await cases.transition('a', edge)
  expect(await run({ ...JOB, exhausted: true })).toEqual({})
  expect(await cases.get('a')).toMatchObject({ state: 'failed', verdict: null })
})

test('a case that has ended is followed up with every job, one that waits is not', async () => {
  const followed: string[] = []
  const { cases, run } = await waiting(readsDangling, async (caseId) => void followed.push(caseId))
  await run(JOB)
  expect(followed).toEqual([])
  for (const edge of ['images-changed', 'start', 'give-up'] as const) await cases.transition('a', edge)
  await run(JOB)
  await run(JOB)
  expect(followed).toEqual(['a', 'a'])
})

test('a follow-up that fails brings the job again and leaves the case as it ended', async () => {
  const { cases, run } = await waiting(dies, () => Promise.reject(new Error('webhook away')))
  await expect(run({ ...JOB, lastAttempt: true })).rejects.toThrow('webhook away')
  expect(await cases.get('a')).toMatchObject({ state: 'failed', reasons: ['The thread died.'] })
})
