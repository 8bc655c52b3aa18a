/** The whole service with a real Orthanc as the PACS: each way in which a segmentation gets to it, and what it writes back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  copyOfStudy,
  demoCase,
  expectDemoVerdict,
  makeStudy,
  NOT_FAR_BACK_DAYS,
  objectOf,
  type TestStudy,
} from '../support/demo-data.ts'
import { modalitiesOf, reportsOn, stow } from '../support/e2e-pacs.ts'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'

const LUA = fileURLToPath(new URL('../../config/orthanc-notify.lua', import.meta.url))
const POLL = /\/series\?.*Modality=RTSTRUCT/ // the second of the two searches of a poll
const installed = orthancInstalled()
if (!installed) console.warn('Orthanc is not installed: 6 tests of the service with it are left out.')

describe.skipIf(!installed)('the service with Orthanc', () => {
  let folder: string
  let orthanc: Orthanc
  let pacs: string
  let proxy: FaultProxy
  let port: number
  let ct: TestStudy
  let mr: TestStudy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-orthanc-'))
    port = await freePort()
    process.env['PLUMBLINE_URL'] = `http://127.0.0.1:${port}` // read by the script inside Orthanc
    delete process.env['PLUMBLINE_TOKEN']
    orthanc = await startOrthanc({ folder, lua: LUA })
    pacs = orthanc.dicomWebUrl
    proxy = await startFaultProxy(pacs)
    ct = makeStudy('ct-1')
    mr = makeStudy('mr-1')
  })
  afterAll(async () => {
    await proxy?.stop()
    await orthanc?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  describe('that polls', () => {
    let service: TestService
    beforeAll(async () => {
      service = await startService({
        folder: join(folder, 'polling'),
        pacsUrl: proxy.url,
        port: await freePort(),
      })
    })
    afterAll(async () => {
      expect(await service?.stop()).toBe(0)
    })

    test('finds, judges and reports each segmentation object once', async () => {
      await stow(pacs, ct.images)
      await stow(pacs, ct.segmentations)
      for (const name of ['organs-good', 'liver-truncated', 'contours-good']) {
        const object = objectOf(ct, name)
        const judged = await service.waitForCase(object.sopInstanceUid, 'done', 120_000)
        expectDemoVerdict(judged, demoCase(name))
        expect(await reportsOn(pacs, object), name).toEqual(
          judged.reports.map(({ sopInstanceUid }) => sopInstanceUid),
        )
        expect(judged.reports, name).toHaveLength(1)
      }
      expect(await status(`${service.url}/readyz`)).toBe(200)
    })

    test('does not judge its own reports, nor anything twice', async () => {
      const before = await service.cases()
      const polls = proxy.count('GET', POLL)
      await service.waitUntil('three more polls', () => proxy.count('GET', POLL) >= polls + 3)
      expect(await service.cases()).toEqual(before)
      expect(before).toHaveLength(3)
      expect(await modalitiesOf(pacs, ct.studyInstanceUid)).toEqual([
        'CT',
        'RTSTRUCT',
        'SEG',
        'SEG',
        'SR',
        'SR',
        'SR',
      ])
    })

    test('waits for images that come after their segmentation, then judges it on all of them', async () => {
      const study = copyOfStudy(mr, 'images come late')
      const [object] = study.segmentations
      if (object === undefined) throw new Error('the study has no segmentation')
      await stow(pacs, [object])
      const waiting = await service.waitForCase(object.sopInstanceUid, 'waiting-for-images')
      expect(waiting).toMatchObject({
        verdict: null,
        reports: [],
        reasons: [expect.stringMatching(/not in the archive yet/)],
      })
      await stow(pacs, study.images.slice(0, 12))
      await stow(pacs, study.images.slice(12))
      const judged = await service.waitForCase(object.sopInstanceUid, 'done')
      expectDemoVerdict(judged, demoCase('prostate-good'))
      expect(judged.sourceSeries).toMatchObject({ foundBy: 'reference', instanceCount: study.images.length })
      expect(await reportsOn(pacs, object)).toHaveLength(1)
    })
  })

  describe('that is told', () => {
    let service: TestService
    beforeAll(async () => {
      service = await startService({
        folder: join(folder, 'told'),
        pacsUrl: proxy.url,
        port,
        intake: { pollSeconds: 59, lookbackDays: NOT_FAR_BACK_DAYS, imagesDeadlineMs: 4000 },
      })
    })
    afterAll(async () => {
      expect(await service?.stop()).toBe(0)
    })

    test('hears from Orthanc itself of a stable study', async () => {
      const study = copyOfStudy(mr, 'stable')
      await stow(pacs, [...study.images, ...study.segmentations])
      const [object] = study.segmentations
      const judged = await service.waitForCase(object?.sopInstanceUid ?? '', 'done')
      expectDemoVerdict(judged, demoCase('prostate-good'))
      expect(await modalitiesOf(pacs, study.studyInstanceUid)).toEqual(['MR', 'SEG', 'SR'])
    })

    test('hears of what is stored through it', async () => {
      const study = copyOfStudy(mr, 'stored through the service')
      const door = `${service.url}/dicom-web`
      const notified = () => service.log().split('/api/v1/studies/{uid}/check').length
      const before = notified()
      await stow(door, [...study.images, ...study.segmentations])
      const [object] = study.segmentations
      const isKnown = async () =>
        (await service.cases()).some((one) => one.object.sopInstanceUid === object?.sopInstanceUid)
      await service.waitUntil('the case of what was stored', isKnown)
      expect(
        notified(),
        'not by the notification, which comes when the study has been stable for a second',
      ).toBe(before)
      const judged = await service.waitForCase(object?.sopInstanceUid ?? '', 'done')
      expectDemoVerdict(judged, demoCase('prostate-good'))
      expect(await modalitiesOf(pacs, study.studyInstanceUid)).toEqual(['MR', 'SEG', 'SR'])
      expect(await modalitiesOf(door, study.studyInstanceUid)).toEqual(['MR', 'SEG', 'SR'])
    })

    test('says what was missing when the time to wait for images is over', async () => {
      const study = copyOfStudy(mr, 'images never come')
      const [object] = study.segmentations
      if (object === undefined) throw new Error('the study has no segmentation')
      await stow(pacs, [...study.images.slice(0, -3), object])
      await service.waitForCase(object.sopInstanceUid, 'waiting-for-images')
      const judged = await service.waitForCase(object.sopInstanceUid, 'done')
      expect(judged).toMatchObject({
        verdict: 'review',
        sourceSeries: { instanceCount: study.images.length - 3 },
      })
      const missing = {
        mode: 'source-incomplete',
        text: `3 of the ${study.images.length} images it refers to are not in the archive.`,
      }
      expect(judged.segments[0]?.findings).toContainEqual(expect.objectContaining(missing))
      expect(await reportsOn(pacs, object)).toHaveLength(1)
    })
  })
})
