/** Finding in the host's display sets what DICOM names: instances by UID, frames, where an image lies. */
import type { DataSource, DisplaySet, Instance } from '../host.ts'
import type { ImagePlace } from '../viewer-port.ts'

/** Derived objects: they lie on images and are none. */
const NOT_IMAGES: ReadonlySet<string> = new Set(['SEG', 'RTSTRUCT', 'SR', 'PR', 'KO', 'PMAP', 'ANN'])

/** One image as the viewer addresses it. */
export interface PlacedImage {
  readonly displaySet: DisplaySet
  readonly instance: Instance
  readonly imageId: string
}

/** What a display set of an object holds: the object asked for, or another one of its series. */
export type FoundObject =
  | { readonly kind: 'found'; readonly displaySet: DisplaySet }
  | { readonly kind: 'other-of-series' }
  | { readonly kind: 'none' }

/** The host keeps one object of a series, the newest. */
export function findObject(
  displaySets: readonly DisplaySet[],
  sopInstanceUid: string,
  seriesInstanceUid: string,
): FoundObject {
  const displaySet = displaySets.find((set) => set.SOPInstanceUID === sopInstanceUid)
  if (displaySet !== undefined) return { kind: 'found', displaySet }
  const sameSeries = displaySets.some((set) => set.SeriesInstanceUID === seriesInstanceUid)
  return { kind: sameSeries ? 'other-of-series' : 'none' }
}

/** The image of a place; undefined when no display set holds its instance, or the instance not that frame. */
export function findImage(
  displaySets: readonly DisplaySet[],
  place: ImagePlace,
  dataSource: DataSource | undefined,
): PlacedImage | undefined {
  for (const displaySet of displaySets) {
    if (NOT_IMAGES.has(displaySet.Modality)) continue
    const instance = displaySet.images?.find((image) => image.SOPInstanceUID === place.sopInstanceUid)
    if (instance === undefined) continue
    const imageId = imageIdOf(instance, place.frameNumber, dataSource)
    return imageId === undefined ? undefined : { displaySet, instance, imageId }
  }
  return undefined
}

function imageIdOf(
  instance: Instance,
  frameNumber: number | null,
  dataSource: DataSource | undefined,
): string | undefined {
  const frameCount = Number(instance.NumberOfFrames ?? 1)
  const frame = frameNumber ?? 1
  if (frame > frameCount) return undefined
  if (frameCount <= 1) return instance.imageId ?? dataSource?.getImageIdsForInstance({ instance })
  return dataSource?.getImageIdsForInstance({ instance, frame })
}
