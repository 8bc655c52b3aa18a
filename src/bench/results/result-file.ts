/** What a file of docs/results holds. */
import { z } from 'zod'

/** What every published figure must be traceable by. */
export const Provenance = z.object({
  /** As it is run: see ResultEntry. */
  command: z.string(),
  date: z.iso.date(),
  seed: z.number().nullable(),
  /** SHA-256 of what the figures were measured on. */
  dataDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
})

/** A run of a command whose result is what it prints. */
export const PrintedResult = Provenance.extend({
  name: z.string(),
  data: z.array(z.string()),
  /** The checkout; `+changes` where it held what was not committed. */
  commit: z.string(),
  machine: z.string(),
  wallS: z.number(),
  printed: z.array(z.string()),
})
export type PrintedResult = z.infer<typeof PrintedResult>
