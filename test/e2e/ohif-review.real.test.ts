/** A reader overrides a verdict inside the real OHIF: the signed report is in the PACS, and the panel shows both opinions. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CaseReviews, type Review } from '../../src/domain/review.ts'
import type { Case } from '../../src/domain/case.ts'
import { items, readPart10, text } from '../../src/dicom/part10.ts'
import { createDicomWebPacs } from '../../src/dicomweb/client.ts'
import { loadConfig } from '../../src/config.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import { chromiumInstalled, openPage, startBrowser } from '../support/browser.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { cardOf, graveViolations, openStudy, STEP_LIMIT_MS } from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { dciodvfyErrors, dsrdumpErrors, pixelMedErrors } from '../support/validators.ts'
import { viewerFiles } from '../support/viewer-files.ts'

const installed = chromiumInstalled() && orthancInstalled()
if (!installed) console.warn('Chromium or Orthanc is not installed: reviews in OHIF are not tested.')

const SLOW_START_MS = 400_000
const TEST_LIMIT_MS = 300_000
const JUDGED_LIMIT_MS = 240_000

describe.skipIf(!installed)('a reader in OHIF, on Orthanc', () => {
  let folder: string
  let browser: Browser
  let orthanc: Orthanc
  let service: TestService
  let rejected: Case
  const ct = makeStudy('ct-1')
  const faulty = objectOf(ct, 'liver-truncated')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-review-'))
    await viewerFiles(VIEWER_RELEASE)
    orthanc = await startOrthanc({ folder })
    browser = await startBrowser()
    service = await startService({
      folder: join(folder, 'service'),
      pacsUrl: orthanc.dicomWebUrl,
      port: await freePort(),
      viewer: true,
    })
    await stow(`${service.url}/dicom-web`, [...ct.images, faulty])
    rejected = await service.waitForCase(faulty.sopInstanceUid, 'done', JUDGED_LIMIT_MS)
    await service.waitUntil('the viewer', async () => (await status(`${service.url}/app-config.js`)) === 200)
  }, SLOW_START_MS)
  afterAll(async () => {
    await browser?.close()
    expect(await service?.stop()).toBe(0)
    await orthanc?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function reviews(): Promise<Review[]> {
    const answer = await fetch(`${service.url}/api/v1/cases/${rejected.id}/reviews`)
    return CaseReviews.parse(await answer.json()).reviews
  }

  test(
    'overrides the verdict, and the archive holds what was signed',
    { timeout: TEST_LIMIT_MS },
    async () => {
      const { page, complaints, close } = await openPage(browser)
      onTestFinished(close)
      page.setDefaultTimeout(STEP_LIMIT_MS)
      await openStudy(page, service.url, ct.studyInstanceUid)
      const card = cardOf(page, faulty)
      await card.getByRole('button', { name: 'Your review' }).click()
      await card.getByLabel('Override: usable as it is').check()
      await card.getByLabel('Score').selectOption('4')
      await card.getByLabel('Reason').selectOption('fault-harmless')
      await card.getByLabel('Comment').fill('Enough for this planning.')
      await card.getByLabel('Your name').fill('Jane Doe')
      await card.getByRole('button', { name: 'Sign' }).click()

      const opinion = card.getByTestId('plumbline-opinions').locator('li')
      await opinion.filter({ hasText: 'signed report in the archive' }).waitFor({ timeout: 60_000 })
      const shown = await opinion.innerText()
      expect(shown).toMatch(/Machine:\s*Reject[\s\S]*Jane Doe:\s*Accept[\s\S]*Enough for this planning/)
      expect(await graveViolations(page, '[data-testid=plumbline-panel]')).toEqual([])
      expect(complaints).toEqual([])

      const [review] = await reviews()
      expect(review).toMatchObject({ kind: 'override', machine: { verdict: rejected.verdict }, blind: false })
      expect(review?.elapsedMs).toBeGreaterThan(0)
      const signed = await held(review)
      expect(text(signed.dataset, 'VerificationFlag')).toBe('VERIFIED')
      const [observer = {}] = items(signed.dataset, 'VerifyingObserverSequence')
      expect(text(observer, 'VerifyingObserverName')).toBe('Jane Doe')
      expect(predecessors(signed.dataset)).toEqual([rejected.reports[0]?.sopInstanceUid])
      const file = join(folder, 'signed.dcm')
      await writeFile(file, signed.bytes)
      expect(dciodvfyErrors(file)).toEqual([])
      expect(dsrdumpErrors(file)).toEqual([])
      expect(pixelMedErrors(file)).toEqual([])
    },
  )

  test(
    'the verdict stands as it was, and the study opens with both reports in it',
    { timeout: TEST_LIMIT_MS },
    async () => {
      expect((await service.cases()).find(({ id }) => id === rejected.id)).toEqual(rejected)
      const machine = await held({ report: rejected.reports[0] ?? null })
      expect(text(machine.dataset, 'VerificationFlag')).toBe('UNVERIFIED')
      const { page, complaints, close } = await openPage(browser)
      onTestFinished(close)
      await openStudy(page, service.url, ct.studyInstanceUid)
      await cardOf(page, faulty).getByTestId('plumbline-opinions').waitFor({ timeout: STEP_LIMIT_MS })
      expect(complaints).toEqual([])
    },
  )

  async function held(of: Pick<Review, 'report'> | undefined) {
    const report = of?.report
    if (report === undefined || report === null) throw new Error('no report is named')
    const { pacsClient } = loadConfig(null, {})
    const pacs = createDicomWebPacs({ ...pacsClient, baseUrl: orthanc.dicomWebUrl })
    const ref = { ...report, studyInstanceUid: ct.studyInstanceUid }
    const file = await pacs.retrieveInstance(ref, AbortSignal.timeout(STEP_LIMIT_MS))
    if (!(file instanceof Uint8Array)) throw new Error('it did not come as bytes')
    return { bytes: file, dataset: readPart10(file).dataset }
  }
})

function predecessors(dataset: ReturnType<typeof readPart10>['dataset']): string[] {
  return items(dataset, 'PredecessorDocumentsSequence')
    .flatMap((study) => items(study, 'ReferencedSeriesSequence'))
    .flatMap((series) => items(series, 'ReferencedSOPSequence'))
    .map((one) => text(one, 'ReferencedSOPInstanceUID'))
}
