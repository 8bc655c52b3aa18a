import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Case } from '../../src/domain/case.ts'
import type { SegmentCorrection } from '../../src/domain/correction.ts'
import { withhold } from '../../src/reviews/blind.ts'
import { graveViolations } from '../support/qc-page.ts'
import { judgeDemo } from './judged-demo.ts'
import { bundlePanel, launchBrowser, openPanel, publish } from './panel-page.ts'
import { live } from './panel-states.ts'

const PROPOSED: Omit<SegmentCorrection, 'number'> = {
  outcome: 'proposed',
  reason: 'The checks find less against it.',
  notes: ['Missing slices: in 10.'],
  proposedNumber: 1,
  pseudoTruth: 'image',
  before: { mean: 0.784, min: 0.76, max: 0.81 },
  after: { mean: 0.964, min: 0.94, max: 0.98 },
  iterations: 3,
  model: 'geodesic-1',
  prompt: 'scribbles',
  volumeChangeCm3: 386.57,
  addedPathMm: 1137.5,
  erasedPathMm: 171.3,
}

let browser: Browser
let script: string
let rejected: Case
beforeAll(async () => {
  script = await bundlePanel()
  const [only] = await judgeDemo('ct-1', ['liver-truncated'])
  if (only === undefined) throw new Error('nothing was judged')
  rejected = only.case
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** The first segment with what came of looking for a better mask. */
function corrected(changes: Partial<SegmentCorrection> = {}): Case {
  const number = rejected.segments[0]?.number ?? 0
  const proposal = { sopClassUid: '1.2.4', sopInstanceUid: '1.2.5', seriesInstanceUid: '1.2.6' }
  return { ...rejected, correction: { proposal, segments: [{ ...PROPOSED, number, ...changes }] } }
}

async function shown(of: Case): Promise<Page> {
  const { page, faults } = await openPanel(browser, script, 340)
  onTestFinished(async () => {
    await page.close()
    expect(faults).toEqual([])
  })
  await publish(page, live(of))
  return page
}

const section = (page: Page) => page.getByTestId(/^plumbline-proposal-/)
const signOffs = (page: Page) => page.evaluate(() => window.plumblineHarness.signOffs)

it('says in plain words what a proposal changes', async () => {
  const text = await section(await shown(corrected())).innerText()
  for (const words of ['A better mask is proposed', '+386.6 cm³', '0.78 before, 0.96 after', '3 iterations'])
    expect(text).toContain(words)
  expect(text).toContain('1,138 mm of outline to draw, 171 mm to erase')
  expect(text).toContain('Missing slices: in 10.')
})

it('says why there is none, and asks for no decision', async () => {
  const page = await shown(
    corrected({ outcome: 'nothing-proposed', reason: 'No better outline would help.' }),
  )
  expect(await section(page).innerText()).toContain('No better outline would help.')
  for (const name of ['Side by side', 'Take proposal'])
    expect(await section(page).getByRole('button', { name }).count()).toBe(0)
})

it('puts both side by side at the worst place, and ends that again', async () => {
  const page = await shown(corrected())
  const button = section(page).getByRole('button', { name: 'Side by side' })
  await button.click()
  const [comparison] = await page.evaluate(() => window.plumblineHarness.comparisons)
  expect(comparison).toMatchObject({
    original: { objectSopInstanceUid: rejected.object.sopInstanceUid, segmentNumber: 1 },
    proposal: { objectSopInstanceUid: '1.2.5', segmentNumber: 1 },
  })
  expect(comparison?.place?.sopInstanceUid).toBeTruthy()
  expect(await button.getAttribute('aria-pressed')).toBe('true')
  await button.click()
  expect(await button.getAttribute('aria-pressed')).toBe('false')
})

it('is taken with a signature: the original is rejected by that', async () => {
  const page = await shown(corrected())
  await section(page).getByRole('button', { name: 'Take proposal' }).click()
  await section(page).getByLabel('Your name').fill('Jane Doe')
  expect(await graveViolations(page, '[data-testid=plumbline-panel]')).toEqual([])
  await section(page).getByRole('button', { name: 'Sign' }).click()
  await section(page).getByText('Signed: 1 opinion.').waitFor()
  const [sent] = await signOffs(page)
  expect(sent).toMatchObject({
    readerName: 'Jane Doe',
    reviews: [{ segment: 1, verdict: 'reject', correction: 'taken', reason: null }],
  })
})

it('is not taken without a word on the original', async () => {
  const page = await shown(corrected())
  await section(page).getByRole('button', { name: 'Keep original' }).click()
  await section(page).getByLabel('Your name').fill('Jane Doe')
  const sign = section(page).getByRole('button', { name: 'Sign' })
  await sign.click()
  await section(page)
    .getByText(/whether the original is usable/)
    .waitFor()
  expect(await signOffs(page)).toEqual([])
  await section(page).getByLabel('Override: usable as it is').check()
  await section(page).getByLabel('Reason').selectOption('fault-harmless')
  await sign.click()
  await section(page).getByText('Signed: 1 opinion.').waitFor()
  expect((await signOffs(page))[0]?.reviews).toMatchObject([
    { segment: 1, verdict: 'accept', correction: 'kept', reason: 'fault-harmless' },
  ])
})

it('is not there before a blind score', async () => {
  const page = await shown(withhold(corrected(), []))
  await page.getByTestId(/^plumbline-object-/).waitFor()
  expect(await section(page).count()).toBe(0)
})
