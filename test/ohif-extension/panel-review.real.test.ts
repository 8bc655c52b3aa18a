import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { StudyVerdicts } from '../../ohif-extension/src/verdict-source.ts'
import type { Case } from '../../src/domain/case.ts'
import type { CaseReviews, Review } from '../../src/domain/review.ts'
import { withhold } from '../../src/reviews/blind.ts'
import { graveViolations } from '../support/qc-page.ts'
import { judgeDemo, type JudgedDemo } from './judged-demo.ts'
import { bundlePanel, launchBrowser, openPanel, publish } from './panel-page.ts'
import { fromReport, inState, live } from './panel-states.ts'

const JANE = { id: 'token:jane', name: 'Jane Doe' }
const NOBODY: CaseReviews = { reviews: [], reader: null, blind: false }

let browser: Browser
let script: string
let demo: JudgedDemo
let rejected: Case
beforeAll(async () => {
  script = await bundlePanel()
  const [only] = await judgeDemo('ct-1', ['liver-truncated'])
  if (only === undefined) throw new Error('nothing was judged')
  demo = only
  rejected = only.case
  browser = await launchBrowser()
})
afterAll(() => browser.close())

async function shown(verdicts: StudyVerdicts, reviews: CaseReviews = NOBODY): Promise<Page> {
  const { page, faults } = await openPanel(browser, script, 340)
  onTestFinished(async () => {
    await page.close()
    expect(faults).toEqual([])
  })
  await page.evaluate((given) => void (window.plumblineHarness.answers.reviews = given), reviews)
  await publish(page, verdicts)
  return page
}

const form = (page: Page) => page.getByTestId('plumbline-review')
const signOffs = (page: Page) => page.evaluate(() => window.plumblineHarness.signOffs)

async function openForm(page: Page): Promise<void> {
  await form(page).getByRole('button', { name: 'Your review' }).click()
}

function review(changes: Partial<Review> = {}): Review {
  return {
    id: 'r1',
    signOffId: 's1',
    caseId: rejected.id,
    segment: null,
    reader: JANE,
    kind: 'override',
    verdict: 'accept',
    category: 4,
    reason: 'fault-harmless',
    comment: '<img src=x onerror="window.hostile=1">',
    correction: null,
    blind: false,
    elapsedMs: 1000,
    machine: { verdict: 'reject', score: 2 },
    reviewedAt: '2026-03-01T10:00:00.000Z',
    report: null,
    ...changes,
  }
}

describe('signing', () => {
  it('sends an override with score, reason, comment, name and the time it took', async () => {
    const page = await shown(live(rejected))
    await openForm(page)
    await page.getByLabel('Override: usable as it is').check()
    await page.getByLabel('Score').selectOption('4')
    await page.getByLabel('Reason').selectOption('fault-harmless')
    await page.getByLabel('Comment').fill('fine for this')
    await page.getByLabel('Your name').fill('Jane Doe')
    await page.getByRole('button', { name: 'Sign' }).click()
    await form(page).getByText('Signed: 1 opinion.').waitFor()
    const [sent] = await signOffs(page)
    expect(sent).toMatchObject({
      readerName: 'Jane Doe',
      reviews: [
        { segment: null, verdict: 'accept', category: 4, reason: 'fault-harmless', comment: 'fine for this' },
      ],
    })
    expect(sent?.reviews[0]?.elapsedMs).toBeGreaterThan(0)
  })

  it('asks for what is missing before anything is sent', async () => {
    const page = await shown(live(rejected))
    await openForm(page)
    const sign = page.getByRole('button', { name: 'Sign' })
    await sign.click()
    await form(page)
      .getByText(/whether it is usable.*Give your name/)
      .waitFor()
    await page.getByLabel('Override: usable as it is').check()
    await sign.click()
    await form(page)
      .getByText(/choose a reason/)
      .waitFor()
    expect(await signOffs(page)).toEqual([])
  })

  it('agreement needs no reason; segments are signed with the whole by one who is known', async () => {
    const page = await shown(live(rejected), { ...NOBODY, reader: JANE })
    await openForm(page)
    await form(page).getByText('You sign as Jane Doe.').waitFor()
    await page.getByLabel('Agree: not usable as it is').check()
    const [segment] = rejected.segments
    const row = page.getByTestId(`plumbline-review-${segment?.number}`)
    await row.getByRole('button').click()
    await row.getByLabel('Agree: not usable as it is').check()
    await page.getByRole('button', { name: 'Sign' }).click()
    await form(page).getByText('Signed: 2 opinions.').waitFor()
    const [sent] = await signOffs(page)
    expect(sent).not.toHaveProperty('readerName')
    expect(sent?.reviews.map((one) => [one.segment, one.verdict, one.reason])).toEqual([
      [null, 'reject', null],
      [segment?.number, 'reject', null],
    ])
  })

  it('says why the service refuses, and keeps what was typed', async () => {
    const page = await shown(live(rejected), { ...NOBODY, reader: JANE })
    await page.evaluate(() => void (window.plumblineHarness.answers.signFails = 'Sign in again.'))
    await openForm(page)
    await page.getByLabel('Agree: not usable as it is').check()
    await page.getByLabel('Comment').fill('kept')
    await page.getByRole('button', { name: 'Sign' }).click()
    await form(page).getByText('Sign in again.').waitFor()
    expect(await page.getByLabel('Comment').inputValue()).toBe('kept')
  })

  it('can be done with the keyboard alone', async () => {
    const page = await shown(live(rejected), { ...NOBODY, reader: JANE })
    await form(page).getByRole('button', { name: 'Your review' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    const sign = page.getByRole('button', { name: 'Sign' })
    for (let n = 0; n < 20 && !(await sign.evaluate((one) => one === document.activeElement)); n++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await form(page).getByText('Signed: 1 opinion.').waitFor()
    expect((await signOffs(page))[0]?.reviews).toMatchObject([{ segment: null, verdict: 'reject' }])
  })
})

describe('what was signed', () => {
  it('shows both opinions, of each reader the newest, and text as text', async () => {
    const older = review({ id: 'r0', verdict: 'reject', kind: 'agree', reason: null, comment: 'older' })
    const second = review({ id: 'r2', reader: { id: 'token:john', name: 'John' }, comment: '' })
    const page = await shown(live(rejected), { ...NOBODY, reviews: [older, review(), second] })
    const opinions = page.getByTestId('plumbline-opinions').locator('li')
    await opinions.first().waitFor()
    const texts = await opinions.allInnerTexts()
    expect(texts).toHaveLength(2)
    expect(texts[0]).toMatch(/Machine:\s*Reject[\s\S]*Jane Doe:\s*Accept[\s\S]*Overrides the machine/)
    expect(texts[0]).toContain('does not matter for this use')
    expect(texts[0]).toContain('the signed report is being written')
    expect(texts[0]).toContain('<img src=x')
    expect(texts[1]).toContain('John')
    expect(await page.evaluate('"hostile" in window')).toBe(false)
  })

  it.each([
    ['the service is away', () => fromReport(demo), 'cannot be reached now'],
    ['the verdict is on its way', () => live(inState(rejected, 'running')), 'once it has its verdict'],
  ])('nothing can be signed while %s, and the panel says so', async (_why, state, words) => {
    const page = await shown(state())
    await page.getByTestId('plumbline-reviews').getByText(words).waitFor()
    expect(await form(page).count()).toBe(0)
  })
})

describe('blind reading', () => {
  const blind = (): StudyVerdicts => live(withhold(rejected, []))

  it('asks for the score and shows no verdict, then shows it', async () => {
    const page = await shown(blind(), { ...NOBODY, reader: JANE, blind: true })
    const card = page.getByTestId(/^plumbline-object-/)
    await card.getByText('Blind reading').waitFor()
    const before = await card.innerText()
    expect(before).toContain('Score it first')
    expect(before).not.toMatch(/Reject|truncated|Override|Agree/i)
    await page.getByLabel('not usable as it is', { exact: true }).check()
    await page.getByRole('button', { name: 'Sign' }).click()
    await form(page).getByText('Give a score from 1 to 5.').waitFor()
    await page.getByLabel('Score').selectOption('2')
    await page.getByRole('button', { name: 'Sign' }).click()
    await form(page).getByText('Signed: 1 opinion.').waitFor()
    await publish(page, live(rejected))
    await card.locator('h2').getByText('Reject').waitFor()
  })
})

describe('everyone', () => {
  it('axe finds nothing serious, filled in and blind', async () => {
    const page = await shown(live(rejected), { ...NOBODY, reviews: [review()] })
    await openForm(page)
    await page.getByLabel('Override: usable as it is').check()
    expect(await graveViolations(page, '[data-testid=plumbline-panel]')).toEqual([])
    const other = await shown(live(withhold(rejected, [])), { ...NOBODY, blind: true })
    await form(other).getByText('Blind reading').waitFor()
    expect(await graveViolations(other, '[data-testid=plumbline-panel]')).toEqual([])
  })
})
