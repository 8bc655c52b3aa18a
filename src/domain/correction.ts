import { z } from 'zod'

/** What a promptable model is told: a box, points along outlines, or clicks. */
export const PromptKind = z.enum(['box', 'scribbles', 'clicks']).meta({ id: 'PromptKind' })
export type PromptKind = z.infer<typeof PromptKind>

/** Prompts on one image plane, in its pixels: column and row from 0, so that any model server can use them. */
export const PlanePrompts = z
  .object({
    sopInstanceUid: z.string(),
    /** Counted from 1; null where the instance is one plane. */
    frameNumber: z.number().int().positive().nullable(),
    /** First column, first row, last column, last row; null where the prompt is no box. */
    box: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]).nullable(),
    /** `positive`: belongs to the structure; else it does not. */
    points: z.array(z.object({ column: z.number().int(), row: z.number().int(), positive: z.boolean() })),
  })
  .meta({ id: 'PlanePrompts' })
export type PlanePrompts = z.infer<typeof PlanePrompts>

/** The prompts that refinement begins with, segment by segment. */
export const SegmentPrompts = z
  .object({ segmentNumber: z.number().int(), kind: PromptKind, planes: z.array(PlanePrompts) })
  .meta({ id: 'SegmentPrompts' })
export type SegmentPrompts = z.infer<typeof SegmentPrompts>

/** Dice with the pseudo ground truth, over its samples. Known from the image alone: not the true Dice. */
export const PseudoDice = z
  .object({ mean: z.number(), min: z.number(), max: z.number() })
  .meta({ id: 'PseudoDice' })
export type PseudoDice = z.infer<typeof PseudoDice>

/** What was tried to better one rejected segment, and what came of it. */
export const SegmentCorrection = z
  .object({
    number: z.number().int(),
    outcome: z.enum(['proposed', 'nothing-proposed']),
    /** Why, in plain words. */
    reason: z.string(),
    /** What was noticed on the way: slices with too much, an end that goes on; plain words. */
    notes: z.array(z.string()),
    /** Its number in the proposed object; null without one. */
    proposedNumber: z.number().int().nullable(),
    /** Id of what made the pseudo ground truth; null where nothing could. */
    pseudoTruth: z.string().nullable(),
    before: PseudoDice.nullable(),
    after: PseudoDice.nullable(),
    iterations: z.number().int(),
    /** The promptable model, and what it was told. */
    model: z.string().nullable(),
    prompt: PromptKind.nullable(),
    volumeChangeCm3: z.number().nullable(),
    /** Length of outline that a person would have had to draw (Vaassen et al. 2020, added path length), and to erase. */
    addedPathMm: z.number().nullable(),
    erasedPathMm: z.number().nullable(),
  })
  .meta({ id: 'SegmentCorrection' })
export type SegmentCorrection = z.infer<typeof SegmentCorrection>

/** A proposal beside the original, never in its place. */
export const Correction = z
  .object({
    /** The refined SEG; null where nothing is proposed. */
    proposal: z
      .object({ sopClassUid: z.string(), sopInstanceUid: z.string(), seriesInstanceUid: z.string() })
      .nullable(),
    /** Of the rejected segments that were tried. */
    segments: z.array(SegmentCorrection),
  })
  .meta({ id: 'Correction' })
export type Correction = z.infer<typeof Correction>

/** The segment's part of a proposal that was made; null where there is none. */
export function proposedFor(
  correction: Correction | null,
  segmentNumber: number | null,
): { readonly proposal: NonNullable<Correction['proposal']>; readonly segment: SegmentCorrection } | null {
  const segment = correction?.segments.find(({ number }) => number === segmentNumber)
  if (correction?.proposal == null || segment?.outcome !== 'proposed') return null
  return { proposal: correction.proposal, segment }
}
