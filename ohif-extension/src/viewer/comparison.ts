/** Original and proposal side by side: two viewports over the same images that scroll, move and brighten together. */
import type { Comparison } from '../viewer-port.ts'
import type { DisplaySet, GridState, GridViewport, Host, Services } from '../host.ts'
import type { PlacedImage } from './display-sets.ts'
import { highlight } from './highlight.ts'
import { addLayer, appeared, goTo, hasLayer, layoutEvents, NotShown, PROPOSAL_VIEWPORT } from './viewports.ts'
import { waitFor } from './wait.ts'

const ORIGINAL_VIEWPORT = 'plumbline-original'
/** What was last seen over the same images the host brings back in every viewport, a little after it is made. */
const ORIGINAL_LIMIT_MS = 3000
/** What both sides do together. */
const TOGETHER = ['imageslice', 'zoompan', 'voi'] as const

/** One half of the screen: an object, one of its segments brought out. */
export interface Half {
  readonly object: DisplaySet
  readonly segmentNumber: Comparison['original']['segmentNumber']
}

export interface Halves {
  readonly images: DisplaySet
  readonly original: Half
  readonly proposal: Half
  /** Null: at the first slice. */
  readonly place: PlacedImage | null
}

export interface SideBySide {
  /** Instead of the layout so far, until `end` or until the reader takes another one. Throws NotShown. */
  show(halves: Halves, onEnded: () => void): Promise<void>
  /** The layout of before; does nothing where the reader has another one by now. */
  end(): void
}

interface Shown {
  /** The layout that it took the place of. */
  readonly before: GridState
  readonly restore: () => void
  readonly isThere: () => boolean
  /** Not to be told of it any more. */
  readonly stop: () => void
}

export function createSideBySide(host: Host): SideBySide {
  let shown: Shown | null = null
  let count = 0
  return {
    end() {
      const last = shown
      if (last?.isThere() === true) last.restore()
      last?.stop()
    },
    async show(halves, onEnded) {
      const { services } = host.servicesManager
      const last = shown
      // The host takes its time to lay out: what another comparison took the place of is not to be asked for.
      const before = last?.isThere() === true ? last.before : services.viewportGridService.getState()
      last?.stop()
      // Under ids of their own each time: the host keeps layers by the id of a viewport.
      const suffix = ++count
      const ids = [`${ORIGINAL_VIEWPORT}-${suffix}`, `${PROPOSAL_VIEWPORT}-${suffix}`] as const
      layOut(services, halves, ids)
      const mine: Shown = {
        before,
        restore() {
          removeLayer(services, ids[1], halves.proposal.object)
          restore(services, before)
        },
        ...watch(services, ids, () => {
          if (shown === mine) shown = null
          onEnded()
        }),
      }
      shown = mine
      const [left, right] = ids
      await fill(host, left, halves.original, halves.place)
      await fill(host, right, halves.proposal, halves.place)
      services.viewportGridService.setActiveViewportId(left)
      await dimOriginal(services, right, halves)
    },
  }
}

function layOut(services: Services, { images }: Halves, ids: readonly [string, string]): void {
  // Of groups of our own: in the host's `hydrateseg` each side would show the segmentation of the other one, too.
  const groups = TOGETHER.map((type) => ({ type, id: `${ids[0]}-${type}`, source: true, target: true }))
  services.viewportGridService.setLayout({
    numRows: 1,
    numCols: 2,
    activeViewportId: ids[0],
    findOrCreateViewport: (position) => ({
      displaySetInstanceUIDs: [images.displaySetInstanceUID],
      displaySetOptions: [{}],
      viewportOptions: {
        viewportId: ids[position] ?? '',
        viewportType: 'stack',
        toolGroupId: 'default',
        allowUnmatchedView: true,
        syncGroups: groups,
      },
    }),
  })
}

async function fill(
  host: Host,
  viewportId: string,
  { object, segmentNumber }: Half,
  place: PlacedImage | null,
): Promise<void> {
  const { services } = host.servicesManager
  await appeared(services, viewportId)
  if (place !== null) await goTo(services, viewportId, place)
  await addLayer(host, viewportId, object)
  const known = highlight(services, viewportId, object.displaySetInstanceUID, segmentNumber)
  if (place !== null) await goTo(services, viewportId, place)
  if (!known) throw new NotShown('The segment holds nothing that the viewer could show.')
}

/** What the host shows of the original in the viewport of the proposal, too, becomes a thin outline under it. */
async function dimOriginal(
  services: Services,
  viewportId: string,
  { original, proposal }: Halves,
): Promise<void> {
  const { displaySetInstanceUID } = original.object
  await waitFor(
    () => hasLayer(services, viewportId, displaySetInstanceUID) || undefined,
    layoutEvents(services),
    ORIGINAL_LIMIT_MS,
  )
  highlight(services, viewportId, proposal.object.displaySetInstanceUID, proposal.segmentNumber)
}

/** What the host would bring back in the next viewport over the same images. */
function removeLayer(
  { segmentationService }: Services,
  viewportId: string,
  { displaySetInstanceUID: segmentationId }: DisplaySet,
): void {
  // The second name is that of OHIF 3.11 and 3.12.
  if (segmentationService.removeRepresentationsFromViewport !== undefined)
    segmentationService.removeRepresentationsFromViewport(viewportId, { segmentationId })
  else segmentationService.removeSegmentationRepresentations?.(viewportId, { segmentationId })
}

/** `onGone`: they are no longer side by side, or `stop` was called. */
function watch(
  services: Services,
  [left]: readonly [string, string],
  onGone: () => void,
): Pick<Shown, 'isThere' | 'stop'> {
  const { viewportGridService: grid } = services
  let wasThere = false
  const isThere = (): boolean => grid.getState().viewports.has(left)
  const subscriptions = layoutEvents(services).map((subscribe) =>
    subscribe(() => {
      wasThere ||= isThere()
      if (wasThere && !isThere()) stop()
    }),
  )
  const stop = (): void => {
    for (const subscription of subscriptions) subscription.unsubscribe()
    onGone()
  }
  return { isThere, stop }
}

function restore({ viewportGridService: grid }: Services, before: GridState): void {
  const viewports: readonly GridViewport[] = [...before.viewports.values()]
  const { numRows, numCols } = before.layout
  grid.setLayout({
    numRows,
    numCols,
    layoutOptions: grid.getLayoutOptionsFromState(before),
    isHangingProtocolLayout: before.isHangingProtocolLayout,
    findOrCreateViewport: (position) => ({ ...viewports[position] }),
  })
}
