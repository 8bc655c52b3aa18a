import { z } from 'zod'
import { VerdictKind } from './case.ts'

/** What a study list shows of one study: the newest case of each of its segmentation objects, counted. */
export const StudySummary = z
  .object({
    studyInstanceUid: z.string(),
    /** Segmentation objects with a case. */
    objects: z.number().int().nonnegative(),
    /** Of these, not decided yet. */
    running: z.number().int().nonnegative(),
    /** Of these, given up for good (state `failed`). */
    failed: z.number().int().nonnegative(),
    verdicts: z.record(VerdictKind, z.number().int().nonnegative()),
    /** Null while nothing is decided. */
    worst: VerdictKind.nullable(),
  })
  .meta({ id: 'StudySummary' })
export type StudySummary = z.infer<typeof StudySummary>
