/** The state of today, from indexed columns only: the overview page asks for it every few seconds. */
import { z } from 'zod'
import { CaseState } from '../domain/case-state.ts'
import { VerdictKind } from '../domain/case.ts'
import { OpenAlarm, type Glance } from '../domain/glance.ts'
import type { ReportModel } from '../domain/report-model.ts'
import type { Clock, Sql } from '../ports.ts'
import { grouped } from './grouped.ts'

/** Name of the mark that keeps what the watch saw last. */
const WATCH_MARK = 'watch'
const Watch = z.object({ at: z.iso.datetime(), alarms: z.array(OpenAlarm) })

export async function readGlance(sql: Sql, clock: Clock): Promise<Glance> {
  const today = `${clock.now().toISOString().slice(0, 10)}T00:00:00Z`
  const verdicts = await sql.query(
    `select verdict, count(*)::int as count from cases where received_at >= $1 group by verdict`,
    [today],
  )
  const open = await sql.query<{ state: string; count: number; oldest: Date }>(
    `select state, count(*)::int as count, min(received_at) as oldest from cases
     where state not in ('done', 'failed') group by state order by state`,
  )
  const [failed] = await sql.query<{ count: number }>(
    `select count(*)::int as count from cases where state = 'failed'`,
  )
  const [mark] = await sql.query<{ value: string }>('select value from marks where name = $1', [WATCH_MARK])
  const watch = mark === undefined ? null : Watch.parse(JSON.parse(mark.value))
  const counted = z.array(VerdictCount).parse(verdicts)
  const countOf = (verdict: VerdictKind) => counted.find((row) => row.verdict === verdict)?.count ?? 0
  return {
    arrivedToday: counted.reduce((sum, { count }) => sum + count, 0),
    verdictsToday: {
      accept: countOf('accept'),
      review: countOf('review'),
      reject: countOf('reject'),
      'not-assessable': countOf('not-assessable'),
    },
    open: open.map(({ state, count, oldest }) => ({
      state: CaseState.parse(state),
      count,
      oldest: oldest.toISOString(),
    })),
    failed: failed?.count ?? 0,
    alarms: watch?.alarms ?? [],
    watchedAt: watch?.at ?? null,
  }
}

const VerdictCount = z.object({ verdict: VerdictKind.nullable(), count: z.number().int() })

/** One alarm for each producer and structure: the one that was raised first. */
export function openAlarms({ drift }: ReportModel): OpenAlarm[] {
  return grouped(drift.charts, ({ producer, structure }) => [producer, structure]).flatMap((both) => {
    const raised = both.flatMap(({ producer, structure, alarm }) =>
      alarm === null ? [] : [{ producer, structure, day: alarm.day, since: alarm.since }],
    )
    return raised.toSorted((a, b) => a.day.localeCompare(b.day)).slice(0, 1)
  })
}

export async function keepWatch(sql: Sql, at: Date, alarms: readonly OpenAlarm[]): Promise<void> {
  await sql.query(
    'insert into marks (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [WATCH_MARK, JSON.stringify({ at: at.toISOString(), alarms })],
  )
}
