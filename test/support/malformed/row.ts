/** What one row of the table of malformed input is: how it is made from a valid object, and what must come of it. */
import type { ReadLimits } from '../../../src/dicom/limits.ts'
import type { SeriesProblem } from '../../../src/domain/geometry.ts'
import type { FailureMode } from '../../../src/domain/evidence.ts'
import type { ErrorCode } from '../../../src/errors.ts'

/** The whole object is refused with this code. */
interface Refused {
  readonly refused: ErrorCode
}

/** One segment as it must be read. */
export interface SegmentOutcome {
  readonly number: number
  /** So many voxels exactly, contours filled on the grid of the images; or a reason why there are none to trust. */
  readonly voxels: number | 'unreadable'
  /** As carried, where that is what the row is about; `shortened`. */
  readonly label?: string
  /** Among its findings when it is checked against the valid images. */
  readonly finding?: FailureMode
}

/** Segments in order, all of them; and a word of a note on the whole object, where the row is about that. */
export type SegmentationOutcome =
  | Refused
  | { readonly segments: readonly SegmentOutcome[]; readonly note?: string }

export type SeriesOutcome =
  | Refused
  | {
      /** Slices of the volume, and how many of them have an image. */
      readonly slices: number
      readonly images: number
      /** Every kind that is reported, each once, in order. */
      readonly problems: readonly SeriesProblem['kind'][]
    }

interface Row {
  readonly id: string
  /** What is wrong with it, in plain words. */
  readonly about: string
  /** Where other limits than those of config/default.yaml make the point. */
  readonly limits?: Partial<ReadLimits>
}

export interface SegmentationRow extends Row {
  readonly kind: 'SEG' | 'RTSTRUCT'
  readonly make: () => Uint8Array
  readonly outcome: SegmentationOutcome
}

export interface SeriesRow extends Row {
  readonly kind: 'images'
  readonly make: () => readonly Uint8Array[]
  readonly outcome: SeriesOutcome
}

type MakeSegmentationRow = (
  id: string,
  about: string,
  make: SegmentationRow['make'],
  outcome: SegmentationOutcome,
) => SegmentationRow

/** Makes rows of one kind; their ids begin with the prefix. */
export function segmentationRows(kind: SegmentationRow['kind'], prefix: string): MakeSegmentationRow {
  return (id, about, make, outcome) => ({ id: `${prefix}-${id}`, kind, about, make, outcome })
}

/** One row about an image series. */
export function seriesRow(
  id: string,
  about: string,
  make: SeriesRow['make'],
  outcome: SeriesOutcome,
): SeriesRow {
  return { id: `images-${id}`, kind: 'images', about, make, outcome }
}

export const DAMAGED: Refused = { refused: 'bad-dicom' }
export const UNSUPPORTED: Refused = { refused: 'unsupported-dicom' }
export const OVER_LIMIT: Refused = { refused: 'limit-exceeded' }

/** Both segments of a sample, the first one as the row says. */
export function twoSegments(
  first: Partial<SegmentOutcome> = {},
  second: Partial<SegmentOutcome> = {},
): SegmentationOutcome {
  return {
    segments: [
      { ...WHOLE_FIRST, ...first },
      { ...WHOLE_SECOND, ...second },
    ],
  }
}

/** What the samples hold, and 16 voxels each: nothing lost. */
const WHOLE_FIRST: SegmentOutcome = { number: 1, voxels: 16 }
const WHOLE_SECOND: SegmentOutcome = { number: 2, voxels: 16 }
export const UNREADABLE = { voxels: 'unreadable' } as const

/** A label to be compared: a long one by its length and how it begins. */
export function shortened(label: string): string {
  return label.length > 1000 ? `${label.length} characters: ${label.slice(0, 40)}` : label
}
