/** The error layer: which viewports have one, and how it stays where it belongs while the reader changes the layout. */
import type { ErrorKind, ErrorMask, ErrorPlane } from '../../../src/domain/error-mask.ts'
import type { CornerstoneViewport, DataSource, DisplaySet, Host, Subscription } from '../host.ts'
import { findImage, type PlacedImage } from './display-sets.ts'
import { errorsInView, overlayErrors, type ErrorsOfKind } from './error-overlay.ts'
import type { PlacedErrors } from './error-outlines.ts'
import { planeDistanceMm, planeGeometry, type PlaneGeometry } from './plane-geometry.ts'
import { bringIn, goTo, layoutEvents, NotShown, viewportsShowing } from './viewports.ts'

export interface ErrorLayer {
  /** Instead of the layer shown so far. Throws NotShown. */
  show(mask: ErrorMask): Promise<void>
  hide(): void
}

/** Where a series has one plane, any thickness that is not nothing will do. */
const SINGLE_PLANE_MM = 1

interface PlacedMask {
  readonly displaySet: DisplaySet
  readonly errors: readonly ErrorsOfKind[]
  /** Where most of the errors are. */
  readonly worst: PlacedImage
}

export function createErrorLayer(host: Host): ErrorLayer {
  let takeAway: (() => void) | null = null
  const hide = (): void => {
    takeAway?.()
    takeAway = null
  }
  return {
    hide,
    async show(mask) {
      hide()
      const placed = placeMask(host, mask)
      const { services } = host.servicesManager
      const viewport = await bringIn(services, placed.displaySet)
      if (!errorsInView(viewport, placed.errors)) await goTo(services, viewport.id, placed.worst)
      hide()
      takeAway = keepOverlays(host, placed)
    },
  }
}

/** Overlays on every viewport that shows the images, as viewports come and go. */
function keepOverlays(host: Host, { displaySet, errors }: PlacedMask): () => void {
  const { services } = host.servicesManager
  const overlays = new Map<
    string,
    { readonly viewport: CornerstoneViewport; readonly takeAway: () => void }
  >()
  const follow = (): void => {
    const wanted = new Map(
      viewportsShowing(services, displaySet.displaySetInstanceUID).map((viewport) => [viewport.id, viewport]),
    )
    for (const [id, { viewport, takeAway }] of overlays) {
      // A viewport that changes its kind is another one on the same element.
      if (wanted.get(id) === viewport) continue
      takeAway()
      overlays.delete(id)
    }
    for (const [id, viewport] of wanted)
      if (!overlays.has(id)) overlays.set(id, { viewport, takeAway: overlayErrors(viewport, errors) })
  }
  const subscriptions: readonly Subscription[] = layoutEvents(services).map((subscribe) => subscribe(follow))
  follow()
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
    for (const { takeAway } of overlays.values()) takeAway()
  }
}

/** Puts the planes of a mask where their images are. Throws NotShown when one cannot be placed: half an error layer would mislead. */
function placeMask(host: Host, mask: ErrorMask): PlacedMask {
  const { displaySetService } = host.servicesManager.services
  const [dataSource] = host.extensionManager.getActiveDataSource()
  const planes = mask.errors.flatMap(({ planes: ofFinding }) => ofFinding)
  const worstPlane = planes.toSorted((a, b) => pixelCount(b) - pixelCount(a))[0]
  if (worstPlane === undefined)
    throw new NotShown('For this segment it is not known where exactly it is wrong.')
  const worst = findImage(displaySetService.getActiveDisplaySets(), worstPlane, dataSource)
  if (worst === undefined)
    throw new NotShown('The images that the segmentation was measured against are not loaded in the viewer.')
  const { displaySet } = worst
  const thicknessMm = planeDistanceMm(planesOf(displaySet), SINGLE_PLANE_MM)
  const byKind = new Map<ErrorKind, PlacedErrors[]>()
  for (const { kind, planes: ofFinding } of mask.errors) {
    const placed = ofFinding.map((plane) => placePlane(displaySet, plane, thicknessMm, dataSource))
    byKind.set(kind, [...(byKind.get(kind) ?? []), ...placed])
  }
  return { displaySet, worst, errors: [...byKind].map(([kind, placed]) => ({ kind, planes: placed })) }
}

function placePlane(
  displaySet: DisplaySet,
  plane: ErrorPlane,
  thicknessMm: number,
  dataSource: DataSource | undefined,
): PlacedErrors {
  const image = findImage([displaySet], plane, dataSource)
  if (image === undefined)
    throw new NotShown('The errors lie on images of several series, which the viewer shows apart.')
  const { Rows: rows, Columns: columns } = image.instance
  if (rows !== plane.rows || columns !== plane.columns)
    throw new NotShown('The viewer has the images in another size than they were measured in.')
  const geometry = planeGeometry(image.instance, plane.frameNumber)
  if (geometry === null) throw new NotShown('An image does not say where in the patient it lies.')
  return { geometry, thicknessMm, columns: plane.columns, runs: plane.runs }
}

function pixelCount({ runs }: ErrorPlane): number {
  return runs.reduce((sum, length, i) => (i % 2 === 1 ? sum + length : sum), 0)
}

function planesOf({ images = [] }: DisplaySet): PlaneGeometry[] {
  return images
    .flatMap((instance) => {
      const frameCount = Number(instance.NumberOfFrames ?? 1)
      return Array.from({ length: frameCount }, (_, i) => planeGeometry(instance, i + 1))
    })
    .filter((plane) => plane !== null)
}
