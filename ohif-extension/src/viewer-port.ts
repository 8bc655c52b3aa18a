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

/** A segment of the judged object and what is proposed in its place, seen at the same place. */
export interface Comparison {
  readonly original: Omit<SegmentView, 'place'>
  readonly proposal: Omit<SegmentView, 'place'>
  /** Null: at the first slice. */
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
  /**
   * The original on the left, the proposal on the right, instead of the layout so far. `onEnded`: they are no longer side by
   * side, by `endComparison` or because the reader took another layout.
   */
  compare(comparison: Comparison, onEnded: () => void): Promise<Shown>
  /** Brings the layout of before back. */
  endComparison(): void
  /** Too much in red, missing in blue, as a pattern over the image, with a legend; never over a proposal. */
  showErrorLayer(mask: ErrorMask): Promise<Shown>
  hideErrorLayer(): void
}
