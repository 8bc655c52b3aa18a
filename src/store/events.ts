/** What happened to cases, in order: the source of GET /events. */
import type { CaseEvent, Sql } from '../ports.ts'
import { lockEvents } from './event-lock.ts'

/**
 * Inside the transaction of what happened. Sequence numbers are drawn before a commit shows them: without the lock a reader
 * could see number 8, then never look back for a 7 that was committed later.
 */
export async function recordEvent(
  tx: Sql,
  { id, state }: { id: string; state: string },
  transition: CaseEvent['transition'],
  at: Date,
): Promise<void> {
  await lockEvents(tx)
  await tx.query('insert into events (case_id, transition, state, at) values ($1, $2, $3, $4)', [
    id,
    transition,
    state,
    at,
  ])
}
