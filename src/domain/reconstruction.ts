import { z } from 'zod'
import { Code } from './code.ts'

/**
 * One trained reconstruction model, as config/models lists it: `input` [slices, 7, size, size] (image and mask of the slice
 * before, of this one, of the one after; share of the mask's slices that are inside) to `logits` [slices, 1, size, size].
 */
export const Reconstruction = z.strictObject({
  /** With version; also the name of its files. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  structure: Code,
  modality: z.enum(['CT', 'MR', 'PT']),
  /** Columns and rows that the network sees of a slice. */
  size: z.number().int().positive().multipleOf(2),
  pixelMm: z.number().positive(),
  /** What it is shown of the images around the mask: within slices, and across. */
  contextMm: z.tuple([z.number().positive(), z.number().positive()]),
  /** Of the weights, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string().min(1),
  /** One sentence on how well it is known to work, and on what. */
  quality: z.string().min(1),
})
export type Reconstruction = z.infer<typeof Reconstruction>
