/** Original and proposal side by side: two viewports over the same images that scroll, move and brighten together. */
import type { Comparison } from '../viewer-port.ts'
import type { DisplaySet, GridState, GridViewport, Host, Services } from '../host.ts'
import type { PlacedImage } from './display-sets.ts'
import { highlight } from './highlight.ts'
import { addLayer, goTo, layoutEvents, NotShown, PROPOSAL_VIEWPORT } from './viewports.ts'

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
      if (last?.isThere() === true) restore(host.servicesManager.services, last.before)
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
      const [left, right] = [`${ORIGINAL_VIEWPORT}-${suffix}`, `${PROPOSAL_VIEWPORT}-${suffix}`]
      layOut(services, halves, [left, right])
      const watched = watch(services, left, () => {
        if (shown === mine) shown = null
        onEnded()
      })
      const mine: Shown = { ...watched, before }
      shown = mine
      await fill(host, left, halves.original, halves.place)
      await fill(host, right, halves.proposal, halves.place)
      services.viewportGridService.setActiveViewportId(left)
    },
  }
}

function layOut(services: Services, { images, original, proposal }: Halves, ids: readonly [string, string]) {
  const halves = [original, proposal]
  services.viewportGridService.setLayout({
    numRows: 1,
    numCols: 2,
    activeViewportId: ids[0],
    findOrCreateViewport: (position) => ({
      displaySetInstanceUIDs: [images, halves[position]?.object]
        .filter((set) => set !== undefined)
        .map((set) => set.displaySetInstanceUID),
      displaySetOptions: [{}, {}],
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

async function fill(host: Host, viewportId: string, half: Half, place: PlacedImage | null): Promise<void> {
  const { services } = host.servicesManager
  const { displaySetInstanceUID } = half.object
  if (place !== null) await goTo(services, viewportId, place)
  await addLayer(host, viewportId, half.object)
  keepOnly(services, viewportId, displaySetInstanceUID)
  const known = highlight(services, viewportId, displaySetInstanceUID, half.segmentNumber)
  if (place !== null) await goTo(services, viewportId, place)
  if (!known) throw new NotShown('The segment holds nothing that the viewer could show.')
}

/** The host may bring back what was last seen over these images. */
function keepOnly({ segmentationService }: Services, viewportId: string, wanted: string): void {
  for (const { segmentationId } of segmentationService.getSegmentationRepresentations(viewportId)) {
    if (segmentationId === wanted) continue
    // The second name is that of OHIF 3.11 and 3.12.
    if (segmentationService.removeRepresentationsFromViewport !== undefined)
      segmentationService.removeRepresentationsFromViewport(viewportId, { segmentationId })
    else segmentationService.removeSegmentationRepresentations?.(viewportId, { segmentationId })
  }
}

/** `onGone`: the viewport is gone, or `stop` was called. */
function watch(services: Services, viewportId: string, onGone: () => void): Omit<Shown, 'before'> {
  const { viewportGridService: grid } = services
  let wasThere = false
  const isThere = (): boolean => grid.getState().viewports.has(viewportId)
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
