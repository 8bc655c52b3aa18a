import { z } from 'zod'
import { CaseFacts } from './case-facts.ts'
import { Code, Laterality } from './code.ts'
import { Correction } from './correction.ts'
import { Evidence, Finding } from './evidence.ts'
import { Figure } from './figure.ts'
import { Category, Opinion, Score } from './opinion.ts'
import { CaseState } from './case-state.ts'

export const VerdictKind = z.enum(['accept', 'review', 'reject', 'not-assessable']).meta({ id: 'Verdict' })
export type VerdictKind = z.infer<typeof VerdictKind>

/** Is the claimed target there? `not-available` = no source of a response map; never fabricated from the mask. */
export const TargetMatch = z
  .object({
    status: z.enum(['present', 'absent', 'unsure']),
    strength: z.number().nullable(),
    compactness: z.number().nullable(),
    purity: z.number().nullable(),
    /** Share of the segment that responds. */
    coverage: z.number().nullable().optional(),
    /** Conformal: the share of accepted segments of its kind that respond as weakly; null: not calibrated, so `unsure`. */
    pValue: z.number().nullable().optional(),
    /** What the response map was made from and what it was calibrated on, or why there is none. */
    source: z.string(),
  })
  .meta({ id: 'TargetMatch' })
export type TargetMatch = z.infer<typeof TargetMatch>

/** The software or device that made the segmentation, as its object says. */
export const Producer = z
  .object({ manufacturer: z.string(), algorithm: z.string(), version: z.string() })
  .meta({ id: 'Producer' })
export type Producer = z.infer<typeof Producer>

/** The SEG or RTSTRUCT instance that is judged. */
export const SegmentationObject = z
  .object({
    modality: z.enum(['SEG', 'RTSTRUCT']),
    sopClassUid: z.string(),
    sopInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
    label: z.string(),
    producer: Producer,
  })
  .meta({ id: 'SegmentationObject' })
export type SegmentationObject = z.infer<typeof SegmentationObject>

/** Which image series the object was measured against, and how it was found. */
export const SourceSeries = z
  .object({
    seriesInstanceUid: z.string(),
    modality: z.string(),
    /** `reference`: named by the object. `geometry`: no usable reference; same frame of reference or position. */
    foundBy: z.enum(['reference', 'geometry']),
    /** Plain words: why this series, what was wrong with the references. */
    note: z.string(),
    instanceCount: z.number().int(),
  })
  .meta({ id: 'SourceSeries' })
export type SourceSeries = z.infer<typeof SourceSeries>

export const SegmentResult = z
  .object({
    number: z.number().int(),
    label: z.string(),
    code: Code.nullable(),
    laterality: Laterality.nullable(),
    /** Id of the knowledge entry that was used (file stem in config/knowledge), or null. */
    structure: z.string().nullable(),
    verdict: VerdictKind,
    score: Score.nullable(),
    category: Category.nullable(),
    /** Why this verdict, plain words, most important first. Never empty. */
    reasons: z.array(z.string()).min(1),
    evidence: z.array(Evidence),
    findings: z.array(Finding),
    target: TargetMatch,
    opinion: Opinion.nullable(),
    /** Pictures of it; absent where none were drawn, and in cases of before there were any. */
    figures: z.array(Figure).optional(),
  })
  .meta({ id: 'SegmentResult' })
export type SegmentResult = z.infer<typeof SegmentResult>

export const ReportRef = z
  .object({
    kind: z.enum(['SR']),
    sopClassUid: z.string(),
    sopInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
  })
  .meta({ id: 'ReportRef' })
export type ReportRef = z.infer<typeof ReportRef>

export const Provenance = z
  .object({
    version: z.string(),
    /** Digest over config, knowledge, prompts and models: one policy, one digest. */
    policy: z.string(),
    models: z.array(z.object({ name: z.string(), sha256: z.string() })),
  })
  .meta({ id: 'Provenance' })
export type Provenance = z.infer<typeof Provenance>

/** Blind reading: what is kept back from this reader until scored. Never stored. */
export const Withheld = z
  .object({
    /** The verdict on the whole object, its reasons and its reports. */
    object: z.boolean(),
    /** Segments that are left out of `segments`. */
    segments: z.array(SegmentResult.pick({ number: true, label: true, code: true, laterality: true })),
  })
  .meta({ id: 'Withheld' })

/** One check of one segmentation object under one policy. This is also the REST and CLI representation. */
export const Case = z
  .object({
    id: z.string(),
    studyInstanceUid: z.string(),
    state: CaseState,
    object: SegmentationObject,
    sourceSeries: SourceSeries.nullable(),
    /** Absent where the images say none of them, and in cases of before they were kept. */
    facts: CaseFacts.optional(),
    verdict: VerdictKind.nullable(),
    score: Score.nullable(),
    /** Why the whole object got its verdict, or what went wrong; plain words. */
    reasons: z.array(z.string()),
    segments: z.array(SegmentResult),
    /** Better masks for what was rejected, as a proposal; null where none was looked for. */
    correction: Correction.nullable(),
    reports: z.array(ReportRef),
    provenance: Provenance,
    receivedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    withheld: Withheld.optional(),
  })
  .meta({ id: 'Case' })
export type Case = z.infer<typeof Case>

export const JUDGEMENT_KEYS = [
  'object',
  'sourceSeries',
  'facts',
  'verdict',
  'score',
  'reasons',
  'segments',
  'correction',
  'reports',
  'decidedAt',
  'provenance',
] as const satisfies readonly (keyof Case)[]

/**
 * What judging an object produces: the part of a case that its bytes, its images and the policy decide. Provenance is
 * part of it: a case may be judged by a later version, or under a later policy, than it was received by.
 */
export type Judgement = Pick<Case, (typeof JUDGEMENT_KEYS)[number]>

/** The judgement's part of a case before there is one. */
export function unjudged(): Pick<
  Case,
  'sourceSeries' | 'verdict' | 'score' | 'reasons' | 'segments' | 'correction' | 'reports' | 'decidedAt'
> {
  return {
    sourceSeries: null,
    verdict: null,
    score: null,
    reasons: [],
    segments: [],
    correction: null,
    reports: [],
    decidedAt: null,
  }
}
