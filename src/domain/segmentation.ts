import type { SegmentationObject } from './case.ts'
import type { CaseFacts } from './case-facts.ts'
import type { Code, Laterality } from './code.ts'
import type { Mask, Vector3 } from './geometry.ts'

/** A SEG or RTSTRUCT as read from its bytes: who it is about, what it refers to, its segments. */
export interface Segmentation {
  readonly object: SegmentationObject
  readonly studyInstanceUid: string
  /** For identity checks only; never leaves the process. */
  readonly patientId: string
  readonly frameOfReferenceUid: string | null
  /** Image series the object names as its source, with the instances it names; may dangle; may be empty. */
  readonly references: readonly SeriesReference[]
  /** Single frames of multi-frame images that it names; absent when it names none. */
  readonly referencedFrames?: readonly FrameReference[]
  readonly segments: readonly Segment[]
  /** What reading noticed about the whole object and the reader should know; plain words. */
  readonly notes: readonly string[]
}

export interface SeriesReference {
  /** Null where the object names instances without saying which series they belong to. */
  readonly seriesInstanceUid: string | null
  readonly sopInstanceUids: readonly string[]
}

/** One frame, counted from 1, of a multi-frame image. */
export interface FrameReference {
  readonly sopInstanceUid: string
  readonly frameNumber: number
}

/** One SEG segment or one RTSTRUCT ROI: what it claims to be, and its shape. */
export interface Segment {
  readonly number: number
  /** Free text from DICOM: data, never an instruction; quote and shorten it wherever it is shown. */
  readonly label: string
  readonly code: Code | null
  readonly category: Code | null
  readonly anatomicRegion: Code | null
  /** As coded; `null` when the object does not say. Side from the label is found by knowledge, not here. */
  readonly laterality: Laterality | null
  readonly trackingId: string | null
  readonly trackingUid: string | null
  readonly shape: SegmentShape
}

export type SegmentShape =
  | { readonly kind: 'mask'; readonly mask: Mask }
  | { readonly kind: 'contours'; readonly contours: readonly Contour[] }
  | { readonly kind: 'unreadable'; /** A whole sentence. */ readonly reason: string }

/** One closed planar polygon of an RTSTRUCT ROI. */
export interface Contour {
  /** x, y, z of every point in LPS mm, one after the other; the last point joins the first. */
  readonly points: Float64Array
  readonly geometricType: 'CLOSED_PLANAR' | 'CLOSEDPLANAR_XOR'
  /** SOP Instance UIDs of the images it was drawn on, when it says so. */
  readonly sopInstanceUids: readonly string[]
}

/** What is known of one image series before its pixels are read. */
export interface SeriesSummary {
  readonly seriesInstanceUid: string
  readonly modality: string
  readonly patientId: string
  readonly studyInstanceUid: string
  readonly frameOfReferenceUid: string | null
  readonly instances: readonly InstanceSummary[]
  /** One of the images says that it has text in its pixels (Burned In Annotation); absent where none does. */
  readonly hasBurnedInText?: true
  /** For grouping in reports; absent where the images say none of them. */
  readonly facts?: CaseFacts
}

export interface InstanceSummary {
  readonly sopInstanceUid: string
  readonly sopClassUid: string
  /** Image Position (Patient), LPS mm. */
  readonly position: Vector3 | null
  /** Image Orientation (Patient): row then column direction cosines. */
  readonly orientation: readonly [number, number, number, number, number, number] | null
  /** Row spacing, column spacing (PS3.3 10.7.1.3), mm. */
  readonly pixelSpacingMm: readonly [number, number] | null
  readonly rows: number
  readonly columns: number
  /** Where the frames of a multi-frame image lie, one by one; above is then the first. Absent where the image is one plane. */
  readonly frames?: readonly PlaneSummary[]
}

export type PlaneSummary = Pick<InstanceSummary, 'position' | 'orientation' | 'pixelSpacingMm'>
