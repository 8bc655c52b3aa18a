/** The SQL of a report: one snapshot into two temporary tables, then counts of them. */
import { VerdictKind } from '../domain/case.ts'
import { FailureMode, Severity } from '../domain/evidence.ts'
import { z } from 'zod'
import type { Sql } from '../ports.ts'
import type { ReportWindow } from './periods.ts'
import { modelCounts, reviewRows } from './review-queries.ts'
import type { FailureCount, GroupCount, ReportRows, StreamDay, VerdictRow } from './rows.ts'

const EXAMPLES_MAX = 3
const REASONS_MAX = 10
/** A producer that an object does not name. */
const PRODUCER = `coalesce(nullif(producer, ''), 'not named')`

/** Counts everything of one report in one transaction. Only aggregates come back: no row per case. */
export function readReportRows(sql: Sql, window: ReportWindow): Promise<ReportRows> {
  return sql.transaction(async (tx) => {
    await snapshot(tx, window)
    const { failures, failureExamples } = await failureRows(tx)
    return {
      arrived: await arrivedIn(tx, window),
      cases: await verdictRows(tx, 'report_cases'),
      segments: await verdictRows(tx, 'report_segments'),
      days: await dayRows(tx),
      groups: await groupRows(tx),
      failures,
      failureExamples,
      ...(await notAssessableRows(tx)),
      times: await timeRows(tx),
      proposals: await proposalsIn(tx),
      streams: await streamRows(tx),
      bins: await binRows(tx),
      ...(await reviewRows(tx)),
      models: await modelCounts(tx, window),
    }
  })
}

/**
 * The newest verdict of every object that arrived since the history began. `part`: 'now', 'before' or 'history' (that is
 * older than both); what lies in the period before is history too.
 */
async function snapshot(tx: Sql, { historyFrom, beforeFrom, from, until }: ReportWindow): Promise<void> {
  await tx.query("set local work_mem = '64MB'")
  // `create table as` takes no parameters, so the bounds are a table of their own.
  await tx.query(
    `create temporary table report_bounds
     (history timestamptz, before timestamptz, now timestamptz, until timestamptz) on commit drop`,
  )
  await tx.query('insert into report_bounds values ($1, $2, $3, $4)', [historyFrom, beforeFrom, from, until])
  await tx.query(`create temporary table report_cases on commit drop as
    with inside as (
      select judged_cases.*,
        case when received_at >= now then 'now' when received_at >= before then 'before' else 'history' end as part,
        (received_at at time zone 'UTC')::date as day
      from judged_cases, report_bounds where received_at >= history and received_at < until)
    select * from inside as newest where not exists (
      select from inside as newer where newer.sop_instance_uid = newest.sop_instance_uid
        and (newer.received_at, newer.case_id) > (newest.received_at, newest.case_id))`)
  await tx.query('analyze report_cases')
  await tx.query(`create temporary table report_streams on commit drop as
    select row_number() over ()::int as stream, producer, structure
    from (select distinct producer, structure from judged_segments join report_cases using (case_id)
      where structure is not null) as present`)
  await tx.query(`create temporary table report_segments on commit drop as
    select case_id, position, s.verdict, s.score, received_at, day, part, stream
    from judged_segments s join report_cases using (case_id) left join report_streams using (producer, structure)`)
  await tx.query('analyze report_segments')
}

async function arrivedIn(tx: Sql, { from, until }: ReportWindow): Promise<ReportRows['arrived']> {
  const [row] = await tx.query<{ arrived: number; open: number; failed: number }>(
    `select count(*)::int as arrived, count(*) filter (where state = 'failed')::int as failed,
       count(*) filter (where verdict is null and state <> 'failed')::int as open
     from cases where received_at >= $1 and received_at < $2`,
    [from, until],
  )
  return row ?? { arrived: 0, open: 0, failed: 0 }
}

const NowAndBefore = z.enum(['now', 'before']).transform((part) => part === 'now')
const VerdictCounted = z
  .object({ part: NowAndBefore, verdict: VerdictKind, count: z.number().int() })
  .transform(({ part, ...row }): VerdictRow => ({ now: part, ...row }))

async function verdictRows(tx: Sql, table: 'report_cases' | 'report_segments'): Promise<VerdictRow[]> {
  const rows = await tx.query(
    `select part, verdict, count(*)::int as count from ${table} where part <> 'history' group by part, verdict`,
  )
  return rows.map((row) => VerdictCounted.parse(row))
}

async function dayRows(tx: Sql): Promise<ReportRows['days']> {
  const rows = await tx.query(
    `select day::text as day, verdict, count(*)::int as count from report_cases where part = 'now'
     group by day, verdict order by day`,
  )
  const Row = z.object({ day: z.string(), verdict: VerdictKind, count: z.number().int() })
  return rows.map((row) => Row.parse(row))
}

/** Column, or expression, of each grouping. */
const GROUP_COLUMNS = {
  producer: PRODUCER,
  version: `${PRODUCER} || ' ' || coalesce(nullif(producer_version, ''), '(no version)')`,
  structure: 'structure',
  modality: 'modality',
  scanner: 'scanner',
  site: 'site',
  sex: 'sex',
  'age band': 'age_band',
  'body size': 'body_size',
} as const satisfies Record<GroupCount['by'], string>

/** One reading of the segments for all groupings: what is alike in all of them first. */
async function groupRows(tx: Sql): Promise<GroupCount[]> {
  const names = Object.keys(GROUP_COLUMNS)
  const columns = Object.values(GROUP_COLUMNS).map((expression, index) => `${expression} as g${index}`)
  const all = names.map((_, index) => `g${index}`).join(', ')
  const sets = names.map((_, index) => `(part, verdict, g${index})`)
  const ofSet = names.map((name, index) => `when grouping(g${index}) = 0 then '${name}'`)
  const nameOf = names.map((_, index) => `when grouping(g${index}) = 0 then g${index}`)
  const rows = await tx.query(
    `with alike as (
       select part, s.verdict, ${columns.join(', ')}, count(*) as count
       from judged_segments s join report_cases using (case_id) where part <> 'history'
       group by part, s.verdict, ${all})
     select part, verdict, sum(count)::int as count, case ${ofSet.join(' ')} end as by, case ${nameOf.join(' ')} end as name
     from alike group by grouping sets (${sets.join(', ')})`,
  )
  const Row = z
    .object({
      part: NowAndBefore,
      verdict: VerdictKind,
      count: z.number().int(),
      by: z.custom<GroupCount['by']>((by) => typeof by === 'string' && by in GROUP_COLUMNS),
      name: z.string().nullable(),
    })
    .transform(({ part, ...row }): GroupCount => ({ now: part, ...row }))
  return rows.map((row) => Row.parse(row))
}

async function failureRows(tx: Sql): Promise<Pick<ReportRows, 'failures' | 'failureExamples'>> {
  // Once per segment and mode, by its worst severity.
  await tx.query(`create temporary table report_failures on commit drop as
    select mode, case_id, position, part, received_at,
      min(case severity when 'critical' then 1 when 'major' then 2 else 3 end) as grade
    from judged_findings join report_cases using (case_id) where part <> 'history'
    group by mode, case_id, position, part, received_at`)
  const counted = await tx.query(
    `select mode, part, case min(grade) when 1 then 'critical' when 2 then 'major' else 'minor' end as severity,
       count(*)::int as segments
     from report_failures group by mode, part`,
  )
  const Row = z
    .object({ mode: FailureMode, part: NowAndBefore, severity: Severity, segments: z.number().int() })
    .transform(({ part, ...row }): FailureCount => ({ now: part, ...row }))
  const examples = await tx.query(
    `select mode, case_id as "caseId", study_instance_uid as "studyInstanceUid", number as segment, figure from (
       select mode, case_id, position, grade,
         row_number() over (partition by mode order by grade, received_at desc, case_id, position) as place
       from report_failures where part = 'now') as ranked
     join judged_segments using (case_id, position) join report_cases using (case_id)
     where place <= $1 order by mode, place`,
    [EXAMPLES_MAX],
  )
  return {
    failures: counted.map((row) => Row.parse(row)),
    failureExamples: examples.map((row) => ExampleRow.extend({ mode: FailureMode }).parse(row)),
  }
}

const ExampleRow = z.object({
  caseId: z.string(),
  studyInstanceUid: z.string(),
  segment: z.number().int().nullable(),
  figure: z.string().nullable(),
})

/** Objects without a segment are counted by their own reason. Numbers in reasons differ from case to case: they become #. */
async function notAssessableRows(
  tx: Sql,
): Promise<Pick<ReportRows, 'notAssessable' | 'notAssessableExamples'>> {
  await tx.query(`create temporary table report_unassessed on commit drop as
    select regexp_replace(left(reason, 300), '[0-9]+', '#', 'g') as reason, case_id, study_instance_uid, number as segment,
      figure, received_at
    from (
      select s.reason, case_id, study_instance_uid, number, figure, received_at, part, s.verdict
      from judged_segments s join report_cases using (case_id)
      union all
      select reason, case_id, study_instance_uid, null, null, received_at, part, verdict from report_cases
      where not exists (select from judged_segments s where s.case_id = report_cases.case_id)) as every
    where part = 'now' and verdict = 'not-assessable'`)
  const notAssessable = await tx.query<{ reason: string; count: number }>(
    `select reason, count(*)::int as count from report_unassessed group by reason order by count desc, reason limit $1`,
    [REASONS_MAX],
  )
  const examples = await tx.query(
    `select reason, case_id as "caseId", study_instance_uid as "studyInstanceUid", segment, figure from (
       select *, row_number() over (partition by reason order by received_at desc, case_id, segment) as place
       from report_unassessed) as ranked where place <= $1`,
    [EXAMPLES_MAX],
  )
  return {
    notAssessable,
    notAssessableExamples: examples.map((row) => ExampleRow.extend({ reason: z.string() }).parse(row)),
  }
}

async function timeRows(tx: Sql): Promise<ReportRows['times']> {
  const rows = await tx.query<{ part: string; medianS: number; p90S: number; of: number }>(
    `select part, count(*)::int as of,
       (percentile_cont(0.5) within group (order by extract(epoch from decided_at - received_at)::float8)) as "medianS",
       (percentile_cont(0.9) within group (order by extract(epoch from decided_at - received_at)::float8)) as "p90S"
     from report_cases where part <> 'history' group by part`,
  )
  return rows.map(({ part, ...row }) => ({ now: part === 'now', ...row }))
}

async function proposalsIn(tx: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select coalesce(sum(proposals), 0)::int as count from report_cases where part = 'now'`,
  )
  return row?.count ?? 0
}

/** A sign per segment, in order of arrival: a year of a large department is a few megabytes. */
async function streamRows(tx: Sql): Promise<StreamDay[]> {
  return tx.query<StreamDay & Record<string, unknown>>(
    `with signs as (
       select stream, day,
         string_agg(case verdict when 'accept' then '0' else '1' end, '' order by received_at, position) as failures,
         coalesce(string_agg(score::text, '' order by received_at, position), '') as scores
       from report_segments where verdict <> 'not-assessable' and stream is not null group by stream, day)
     select ${PRODUCER} as producer, structure, day::text as day, failures, scores
     from signs join report_streams using (stream) order by producer, structure, day`,
  )
}

/** Tenths of the distribution before the period; what lies in the period by week. */
async function binRows(tx: Sql): Promise<ReportRows['bins']> {
  const [earlier] = await tx.query(`select from report_segments where part <> 'now' limit 1`)
  if (earlier === undefined) return []
  await tx.query(`create temporary table report_values on commit drop as
    select stream, evidence, value, case when part = 'now' then (date_trunc('week', day::timestamp))::date end as week
    from judged_values join report_segments using (case_id, position)
    where stream is not null and verdict <> 'not-assessable'`)
  return tx.query<ReportRows['bins'][number] & Record<string, unknown>>(
    `with tenths as (
       select stream, evidence,
         percentile_cont(array[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) within group (order by value) as cuts
       from report_values where week is null group by stream, evidence),
     binned as (
       select stream, evidence, week, width_bucket(value, cuts) as bin, count(*)::int as count
       from report_values join tenths using (stream, evidence) group by 1, 2, 3, 4)
     select ${PRODUCER} as producer, structure, evidence, week::text as week, bin, count
     from binned join report_streams using (stream)`,
  )
}
