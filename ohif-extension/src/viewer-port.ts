/** What the panel asks of the viewer it sits in. The only implementation is viewer/ohif-viewer.ts; the panel knows no OHIF. */
import type { ErrorMask } from '../../src/domain/error-mask.ts'

/** A place in the images: one instance, or one frame (counted from 1) of a multi-frame instance. */
export interface ImagePlace {
  readonly sopInstanceUid: string
  readonly frameNumber: number | null
}

/** What is to be seen: a segmentation object as a layer, one of its segments brought out, at a place. */
export interface SegmentView {
  readonly objectSopInstanceUid: string
  readonly objectSeriesInstanceUid: string
  /** Null: all segments alike. */
  readonly segmentNumber: number | null
  /** Null: stay where the reader is. */
  readonly place: ImagePlace | null
}

/** Whether the viewer did it; if not, why, in plain words for the reader. */
export type Shown = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface ViewerPort {
  /** The studies that are open, the first one first. */
  studyInstanceUids(): readonly string[]
  /** Calls the listener when other studies are opened. Returns how to stop that. */
  onStudiesChanged(listener: () => void): () => void
  show(view: SegmentView): Promise<Shown>
  /** Too much in red, missing in blue, as a pattern over the image, with a legend. */
  showErrorLayer(mask: ErrorMask): Promise<Shown>
  hideErrorLayer(): void
}
