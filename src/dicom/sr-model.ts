/**
 * What a verdict report says, before it is a content tree: the values that a template may name by path.
 * The schemas are read when a template is loaded (sr-template.ts), to know that each path exists and fits its item.
 */
import { z } from 'zod'
import { Code } from '../domain/code.ts'

/** A composite instance, or one segment or frame of it (PS3.3 10.8, C.18.4). */
export const Reference = z.object({
  sopClassUid: z.string(),
  sopInstanceUid: z.string(),
  segmentNumber: z.number().int().nullable(),
  /** From 1. */
  frameNumber: z.number().int().nullable(),
})
export type Reference = z.infer<typeof Reference>

/** Column and row in the pixel grid of one image; its top left pixel has its centre at 0.5, 0.5 (PS3.3 C.18.6.1.1). */
export const Point = z.tuple([z.number(), z.number()]).readonly()
export type Point = z.infer<typeof Point>

/** TID 4019. */
const Algorithm = z.object({ name: z.string(), version: z.string(), parameters: z.array(z.string()) })
export type Algorithm = z.infer<typeof Algorithm>

const Measurement = z.object({
  concept: Code,
  value: z.number(),
  unit: Code,
  /** Who says so, where it is not the algorithm of the whole group. */
  algorithm: Algorithm.nullable(),
})
export type Measurement = z.infer<typeof Measurement>

const QualityFinding = z.object({ mode: Code, severity: Code, text: z.string(), images: z.array(Reference) })

/** What is said of one segment. */
const SegmentReport = z.object({
  /** Number and label, as the object has them. */
  name: z.string(),
  observationUid: z.string(),
  trackingId: z.string(),
  trackingUid: z.string(),
  /** SEG: the segment. */
  segment: Reference.nullable(),
  sourceSeriesUid: z.string().nullable(),
  /** RTSTRUCT: the region of interest. */
  roi: z.object({ reference: Reference, number: z.string() }).nullable(),
  category: Code.nullable(),
  finding: Code,
  site: Code.nullable(),
  siteLaterality: Code.nullable(),
  /** The side, where there is no finding site that could carry it. */
  laterality: Code.nullable(),
  algorithm: Algorithm,
  measurements: z.array(Measurement),
  verdict: Code,
  qualityCategory: Code.nullable(),
  target: Code,
  findings: z.array(QualityFinding),
  reasons: z.array(z.string()),
  /** What came of looking for a better mask. */
  corrections: z.array(z.string()),
  evidenceTexts: z.array(z.string()),
  stages: z.array(z.object({ concept: Code, text: z.string() })),
  reasoner: z.string().nullable(),
  anchor: z.object({ image: Reference, point: Point }).nullable(),
})
export type SegmentReport = z.infer<typeof SegmentReport>

export const ReportModel = z.object({
  device: z.object({
    uid: z.string(),
    name: z.string(),
    manufacturer: z.string(),
    model: z.string(),
    serial: z.string(),
  }),
  /** The images that the object was measured against. */
  library: z
    .object({
      modality: Code.nullable(),
      frameOfReferenceUid: z.string().nullable(),
      images: z.array(Reference),
    })
    .nullable(),
  software: Algorithm,
  /** Segments with an anchor, and those without: the template says why they stand apart. */
  anchored: z.array(SegmentReport),
  unanchored: z.array(SegmentReport),
  verdict: Code,
  qualityCategory: Code.nullable(),
  reasons: z.array(z.string()),
})
export type ReportModel = z.infer<typeof ReportModel>

/** What a signed report says besides. */
export const ReviewModel = z.object({
  /** Alphabetic component group. */
  readerName: z.string(),
  reviews: z.array(
    z.object({
      observationUid: z.string(),
      verdict: Code,
      kind: Code,
      machineVerdict: Code,
      category: Code.nullable(),
      reason: Code.nullable(),
      /** What became of the proposal, and which segment of which SEG that is. */
      correction: z.object({ decision: Code, proposal: Reference }).nullable(),
      comment: z.string().nullable(),
      blind: z.string().nullable(),
      /** Null: the whole object. */
      segmentName: z.string().nullable(),
      segment: Reference.nullable(),
      roi: z.object({ reference: Reference, number: z.string() }).nullable(),
    }),
  ),
})
export type ReviewModel = z.infer<typeof ReviewModel>
