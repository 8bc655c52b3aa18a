import { z } from 'zod'
import { Sha256 } from './audit-event.ts'

const LocalNorm = z.strictObject({
  structure: z.string(),
  side: z.enum(['left', 'right']).nullable(),
  evidence: z.string(),
  unit: z.string(),
  count: z.number(),
  median: z.number(),
  mad: z.number(),
})

const Ref = z.strictObject({
  studyInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
})

/**
 * What one judgement was made from, as the PACS and the record of cases gave it then: UIDs, digests and the site's norms.
 * With it the same can be asked again later, when the study holds more and the norms have moved.
 */
export const JudgementInputs = z.strictObject({
  /** Series of the study, in the order in which they were listed. */
  series: z.array(z.string()),
  /** Instances that were listed, by series. */
  listed: z.record(z.string(), z.array(Ref)),
  /** Digest of the headers of a series, by its UID; where they are kept and how to get them is not part of it. */
  headers: z.record(z.string(), Sha256),
  /** Digest of the file of an instance, by its UID. */
  instances: z.record(z.string(), Sha256),
  /** Digest of the digests of all files of a series, by its UID. */
  seriesFiles: z.record(z.string(), Sha256),
  norms: z.array(LocalNorm),
})
export type JudgementInputs = z.infer<typeof JudgementInputs>
