/** Original and proposal side by side: two viewports over the same images that scroll, move and brighten together. */
import type { Comparison } from '../viewer-port.ts'
import type { DisplaySet, GridState, GridViewport, Host, Services } from '../host.ts'
import type { PlacedImage } from './display-sets.ts'
import { hideObject, highlight } from './highlight.ts'
import { addLayer, appeared, goTo, layoutEvents, NotShown, PROPOSAL_VIEWPORT } from './viewports.ts'

const ORIGINAL_VIEWPORT = 'plumbline-original'
/** Of groups of our own: in the host's `hydrateseg` each viewport would show the segmentation of the other one, too. */
const TOGETHER = ['imageslice', 'zoompan', 'voi'].map((type) => ({
  type,
  id: `plumbline-${type}`,
  source: true,
  target: true,
}))

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
  /** Id of the viewport with the proposal. */
  readonly right: string
  readonly proposal: DisplaySet
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
      const { services } = host.servicesManager
      if (last?.isThere() === true) {
        removeLayer(services, last.right, last.proposal)
        restore(services, last.before)
      }
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
      const [left, right] = ids
      layOut(services, halves, ids)
      const watched = watch(services, ids, halves, () => {
        if (shown === mine) shown = null
        onEnded()
      })
      const mine: Shown = { ...watched, before, right, proposal: halves.proposal.object }
      shown = mine
      const { original, proposal, place } = halves
      await fill(host, left, original, proposal, place)
      await fill(host, right, proposal, original, place)
      services.viewportGridService.setActiveViewportId(left)
    },
  }
}

function layOut(services: Services, { images }: Halves, ids: readonly [string, string]): void {
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
        syncGroups: TOGETHER,
      },
    }),
  })
}

/** `other`: not to be seen here. */
async function fill(
  host: Host,
  viewportId: string,
  { object, segmentNumber }: Half,
  other: Half,
  place: PlacedImage | null,
): Promise<void> {
  const { services } = host.servicesManager
  await appeared(services, viewportId)
  if (place !== null) await goTo(services, viewportId, place)
  await addLayer(host, viewportId, object)
  const known = highlight(services, viewportId, object.displaySetInstanceUID, segmentNumber)
  hideObject(services, viewportId, other.object.displaySetInstanceUID)
  if (place !== null) await goTo(services, viewportId, place)
  if (!known) throw new NotShown('The segment holds nothing that the viewer could show.')
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
  [left, right]: readonly [string, string],
  { original, proposal }: Halves,
  onGone: () => void,
): Pick<Shown, 'isThere' | 'stop'> {
  const { viewportGridService: grid } = services
  let wasThere = false
  let isHiding = false
  const isThere = (): boolean => grid.getState().viewports.has(left)
  // What was last seen over the same images the host brings back in every viewport that it builds. It is hidden, because
  // the host stops to draw the layer that is wanted when this one is taken away.
  const intruders = new Map([
    [left, proposal.object],
    [right, original.object],
  ])
  const look = (): void => {
    wasThere ||= isThere()
    if (wasThere && !isThere()) return stop()
    // To change a style is told by one of these events, before the change is over.
    if (isHiding) return
    isHiding = true
    for (const [viewportId, { displaySetInstanceUID }] of intruders)
      if (hideObject(services, viewportId, displaySetInstanceUID)) intruders.delete(viewportId)
    isHiding = false
  }
  const subscriptions = layoutEvents(services).map((subscribe) => subscribe(look))
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
