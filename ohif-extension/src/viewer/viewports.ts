/** Bringing images and segmentation objects into the host's viewports. */
import type { CornerstoneViewport, DisplaySet, Host, Services } from '../host.ts'
import type { PlacedImage } from './display-sets.ts'
import { waitFor, type Subscribe } from './wait.ts'

/** A first slice over a slow line; more than that and the reader is better told. */
const IMAGE_LIMIT_MS = 20_000
/** While it makes its layout, the host forgets what it was asked for: where to go, what to add. */
const ASK_AGAIN_MS = 2000
/** Objects of hundreds of megabytes take their time to load. */
const OBJECT_LIMIT_MS = 60_000
/** The host moves a viewport a little later than it is asked to, and fails when the viewport is rebuilt for a layer meanwhile. */
const SETTLE_MS = 120

/** With this the id of a viewport begins that shows a proposal: no place for an original, nor for its errors. */
export const PROPOSAL_VIEWPORT = 'plumbline-proposal'

/** What stopped a step, in words for the reader. */
export class NotShown extends Error {
  override readonly name = 'NotShown'
}

/** Viewports that can show slices of an original; the active one first. */
function sliceViewports({
  viewportGridService,
  cornerstoneViewportService,
}: Services): readonly CornerstoneViewport[] {
  const active = viewportGridService.getActiveViewportId()
  const ids = [...viewportGridService.getState().viewports.keys()]
    .filter((id) => !id.startsWith(PROPOSAL_VIEWPORT))
    .toSorted((a, b) => Number(b === active) - Number(a === active))
  return ids
    .map((id) => cornerstoneViewportService.getCornerstoneViewport(id))
    .filter((viewport) => viewport !== null && viewport !== undefined)
    .filter(({ type }) => type === 'stack' || type === 'orthographic')
}

export function viewportsShowing(services: Services, displaySetUid: string): readonly CornerstoneViewport[] {
  return sliceViewports(services).filter((viewport) => shows(services, viewport.id, displaySetUid))
}

/** A viewport whose slices are the images of the display set; they are brought into the active one if none shows them. */
export async function bringIn(services: Services, displaySet: DisplaySet): Promise<CornerstoneViewport> {
  const uid = displaySet.displaySetInstanceUID
  const look = (): CornerstoneViewport | undefined => viewportsShowing(services, uid).find(isReady)
  const found = look()
  if (found !== undefined) return found
  const viewportId = services.viewportGridService.getActiveViewportId()
  if (viewportId === null) throw new NotShown('The viewer has no viewport yet.')
  placeInto(services, viewportId, uid)
  const brought = await waitFor(look, layoutEvents(services), IMAGE_LIMIT_MS)
  if (brought === undefined)
    throw new NotShown('The viewer did not show the images of this segmentation in time.')
  return brought
}

function placeInto(services: Services, viewportId: string, displaySetUid: string): void {
  const { hangingProtocolService, viewportGridService } = services
  try {
    const contents = hangingProtocolService.getViewportsRequireUpdate(viewportId, displaySetUid)
    viewportGridService.setDisplaySetsForViewports(contents)
  } catch {
    throw new NotShown(
      'The layout of the viewer does not allow the images of this segmentation in the active viewport.',
    )
  }
}

/** Has it drawn the images themselves? Other planes through the volume have no single image to go to. */
function isReady(viewport: CornerstoneViewport): boolean {
  const hasImages = viewport.type === 'stack' || viewport.isInAcquisitionPlane?.() === true
  return hasImages
}

/** Moved before it has its first image, a viewport loses its way. */
function isDrawn(viewport: CornerstoneViewport): boolean {
  return viewport.getDefaultActor === undefined || Boolean(viewport.getDefaultActor())
}

function shows({ viewportGridService }: Services, viewportId: string, displaySetUid: string): boolean {
  return viewportGridService.getDisplaySetsUIDsForViewport(viewportId)?.includes(displaySetUid) === true
}

/** Goes to the image itself. Never by index: the host sorts its images its own way. */
export async function goTo(services: Services, viewportId: string, image: PlacedImage): Promise<void> {
  const { imageId, instance, displaySet } = image
  const FrameOfReferenceUID = instance.FrameOfReferenceUID ?? displaySet.FrameOfReferenceUID
  let asked: CornerstoneViewport | null = null
  let askedAtMs = 0
  const look = (): CornerstoneViewport | undefined => {
    // The host may rebuild the viewport at any time: under the same id, it is another one then, and knows of nothing.
    const viewport = services.cornerstoneViewportService.getCornerstoneViewport(viewportId)
    if (viewport === null || viewport === undefined || !isDrawn(viewport)) return undefined
    if (isAt(viewport, imageId)) return viewport
    if (viewport === asked && Date.now() - askedAtMs < ASK_AGAIN_MS) return undefined
    asked = viewport
    askedAtMs = Date.now()
    viewport.setViewReference({ referencedImageId: imageId, FrameOfReferenceUID })
    return undefined
  }
  const arrived = await waitFor(look, layoutEvents(services), IMAGE_LIMIT_MS)
  if (arrived === undefined) throw new NotShown('The viewer did not go to the slice in time.')
  arrived.render()
}

function isAt(viewport: CornerstoneViewport, imageId: string): boolean {
  const current = viewport.getCurrentImageId?.()
  return current !== undefined && withoutScheme(current) === withoutScheme(imageId)
}

/** The loader of an image id may differ between images and volumes; the address does not. */
function withoutScheme(imageId: string): string {
  return imageId.slice(imageId.indexOf(':') + 1)
}

/** Waits until a viewport that was just laid out shows an image. */
export async function appeared(services: Services, viewportId: string): Promise<void> {
  const look = (): true | undefined => {
    const viewport = services.cornerstoneViewportService.getCornerstoneViewport(viewportId)
    return viewport !== null && viewport !== undefined && isDrawn(viewport) ? true : undefined
  }
  const isThere = await waitFor(look, layoutEvents(services), IMAGE_LIMIT_MS)
  if (isThere === undefined) throw new NotShown('The viewer did not lay out the images in time.')
}

/** Adds the object to what the viewport shows and waits until it is there. */
export async function addLayer(host: Host, viewportId: string, object: DisplaySet): Promise<void> {
  const { services } = host.servicesManager
  const displaySetInstanceUID = object.displaySetInstanceUID
  if (hasLayer(services, viewportId, displaySetInstanceUID)) return
  await waitFor(() => undefined, [], SETTLE_MS)
  let failure: string | undefined
  let askedAtMs = 0
  const look = (): string | undefined => {
    if (hasLayer(services, viewportId, displaySetInstanceUID)) return ADDED
    if (!services.viewportGridService.getState().viewports.has(viewportId))
      return 'The layout of the viewer was changed meanwhile.'
    if (failure !== undefined) return failure
    if (shows(services, viewportId, displaySetInstanceUID) || Date.now() - askedAtMs < ASK_AGAIN_MS)
      return undefined
    askedAtMs = Date.now()
    host.commandsManager.runCommand('addDisplaySetAsLayer', { viewportId, displaySetInstanceUID })
    object.loadingPromise?.catch(() => (failure = 'The viewer cannot read this segmentation object.'))
    return undefined
  }
  const added = await waitFor(look, layoutEvents(services), OBJECT_LIMIT_MS)
  if (added !== ADDED) throw new NotShown(added ?? 'The viewer did not load the segmentation object in time.')
}

const ADDED = ''

export function hasLayer(
  { segmentationService }: Services,
  viewportId: string,
  segmentationId: string,
): boolean {
  return segmentationService.getSegmentationRepresentations(viewportId, { segmentationId }).length > 0
}

/** After any of these another viewport may show something else. */
export function layoutEvents(services: Services): readonly Subscribe[] {
  const {
    viewportGridService: grid,
    cornerstoneViewportService: views,
    segmentationService: layers,
  } = services
  return [
    (listener) => grid.subscribe(grid.EVENTS.GRID_STATE_CHANGED, listener),
    (listener) => views.subscribe(views.EVENTS.VIEWPORT_DATA_CHANGED, listener),
    (listener) => layers.subscribe(layers.EVENTS.SEGMENTATION_REPRESENTATION_MODIFIED, listener),
    (listener) => layers.subscribe(layers.EVENTS.SEGMENTATION_REPRESENTATION_REMOVED, listener),
  ]
}
