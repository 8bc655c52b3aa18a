/** The panel inside the real OHIF, on the embedded archive and on a real Orthanc: from the study list to the last sentence. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import type { StoreItem } from '../../src/ports.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import {
  chromiumInstalled,
  openPage,
  startBrowser,
  waitForPixels,
  type WatchedPage,
} from '../support/browser.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { judged } from '../support/language-model.ts'
import { setValue } from '../support/malformed/bytes.ts'
import {
  API_KEY,
  besidesTarget,
  MODEL,
  startModelServer,
  type ModelServer,
} from '../support/model-server/server.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import {
  cardOf,
  currentImage,
  graveViolations,
  openAll,
  openStudy,
  placesIn,
  STEP_LIMIT_MS,
  stepsSeen,
  unfold,
  unfoldSegment,
  watchSteps,
} from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { viewerFiles } from '../support/viewer-files.ts'

const installed = chromiumInstalled() && orthancInstalled()
if (!installed) console.warn('Chromium or Orthanc is not installed: the panel in OHIF is not tested.')

const SLOW_START_MS = 400_000
const TEST_LIMIT_MS = 300_000
const JUDGED_LIMIT_MS = 240_000
/** As long as DICOM allows a label to be (LO, 64 characters). */
const HOSTILE = '<img src=x onerror=hostile=1><script>hostile=1</script>'
/** What the browser says of a request that this test broke off. */
const BROKEN_OFF = /\/api\/v1\/|Failed to load resource: net::ERR_FAILED/

describe.skipIf(!installed)('the panel in OHIF', () => {
  let folder: string
  let browser: Browser
  let orthanc: Orthanc
  let model: ModelServer
  const ct = makeStudy('ct-1')
  const mr = makeStudy('mr-1')
  const faulty = objectOf(ct, 'liver-truncated')
  const late = objectOf(ct, 'organs-good')
  const hostile = hostileCopy(objectOf(mr, 'prostate-good'))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-panel-'))
    await viewerFiles(VIEWER_RELEASE)
    orthanc = await startOrthanc({ folder })
    model = await startModelServer()
    model.answerWith(besidesTarget(() => ({ kind: 'json', json: judged(5) })))
    browser = await startBrowser()
  }, SLOW_START_MS)
  afterAll(async () => {
    await browser?.close()
    await orthanc?.stop()
    await model?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  describe.each([
    { where: 'the embedded archive', isRemote: false },
    // What a language model says goes all the way: asked over HTTP, kept, published, read in the panel.
    { where: 'Orthanc, with a language model', isRemote: true },
  ])('on $where', ({ isRemote }) => {
    let service: TestService
    let rejected: Case

    beforeAll(async () => {
      service = await startService({
        folder: join(folder, isRemote ? 'remote' : 'embedded'),
        pacsUrl: isRemote ? orthanc.dicomWebUrl : null,
        port: await freePort(),
        viewer: true,
        // The text report must not be taken for the verdict report when the service is down.
        report: { text: true },
        ...(isRemote && { model: { name: MODEL, baseUrl: model.url, apiKey: API_KEY } }),
      })
      await stow(`${service.url}/dicom-web`, [...ct.images, faulty, ...mr.images, hostile])
      rejected = await service.waitForCase(faulty.sopInstanceUid, 'done', JUDGED_LIMIT_MS)
      await service.waitForCase(hostile.sopInstanceUid, 'done', JUDGED_LIMIT_MS)
      const isThere = async () => (await status(`${service.url}/app-config.js`)) === 200
      await service.waitUntil('the viewer', isThere)
    }, SLOW_START_MS)
    afterAll(async () => {
      expect(await service?.stop()).toBe(0)
    })

    async function newPage(): Promise<WatchedPage> {
      const watched = await openPage(browser)
      watched.page.setDefaultTimeout(STEP_LIMIT_MS)
      return watched
    }

    function rejectedSegment(): SegmentResult {
      const [segment] = rejected.segments
      if (segment === undefined) throw new Error('The object has no segment.')
      return segment
    }

    test('the study list says the verdict of each study', { timeout: TEST_LIMIT_MS }, async () => {
      const { page, complaints, close } = await newPage()
      onTestFinished(close)
      await page.goto(`${service.url}/`)
      const row = page.locator('tr', { hasText: 'Synthetic, Demo One' })
      await row.getByTestId('plumbline-study-badge').filter({ hasText: '✕ Reject' }).first().waitFor()
      expect(complaints).toEqual([])
    })

    describe('on a study that is open', () => {
      let watched: WatchedPage
      let page: Page
      beforeAll(async () => {
        watched = await newPage()
        ;({ page } = watched)
        await openStudy(page, service.url, ct.studyInstanceUid)
      }, TEST_LIMIT_MS)
      afterEach(() => expect(watched.complaints).toEqual([]))
      afterAll(() => watched?.close())

      test('images, the segmentation over them and its verdict are seen', async () => {
        await waitForPixels(page, ({ lit, coloured }) => lit > 20_000 && coloured > 500, STEP_LIMIT_MS)
        const title = await cardOf(page, faulty).locator('h2').innerText()
        expect(title).toMatch(new RegExp(`Reject[\\s\\S]*${rejected.score}/5`))
      })

      test('a finding leads to the very instance that it names, with the segmentation on it', async () => {
        const place = placesIn([rejected]).find(({ finding }) => finding.instances.length > 2)
        if (place === undefined) throw new Error('No finding names three images.')
        const found = await unfold(page, place)
        const [worst, second] = place.finding.instances
        await found.getByRole('button', { name: /^Show image 2 / }).click()
        await expect.poll(() => currentImage(page), { timeout: STEP_LIMIT_MS }).toContain(`/${second}/`)
        await found.getByRole('button', { name: 'Show worst image' }).click()
        await expect.poll(() => currentImage(page), { timeout: STEP_LIMIT_MS }).toContain(`/${worst}/`)
        await waitForPixels(page, ({ lit, coloured }) => lit > 20_000 && coloured > 500, STEP_LIMIT_MS)
      })

      test('all four stages of the reasoning can be read', async () => {
        const segment = rejectedSegment()
        const row = await unfoldSegment(page, { of: rejected, segment })
        const story = row.getByTestId('plumbline-story')
        await openAll(story.locator('button[aria-expanded=false]'))
        const stages = await story.locator('> li').allInnerTexts()
        const { opinion } = segment
        const told = [
          opinion?.knowledgeRecall,
          opinion?.visualFeatures,
          opinion?.anatomicalInference,
          opinion?.clinicalSynthesis,
        ]
        expect(opinion?.reasoner).toBe(isRemote ? `${MODEL} (one-pass)` : 'rules')
        for (const [index, stage] of told.entries()) {
          expect(stage?.statements).not.toEqual([])
          for (const { text } of stage?.statements ?? []) expect(stages[index]).toContain(text)
        }
      })

      test('axe finds nothing serious', async () => {
        await openAll(cardOf(page, faulty).locator('button[aria-expanded=false]'))
        expect(await graveViolations(page, '[data-testid=plumbline-panel]')).toEqual([])
      })

      test(
        'what is stored meanwhile is seen being checked, then with its verdict, without a reload',
        { timeout: TEST_LIMIT_MS },
        async () => {
          await watchSteps(page)
          await stow(`${service.url}/dicom-web`, [late])
          const seen = await service.waitForCase(late.sopInstanceUid, 'done', JUDGED_LIMIT_MS)
          const title = cardOf(page, late).locator('h2')
          await title
            .filter({ hasText: 'Accept' })
            .filter({ hasText: `${seen.score}/5` })
            .waitFor()
          expect(await stepsSeen(page)).toContain('Check')
        },
      )
    })

    test('without the service the verdict is read from the report in the archive', async () => {
      const { page, complaints, close } = await newPage()
      onTestFinished(close)
      await page.route('**/api/v1/**', (route) => route.abort())
      await openStudy(page, service.url, ct.studyInstanceUid)
      const notice = page.getByTestId('plumbline-notice')
      expect(await notice.innerText()).toMatch(/From the report in the archive/)
      const title = await cardOf(page, faulty).locator('h2').innerText()
      expect(title).toMatch(new RegExp(`Reject[\\s\\S]*${rejected.score}/5`))
      // What only the verdict report carries, not the text report: findings with their images.
      const [place] = placesIn([rejected])
      if (place === undefined) throw new Error('Nothing was found.')
      const found = await unfold(page, place)
      await found.getByRole('button', { name: 'Show worst image' }).click()
      const [worst] = place.finding.instances
      await expect.poll(() => currentImage(page), { timeout: STEP_LIMIT_MS }).toContain(`/${worst}/`)
      expect(complaints.filter((complaint) => !BROKEN_OFF.test(complaint))).toEqual([])
    })

    test('labels with HTML and script in them are text', async () => {
      const { page, complaints, close } = await newPage()
      onTestFinished(close)
      await openStudy(page, service.url, mr.studyInstanceUid)
      const card = cardOf(page, hostile)
      expect(await card.locator('h2').innerText()).toContain(HOSTILE)
      expect(await card.locator('[data-testid^=plumbline-segment-] h3').innerText()).toContain(HOSTILE)
      expect(await page.getByTestId('plumbline-overlay-line').first().innerText()).toContain('<img src=x')
      expect(await page.evaluate('"hostile" in window')).toBe(false)
      expect(await page.locator('img[src="x"]').count()).toBe(0)
      expect(complaints).toEqual([])
    })
  })
})

/** The object under names that a page must not run. */
function hostileCopy(item: StoreItem): StoreItem {
  const named = setValue(item.bytes, 'SegmentSequence/0/SegmentLabel', HOSTILE)
  return { ...item, bytes: setValue(named, 'SeriesDescription', HOSTILE) }
}
