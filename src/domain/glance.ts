/** What the overview page says above the list of cases. */
import { z } from 'zod'
import type { CaseState } from './case-state.ts'
import type { VerdictCounts } from './report-model.ts'

/** An alarm of the watch over producers that stands. */
export const OpenAlarm = z.object({
  producer: z.string(),
  structure: z.string(),
  /** When the alarm was raised, and when the change probably began. */
  day: z.iso.date(),
  since: z.iso.date(),
})
export type OpenAlarm = z.infer<typeof OpenAlarm>

export interface Glance {
  /** Since midnight, UTC. */
  readonly arrivedToday: number
  readonly verdictsToday: VerdictCounts
  /** Cases on their way, by state; `oldest`: when the longest waiting one arrived. */
  readonly open: readonly { readonly state: CaseState; readonly count: number; readonly oldest: string }[]
  /** Given up, whenever they arrived. */
  readonly failed: number
  readonly alarms: readonly OpenAlarm[]
  /** When the watch last looked; null: not yet. */
  readonly watchedAt: string | null
}
