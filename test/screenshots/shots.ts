/** What is photographed, and how the viewer gets there. */
import type { Page } from 'playwright-core'
import type { Case } from '../../src/domain/case.ts'
import { unjudged } from '../../src/domain/case.ts'
import { proposedFor } from '../../src/domain/correction.ts'
import { waitForPixels } from '../support/browser.ts'
import {
  cardOf,
  openStudy,
  placesIn,
  STEP_LIMIT_MS,
  type Place,
  unfold,
  unfoldSegment,
} from '../support/qc-page.ts'

export interface Shot {
  readonly name: string
  /** Leaves the page as it is to be seen. `cases`: all of the demo, judged. */
  readonly arrange: (page: Page, viewerUrl: string, cases: readonly Case[]) => Promise<void>
}

export const SHOTS: readonly Shot[] = [
  {
    name: 'study-list',
    async arrange(page, viewerUrl) {
      await page.goto(`${viewerUrl}/`)
      await page.getByTestId('plumbline-study-badge').filter({ hasText: 'Reject' }).nth(2).waitFor()
    },
  },
  {
    name: 'accepted',
    async arrange(page, viewerUrl, cases) {
      const of = found(cases, ({ verdict, segments }) => verdict === 'accept' && segments.length === 1)
      await openStudy(page, viewerUrl, of.studyInstanceUid)
      await segmentationSeen(page)
      for (const segment of of.segments) await unfoldSegment(page, { of, segment })
    },
  },
  {
    name: 'rejected',
    async arrange(page, viewerUrl, cases) {
      const place = found(placesIn(cases), isTruncatedSeg)
      await openStudy(page, viewerUrl, place.of.studyInstanceUid)
      await segmentationSeen(page)
      const button = (await unfold(page, place)).getByRole('button', { name: 'Show worst image' })
      await button.click()
      await page.locator('[aria-current=location]').waitFor()
      await scrollToTop(page)
    },
  },
  {
    name: 'running',
    async arrange(page, viewerUrl, cases) {
      const { of } = found(placesIn(cases), isTruncatedSeg)
      // A check is over before a picture of it is taken, so the service's answer is held in that state.
      await page.route(`**/api/v1/studies/${of.studyInstanceUid}/cases*`, (route) => {
        const ofStudy = cases.filter(({ studyInstanceUid }) => studyInstanceUid === of.studyInstanceUid)
        const answered = ofStudy.map((one) => (one.id === of.id ? underWay(one) : one))
        return route.fulfill({ json: { cases: answered, nextCursor: null } })
      })
      await openStudy(page, viewerUrl, of.studyInstanceUid)
      await cardOf(page, of.object).locator('[aria-current=step]').waitFor()
    },
  },
  {
    name: 'service-down',
    async arrange(page, viewerUrl, cases) {
      const { of } = found(placesIn(cases), isTruncatedSeg)
      await page.route('**/api/v1/**', (route) => route.abort())
      await openStudy(page, viewerUrl, of.studyInstanceUid)
      await segmentationSeen(page)
    },
  },
  {
    name: 'error-layer',
    async arrange(page, viewerUrl, cases) {
      const place = found(placesIn(cases), ({ finding }) => finding.errorMask === 'too-much')
      await openStudy(page, viewerUrl, place.of.studyInstanceUid)
      await segmentationSeen(page)
      await (await unfold(page, place)).getByRole('button', { name: 'Show error' }).click()
      await page.getByTestId('plumbline-error-legend').waitFor()
    },
  },
  {
    name: 'proposal',
    async arrange(page, viewerUrl, cases) {
      const place = found(placesIn(cases), isProposed)
      await openStudy(page, viewerUrl, place.of.studyInstanceUid)
      await segmentationSeen(page)
      const row = await unfoldSegment(page, place)
      const section = row.getByTestId(`plumbline-proposal-${place.segment.number}`)
      await section.getByRole('button', { name: 'Side by side' }).click()
      await page.getByText('QC proposal').waitFor()
      await section.getByRole('button', { name: 'Show error' }).click()
      await page.getByTestId('plumbline-error-legend').waitFor()
    },
  },
]

function isProposed({ of, segment }: Place): boolean {
  return of.object.modality === 'SEG' && proposedFor(of.correction, segment.number) !== null
}

function isTruncatedSeg({ of, finding }: Place): boolean {
  return of.object.modality === 'SEG' && finding.mode === 'truncated'
}

/** A click scrolls to what is clicked. */
async function scrollToTop(page: Page): Promise<void> {
  await page.getByTestId('plumbline-study').first().locator('header').scrollIntoViewIfNeeded()
}

async function segmentationSeen(page: Page): Promise<void> {
  await waitForPixels(page, ({ lit, coloured }) => lit > 20_000 && coloured > 200, STEP_LIMIT_MS)
}

function underWay(of: Case): Case {
  return { ...of, ...unjudged(), state: 'running', updatedAt: new Date().toISOString() }
}

function found<T>(all: readonly T[], wanted: (one: T) => boolean): T {
  const one = all.find(wanted)
  if (one === undefined) throw new Error('The demo has nothing of that kind.')
  return one
}
