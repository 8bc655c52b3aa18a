/** Reviews by the API of the real service: a process that is killed right after it took one loses nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CaseReviews, type Review } from '../../src/domain/review.ts'
import type { Case } from '../../src/domain/case.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'

const LIMIT_MS = 300_000
const ct = makeStudy('ct-1')
const faulty = objectOf(ct, 'liver-truncated')

let folder: string
let service: TestService
let judged: Case
const start = async () =>
  startService({ folder: join(folder, 'service'), pacsUrl: null, port: await freePort() })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-reviews-'))
  service = await start()
  await stow(`${service.url}/dicom-web`, [...ct.images, faulty])
  judged = await service.waitForCase(faulty.sopInstanceUid, 'done', LIMIT_MS)
}, LIMIT_MS)
afterAll(async () => {
  expect(await service?.stop()).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

const address = () => `${service.url}/api/v1/cases/${judged.id}/reviews`
async function reviews(): Promise<Review[]> {
  return CaseReviews.parse(await (await fetch(address())).json()).reviews
}
async function signOff(readerName: string): Promise<void> {
  const answer = await fetch(address(), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ readerName, reviews: [{ segment: null, verdict: 'reject', category: 2 }] }),
  })
  expect(answer.status).toBe(201)
}
async function reportsHeld(): Promise<void> {
  await service.waitUntil(
    'every signed report',
    async () => (await reviews()).every(({ report }) => report !== null),
    90_000,
  )
  for (const { report } of await reviews()) {
    const path = `studies/${judged.studyInstanceUid}/series/${report?.seriesInstanceUid}/instances/${report?.sopInstanceUid}`
    expect(await status(`${service.url}/dicom-web/${path}/metadata`)).toBe(200)
  }
}

test('a review is signed, and what was judged stays as it was', { timeout: LIMIT_MS }, async () => {
  await signOff('Jane Doe')
  await reportsHeld()
  expect((await service.cases()).find(({ id }) => id === judged.id)).toEqual(judged)
})

test(
  'killed right after a second reader signed: the report is written after the restart',
  { timeout: LIMIT_MS },
  async () => {
    await signOff('John Roe')
    await service.kill9()
    service = await start()
    await reportsHeld()
    const signed = await reviews()
    expect(signed.map(({ reader }) => reader.name)).toEqual(['Jane Doe', 'John Roe'])
    expect(new Set(signed.map(({ report }) => report?.sopInstanceUid)).size).toBe(2)
    expect(new Set(signed.map(({ report }) => report?.seriesInstanceUid)).size).toBe(1)
  },
)
