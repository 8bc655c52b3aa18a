/** Verdicts inside the real OHIF, as the service gives it, in a real browser, over the demo's studies. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Case } from '../../src/domain/case.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import {
  chromiumInstalled,
  openPage,
  startBrowser,
  waitForPixels,
  type WatchedPage,
} from '../support/browser.ts'
import {
  cardOf,
  currentImage,
  openStudy,
  placesIn,
  STEP_LIMIT_MS,
  unfold,
  type Place,
} from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { viewerFiles } from '../support/viewer-files.ts'

const installed = chromiumInstalled()
if (!installed) console.warn('Chromium is not installed: the tests of the verdicts in OHIF are left out.')

/** Two busy cores judge the demo's nine objects, and render without a GPU. */
const SLOW_START_MS = 400_000
const DEMO_OBJECTS = 9

describe.skipIf(!installed)('verdicts in OHIF', () => {
  let folder: string
  let browser: Browser
  let service: TestService
  let cases: readonly Case[]
  let watched: WatchedPage

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-extension-'))
    await viewerFiles(VIEWER_RELEASE)
    service = await startService({ folder, pacsUrl: null, port: await freePort(), viewer: true, demo: true })
    const isJudged = async () =>
      (await service.cases()).filter(({ state }) => state === 'done').length === DEMO_OBJECTS
    await service.waitUntil('the verdicts of the demo', isJudged, SLOW_START_MS)
    const isThere = async () => (await status(`${service.url}/app-config.js`)) === 200
    await service.waitUntil('the viewer', isThere)
    cases = await service.cases()
    browser = await startBrowser()
  }, SLOW_START_MS)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    watched = await openPage(browser)
    watched.page.setDefaultTimeout(STEP_LIMIT_MS)
  })
  afterEach(async () => {
    await watched.close()
    expect(watched.complaints).toEqual([])
  })

  /** The first finding that is as wanted. */
  function placeWhere(wanted: (place: Place) => boolean): Place {
    const found = placesIn(cases).find(wanted)
    if (found === undefined) throw new Error('The demo has no such finding.')
    return found
  }

  async function opened({ studyInstanceUid }: Case): Promise<Page> {
    await openStudy(watched.page, service.url, studyInstanceUid)
    return watched.page
  }

  test('the study list says the worst verdict of each study, and finds studies by it', async () => {
    const { page } = watched
    await page.goto(`${service.url}/`)
    const badges = page.getByTestId('plumbline-study-badge')
    await badges.filter({ hasText: 'Reject' }).first().waitFor()
    const worst = new Map<string, boolean>()
    for (const { studyInstanceUid, verdict } of cases)
      worst.set(studyInstanceUid, verdict === 'reject' || worst.get(studyInstanceUid) === true)
    const rejected = [...worst.values()].filter(Boolean).length
    await expect.poll(() => badges.filter({ hasText: '✕ Reject' }).count()).toBe(rejected)
    await expect.poll(() => badges.filter({ hasText: '✓ Accept' }).count()).toBe(worst.size - rejected)
    await page.locator('[data-filter-row] input').last().fill('accept')
    await expect.poll(() => badges.count()).toBe(worst.size - rejected)
  })

  test('the mode opens with images, the worst segmentation over them, its verdict and the panel', async () => {
    const { of } = placeWhere(
      ({ of: { object }, finding }) => object.modality === 'SEG' && finding.instances.length > 0,
    )
    const page = await opened(of)
    await waitForPixels(page, ({ lit, coloured }) => lit > 20_000 && coloured > 500)
    const worst = Math.min(
      ...cases.filter((one) => one.studyInstanceUid === of.studyInstanceUid).map(({ score }) => score ?? 5),
    )
    await page.getByText(`QC ✕ Reject, score ${worst} of 5`).first().waitFor()
    await cardOf(page, of.object).waitFor()
  })

  test.each([{ modality: 'SEG' }, { modality: 'RTSTRUCT' }])(
    'a finding of a $modality leads to the very instance that it names',
    async ({ modality }) => {
      const place = placeWhere(
        ({ of: { object }, finding }) => object.modality === modality && finding.instances.length > 2,
      )
      const page = await opened(place.of)
      const shownFinding = await unfold(page, place)
      const [worst, second] = place.finding.instances
      await shownFinding.getByRole('button', { name: 'Show worst image' }).click()
      await expect.poll(() => currentImage(page), { timeout: STEP_LIMIT_MS }).toContain(`/${worst}/`)
      await shownFinding.getByRole('button', { name: /^Show image 2 / }).click()
      await expect.poll(() => currentImage(page), { timeout: STEP_LIMIT_MS }).toContain(`/${second}/`)
      await page
        .getByText(`score ${place.of.score} of 5 · ${place.of.object.label.slice(0, 20)}`)
        .first()
        .waitFor()
      if (modality === 'RTSTRUCT')
        await expect
          .poll(() => page.locator('svg.svg-layer path').count(), { timeout: STEP_LIMIT_MS })
          .toBeGreaterThan(0)
    },
  )

  test.each([
    { kind: 'too-much', colour: 'red', words: 'too much' },
    { kind: 'missing', colour: 'blue', words: 'missing' },
  ] as const)(
    'where something is $words is drawn in $colour, and taken away again',
    async ({ kind, colour, words }) => {
      const place = placeWhere(({ finding }) => finding.errorMask === kind && finding.instances.length > 0)
      const page = await opened(place.of)
      const shownFinding = await unfold(page, place)
      await shownFinding.getByRole('button', { name: 'Show error' }).click()
      await expect
        .poll(async () => (await errorPixels(page))[colour], { timeout: STEP_LIMIT_MS })
        .toBeGreaterThan(20)
      const { red, blue } = await errorPixels(page)
      expect(colour === 'red' ? blue : red).toBe(0)
      expect(await page.getByTestId('plumbline-error-legend').textContent()).toBe(words)
      await shownFinding.getByRole('button', { name: /error/i }).click()
      await expect.poll(() => page.getByTestId('plumbline-error-layer').count()).toBe(0)
    },
  )
})

/** What is drawn on the error layer. */
function errorPixels(page: Page): Promise<{ red: number; blue: number }> {
  return page.evaluate(`(() => {
    let red = 0, blue = 0
    for (const canvas of document.querySelectorAll('[data-testid=plumbline-error-layer]')) {
      if (canvas.width === 0 || canvas.height === 0) continue
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 40) continue
        if (data[at] > data[at + 2] + 60) red++
        if (data[at + 2] > data[at] + 60) blue++
      }
    }
    return { red, blue }
  })()`)
}
