import { z } from 'zod'
import { Code } from './code.ts'

const Source = z.string().min(3)
const Range = z.strictObject({ low: z.number().nullable(), high: z.number().nullable(), source: Source })
const Modality = z.enum(['CT', 'MR', 'PT'])
/** The `id` of an entry. */
const Id = z.string().regex(/^[a-z0-9-]+$/)

/** Image values that do not belong inside: those under `below` and those over `above`, up to a share of the voxels. */
const Foreign = z
  .strictObject({
    modality: Modality,
    /** UCUM. */
    unit: z.string(),
    below: z.number().nullable(),
    above: z.number().nullable(),
    /** Share of the voxels (0..1) up to which they are noise, partial volume, a stent or a clip. */
    shareMax: z.number().min(0).max(1),
    source: Source,
    /** What such values are, for a sentence: `gas`, `bone`. */
    what: z.string(),
  })
  .refine(({ below, above }) => below !== null || above !== null, 'says neither below nor above')

/**
 * Its centroid lies further to `axis` (of the patient) than that of `than`, in practically every adult. It is certainly
 * wrong when it lies more than `marginMm` the other way. Between two that claim a side it holds on the same side only.
 * It says nothing about structures that the images show in part: their centroids shift.
 */
const Order = z.strictObject({
  than: Id,
  /** Paired structures: true of this side of its own, and of this side of the other one, only. */
  side: z.enum(['left', 'right']).nullable().default(null),
  thanSide: z.enum(['left', 'right']).nullable().default(null),
  axis: z.enum(['superior', 'anterior', 'left']),
  marginMm: z.number().min(0),
  source: Source,
})

/** What is expected of one structure. One entry of config/knowledge/*.yaml; every range names its source. */
export const Structure = z.strictObject({
  /** Stable id, kebab case: `kidney`. Left and right share one entry. */
  id: Id,
  name: z.string(),
  kind: z.enum(['organ', 'vessel', 'bone', 'muscle', 'lesion', 'region']),
  /** Codes that mean it: SCT first, then SRT and others. None: it is known by name only. */
  codes: z.array(Code).default([]),
  /** Codes that describe it only with this anatomic region (lesions): empty = any region. */
  regions: z.array(Code).default([]),
  /** Names that mean it, without side: TG-263, TotalSegmentator, common English. Compared by normalised form. */
  names: z.array(z.string()).min(1),
  /** A name that begins with one of these means it too (`gtv`: GTVp_01). A space at the end: as a whole word only. */
  namePrefixes: z.array(z.string()).default([]),
  /** Does it exist once on each side of the patient? */
  paired: z.boolean(),
  /** Where an unpaired structure lies relative to the body's midline, if that is certain. */
  usualSide: z.enum(['left', 'right', 'midline']).nullable().default(null),
  components: z.strictObject({ max: z.number().int().positive().nullable(), source: Source }),
  /** Per side for paired structures. Plausibility, not normality: beyond it a mask is more likely wrong than the patient unusual. */
  volumeCm3: Range.nullable(),
  /** Mean value in the mask by modality and UCUM unit. */
  intensity: z.array(Range.extend({ modality: Modality, unit: z.string() })).default([]),
  /** Length from lower to upper end (patient z axis), mm. Per side for paired structures. */
  extentMm: Range.nullable().default(null),
  /** Largest over middle principal standard deviation of its voxels' positions: 1 for a ball. */
  elongation: Range.nullable().default(null),
  /** Paired: largest plausible volume of one side over that of the other. */
  pairRatioMax: z
    .strictObject({ value: z.number().min(1), source: Source })
    .nullable()
    .default(null),
  foreign: z.array(Foreign).default([]),
  /** Does an edge of the image follow most of its surface (CT, MR)? `visible`: it does, faint in places; `none`: its outline is a decision, not an edge. */
  boundary: z.enum(['sharp', 'visible', 'soft', 'none']).default('soft'),
  /** Organs exclude each other; lesions, regions and targets may lie over anything. */
  mustNotOverlap: z.boolean().default(true),
  /** Structures whose masks may lie over this one's all the same; `partOf` says it from the other end. */
  mayContain: z.array(Id).default([]),
  partOf: z.array(Id).default([]),
  /** Pelvic organs lie below the lungs, the brain above them, with a wide gap between. */
  fromLungs: z.enum(['below', 'above']).nullable().default(null),
  /** Lesions: the organ, or the organs, that it lies in or borders on. */
  within: z.array(Id).default([]),
  order: z.array(Order).default([]),
  /** Made of separate parts (lesions, lymph nodes): one that was left out is a missed target. */
  missedTarget: z.boolean().default(false),
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
