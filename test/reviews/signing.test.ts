import { expect, test } from 'vitest'
import { createSigning } from '../../src/reviews/signing.ts'
import type { GivenReview, StoreItem } from '../../src/ports.ts'
import { newCase, storeItem } from '../store/case-fixtures.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'
import { createMemoryPacs } from '../support/memory-pacs.ts'
import { createMemoryReviewStore } from '../support/memory-review-store.ts'

const JOB = { signal: new AbortController().signal }
const MACHINE = storeItem('1.2.9.1', Uint8Array.of(1, 2, 3))
const SIGNED: StoreItem = { ...storeItem('2.25.7', Uint8Array.of(9)), seriesInstanceUid: '2.25.8' }

const review = (changes: Partial<GivenReview>): GivenReview => ({
  id: 'r1',
  signOffId: 's1',
  caseId: 'a',
  segment: null,
  reader: { id: 'local:jane', name: 'Jane' },
  kind: 'agree',
  verdict: 'accept',
  category: null,
  reason: null,
  comment: '',
  correction: null,
  blind: false,
  elapsedMs: null,
  machine: { verdict: 'accept', score: 5 },
  reviewedAt: '2026-03-01T10:00:00.000Z',
  ...changes,
})

async function signedOff() {
  const caseStore = createMemoryCaseStore()
  const reviewStore = createMemoryReviewStore()
  const pacs = createMemoryPacs()
  await caseStore.receive(newCase('a'))
  await caseStore.transition('a', 'enqueue')
  await caseStore.transition('a', 'start')
  await caseStore.judged('a', { verdict: 'accept', reports: [{ kind: 'SR', ...MACHINE }] }, { outbox: [] })
  await caseStore.published('a')
  pacs.add({ ...MACHINE, modality: 'SR', studyDate: '' })
  await reviewStore.add([review({}), review({ id: 'r2', segment: 1 })])
  const asked: string[][] = []
  const process = { dies: false, waitedMs: 0 }
  const ended: string[] = []
  const sign = createSigning({
    pacs,
    caseStore,
    reviewStore: {
      unsigned: (caseId) => reviewStore.unsigned(caseId),
      unsignable: (signOffId, reason) => reviewStore.unsignable(signOffId, reason),
      signed: (signOffId, report, sha256) =>
        process.dies ? Promise.reject(new Error('killed')) : reviewStore.signed(signOffId, report, sha256),
    },
    sign: async ({ reviews }) => {
      asked.push(reviews.map(({ id }) => id))
      return { ...SIGNED, sopInstanceUid: `2.25.7.${reviews[0].signOffId.slice(1)}` }
    },
    onStage: () => {},
    clock: { now: () => new Date(Date.parse('2026-03-01T10:00:00.000Z') + process.waitedMs) },
    onUnsignable: (caseId) => void ended.push(caseId),
  })
  const holds = (uid: string) => pacs.instances.some(({ sopInstanceUid }) => sopInstanceUid === uid)
  const reportsOf = async () =>
    (await reviewStore.ofCase('a')).map(({ report }) => report?.sopInstanceUid ?? null)
  return { sign, reviewStore, pacs, asked, holds, reportsOf, process, ended }
}

test('all of one sign-off is signed by one report, which the PACS then holds', async () => {
  const { sign, asked, holds, reportsOf } = await signedOff()
  await sign('a', JOB)
  expect(asked).toEqual([['r1', 'r2']])
  expect(holds('2.25.7.1')).toBe(true)
  expect(await reportsOf()).toEqual(['2.25.7.1', '2.25.7.1'])
})

test('once more is a no-op; a second reader gets a report of their own', async () => {
  const { sign, asked, reviewStore, reportsOf } = await signedOff()
  await sign('a', JOB)
  await sign('a', JOB)
  await reviewStore.add([review({ id: 'r3', signOffId: 's2' })])
  await sign('a', JOB)
  expect(asked).toEqual([['r1', 'r2'], ['r3']])
  expect(await reportsOf()).toEqual(['2.25.7.1', '2.25.7.1', '2.25.7.2'])
})

test.each(['retrieveInstance', 'holds', 'store'] as const)(
  'a PACS that fails at %s loses nothing',
  async (call) => {
    const { sign, pacs, holds, reportsOf } = await signedOff()
    pacs.failNext(call)
    await expect(sign('a', JOB)).rejects.toThrow()
    expect(await reportsOf()).toEqual([null, null])
    await sign('a', JOB)
    expect(holds('2.25.7.1')).toBe(true)
    expect(await reportsOf()).toEqual(['2.25.7.1', '2.25.7.1'])
  },
)

test('a PACS that says "stored" and keeps nothing is not believed', async () => {
  const { sign, pacs, reportsOf } = await signedOff()
  pacs.loseStored(true)
  await expect(sign('a', JOB)).rejects.toMatchObject({ code: 'not-stored', retryable: true })
  expect(await reportsOf()).toEqual([null, null])
})

test('the process dies after the PACS stored it: the next run finds it there', async () => {
  const { sign, pacs, process, reportsOf } = await signedOff()
  process.dies = true
  await expect(sign('a', JOB)).rejects.toThrow('killed')
  process.dies = false
  await sign('a', JOB)
  expect(pacs.calls('store')).toBe(1)
  expect(await reportsOf()).toEqual(['2.25.7.1', '2.25.7.1'])
})

test("a machine's report that is missing is waited for; one that stays away for a day ends the sign-off, not the review", async () => {
  const { sign, pacs, process, reportsOf, reviewStore, ended } = await signedOff()
  pacs.remove(MACHINE.sopInstanceUid)
  await expect(sign('a', JOB)).rejects.toMatchObject({ code: 'not-found' })
  expect((await reviewStore.ofCase('a')).map(({ unsigned }) => unsigned)).toEqual([undefined, undefined])
  process.waitedMs = 86_400_000
  pacs.failNext('retrieveInstance')
  await expect(sign('a', JOB)).rejects.toThrow()
  expect(ended).toEqual([])
  await sign('a', JOB)
  await sign('a', JOB)
  expect(ended).toEqual(['a'])
  expect(await reportsOf()).toEqual([null, null])
  expect((await reviewStore.ofCase('a')).map(({ unsigned }) => unsigned)).toEqual([
    'report-gone',
    'report-gone',
  ])
  expect(await reviewStore.casesToSign(new Date('2027-01-01'), 10)).toEqual([])
  // Restored, and reviewed again.
  pacs.add({ ...MACHINE, modality: 'SR', studyDate: '' })
  await reviewStore.add([review({ id: 'r3', signOffId: 's2' })])
  await sign('a', JOB)
  expect(await reportsOf()).toEqual([null, null, '2.25.7.2'])
})
