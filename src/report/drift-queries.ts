/** What the watch over producers needs, from the snapshot of queries.ts. */
import type { Sql } from '../ports.ts'
import type { ReportRows, StreamDay } from './rows.ts'

const STREAMS = '(select distinct stream, producer, structure from report_groups) as streams'

/** Score (0: none) and whether it is accepted, as one letter from @ on. */
const SIGN = `chr(64 + 2 * coalesce(score, 0) + case verdict when 'accept' then 0 else 1 end)`

/** One letter per segment, in order of arrival: a year of a large department is a few megabytes. */
export async function streamRows(tx: Sql): Promise<StreamDay[]> {
  const rows = await tx.query<Omit<StreamDay, 'failures' | 'scores'> & { signs: string }>(
    `with days as (
       select stream, day, string_agg(${SIGN}, '' order by received_at, case_key, position) as signs
       from report_segments where verdict <> 'not-assessable' and stream is not null group by stream, day)
     select producer, structure, day::text as day, signs from days join ${STREAMS} using (stream) order by stream, day`,
  )
  return rows.map(({ signs, ...row }) => {
    const codes = Array.from(signs, (sign) => sign.charCodeAt(0) - 64)
    return {
      ...row,
      failures: codes.map((code) => code % 2).join(''),
      scores: codes.map((code) => (code < 2 ? '' : code >> 1)).join(''),
    }
  })
}

/** Columns of what is watched, and what they are called. */
const WATCHED = {
  volume: 'volume',
  mean_value: 'mean value',
  craniocaudal_extent: 'craniocaudal extent',
  elongation: 'elongation',
} as const

/** Tenths of the distribution before the period; what lies in the period by week. */
export async function binRows(tx: Sql): Promise<ReportRows['bins']> {
  const [earlier] = await tx.query(`select from report_segments where part <> 'now' limit 1`)
  if (earlier === undefined) return []
  const cuts = Object.keys(WATCHED).map(
    (column) =>
      `percentile_cont(array[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) within group (order by ${column}) as ${column}_cuts`,
  )
  const binned = Object.entries(WATCHED).map(
    ([column, evidence]) =>
      `select stream, '${evidence}' as evidence, case when part = 'now' then day end as day,
         width_bucket(${column}, ${column}_cuts) as bin, count(*) as count
       from report_segments join tenths using (stream)
       where verdict <> 'not-assessable' and ${column} is not null and ${column}_cuts is not null group by 1, 2, 3, 4`,
  )
  return tx.query<ReportRows['bins'][number] & Record<string, unknown>>(
    `with tenths as (
       select stream, ${cuts.join(', ')} from report_segments
       where part <> 'now' and stream is not null and verdict <> 'not-assessable' group by stream),
     binned as (${binned.join(' union all ')})
     select producer, structure, evidence, date_trunc('week', day::timestamp)::date::text as week, bin,
       sum(count)::int as count
     from binned join ${STREAMS} using (stream) group by 1, 2, 3, 4, 5`,
  )
}
