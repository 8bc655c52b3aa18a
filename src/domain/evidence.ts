import { z } from 'zod'
import { ErrorKind } from './error-mask.ts'

/** What is expected of a value, and who says so. */
export const Expected = z
  .object({ low: z.number().nullable(), high: z.number().nullable(), source: z.string() })
  .meta({ id: 'Expected' })
export type Expected = z.infer<typeof Expected>

/** One measured value, reproducible from the inputs alone. Never an opinion. */
export const Evidence = z
  .object({
    /** Unique in its segment: E1, E2, ... */
    id: z.string(),
    /** What was measured, lower case words: `volume`, `component count`. */
    name: z.string(),
    value: z.number(),
    /** UCUM; `1` for counts and ratios. */
    unit: z.string(),
    /** Where it was measured, in plain words: `whole segment`, `slice 12 of 60`. */
    where: z.string(),
    expected: Expected.optional(),
  })
  .meta({ id: 'Evidence' })
export type Evidence = z.infer<typeof Evidence>

export const Severity = z.enum(['critical', 'major', 'minor']).meta({ id: 'Severity' })
export type Severity = z.infer<typeof Severity>

/** The named failure modes. A check may only report modes from this list; texts live with the check. */
export const FailureMode = z
  .enum([
    'wrong-patient',
    'wrong-study',
    'frame-of-reference-mismatch',
    'geometry-unverified',
    'source-missing',
    'source-incomplete',
    'empty',
    'fragmented',
    'truncated',
    'slice-gap',
    'out-of-body',
    'out-of-image',
    'wrong-side',
    'side-unverified',
    'implausible-volume',
    'contour-ambiguous',
    'off-plane-contours',
    'grid-shift',
    'duplicate-segment',
    'overlap',
    'holes',
    'slice-outlier',
    'mirrored',
    'wrong-structure',
    'foreign-tissue',
    'implausible-intensity',
    'leakage',
    'boundary-unsupported',
    'contour-artefact',
    'missed-target',
    'implausible-extent',
    'implausible-shape',
    'asymmetric-pair',
    'second-disagrees',
    'outside-local-norm',
  ])
  .meta({ id: 'FailureMode' })
export type FailureMode = z.infer<typeof FailureMode>

/** A named failure mode with the evidence that supports it and the slices that show it. */
export const Finding = z
  .object({
    /** Unique in its segment: F1, F2, ... */
    id: z.string(),
    mode: FailureMode,
    severity: Severity,
    /** One or two sentences a radiologist can act on: what, where, how much. */
    text: z.string(),
    /** Ids of the evidence behind it. */
    evidence: z.array(z.string()),
    /** SOP Instance UIDs of the images that show it, worst first. */
    instances: z.array(z.string()),
    /** Frame numbers (from 1), one per entry of `instances`, which then may repeat; absent without multi-frame images. */
    frames: z.array(z.number().int().positive().nullable()).optional(),
    /** What the voxels of its error mask (error-mask.ts) are; absent where it has none. */
    errorMask: ErrorKind.optional(),
  })
  .meta({ id: 'Finding' })
export type Finding = z.infer<typeof Finding>
