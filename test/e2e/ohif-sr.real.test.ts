/** Our reports in OHIF as others run it: they open, lead to the worst finding, and can be read, in every release line in use. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../../src/domain/case.ts'
import { chromiumInstalled, openPage, startBrowser, waitForPixels } from '../support/browser.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { freePort, startService, type TestService } from '../support/service.ts'
import { showReport, startStockOhif, waitForImage } from '../support/stock-ohif.ts'
import { RELEASES, viewerFiles } from '../support/viewer-files.ts'

const installed = chromiumInstalled()
if (!installed) console.warn('Chromium is not installed: our reports in OHIF are not looked at.')
const SLOW_START_MS = 600_000
const PAGE_LIMIT_MS = 120_000
const TEST_LIMIT_MS = 400_000
/** Of the tour, and of images whose loading was broken off because the viewport shows something else by now. */
const OWN_NOISE = /advanceOn|IMAGE_LOAD_ERROR/
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

  test.each(RELEASES)(
    'open in $version without an error, at the worst finding, and as text',
    { timeout: TEST_LIMIT_MS },
    async (release) => {
      const { found, verdict, text } = judged('contours-truncated')
      const viewer = await startStockOhif(release, `${service.url}/dicom-web`)
      const { page, complaints, close } = await openPage(browser)
      page.setDefaultTimeout(PAGE_LIMIT_MS)
      try {
        await page.goto(`${viewer.url}/viewer?StudyInstanceUIDs=${study.studyInstanceUid}`)
        await waitForPixels(page, ({ lit }) => lit > 20_000, PAGE_LIMIT_MS)

        // The first segment of this object is good, the last one is cut off.
        const worst = found.segments.at(-1)?.findings[0]?.instances[0]
        await showReport(page, verdict.sopInstanceUid)
        await waitForImage(page, worst ?? 'no finding')
        // Older releases draw what belongs to an image at the next movement of the mouse.
        await page.mouse.move(700, 300)
        await page.mouse.move(720, 320)
        const drawn = page.locator('svg.svg-layer', { hasText: 'Segmentation quality score' })
        await drawn.first().waitFor({ state: 'attached' })

        // A segment without a voxel has no place to lead to.
        await showReport(page, judged('spleen-empty').verdict.sopInstanceUid)
        await waitForPixels(page, ({ lit }) => lit > 20_000, PAGE_LIMIT_MS)

        await showReport(page, text.sopInstanceUid)
        await page.getByText('Reasoning: clinical synthesis').first().waitFor()
        expect(await page.locator(ERROR_SIGNS).allInnerTexts()).toEqual([])
        expect(complaints.filter((complaint) => !OWN_NOISE.test(complaint))).toEqual([])
      } finally {
        if (process.env['SCREENSHOTS'] !== undefined)
          await page.screenshot({ path: join(process.env['SCREENSHOTS'], `sr-${release.version}.png`) })
        await close()
        viewer.stop()
      }
    },
  )
})
