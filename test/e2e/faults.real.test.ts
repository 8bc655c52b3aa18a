/** What the service makes of a PACS that is down, slow to recover, cuts answers off, refuses, or says what is not true. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StoreItem } from '../../src/ports.ts'
import {
  copyOfStudy,
  demoCase,
  expectDemoVerdict,
  makeStudy,
  withoutEnd,
  type TestStudy,
} from '../support/demo-data.ts'
import { claimStored, multipart, refuse, reportsOn, stow } from '../support/e2e-pacs.ts'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'

const STOW_PATH = /\/studies(\/[\d.]+)?$/
const NOT_AUTHORIZED = 0x0124
const installed = orthancInstalled()
if (!installed)
  console.warn('Orthanc is not installed: 10 tests of the service with a failing PACS are left out.')

describe.skipIf(!installed)('the service with a PACS that', () => {
  let folder: string
  let orthanc: Orthanc
  let pacs: string
  let proxy: FaultProxy
  let service: TestService
  let mr: TestStudy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-faults-'))
    orthanc = await startOrthanc({ folder })
    pacs = orthanc.dicomWebUrl
    proxy = await startFaultProxy(pacs)
    mr = makeStudy('mr-1')
    await proxy.down()
    service = await startService({
      folder: join(folder, 'service'),
      pacsUrl: proxy.url,
      port: await freePort(),
      jobs: { attempts: 12 },
    })
    await proxy.up()
  })
  afterAll(async () => {
    expect(await service?.stop()).toBe(0)
    expect(service.log(), 'no patient data in the log of all this').not.toMatch(
      /Synthetic\^|PLUMBLINE-DEMO|19600101/,
    )
    await proxy?.stop()
    await orthanc?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(() => proxy.reset())

  /** A study of its own for one test. */
  function study(name: string): { images: readonly StoreItem[]; object: StoreItem } {
    const { images, segmentations } = copyOfStudy(mr, name)
    const [object] = segmentations
    if (object === undefined) throw new Error('the study has no segmentation')
    return { images, object }
  }

  async function expectJudgedOnce(object: StoreItem): Promise<void> {
    expectDemoVerdict(await service.waitForCase(object.sopInstanceUid, 'done'), demoCase('prostate-good'))
    expect(await reportsOn(pacs, object)).toHaveLength(1)
  }

  test('is down: not ready until it is up, and then nothing was missed', async () => {
    const { images, object } = study('down')
    await proxy.down()
    await stow(pacs, [...images, object])
    expect(await status(`${service.url}/healthz`)).toBe(200)
    const readiness = await fetch(`${service.url}/readyz`)
    expect(readiness.status).toBe(503)
    expect(await readiness.json()).toMatchObject({
      ready: false,
      checks: [
        { name: 'database', ok: true },
        { name: 'pacs', ok: false },
      ],
    })
    await proxy.up()
    await expectJudgedOnce(object)
    await service.waitUntil(
      'the service to be ready',
      async () => (await status(`${service.url}/readyz`)) === 200,
    )
  })

  test.each([429, 500, 503])('answers %i when the object is fetched', async (code) => {
    const { images, object } = study(`status ${code}`)
    const rule = proxy.inject({
      method: 'GET',
      path: new RegExp(`/instances/${object.sopInstanceUid}$`),
      times: 3,
      fault: { kind: 'answer', status: code },
    })
    await stow(pacs, [...images, object])
    await expectJudgedOnce(object)
    expect(rule.hits()).toBe(3)
  })

  test('breaks off while it delivers the images', async () => {
    const { images, object } = study('cut off')
    const series = images[0]?.seriesInstanceUid ?? ''
    const rule = proxy.inject({
      method: 'GET',
      path: new RegExp(`/series/${series}$`),
      times: 3,
      fault: { kind: 'cut' },
    })
    await stow(pacs, [...images, object])
    await expectJudgedOnce(object)
    expect(rule.hits()).toBe(3)
  })

  test('goes down while the report is stored', async () => {
    const { images, object } = study('down at store')
    const rule = proxy.inject({
      method: 'POST',
      path: STOW_PATH,
      mentions: object.sopInstanceUid,
      times: 1,
      fault: { kind: 'hold' },
    })
    await stow(pacs, [...images, object])
    await service.waitUntil('the report to be sent', () => rule.hits() === 1)
    await proxy.down()
    await delay(2500) // some attempts
    expect(await service.waitForCase(object.sopInstanceUid, 'publishing')).toMatchObject({
      verdict: 'accept',
    })
    expect(await reportsOn(pacs, object)).toHaveLength(0)
    await proxy.up()
    await expectJudgedOnce(object)
  })

  test('says that it has stored the report when it has not', async () => {
    const { images, object } = study('claims to have stored')
    const rule = proxy.inject({
      method: 'POST',
      path: STOW_PATH,
      mentions: object.sopInstanceUid,
      fault: { kind: 'answer', status: 200, body: claimStored },
    })
    await stow(pacs, [...images, object])
    await service.waitUntil('the report to be sent three times', () => rule.hits() >= 3)
    expect(
      (await service.cases()).find((one) => one.object.sopInstanceUid === object.sopInstanceUid)?.state,
    ).toBe('publishing')
    expect(await reportsOn(pacs, object)).toHaveLength(0)
    rule.remove()
    await expectJudgedOnce(object)
  })

  test('refuses the report for good: the case ends with the reason, and goes on when asked for again', async () => {
    const { images, object } = study('refuses')
    const rule = proxy.inject({
      method: 'POST',
      path: STOW_PATH,
      mentions: object.sopInstanceUid,
      fault: { kind: 'answer', status: 409, body: refuse(NOT_AUTHORIZED) },
    })
    await stow(pacs, [...images, object])
    const failed = await service.waitForCase(object.sopInstanceUid, 'failed')
    expect(failed).toMatchObject({
      verdict: 'accept',
      reasons: [expect.stringMatching(/refused the instance: not authorized/), expect.any(String)],
    })
    expect(await reportsOn(pacs, object)).toHaveLength(0)
    rule.remove()
    await service.check(object.studyInstanceUid)
    await expectJudgedOnce(object)
  })

  test('holds a segmentation that lacks pixels: not assessable, and the report says so', async () => {
    const { images, object } = study('lacks pixels')
    await stow(pacs, [...images, { bytes: withoutEnd(object, 20_000, { wellFormed: true }) }])
    await expectNotAssessable(object)
  })

  test('delivers a segmentation file that ends in the middle: not assessable, and the report says so', async () => {
    const { images, object } = study('ends in the middle')
    const { contentType, body } = multipart([{ bytes: withoutEnd(object, 20_000, { wellFormed: false }) }])
    proxy.inject({
      method: 'GET',
      path: new RegExp(`/instances/${object.sopInstanceUid}$`),
      fault: { kind: 'answer', status: 200, contentType, body: () => body },
    })
    await stow(pacs, [...images, object])
    await expectNotAssessable(object)
  })

  async function expectNotAssessable(object: StoreItem): Promise<void> {
    const judged = await service.waitForCase(object.sopInstanceUid, 'done')
    expect(judged).toMatchObject({ verdict: 'not-assessable', score: null, reports: [{ kind: 'SR' }] })
    expect(judged.reasons[0]).toMatch(/^The DICOM file is damaged: .*55712/)
    expect(await reportsOn(pacs, object)).toHaveLength(1)
  }
})
