/**
 * Is a refined mask better by evidence that the loop did not look at? The loop raises agreement with its own pseudo ground
 * truth, and what is made a target stops being a measure (Goodhart): the checks have the last word.
 */
import type { FailureMode, Finding, Severity } from '../domain/evidence.ts'

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
const AGREEMENT_MIN = 0
const GAIN_MIN = 0

/** Why a better outline would be no help, as half a sentence; null where it may be. */
export function notMended(findings: readonly Found[]): string | null {
  const [first] = findings.flatMap(({ mode }) => NOT_MENDED[mode] ?? [])
  return first ?? null
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

/** Gravest first. */
const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor']

/** Null: the checks find less against `after`, the gravest counting first, and nothing critical that was not there. Else why not. */
export function objection(before: readonly Found[], after: readonly Found[]): string | null {
  const known = new Set(before.filter(isCritical).map(({ mode }) => mode))
  const fresh = after.filter(isCritical).find(({ mode }) => !known.has(mode))
  if (fresh !== undefined)
    return `the refined mask has a critical fault that the original has not (${fresh.mode})`
  for (const severity of SEVERITIES) {
    const [were, are] = [before, after].map((found) => count(found, severity))
    if ((are ?? 0) < (were ?? 0)) return null
    if ((are ?? 0) > (were ?? 0))
      return 'the checks find more against the refined mask than against the original'
  }
  return 'the checks find as much against the refined mask as against the original'
}

function isCritical({ severity }: Found): boolean {
  return severity === 'critical'
}

function count(findings: readonly Found[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length
}
