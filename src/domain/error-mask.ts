import { z } from 'zod'

/** `too-much`: inside the segment although it should not be. `missing`: outside although it belongs to it. */
export const ErrorKind = z.enum(['too-much', 'missing']).meta({ id: 'ErrorKind' })
export type ErrorKind = z.infer<typeof ErrorKind>

/** Pixels of one image plane, as runs. */
export const ErrorPlane = z
  .object({
    sopInstanceUid: z.string(),
    /** Counted from 1; null where the instance is one plane. */
    frameNumber: z.number().int().positive().nullable(),
    rows: z.number().int().positive(),
    columns: z.number().int().positive(),
    /** Start, length, start, length ... over pixel indices of the plane, row by row from 0; ascending, no overlap. */
    runs: z.array(z.number().int().nonnegative()),
  })
  .meta({ id: 'ErrorPlane' })
export type ErrorPlane = z.infer<typeof ErrorPlane>

/** Where a segment is wrong, finding by finding, on the planes of the images it was measured against. */
export const ErrorMask = z
  .object({
    caseId: z.string(),
    segmentNumber: z.number().int(),
    errors: z.array(
      z.object({
        /** Id of the finding within its segment; `correction`: what the pseudo ground truth of refinement says. */
        finding: z.string(),
        kind: ErrorKind,
        planes: z.array(ErrorPlane),
      }),
    ),
  })
  .meta({ id: 'ErrorMask' })
export type ErrorMask = z.infer<typeof ErrorMask>

/** The same as it is carried and kept inside the service: runs in typed arrays, which cost little to hand to another thread. */
export interface SegmentErrors {
  readonly segmentNumber: number
  readonly errors: readonly SegmentError[]
}

export interface SegmentError {
  /** Id of the finding within its segment. */
  readonly finding: string
  readonly kind: ErrorKind
  readonly planes: readonly PlaneRuns[]
}

export interface PlaneRuns extends Readonly<Omit<ErrorPlane, 'runs'>> {
  /** Start, length, start, length ... as in `ErrorPlane`. */
  readonly runs: Uint32Array
}
