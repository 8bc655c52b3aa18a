/** The record of alerts on PostgreSQL or PGlite. */
import { z } from 'zod'
import type { AlertStore, Clock, Sql } from '../ports.ts'

const Cause = z.enum(['reject', 'critical'])

/** The database must be migrated (migrate.ts). */
export function createAlertStore(sql: Sql, clock: Clock): AlertStore {
  const mark = (column: 'told_at' | 'given_up_at') => async (caseId: string, cause: string) => {
    await sql.query(
      `update alerts set ${column} = $3
       where case_id = $1 and cause = $2 and told_at is null and given_up_at is null`,
      [caseId, cause, clock.now()],
    )
  }
  return {
    async raise(caseId, cause) {
      await sql.query(
        'insert into alerts (case_id, cause, raised_at) values ($1, $2, $3) on conflict do nothing',
        [caseId, cause, clock.now()],
      )
    },
    async untold(caseId) {
      const rows = await sql.query<{ cause: string }>(
        'select cause from alerts where case_id = $1 and told_at is null and given_up_at is null order by cause',
        [caseId],
      )
      return rows.map(({ cause }) => Cause.parse(cause))
    },
    told: mark('told_at'),
    givenUp: mark('given_up_at'),
    async casesToTell(raisedBefore, limit) {
      const rows = await sql.query<{ case_id: string }>(
        `select case_id from alerts where told_at is null and given_up_at is null and raised_at < $1
         order by raised_at limit $2`,
        [raisedBefore, limit],
      )
      return rows.map((row) => row.case_id)
    },
  }
}
