/** OHIF as the service gives it, in a real browser: on the embedded archive and on a real Orthanc, at / and under a path. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumInstalled, openPage, startBrowser, waitForPixels } from '../support/browser.ts'
import { makeStudy } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { viewerFiles } from '../support/viewer-files.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'

const installed = chromiumInstalled() && orthancInstalled()
if (!installed) console.warn('Chromium or Orthanc is not installed: the tests of the viewer are left out.')
const PATIENT = 'Synthetic, Demo One'
const SLOW_START_MS = 300_000

describe.skipIf(!installed)('OHIF', () => {
  let folder: string
  let orthanc: Orthanc
  let browser: Browser
  const study = makeStudy('ct-1')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-viewer-'))
    await viewerFiles(VIEWER_RELEASE)
    orthanc = await startOrthanc({ folder })
    browser = await startBrowser()
  }, SLOW_START_MS)
  afterAll(async () => {
    await browser?.close()
    await orthanc?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  describe.each([
    { what: 'the embedded archive', remote: false, pathPrefix: '' },
    { what: 'Orthanc', remote: true, pathPrefix: '' },
    { what: 'Orthanc, under a path', remote: true, pathPrefix: '/hospital/qc' },
  ])('on $what', ({ what, remote, pathPrefix }) => {
    let service: TestService
    beforeAll(async () => {
      service = await startService({
        folder: join(folder, what.replaceAll(/\W+/g, '-')),
        pacsUrl: remote ? orthanc.dicomWebUrl : null,
        port: await freePort(),
        pathPrefix,
        viewer: true,
      })
      await stow(`${service.url}/dicom-web`, [...study.images, ...study.segmentations])
      const isThere = async () => (await status(`${service.url}/app-config.js`)) === 200
      await service.waitUntil('the viewer', isThere)
    })
    afterAll(async () => {
      expect(await service?.stop()).toBe(0)
    })

    test('lists the study, opens it and shows its images, without an error', async () => {
      const { page, complaints, quiet, close } = await openPage(browser)
      await page.goto(`${service.url}/`)
      await page.getByText(PATIENT).first().waitFor()
      await page.goto(`${service.url}/viewer?StudyInstanceUIDs=${study.studyInstanceUid}`)
      await waitForPixels(page, ({ lit }) => lit > 20_000)
      await page.getByText('SEG', { exact: true }).first().waitFor()
      await quiet()
      expect(complaints).toEqual([])
      await close()
    })

    test('gives addresses of bulk data and instances that lead back here', async () => {
      const series = await fetch(`${service.url}/dicom-web/studies/${study.studyInstanceUid}/series`)
      const text = JSON.stringify(await series.json())
      const addresses = [...text.matchAll(/"(https?:[^"]+)"/g)].map(([, address]) => address ?? '')
      expect(addresses).not.toEqual([])
      for (const address of addresses) expect(address).toMatch(new RegExp(`^${service.url}/dicom-web/`))
    })

    test('compresses what it says of a study, and leaves its pixels as they are', async () => {
      const [image] = study.images
      const series = `${service.url}/dicom-web/studies/${study.studyInstanceUid}/series/${image?.seriesInstanceUid}`
      const metadata = await fetch(`${series}/metadata`)
      expect(metadata.headers.get('content-encoding')).toMatch(/gzip|br/)
      expect(await metadata.json()).toHaveLength(study.images.length)
      const frame = await fetch(`${series}/instances/${image?.sopInstanceUid}/frames/1`, {
        headers: { accept: 'multipart/related; type="application/octet-stream"' },
      })
      expect(frame.status).toBe(200)
      // Orthanc compresses everything itself when it may.
      expect(frame.headers.get('content-encoding')).toBe(remote ? 'gzip' : null)
    })
  })
})
