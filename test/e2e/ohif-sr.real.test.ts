/** Our reports in OHIF as others run it: they open, lead to the worst finding, and can be read, in every release line in use. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../../src/domain/case.ts'
import type { ViewerRelease } from '../../src/viewer/release.ts'
import { chromiumInstalled, openPage, startBrowser, waitForPixels } from '../support/browser.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { waitFor } from '../support/e2e-wait.ts'
import { freePort, startService, type TestService } from '../support/service.ts'
import { showReport, startStockOhif, waitForImage, waitForText } from '../support/stock-ohif.ts'
import { RELEASES, viewerFiles } from '../support/viewer-files.ts'

const installed = chromiumInstalled()
if (!installed) console.warn('Chromium is not installed: our reports in OHIF are not looked at.')
const STAGES = ['knowledge recall', 'visual feature analysis', 'anatomical inference', 'clinical synthesis']
const SLOW_START_MS = 600_000
const PAGE_LIMIT_MS = 120_000
const TEST_LIMIT_MS = 400_000
/** Of the tour, and of images whose loading was broken off because the viewport shows something else by now. */
const OWN_NOISE = /advanceOn|Shepherd|IMAGE_LOAD_ERROR/
/** All but the tour that a fresh profile begins with. */
const ERROR_SIGNS =
  '[role="alertdialog"], [role="dialog"]:not(.shepherd-element), [data-sonner-toast][data-type="error"]'

describe.skipIf(!installed)('our reports in a stock OHIF', () => {
  let folder: string
  let browser: Browser
  let service: TestService
  const study = makeStudy('ct-3')
  const cases = new Map<string, Case>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-sr-'))
    for (const release of RELEASES) await viewerFiles(release)
    service = await startService({ folder, pacsUrl: null, port: await freePort(), report: { text: true } })
    await stow(`${service.url}/dicom-web`, [...study.images, ...study.segmentations])
    for (const name of ['contours-truncated', 'spleen-empty']) {
      const { sopInstanceUid } = objectOf(study, name)
      cases.set(name, await service.waitForCase(sopInstanceUid, 'done', 240_000))
    }
    browser = await startBrowser()
  }, SLOW_START_MS)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  function judged(name: string) {
    const found = cases.get(name)
    const [verdict, text] = found?.reports ?? []
    if (found === undefined || verdict === undefined || text === undefined)
      throw new Error('reports are missing')
    return { found, verdict, text }
  }

  /** Opens the study, lets it settle, puts the report into the viewport; what was complained of until `seen` held. */
  async function opened(release: ViewerRelease, report: string, seen: (page: Page) => Promise<void>) {
    const viewer = await startStockOhif(release, `${service.url}/dicom-web`)
    const { page, complaints, quiet, close } = await openPage(browser)
    page.setDefaultTimeout(PAGE_LIMIT_MS)
    const frames = new Set<string>()
    page.on('requestfinished', (request) => {
      if (request.url().includes('/frames/')) frames.add(request.url())
    })
    try {
      await page.goto(`${viewer.url}/viewer?StudyInstanceUIDs=${study.studyInstanceUid}`)
      await waitForPixels(page, ({ lit }) => lit > 20_000, PAGE_LIMIT_MS)
      // A jump to an image that is not loaded yet sets off a timer in OHIF that may outlive its viewport: its own race, ours to avoid.
      await waitFor(
        'all images',
        PAGE_LIMIT_MS,
        () => (frames.size >= study.images.length ? true : null),
        () => `${frames.size} are there`,
      )
      await quiet()
      await showReport(page, report)
      await seen(page)
      await quiet()
      return [
        ...(await page.locator(ERROR_SIGNS).allInnerTexts()),
        ...complaints.filter((complaint) => !OWN_NOISE.test(complaint)),
      ]
    } finally {
      await close()
      viewer.stop()
    }
  }

  /** The score is the first of the measurements that OHIF writes beside the point. */
  const labelDrawn = (page: Page) => waitForText(page, 'Segmentation quality score')

  describe.each(RELEASES)('$version', (release) => {
    test('opens a verdict at its worst finding', { timeout: TEST_LIMIT_MS }, async () => {
      const { found, verdict } = judged('contours-truncated')
      // The first segment of this object is good, the last one is cut off.
      const worst = found.segments.at(-1)?.findings[0]?.instances[0] ?? 'no finding'
      const complaints = await opened(release, verdict.sopInstanceUid, async (page) => {
        await waitForImage(page, worst)
        await labelDrawn(page)
      })
      expect(complaints).toEqual([])
    })

    test(
      'opens a verdict on a segment that has no place in the images',
      { timeout: TEST_LIMIT_MS },
      async () => {
        const { verdict } = judged('spleen-empty')
        expect(await opened(release, verdict.sopInstanceUid, labelDrawn)).toEqual([])
      },
    )

    test('shows the reasoning as text', { timeout: TEST_LIMIT_MS }, async () => {
      const { text } = judged('contours-truncated')
      const complaints = await opened(release, text.sopInstanceUid, async (page) => {
        for (const stage of STAGES) await page.getByText(`Reasoning: ${stage}`).first().waitFor()
      })
      expect(complaints).toEqual([])
    })
  })
})
