/** The viewer, as the panel asks for it: OHIF behind ViewerPort. */
import type { DisplaySet, Host } from '../host.ts'
import type { Comparison, ImagePlace, SegmentView, Shown, ViewerPort } from '../viewer-port.ts'
import { createSideBySide, type SideBySide } from './comparison.ts'
import { findImage, findObject, type FoundObject, type PlacedImage } from './display-sets.ts'
import { createErrorLayer } from './error-layer.ts'
import { highlight } from './highlight.ts'
import { addLayer, bringIn, goTo, NotShown } from './viewports.ts'
import { waitFor, type Subscribe } from './wait.ts'

/** A study that is just being opened has its series within this time, or the reader is told. */
const STUDY_LIMIT_MS = 20_000

export function createOhifViewer(host: Host): ViewerPort {
  const errorLayer = createErrorLayer(host)
  const sideBySide = createSideBySide(host)
  let newest = 0
  return {
    studyInstanceUids: () => openStudies(host),
    onStudiesChanged: (listener) => onStudiesChanged(host, listener),
    show(view) {
      const mine = ++newest
      return shown(() => show(host, view, () => mine === newest))
    },
    compare(comparison, onEnded) {
      newest++
      return shown(() => compare(host, comparison, sideBySide, onEnded))
    },
    endComparison: () => sideBySide.end(),
    showErrorLayer: (mask) => shown(() => errorLayer.show(mask)),
    hideErrorLayer: () => errorLayer.hide(),
  }
}

/** What could not be shown becomes its reason. The host may throw anything; its words are for its developers. */
async function shown(step: () => Promise<void>): Promise<Shown> {
  try {
    await step()
    return { ok: true }
  } catch (error) {
    if (error instanceof NotShown) return { ok: false, reason: error.message }
    return {
      ok: false,
      reason: 'The viewer failed while showing this. Close the study, open it again, and try once more.',
    }
  }
}

/** `isNewest`: the reader may have asked for something else while this was loading. */
async function show(host: Host, view: SegmentView, isNewest: () => boolean): Promise<void> {
  const { services } = host.servicesManager
  const stillWanted = (): void => {
    if (!isNewest()) throw new NotShown('Something else was asked for meanwhile.')
  }
  const object = await findObjectInTime(host, view)
  const image = view.place === null ? null : await findImageInTime(host, view.place)
  stillWanted()
  const images = image?.displaySet ?? imagesOf(host, object)
  const { id: viewportId } = await bringIn(services, images)
  stillWanted()
  services.viewportGridService.setActiveViewportId(viewportId)
  // The slice first: it can be read while a large object is loading.
  if (image !== null) await goTo(services, viewportId, image)
  stillWanted()
  if (object.kind !== 'found') throw new NotShown(whyNoObject(object, image))
  await addLayer(host, viewportId, object.displaySet)
  stillWanted()
  const known = highlight(services, viewportId, object.displaySet.displaySetInstanceUID, view.segmentNumber)
  // A viewport that is rebuilt for a layer may begin at its first slice.
  if (image !== null) await goTo(services, viewportId, image)
  if (!known) throw new NotShown('The segment holds nothing that the viewer could show.')
}

async function compare(
  host: Host,
  { original, proposal, place }: Comparison,
  sideBySide: SideBySide,
  onEnded: () => void,
): Promise<void> {
  const [object, proposed] = await Promise.all([
    findObjectInTime(host, original),
    findObjectInTime(host, proposal),
  ])
  const image = place === null ? null : await findImageInTime(host, place)
  if (object.kind !== 'found') throw new NotShown(whyNoObject(object, null))
  if (proposed.kind !== 'found')
    throw new NotShown('The viewer has not loaded the proposal. Reload the page to have it loaded.')
  const halves = {
    images: image?.displaySet ?? imagesOf(host, object),
    original: { object: object.displaySet, segmentNumber: original.segmentNumber },
    proposal: { object: proposed.displaySet, segmentNumber: proposal.segmentNumber },
    place: image,
  }
  await sideBySide.show(halves, onEnded)
}

async function findObjectInTime(host: Host, view: Omit<SegmentView, 'place'>): Promise<FoundObject> {
  const look = (): FoundObject => {
    const sets = host.servicesManager.services.displaySetService.getActiveDisplaySets()
    return findObject(sets, view.objectSopInstanceUid, view.objectSeriesInstanceUid)
  }
  const found = await waitFor(
    () => (look().kind === 'none' ? undefined : look()),
    displaySetEvents(host),
    STUDY_LIMIT_MS,
  )
  return found ?? { kind: 'none' }
}

async function findImageInTime(host: Host, place: ImagePlace): Promise<PlacedImage> {
  const { displaySetService } = host.servicesManager.services
  const [dataSource] = host.extensionManager.getActiveDataSource()
  const found = await waitFor(
    () => findImage(displaySetService.getActiveDisplaySets(), place, dataSource),
    displaySetEvents(host),
    STUDY_LIMIT_MS,
  )
  if (found === undefined)
    throw new NotShown('The viewer has not loaded the image of this slice: is its series part of this study?')
  return found
}

/** The images that the object says it lies on. */
function imagesOf(host: Host, object: FoundObject): DisplaySet {
  if (object.kind !== 'found') throw new NotShown(whyNoObject(object, null))
  const uid = object.displaySet.referencedDisplaySetInstanceUID ?? ''
  const images = host.servicesManager.services.displaySetService.getDisplaySetByUID(uid)
  if (images === undefined)
    throw new NotShown('The images that the segmentation object names are not in this study.')
  return images
}

function whyNoObject(object: FoundObject, image: PlacedImage | null): string {
  const slice = image === null ? '' : 'The slice is shown, but not the segmentation. '
  return object.kind === 'other-of-series'
    ? `${slice}The viewer shows the newest object of a series only, and this one is older.`
    : `${slice}The viewer has not loaded this segmentation object.`
}

function openStudies(host: Host): readonly string[] {
  const sets = host.servicesManager.services.displaySetService.getActiveDisplaySets()
  return [...new Set(sets.map((set) => set.StudyInstanceUID))]
}

function onStudiesChanged(host: Host, listener: () => void): () => void {
  let known = openStudies(host).join('\n')
  const look = (): void => {
    const now = openStudies(host).join('\n')
    if (now === known) return
    known = now
    listener()
  }
  const subscriptions = displaySetEvents(host).map((subscribe) => subscribe(look))
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
  }
}

function displaySetEvents(host: Host): readonly Subscribe[] {
  const { displaySetService: sets } = host.servicesManager.services
  const { DISPLAY_SETS_ADDED, DISPLAY_SETS_CHANGED, DISPLAY_SETS_REMOVED } = sets.EVENTS
  return [DISPLAY_SETS_ADDED, DISPLAY_SETS_CHANGED, DISPLAY_SETS_REMOVED].map(
    (event) => (listener) => sets.subscribe(event, listener),
  )
}
