import { z } from 'zod'

/** The numbers and choices that judging depends on. Part of the config; digested into the policy digest. */
export const Policy = z.strictObject({
  /** A structure that no knowledge entry describes passes the general checks only: accept it, or let a person look? */
  unknownStructure: z.enum(['review', 'accept']).default('review'),
  /** Lowest score that is accepted (HCR: 4). */
  acceptScoreMin: z.union([z.literal(4), z.literal(5)]).default(4),
  /** A gap between two positions counts as one missing slice from this multiple of the median spacing. */
  sliceGapFactor: z.number().min(1.1).max(1.9).default(1.5),
  /** Share of a segment's voxels that may lie outside the body before it is a finding. */
  outOfBodyFractionMax: z.number().min(0).max(1).default(0.02),
  /** Islands smaller than this share of the segment are a minor finding, larger ones a major. */
  islandMinorFractionMax: z.number().min(0).max(1).default(0.01),
  /** File of `plumbline calibrate`: what is less surely acceptable than it demands goes to a person. Null: the fixed limits alone. */
  calibration: z.string().min(1).nullable().optional(),
})
export type Policy = z.infer<typeof Policy>
