/** The record of drift alarms on PostgreSQL or PGlite; each change of it is an event of the audit log as well. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { SERVICE_AGENT } from '../domain/audit-event.ts'
import type { OpenAlarm } from '../domain/glance.ts'
import type { Clock, DriftAlarm, DriftAlarmStore, Sql } from '../ports.ts'
import { appendAudit } from './audit-log.ts'

const COLUMNS = 'id, producer, structure, day::text as day, since::text as since, raised_at as "raisedAt"'
const Row = z.object({
  id: z.string(),
  producer: z.string(),
  structure: z.string(),
  day: z.iso.date(),
  since: z.iso.date(),
  raisedAt: z.date(),
})

/** The database must be migrated (migrate.ts). */
export function createDriftAlarmStore(sql: Sql, clock: Clock): DriftAlarmStore {
  async function record(tx: Sql, rows: readonly Record<string, unknown>[], step: Step): Promise<void> {
    const events = rows.map((row) => {
      const { id: alarm, structure, day, since } = Row.parse(row)
      return { kind: 'drift-alarmed' as const, agent: SERVICE_AGENT, alarm, step, structure, day, since }
    })
    if (events.length > 0) await appendAudit(tx, events, clock.now())
  }

  const mark = (column: 'told_at' | 'given_up_at', step: Step) => (id: string) =>
    sql.transaction(async (tx) => {
      const rows = await tx.query(
        `update drift_alarms set ${column} = $2 where id = $1 and told_at is null and given_up_at is null
         returning ${COLUMNS}`,
        [id, clock.now()],
      )
      await record(tx, rows, step)
    })

  return {
    seen: (alarms) =>
      sql.transaction(async (tx) => {
        await record(tx, await end(tx, alarms, clock.now()), 'ended')
        for (const alarm of alarms) await record(tx, await raise(tx, alarm, clock.now()), 'raised')
      }),
    async untold() {
      const rows = await sql.query(
        `select ${COLUMNS} from drift_alarms where told_at is null and given_up_at is null order by raised_at, id`,
      )
      return rows.map((row): DriftAlarm => Row.parse(row))
    },
    told: mark('told_at', 'told'),
    givenUp: mark('given_up_at', 'given-up'),
  }
}

type Step = 'raised' | 'told' | 'given-up' | 'ended'

/** New is what began after the alarm before was raised: the watch learns anew each day, and may date the same change anew. */
function raise(tx: Sql, alarm: OpenAlarm, at: Date): Promise<Record<string, unknown>[]> {
  const { producer, structure, day, since } = alarm
  return tx.query(
    `insert into drift_alarms (id, producer, structure, day, since, raised_at)
     select $1, $2, $3, $4::date, $5::date, $6 where not exists (
       select from drift_alarms where producer = $2 and structure = $3 and (ended_at is null or day >= $5::date))
     on conflict do nothing returning ${COLUMNS}`,
    [idOf(alarm), producer, structure, day, since, at],
  )
}

function end(tx: Sql, alarms: readonly OpenAlarm[], at: Date): Promise<Record<string, unknown>[]> {
  return tx.query(
    `update drift_alarms set ended_at = $3
     where ended_at is null and (producer, structure) not in (select * from unnest($1::text[], $2::text[]))
     returning ${COLUMNS}`,
    [alarms.map(({ producer }) => producer), alarms.map(({ structure }) => structure), at],
  )
}

function idOf({ producer, structure, day }: OpenAlarm): string {
  return createHash('sha256')
    .update(JSON.stringify(['drift', producer, structure, day]))
    .digest('hex')
    .slice(0, 32)
}
