/**
 * What a check is: a pure function from what is known about a segment to evidence and findings.
 * Evidence carries a key while it has no id yet; findings point at those keys (index.ts numbers them).
 */
import type { ErrorKind } from '../domain/error-mask.ts'
import type { Evidence, FailureMode, Finding } from '../domain/evidence.ts'
import type { Mask, SeriesProblem, Volume } from '../domain/geometry.ts'
import type { LocalNorm } from '../domain/local-norm.ts'
import type { Policy } from '../domain/policy.ts'
import type { Contour, Segmentation, SeriesSummary } from '../domain/segmentation.ts'
import type { Body } from '../imaging/body.ts'
import type { MaskMeasures } from '../imaging/measure.ts'
import type { ResolvedStructure } from './structure.ts'

/** What is known about the whole object, and so about each of its segments. */
export interface ObjectContext {
  readonly segmentation: Pick<
    Segmentation,
    'patientId' | 'studyInstanceUid' | 'frameOfReferenceUid' | 'references'
  >
  /** The image series it is measured against; null when none was found. */
  readonly source: SeriesSummary | null
  /** Why this series was taken (SourceLocation.note). */
  readonly sourceNote: string
  /** SOP Instance UIDs that the object refers to and the archive does not hold. */
  readonly missingInstances: readonly string[]
  /** Faults of the image series as a stack (Volume.problems). */
  readonly seriesProblems: readonly SeriesProblem[]
}

/** What is known about one segment. Build it with what compute has; `runChecks` adds the mask for questions of shape. */
export interface SegmentInput {
  readonly object: ObjectContext
  readonly number: number
  readonly resolved: ResolvedStructure
  /** On the volume's grid, or on its own when there is no volume. Null: it could not be made (the caller says why). */
  readonly mask: Mask | null
  /** `measureMask(mask)`; null when it is empty or absent. */
  readonly measures: MaskMeasures | null
  readonly volume: Volume | null
  /** As the object stores it: resampling to the images' grid would change its volume and its ends. */
  readonly ownMask: Mask | null
  /** `findBody(volume)`, once per volume. */
  readonly body: Body | null
  /** The contours of an RTSTRUCT as they were drawn; null for a SEG. */
  readonly contours: readonly Contour[] | null
  /** The object's other segments that hold voxels. */
  readonly siblings: readonly Sibling[]
  /** The same structure as other segmentation objects of the study show it. */
  readonly seconds: readonly SecondMask[]
  /** What the accepted segments of this site measure; of any structure. */
  readonly norms: readonly LocalNorm[]
  /** What rasterising and aligning noticed. */
  readonly shapeProblems: readonly ShapeProblem[]
  readonly policy: Policy
}

/** Another segment of the same object, on the same grid and in the same frame of reference. */
export interface Sibling {
  readonly number: number
  readonly resolved: ResolvedStructure
  readonly mask: Mask
  readonly measures: MaskMeasures
}

/** A segment of another object of the study that claims to be the same structure, on the same grid. */
export interface SecondMask {
  /** Which one it is, without free text: begins a sentence. */
  readonly name: string
  readonly mask: Mask
  /** Do the other checks find no critical or major fault with it? Costs as much as checking it. */
  readonly isSound: () => boolean
}

export interface ShapeProblem {
  readonly kind: 'contour-ambiguous' | 'off-plane-contours' | 'out-of-image' | 'contour-artefact'
  /** Plain words: what and how much. */
  readonly text: string
  /** What it counts: contours, voxels; with `total` as the whole. */
  readonly count: number
  readonly total: number
  /** Slice indices of the mask's grid that show it, worst first. */
  readonly slices: readonly number[]
}

export interface SegmentContext extends SegmentInput {
  /** Null when the object's own mask is empty or absent. */
  readonly shape: OwnShape | null
}
/** The mask for questions of shape: the object's own where its slices are not those of the images. */
export interface OwnShape {
  readonly mask: Mask
  readonly measures: MaskMeasures
  /** The slice of the images' grid that slice k of this mask lies in. */
  readonly imageSlice: (k: number) => number
  readonly volumeCm3: number
}
/** A segment that has voxels. */
export interface MaskContext extends SegmentContext {
  readonly mask: Mask
  readonly measures: MaskMeasures
  readonly shape: OwnShape
}
/** A segment that has voxels on an image. */
export interface VolumeContext extends MaskContext {
  readonly volume: Volume
}

export interface EvidenceDraft extends Omit<Evidence, 'id'> {
  /** Unique among all checks: `volume`, `islands.share`. */
  readonly key: string
}
export interface FindingDraft extends Omit<Finding, 'id' | 'evidence' | 'errorMask'> {
  /** Keys of the evidence behind it; never empty. */
  readonly evidence: string[]
  /** Which voxels it is about, where the check knows. */
  readonly region?: ErrorRegion
}
/** Where a segment is wrong. */
export interface ErrorRegion {
  readonly kind: ErrorKind
  /** Made when it is asked for, which nobody does of a second object. On the grid of the mask that the check looked at. */
  readonly voxels: () => Mask
}
export interface CheckResult {
  readonly evidence: readonly EvidenceDraft[]
  readonly findings: readonly FindingDraft[]
}
export const NOTHING: CheckResult = { evidence: [], findings: [] }

/** One row of the table of checks. `needs` is what must be there for it to run; without it the check says nothing. */
export type Check = CheckRow &
  (
    | { readonly needs: 'headers'; readonly run: (context: ObjectContext) => CheckResult }
    | { readonly needs: 'segment'; readonly run: (context: SegmentContext) => CheckResult }
    | { readonly needs: 'mask'; readonly run: (context: MaskContext) => CheckResult }
    | { readonly needs: 'volume'; readonly run: (context: VolumeContext) => CheckResult }
    /** Runs last, on what all the others measured. */
    | {
        readonly needs: 'evidence'
        readonly run: (context: SegmentContext, measured: readonly EvidenceDraft[]) => CheckResult
      }
  )
interface CheckRow {
  readonly name: string
  /** The file in this folder that holds it. */
  readonly file: string
  /** Does it compare with the structure's knowledge entry (and say less without one)? */
  readonly usesKnowledge: boolean
  /** The only failure modes it may report. */
  readonly modes: readonly FailureMode[]
  /** Where the method comes from. */
  readonly source: string
}
