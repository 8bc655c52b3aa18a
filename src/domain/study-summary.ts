import { z } from 'zod'
import type { CaseState } from './case-state.ts'
import { VerdictKind } from './case.ts'

/** What a study list shows of one study: the newest case of each of its segmentation objects, counted. */
export const StudySummary = z
  .object({
    studyInstanceUid: z.string(),
    /** Segmentation objects with a case. */
    objects: z.number().int().nonnegative(),
    /** Of these, not decided yet. */
    running: z.number().int().nonnegative(),
    /** Of these, given up for good (state `failed`). */
    failed: z.number().int().nonnegative(),
    verdicts: z.record(VerdictKind, z.number().int().nonnegative()),
    /** Null while nothing is decided. */
    worst: VerdictKind.nullable(),
  })
  .meta({ id: 'StudySummary' })
export type StudySummary = z.infer<typeof StudySummary>

/** So many newest cases of a study's segmentation objects that are alike. */
export interface CountedCases {
  readonly state: CaseState
  readonly verdict: VerdictKind | null
  readonly count: number
}

const WORST_FIRST: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']

/** `newest`: the newest case of each segmentation object of the study, each object once. */
export function summarize(studyInstanceUid: string, newest: readonly CountedCases[]): StudySummary {
  const count = (holds: (cases: CountedCases) => boolean) =>
    newest.reduce((sum, cases) => sum + (holds(cases) ? cases.count : 0), 0)
  const verdicts = {
    accept: count(({ verdict }) => verdict === 'accept'),
    review: count(({ verdict }) => verdict === 'review'),
    reject: count(({ verdict }) => verdict === 'reject'),
    'not-assessable': count(({ verdict }) => verdict === 'not-assessable'),
  }
  return {
    studyInstanceUid,
    objects: count(() => true),
    running: count(({ state, verdict }) => verdict === null && state !== 'failed'),
    failed: count(({ state }) => state === 'failed'),
    verdicts,
    worst: WORST_FIRST.find((verdict) => verdicts[verdict] > 0) ?? null,
  }
}
