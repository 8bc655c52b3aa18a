import type { Sql } from '../ports.ts'

/** Any number, the same in every process. */
const EVENT_LOCK = 4_801_190_628

/**
 * Whoever writes events, of cases or of the audit log, holds this until its transaction ends: they are then numbered in
 * the order in which they are committed, and each can follow from the one before.
 */
export async function lockEvents(tx: Sql): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [EVENT_LOCK])
}
