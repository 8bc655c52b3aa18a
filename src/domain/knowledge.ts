import { z } from 'zod'
import { Code } from './code.ts'

const Source = z.string().min(3)
const Range = z.strictObject({ low: z.number().nullable(), high: z.number().nullable(), source: Source })

/** What is expected of one structure. One entry of config/knowledge/*.yaml; every range names its source. */
export const Structure = z.strictObject({
  /** Stable id, kebab case: `kidney`. Left and right share one entry. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  kind: z.enum(['organ', 'vessel', 'bone', 'muscle', 'lesion', 'region']),
  /** Codes that mean it: SCT first, then SRT and others. */
  codes: z.array(Code).min(1),
  /** Codes that describe it only with this anatomic region (lesions): empty = any region. */
  regions: z.array(Code).default([]),
  /** Names that mean it, without side: TG-263, TotalSegmentator, common English. Compared by normalised form. */
  names: z.array(z.string()).min(1),
  /** Does it exist once on each side of the patient? */
  paired: z.boolean(),
  /** Where an unpaired structure lies relative to the body's midline, if that is certain. */
  usualSide: z.enum(['left', 'right', 'midline']).nullable().default(null),
  components: z.strictObject({ max: z.number().int().positive().nullable(), source: Source }),
  /** Per side for paired structures. Plausibility, not normality: beyond it a mask is more likely wrong than the patient unusual. */
  volumeCm3: Range.nullable(),
  /** Mean value in the mask by modality and UCUM unit. */
  intensity: z.array(Range.extend({ modality: z.enum(['CT', 'MR', 'PT']), unit: z.string() })).default([]),
  /** May it legitimately reach the first or last image slice (vessels, spine, bowel)? */
  mayReachImageEdge: z.boolean(),
  /** Does a good mask of it shrink towards both ends along the body axis? Then a flat end is a cut. */
  tapers: z.boolean().default(false),
  /** For the knowledge recall stage; plain sentences. */
  appearance: z.string(),
  location: z.string(),
  neighbours: z.array(z.string()).default([]),
})
export type Structure = z.infer<typeof Structure>

export const KnowledgeFile = z.strictObject({
  /** Short source keys used by the ranges, spelled out: citation with DOI or URL. */
  sources: z.record(z.string(), z.string()),
  structures: z.array(Structure),
})
export type KnowledgeFile = z.infer<typeof KnowledgeFile>

/** All structures of a policy, in file order. */
export interface Knowledge {
  readonly structures: readonly Structure[]
  readonly sources: Readonly<Record<string, string>>
}
