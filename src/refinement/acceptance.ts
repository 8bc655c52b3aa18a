/**
 * Is a refined mask better by evidence that the loop did not look at? The loop raises agreement with its own pseudo ground
 * truth, and what is made a target stops being a measure (Goodhart): the checks have the last word.
 */
import type { FailureMode, Finding } from '../domain/evidence.ts'

type Found = Pick<Finding, 'mode' | 'severity'>

/** Faults that no other outline mends: the segment is about something else, or nothing is known of where it lies. */
const NOT_MENDED: Partial<Record<FailureMode, string>> = {
  'wrong-patient': 'it is of another patient',
  'wrong-study': 'it is of another study',
  'frame-of-reference-mismatch': 'it lies in another frame of reference',
  'geometry-unverified': 'where it lies could not be verified',
  'source-missing': 'its images are not there',
  'wrong-side': 'it lies on the wrong side',
  mirrored: 'it is mirrored',
  'wrong-structure': 'it is another structure',
  'duplicate-segment': 'it repeats another segment',
}

/** Set on the fit masks of `plumbline bench refine` (docs/measured-refinement.md). */
const AGREEMENT_MIN = 0.7
const GAIN_MIN = 0.02

/** Why a better outline would be no help, as half a sentence; null where it may be. */
export function notMended(findings: readonly Found[]): string | null {
  const [first] = findings.flatMap(({ mode }) => NOT_MENDED[mode] ?? [])
  return first ?? null
}

/** Their tissue goes on: a vessel into its branches, the marrow of a bone behind cortex that looks like nothing within it. */
const NOT_HELD_BY_EDGES: ReadonlySet<string> = new Set(['vessel', 'bone'])

/** Null: it can be. Else why an image alone does not say where a structure of this kind ends, as half a sentence. */
export function unbounded(provider: string, kind: string | null): string | null {
  return provider === 'image' && kind !== null && NOT_HELD_BY_EDGES.has(kind)
    ? `no model was trained for this structure, and the image alone does not show where a ${kind} ends`
    : null
}

/** How far the pseudo ground truth can be believed. */
export interface Trust {
  /** Least Dice between two of its samples. */
  readonly agreement: number
  /** How much closer the refined mask is than the original, by the sample that says least of it. Of Dice. */
  readonly gain: number
}

/** Null: it can be. Else why not. */
export function distrust({ agreement, gain }: Trust): string | null {
  if (agreement < AGREEMENT_MIN)
    return `the samples of the pseudo ground truth do not agree among themselves (least Dice between two ${agreement.toFixed(2)}, at least ${AGREEMENT_MIN} is wanted)`
  if (gain < GAIN_MIN)
    return 'not every sample of the pseudo ground truth says that the refined mask is clearly closer'
  return null
}

/**
 * Null: the refined mask has no fault that the original has not, and fewer of them. Else why not. Critical and major faults
 * count; minor ones where the original has no others. That a fault is less grave than it was is not enough: on the fit masks
 * such proposals were the ones that made masks worse.
 */
export function objection(before: readonly Found[], after: readonly Found[]): string | null {
  const counts = before.some(isGrave) ? isGrave : () => true
  const [were, are] = [before.filter(counts), after.filter(counts)]
  const count = (found: readonly Found[], mode: FailureMode): number =>
    found.filter((one) => one.mode === mode).length
  const fresh = are.find(({ mode }) => count(are, mode) > count(were, mode))
  if (fresh !== undefined) return `the refined mask has a fault that the original has not (${fresh.mode})`
  return are.length < were.length
    ? null
    : 'the checks find the same faults in the refined mask as in the original'
}

function isGrave({ severity }: Found): boolean {
  return severity !== 'minor'
}
