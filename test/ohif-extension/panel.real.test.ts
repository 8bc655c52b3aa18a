import { encode } from 'fast-png'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { StudyVerdicts } from '../../ohif-extension/src/verdict-source.ts'
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import { graveViolations, openAll } from '../support/qc-page.ts'
import { judgeDemo, type JudgedDemo } from './judged-demo.ts'
import { bundlePanel, launchBrowser, openPanel, publish } from './panel-page.ts'
import { fromReport, inState, live, manySegments, withSegments } from './panel-states.ts'

const WIDTHS_PX = [340, 480]
/** Of segments; the section of reviews has a heading of its own. */
const ROWS = '[data-testid^=plumbline-segment-] h3'
const HOSTILE = '<img src=x onerror="window.hostile=1"><script>window.hostile=1</script> & "Leber"'
const AWAY: StudyVerdicts = { status: 'unavailable', cases: [], notice: 'Plumbline cannot be reached.' }
const MASK = { caseId: 'any', segmentNumber: 1, errors: [] }

let browser: Browser
let script: string
let judged: JudgedDemo[]
beforeAll(async () => {
  script = await bundlePanel()
  judged = await judgeDemo('ct-1', ['organs-good', 'liver-truncated'])
  browser = await launchBrowser()
})
afterAll(() => browser.close())

function demo(name: string): JudgedDemo {
  const found = judged.find(({ demoCase }) => demoCase === name)
  if (found === undefined) throw new Error(`${name} was not judged`)
  return found
}
const accepted = (): Case => demo('organs-good').case
const rejected = (): Case => demo('liver-truncated').case

function rejectedSegment(): SegmentResult {
  const [segment] = rejected().segments
  if (segment === undefined) throw new Error('the truncated liver has no segment')
  return segment
}

function rejectedFinding(): Finding {
  const found = rejectedSegment().findings.find(({ mode }) => mode === 'truncated')
  if (found === undefined) throw new Error('the truncated liver has no such finding')
  return found
}

/** A page with the panel in this state. A fault of the page fails the test that opened it. */
async function shown(verdicts: StudyVerdicts, widthPx = 340): Promise<Page> {
  const { page, faults } = await openPanel(browser, script, widthPx)
  onTestFinished(async () => {
    await page.close()
    expect(faults).toEqual([])
  })
  await publish(page, verdicts)
  return page
}

const called = (page: Page) => page.evaluate(() => window.plumblineHarness)

describe('what can be read', () => {
  it('tells the four stages in their order, sentence by sentence', async () => {
    const page = await shown(live(rejected()))
    const story = page.getByTestId('plumbline-story')
    expect(await story.locator('h5').allInnerTexts()).toEqual([
      'What should be there',
      'What the images show',
      'How it fits the anatomy',
      'Conclusion',
    ])
    await openAll(story.locator('button[aria-expanded=false]'))
    const text = await story.innerText()
    const { opinion } = rejectedSegment()
    const said = [
      opinion?.knowledgeRecall,
      opinion?.visualFeatures,
      opinion?.anatomicalInference,
      opinion?.clinicalSynthesis,
    ].flatMap((stage) => stage?.statements ?? [])
    expect(said.length).toBeGreaterThan(4)
    for (const sentence of said) expect(text).toContain(sentence.text)
  })

  it('says verdict, score, producer and category in words', async () => {
    const page = await shown(live(accepted(), rejected()))
    const titles = page.locator('h2')
    expect(await titles.first().innerText()).toMatch(/Reject[\s\S]*QuickSeg 0\.9[\s\S]*2\/5/)
    expect(await titles.last().innerText()).toMatch(/Accept[\s\S]*DemoSeg 2\.1[\s\S]*5\/5/)
    expect(await page.locator(ROWS).first().innerText()).toContain('Major changes, redraw')
  })

  it('says out of range beside the bar, and the source to who asks', async () => {
    const page = await shown(live(rejected()))
    const range = page.getByTestId('plumbline-evidence').getByRole('button').first()
    expect(await range.innerText()).toMatch(/^too (low|high)/)
    await range.focus()
    const source = page.getByRole('tooltip').first()
    await source.waitFor({ state: 'visible' })
    expect(await source.innerText()).toMatch(/^Source: ./)
    await page.keyboard.press('Escape')
    await source.waitFor({ state: 'hidden' })
  })

  it('shows a label with HTML and script in it as text', async () => {
    const segments = [{ ...rejectedSegment(), label: HOSTILE, reasons: [HOSTILE] }]
    const object = { ...rejected().object, label: HOSTILE }
    const page = await shown(live({ ...rejected(), object, segments }))
    expect(await page.locator('h2').innerText()).toContain(HOSTILE)
    expect(await page.locator(ROWS).innerText()).toContain(HOSTILE)
    expect(await page.locator('#panel img, #panel script').count()).toBe(0)
    expect(await page.evaluate(() => 'hostile' in window)).toBe(false)
  })

  it('says where verdicts come from when the service is down', async () => {
    const page = await shown(fromReport(demo('liver-truncated')))
    expect(await page.getByTestId('plumbline-notice').innerText()).toMatch(/From the report in the archive/)
    expect(await page.locator('h2').innerText()).toContain('Reject')
    await publish(page, AWAY)
    expect(await page.getByTestId('plumbline-notice').innerText()).toContain('Plumbline cannot be reached.')
    expect(await page.locator('h2').count()).toBe(0)
  })

  it('stays within its width', async () => {
    for (const widthPx of [320, ...WIDTHS_PX]) {
      const page = await shown(live(rejected(), accepted()), widthPx)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${widthPx} px`).toBeLessThanOrEqual(0)
    }
  })
})

describe('what happens meanwhile', () => {
  it('shows each state of a check, and says so to who cannot see it', async () => {
    const page = await shown(live(inState(rejected(), 'queued')))
    const step = page.locator('[aria-current=step]')
    expect(await step.innerText()).toBe('Queue')
    await publish(page, live(inState(rejected(), 'running')))
    expect(await step.innerText()).toBe('Check')
    const said = page.getByTestId('plumbline-announcement')
    await said.filter({ hasText: /: Checking\.$/ }).waitFor({ state: 'attached' })
    await publish(page, live(rejected()))
    await said.filter({ hasText: /: Reject\.$/ }).waitFor({ state: 'attached' })
    expect(await step.count()).toBe(0)
    expect(await page.locator('h2').innerText()).toContain('Reject')
  })

  it('asks for a check, and says why it could not', async () => {
    const page = await shown(live(accepted()))
    await page.evaluate(() => (window.plumblineHarness.answers.checkFails = 'The PACS is down.'))
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('The PACS is down.').waitFor()
    await page.evaluate(() => (window.plumblineHarness.answers.checkFails = null))
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('nothing is left to check').waitFor()
    expect((await called(page)).checks).toEqual(['1.2.3', '1.2.3'])
  })
})

describe('what is clicked', () => {
  it('shows the very image of a finding, with its segment', async () => {
    const page = await shown(live(rejected()))
    const finding = rejectedFinding()
    await page.getByTestId(`plumbline-finding-${finding.id}`).getByRole('button').first().click()
    await page.getByRole('button', { name: `Show image 2 of ${finding.instances.length}` }).click()
    const { sopInstanceUid, seriesInstanceUid } = rejected().object
    expect((await called(page)).views).toEqual(
      finding.instances.slice(0, 2).map((instance) => ({
        objectSopInstanceUid: sopInstanceUid,
        objectSeriesInstanceUid: seriesInstanceUid,
        segmentNumber: rejectedSegment().number,
        place: { sopInstanceUid: instance, frameNumber: null },
      })),
    )
  })

  it('says why the viewer could not show it', async () => {
    const page = await shown(live(rejected()))
    const reason = 'The images are not loaded.'
    await page.evaluate((why) => (window.plumblineHarness.answers.shown = { ok: false, reason: why }), reason)
    await page.getByTestId(`plumbline-finding-${rejectedFinding().id}`).getByRole('button').first().click()
    await page.getByText(reason).waitFor()
  })

  it('shows and hides the errors of a finding that has a mask', async () => {
    const finding = { ...rejectedFinding(), errorMask: 'missing' as const }
    const segment = { ...rejectedSegment(), findings: [finding] }
    const page = await shown(live(withSegments(rejected(), [segment])))
    const errors = [finding.id, 'another'].map((id) => ({
      finding: id,
      kind: 'missing' as const,
      planes: [],
    }))
    await page.evaluate((mask) => (window.plumblineHarness.answers.mask = mask), { ...MASK, errors })
    const button = page.getByRole('button', { name: 'Show error' })
    await button.click()
    await page.locator('[aria-pressed=true]', { hasText: 'Show error' }).waitFor()
    await button.click()
    const { layers, views } = await called(page)
    expect(layers).toEqual([{ ...MASK, errors: errors.slice(0, 1) }, 'hidden'])
    // On its way there the viewer went to where the error is.
    expect(views.map(({ place }) => place?.sopInstanceUid)).toEqual([finding.instances[0]])
  })

  it('has no such button where a finding has no mask', async () => {
    const page = await shown(
      live(withSegments(rejected(), [{ ...rejectedSegment(), findings: [rejectedFinding()] }])),
    )
    expect(await page.getByRole('button', { name: 'Show error' }).count()).toBe(0)
  })

  it('takes the error layer away when the panel goes', async () => {
    const finding = { ...rejectedFinding(), errorMask: 'missing' as const }
    const page = await shown(live(withSegments(rejected(), [{ ...rejectedSegment(), findings: [finding] }])))
    const errors = [{ finding: finding.id, kind: 'missing' as const, planes: [] }]
    await page.evaluate((mask) => (window.plumblineHarness.answers.mask = mask), { ...MASK, errors })
    await page.getByRole('button', { name: 'Show error' }).click()
    await page.locator('[aria-pressed=true]', { hasText: 'Show error' }).waitFor()
    await page.evaluate(() => window.plumblineHarness.unmount())
    await page.locator('.plumbline-panel').waitFor({ state: 'detached' })
    expect((await called(page)).layers.at(-1)).toBe('hidden')
  })
})

describe('pictures', () => {
  const panels = [{ label: 'A1', text: 'axial slice 1 of 2', sopInstanceUid: null, frameNumber: null }]
  const figure = {
    name: '1-context',
    segmentNumber: 1,
    kind: 'context' as const,
    text: 'All of it.',
    width: 1,
    height: 1,
    panels,
  }
  const withFigure = () => live(withSegments(rejected(), [{ ...rejectedSegment(), figures: [figure] }]))

  it('are fetched when they are opened, not before, and said in words', async () => {
    const page = await shown(withFigure())
    const png = [...encode({ width: 1, height: 1, data: Uint8Array.of(9), channels: 1 })]
    await page.evaluate((bytes) => (window.plumblineHarness.answers.figure = bytes), png)
    expect(await page.evaluate(() => window.plumblineHarness.figures)).toEqual([])
    await page.getByTestId('plumbline-pictures').getByRole('button').click()
    const image = page.getByAltText('A1: axial slice 1 of 2.')
    await image.waitFor()
    expect(await image.evaluate((one: HTMLImageElement) => one.decode().then(() => one.naturalWidth))).toBe(1)
    expect(await page.evaluate(() => window.plumblineHarness.figures)).toEqual([`${rejected().id} 1-context`])
  })

  it('that cannot be had are a sentence', async () => {
    const page = await shown(withFigure())
    await page.getByTestId('plumbline-pictures').getByRole('button').click()
    await page.getByText('There is no such picture.').waitFor()
  })

  it('are not offered where there are none', async () => {
    const page = await shown(live(withSegments(rejected(), [{ ...rejectedSegment(), figures: [] }])))
    expect(await page.getByTestId('plumbline-pictures').count()).toBe(0)
  })
})

describe('without a pointer', () => {
  it('every button is reached by Tab, in order, with a visible focus', async () => {
    const page = await shown(live(rejected(), accepted()))
    const buttons = await page.locator('#panel button:visible').count()
    for (let index = 0; index < buttons; index++) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const all = [...document.querySelectorAll<HTMLElement>('#panel button')]
        const outline = getComputedStyle(document.activeElement ?? document.body).outlineStyle
        return { index: all.findIndex((one) => one === document.activeElement), outline }
      })
      expect(focused).toEqual({ index, outline: 'solid' })
    }
  })

  it('segments open and close by Enter and Space', async () => {
    const page = await shown(live(accepted()))
    const row = page.locator('h3 button').first()
    await row.focus()
    await page.keyboard.press('Enter')
    expect(await row.getAttribute('aria-expanded')).toBe('true')
    await page.getByTestId('plumbline-story').waitFor()
    await page.keyboard.press('Space')
    expect(await row.getAttribute('aria-expanded')).toBe('false')
    expect(await page.getByTestId('plumbline-story').count()).toBe(0)
  })
})

describe('a hundred segments', () => {
  const many = () => {
    const segments = manySegments([...accepted().segments, rejectedSegment()], 100)
    return live(withSegments({ ...rejected(), reasons: [] }, segments))
  }

  it('are rows, worst first, all of them closed', async () => {
    const page = await shown(many())
    expect(await page.locator(ROWS).count()).toBe(100)
    expect(await page.locator(`${ROWS} button[aria-expanded=true]`).count()).toBe(0)
    expect(await page.locator(ROWS).first().innerText()).toContain('Reject')
    // Rows out of sight are not laid out, so they have no inner text yet.
    expect(await page.locator(ROWS).last().textContent()).toContain('Accept')
  })

  it('are found by verdict and by words', async () => {
    const page = await shown(many())
    await page.getByRole('button', { name: /^Reject 16$/ }).click()
    expect(await page.locator(ROWS).count()).toBe(16)
    await page.getByRole('searchbox', { name: 'Find a segment' }).fill('liver 12')
    expect(await page.locator(ROWS).allInnerTexts()).toEqual([expect.stringContaining('Liver 12')])
    await page.getByText('1 of 100 segments').waitFor()
  })
})

describe('accessibility', () => {
  const states: readonly (readonly [string, () => StudyVerdicts])[] = [
    ['rejected', () => live(rejected())],
    ['accepted', () => live(accepted())],
    ['running', () => live(inState(rejected(), 'running'), accepted())],
    ['failed', () => live({ ...inState(rejected(), 'failed'), reasons: ['The PACS is down.'] })],
    ['from the report', () => fromReport(demo('liver-truncated'))],
    ['unavailable', () => AWAY],
  ]
  it.each(states)('axe finds nothing serious: %s', async (_name, make) => {
    for (const widthPx of WIDTHS_PX) {
      const page = await shown(make(), widthPx)
      await openAll(page.locator('h3 button[aria-expanded=false]'))
      expect(await graveViolations(page, '#panel')).toEqual([])
    }
  })
})
