/** What a test does with our panel inside OHIF, and what it reads from the page. */
import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import type { Finding } from '../../src/domain/evidence.ts'

/** Two busy cores render without a GPU. */
export const STEP_LIMIT_MS = 90_000

/** A finding, and where it is said. */
export interface Place {
  readonly of: Case
  readonly segment: SegmentResult
  readonly finding: Finding
}

export function placesIn(cases: readonly Case[]): Place[] {
  return cases.flatMap((of) =>
    of.segments.flatMap((segment) => segment.findings.map((finding) => ({ of, segment, finding }))),
  )
}

/** Opens the study in the mode "Segmentation QC"; returns when the worst object is shown. */
export async function openStudy(page: Page, viewerUrl: string, studyInstanceUid: string): Promise<void> {
  await page.goto(`${viewerUrl}/plumbline?StudyInstanceUIDs=${studyInstanceUid}`)
  await page.getByTestId('plumbline-panel').waitFor()
  // The mode shows the worst object by itself; what is clicked before that would be overtaken.
  await page.getByTestId('plumbline-overlay-line').first().waitFor()
}

export function cardOf(page: Page, { sopInstanceUid }: { readonly sopInstanceUid: string }): Locator {
  return page.getByTestId(`plumbline-object-${sopInstanceUid}`)
}

/** Opens what the segment is folded away in. */
export async function unfoldSegment(
  page: Page,
  { of, segment }: Pick<Place, 'of' | 'segment'>,
): Promise<Locator> {
  const card = cardOf(page, of.object)
  await expand(card)
  const row = card.getByTestId(`plumbline-segment-${segment.number}`)
  await expand(row)
  return row
}

/** Opens what the finding is folded away in. */
export async function unfold(page: Page, place: Place): Promise<Locator> {
  const row = await unfoldSegment(page, place)
  return row.getByTestId(`plumbline-finding-${place.finding.id}`)
}

async function expand(part: Locator): Promise<void> {
  const button = part.locator('button[aria-expanded]').first()
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click()
}

/** Clicks the first until there is none left: what is open no longer matches. */
export async function openAll(closed: Locator): Promise<void> {
  while ((await closed.count()) > 0) await closed.first().click()
}

/** The id of the image in the active viewport, which ends in its address at the archive. */
export function currentImage(page: Page): Promise<string> {
  return page.evaluate(
    `(({ viewportGridService: grid, cornerstoneViewportService: views }) =>
      views.getCornerstoneViewport(grid.getActiveViewportId())?.getCurrentImageId() ?? '')(window.services)`,
  )
}

/** What the viewports show, in the order of the grid: the image, and the objects over it by SOP Instance UID. */
export function viewportContents(page: Page): Promise<{ image: string; objects: string[] }[]> {
  return page.evaluate(
    `(({ viewportGridService: grid, cornerstoneViewportService: views, segmentationService: layers, displaySetService: sets }) =>
      [...grid.getState().viewports.keys()].map((id) => ({
        image: views.getCornerstoneViewport(id)?.getCurrentImageId?.() ?? '',
        objects: layers.getSegmentationRepresentations(id).map(
          ({ segmentationId }) => sets.getDisplaySetByUID(segmentationId)?.SOPInstanceUID ?? ''),
      })))(window.services)`,
  )
}

/** Writes down from now on each step that a check in the panel is at, however short; read it with `stepsSeen`. */
export async function watchSteps(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const seen = (window.plumblineSteps = [])
    const look = () => {
      for (const step of document.querySelectorAll('.plumbline-panel [aria-current=step]'))
        if (seen.at(-1) !== step.textContent) seen.push(step.textContent)
    }
    new MutationObserver(look).observe(document.querySelector('.plumbline-panel'), {
      subtree: true, childList: true, characterData: true, attributes: true,
    })
    look()
  })()`)
}

export function stepsSeen(page: Page): Promise<string[]> {
  return page.evaluate('window.plumblineSteps')
}

export interface Violation {
  readonly id: string
  readonly impact: string | null
  /** Markup of the first place. */
  readonly first: string
}

/** What axe finds serious or critical in the part of the page that the selector names. */
export async function graveViolations(page: Page, selector: string): Promise<Violation[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<Violation[]>(`(async () => {
    const { violations, passes } = await window.axe.run(${JSON.stringify(selector)})
    if (passes.length === 0) throw new Error('axe looked at nothing')
    return violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html ?? '' }))
  })()`)
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
}
