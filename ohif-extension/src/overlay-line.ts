/** The line in a viewport: what was said of the segmentations that it shows. */
import type { Case } from '../../src/domain/case.ts'
import type { Host } from './host.ts'
import { mountPoint, type Draw } from './mount-element.ts'
import type { OpenVerdicts } from './open-verdicts.ts'
import { TONE_COLOURS } from './panel/tones.ts'
import { STATES, VERDICTS, type Said } from './panel/words.ts'
import { colourOf, signed } from './verdict-look.ts'
import { layoutEvents, PROPOSAL_VIEWPORT } from './viewer/viewports.ts'

export const OVERLAY_LINE_VIEW = 'overlay-line'
/** A label is the producer's text, of any length. */
const LABEL_CHARACTERS_MAX = 40
/** The host's corner is as narrow as the viewport lets it be; the verdict comes first, so that it is what remains. */
const ONE_LINE = 'white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:21rem'

interface Line {
  readonly text: string
  readonly colour: string
}

/** Never judged, so never with a verdict. */
const PROPOSAL: Line = { text: 'QC proposal', colour: TONE_COLOURS.review }

const NO_VERDICT: Said = { word: 'No verdict', sign: 'none', tone: 'other' }

/** Adds the line to a corner of the host's viewport overlay; once, although OHIF 3.11 and 3.12 ask twice. */
export function withOverlayLine(items: unknown): unknown {
  if (!Array.isArray(items) || items.includes(OVERLAY_LINE)) return items
  return [...items, OVERLAY_LINE]
}

const OVERLAY_LINE = {
  id: 'plumbline',
  contentF: ({ viewportId }: { readonly viewportId: string }) => mountPoint(OVERLAY_LINE_VIEW, viewportId),
}

export function drawOverlayLine(host: Host, verdicts: OpenVerdicts): Draw {
  return (element, viewportId) => {
    const { services } = host.servicesManager
    const isProposal = viewportId.startsWith(PROPOSAL_VIEWPORT)
    const redraw = (): void =>
      element.replaceChildren(
        ...(isProposal
          ? [lineSaying(PROPOSAL)]
          : judgedIn(host, viewportId, verdicts.cases()).map(overlayText).map(lineSaying)),
      )
    const subscriptions = layoutEvents(services).map((subscribe) => subscribe(redraw))
    const stop = verdicts.onChanged(redraw)
    redraw()
    return () => {
      stop()
      for (const subscription of subscriptions) subscription.unsubscribe()
      element.replaceChildren()
    }
  }
}

/** The cases of the segmentation objects that this viewport shows. */
function judgedIn(host: Host, viewportId: string, cases: readonly Case[]): readonly Case[] {
  const { segmentationService, displaySetService } = host.servicesManager.services
  const shown = new Set(
    segmentationService
      .getSegmentationRepresentations(viewportId)
      .map(({ segmentationId }) => displaySetService.getDisplaySetByUID(segmentationId)?.SOPInstanceUID),
  )
  return cases.filter(({ object }) => shown.has(object.sopInstanceUid))
}

function lineSaying({ text, colour }: Line): HTMLElement {
  const line = document.createElement('div')
  line.dataset['testid'] = 'plumbline-overlay-line'
  line.textContent = text
  line.title = text
  line.style.cssText = `color:${colour};${ONE_LINE}`
  return line
}

export function overlayText(judged: Case): Line {
  const said = saidOf(judged)
  const score = judged.verdict === null || judged.score === null ? '' : `, score ${judged.score} of 5`
  return { text: `QC ${signed(said)}${score} · ${shortened(judged.object.label)}`, colour: colourOf(said) }
}

/** A verdict is shown as soon as there is one: writing the report takes a moment longer. */
function saidOf({ verdict, state }: Case): Said {
  if (verdict !== null) return VERDICTS[verdict]
  return state === 'done' ? NO_VERDICT : STATES[state]
}

function shortened(label: string): string {
  const characters = Array.from(label)
  if (characters.length <= LABEL_CHARACTERS_MAX) return label
  return `${characters.slice(0, LABEL_CHARACTERS_MAX - 1).join('')}…`
}
