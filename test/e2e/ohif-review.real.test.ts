/**
 * A reader overrides a verdict inside the real OHIF, and takes a proposal: what was signed is in the PACS, and the panel shows
 * both opinions.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CaseReviews, type Review } from '../../src/domain/review.ts'
import type { Case, ReportRef } from '../../src/domain/case.ts'
import { items, readPart10, text, type Dataset } from '../../src/dicom/part10.ts'
import { createDicomWebPacs } from '../../src/dicomweb/client.ts'
import { loadConfig } from '../../src/config.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import { chromiumInstalled, openPage, pixelsOfViewports, startBrowser } from '../support/browser.ts'
import { makeStudy, objectOf } from '../support/demo-data.ts'
import { stow } from '../support/e2e-pacs.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import {
  cardOf,
  graveViolations,
  openStudy,
  STEP_LIMIT_MS,
  unfoldSegment,
  viewportContents,
} from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { dciodvfyErrors, dsrdumpErrors, dsrXml, pixelMedErrors } from '../support/validators.ts'
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
  const ct = makeStudy('ct-2')
  const faulty = objectOf(ct, 'spleen-slices-missing')

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
      proposals: true,
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

      const review = (await reviews()).find(({ segment }) => segment === null)
      expect(review).toMatchObject({ kind: 'override', machine: { verdict: rejected.verdict }, blind: false })
      expect(review?.elapsedMs).toBeGreaterThan(0)
      const signed = await validSigned(review, 'override.dcm')
      expect(instancesIn(signed, 'PredecessorDocumentsSequence')).toEqual([
        rejected.reports[0]?.sopInstanceUid,
      ])
    },
  )

  test(
    'the verdict stands as it was, and the study opens with both reports in it',
    { timeout: TEST_LIMIT_MS },
    async () => {
      expect((await service.cases()).find(({ id }) => id === rejected.id)).toEqual(rejected)
      const machine = await kept(rejected.reports[0] ?? null, 'machine.dcm')
      expect(text(readPart10(readFileSync(machine)).dataset, 'VerificationFlag')).toBe('UNVERIFIED')
      const { page, complaints, close } = await openPage(browser)
      onTestFinished(close)
      await openStudy(page, service.url, ct.studyInstanceUid)
      await cardOf(page, faulty).getByTestId('plumbline-opinions').waitFor({ timeout: STEP_LIMIT_MS })
      expect(complaints).toEqual([])
    },
  )

  /** What the archive holds, as a file. */
  async function kept(of: InstanceName | null, name: string): Promise<string> {
    if (of === null) throw new Error('no instance is named')
    const { pacsClient } = loadConfig(null, {})
    const pacs = createDicomWebPacs({ ...pacsClient, baseUrl: orthanc.dicomWebUrl })
    const ref = { ...of, studyInstanceUid: ct.studyInstanceUid }
    const bytes = await pacs.retrieveInstance(ref, AbortSignal.timeout(STEP_LIMIT_MS))
    if (!(bytes instanceof Uint8Array)) throw new Error('it did not come as bytes')
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }

  /** The signed report, once it is in order. */
  async function validSigned(review: Review | undefined, name: string): Promise<Dataset> {
    const file = await kept(review?.report ?? null, name)
    const { dataset } = readPart10(readFileSync(file))
    expect([text(dataset, 'VerificationFlag'), text(dataset, 'PreliminaryFlag')]).toEqual([
      'VERIFIED',
      'FINAL',
    ])
    const [observer = {}] = items(dataset, 'VerifyingObserverSequence')
    expect(text(observer, 'VerifyingObserverName')).toBe('Jane Doe')
    expect(dciodvfyErrors(file)).toEqual([])
    expect(dsrdumpErrors(file)).toEqual([])
    expect(pixelMedErrors(file)).toEqual([])
    return dataset
  }

  describe('a proposal', () => {
    const segmentOf = (of: Case) => {
      const proposed = of.correction?.segments.find(({ outcome }) => outcome === 'proposed')
      const segment = of.segments.find(({ number }) => number === proposed?.number)
      if (proposed === undefined || segment === undefined || of.correction?.proposal == null)
        throw new Error('nothing is proposed')
      return { proposed, segment, proposal: of.correction.proposal }
    }

    test(
      'is seen beside the original, at the same slice, with the errors of the original',
      { timeout: TEST_LIMIT_MS },
      async () => {
        const { segment, proposed, proposal } = segmentOf(rejected)
        const { page, complaints, quiet, close } = await openPage(browser)
        onTestFinished(close)
        page.setDefaultTimeout(STEP_LIMIT_MS)
        await openStudy(page, service.url, ct.studyInstanceUid)
        await unfoldSegment(page, { of: rejected, segment })
        const section = cardOf(page, faulty).getByTestId(`plumbline-proposal-${segment.number}`)
        expect(await section.innerText()).toMatch(
          new RegExp(
            `A better mask is proposed[\\s\\S]*${proposed.before?.mean.toFixed(2)} before, ${proposed.after?.mean.toFixed(2)} after`,
          ),
        )
        const layoutBefore = await viewportContents(page)

        await section.getByRole('button', { name: 'Side by side' }).click()
        await expect
          .poll(() => objectsShown(page), { timeout: STEP_LIMIT_MS })
          .toEqual([[faulty.sopInstanceUid], expect.arrayContaining([proposal.sopInstanceUid])])
        const [worst] = segment.findings.flatMap(({ instances }) => instances)
        await expect.poll(() => imagesShown(page), { timeout: STEP_LIMIT_MS }).toEqual([worst, worst])
        await expect
          .poll(async () => (await pixelsOfViewports(page)).map(({ coloured }) => coloured > 100), {
            timeout: STEP_LIMIT_MS,
          })
          .toEqual([true, true])

        await section.getByRole('button', { name: 'Show error' }).click()
        await page.getByTestId('plumbline-error-legend').waitFor()
        expect(await page.getByTestId('plumbline-error-layer').count()).toBe(1)

        // Scrolled on one side, both are at another slice.
        await page.locator('canvas.cornerstone-canvas').first().hover()
        await page.mouse.wheel(0, 100)
        await expect
          .poll(async () => (await imagesShown(page))[0], { timeout: STEP_LIMIT_MS })
          .not.toBe(worst)
        await expect
          .poll(async () => new Set(await imagesShown(page)).size, { timeout: STEP_LIMIT_MS })
          .toBe(1)
        expect(await graveViolations(page, '[data-testid=plumbline-panel]')).toEqual([])

        await section.getByRole('button', { name: 'Side by side' }).click()
        await expect
          .poll(async () => (await viewportContents(page)).length, { timeout: STEP_LIMIT_MS })
          .toBe(layoutBefore.length)
        await quiet()
        expect(complaints).toEqual([])
      },
    )

    test(
      'is taken: the archive holds what was signed, and what it names',
      { timeout: TEST_LIMIT_MS },
      async () => {
        const { segment, proposal } = segmentOf(rejected)
        const { page, complaints, close } = await openPage(browser)
        onTestFinished(close)
        page.setDefaultTimeout(STEP_LIMIT_MS)
        await openStudy(page, service.url, ct.studyInstanceUid)
        await unfoldSegment(page, { of: rejected, segment })
        const section = cardOf(page, faulty).getByTestId(`plumbline-proposal-${segment.number}`)
        await section.getByRole('button', { name: 'Take proposal' }).click()
        await section.getByLabel('Your name').fill('Jane Doe')
        await section.getByRole('button', { name: 'Sign' }).click()
        const decision = section.getByTestId('plumbline-decisions').locator('li')
        await decision
          .filter({ hasText: /Jane Doe took the proposal.*signed report in the archive/ })
          .waitFor()
        expect(complaints).toEqual([])

        const review = (await reviews()).find(({ correction }) => correction === 'taken')
        expect(review).toMatchObject({ kind: 'agree', verdict: 'reject', segment: segment.number })
        const signed = await validSigned(review, 'taken.dcm')
        expect(instancesIn(signed, 'PredecessorDocumentsSequence')).toEqual([
          rejected.reports[0]?.sopInstanceUid,
        ])
        expect(dsrXml(join(folder, 'taken.dcm'))).toContain('The proposal is taken in place of the original')
        expect(instancesIn(signed, 'CurrentRequestedProcedureEvidenceSequence')).toContain(
          proposal.sopInstanceUid,
        )
      },
    )

    test(
      'is a SEG that other software reads, with the voxels that were announced',
      { timeout: TEST_LIMIT_MS },
      async () => {
        const { proposed, proposal } = segmentOf(rejected)
        const [path, original] = await Promise.all([
          kept(proposal, 'proposal.dcm'),
          kept(rejected.object, 'original.dcm'),
        ])
        expect(dciodvfyErrors(path)).toEqual([])
        const change =
          pydicomVolumeCm3(path, proposed.proposedNumber ?? 0) - pydicomVolumeCm3(original, proposed.number)
        expect(change).toBeCloseTo(proposed.volumeChangeCm3 ?? NaN, 6)
      },
    )
  })
})

type InstanceName = Pick<ReportRef, 'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid'>

/** Instances that a list of documents names (PS3.3 C.17.2.1). */
function instancesIn(dataset: Dataset, list: string): string[] {
  return items(dataset, list)
    .flatMap((study) => items(study, 'ReferencedSeriesSequence'))
    .flatMap((series) => items(series, 'ReferencedSOPSequence'))
    .map((one) => text(one, 'ReferencedSOPInstanceUID'))
}

async function objectsShown(page: Page): Promise<string[][]> {
  return (await viewportContents(page)).map(({ objects }) => objects)
}

/** SOP Instance UIDs, as the addresses of the images have them. */
async function imagesShown(page: Page): Promise<string[]> {
  const contents = await viewportContents(page)
  return contents.map(({ image }) => /\/instances\/([0-9.]+)\//.exec(image)?.[1] ?? '')
}

/** Of one segment, from the pixels and the spacing as pydicom reads them. */
const VOLUME = `
import sys, pydicom
seg = pydicom.dcmread(sys.argv[1])
pixels = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
of = [g.SegmentIdentificationSequence[0].ReferencedSegmentNumber == int(sys.argv[2]) for g in seg.PerFrameFunctionalGroupsSequence]
measures = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
row, column = (float(v) for v in measures.PixelSpacing)
print(int(pixels[of].sum()) * row * column * float(measures.SpacingBetweenSlices) / 1000)
`

function pydicomVolumeCm3(path: string, segmentNumber: number): number {
  return Number(
    execFileSync('/usr/bin/python3', ['-c', VOLUME, path, String(segmentNumber)], { encoding: 'utf8' }),
  )
}
