/** The SQL of a report: one snapshot into two temporary tables, then counts of them. */
import { VerdictKind } from '../domain/case.ts'
import { FailureMode, Severity } from '../domain/evidence.ts'
import { z } from 'zod'
import type { Sql } from '../ports.ts'
import { binRows, streamRows } from './drift-queries.ts'
import type { ReportWindow } from './periods.ts'
import { modelCounts, reviewRows } from './review-queries.ts'
import type { FailureCount, GroupCount, ReportRows, VerdictRow } from './rows.ts'

const EXAMPLES_MAX = 3
const REASONS_MAX = 10

/** Counts everything of one report in one transaction. Only aggregates come back: no row per case. */
export function readReportRows(sql: Sql, window: ReportWindow): Promise<ReportRows> {
  return sql.transaction(async (tx) => {
    await snapshot(tx, window)
    const { failures, failureExamples } = await failureRows(tx)
    return {
      arrived: await arrivedIn(tx, window),
      cases: await verdictRows(
        tx,
        `select part, verdict, count(*)::int as count from report_cases where part <> 'history' group by part, verdict`,
      ),
      segments: await verdictRows(
        tx,
        'select part, verdict, sum(count)::int as count from report_alike group by part, verdict',
      ),
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

/** Cases of the window, $1 to $4 its midnights, by their index over arrivals. */
export const CASES_IN_WINDOW = `
  select case_key, received_at, decided_at, (received_at at time zone 'UTC')::date as day,
    case when received_at >= $3 then 'now' when received_at >= $2 then 'before' else 'history' end as part,
    verdict, proposals
  from judged_cases
  where received_at >= $1 and received_at < $4 and (superseded_at is null or superseded_at >= $4)`

/**
 * The newest verdict of every object that arrived since the history began. `part`: 'now', 'before' or 'history' (that is
 * older than both); what lies in the period before is history too. `stream`: of one producer and structure.
 */
async function snapshot(tx: Sql, { historyFrom, beforeFrom, from, until }: ReportWindow): Promise<void> {
  // Compiling statements takes longer than they do.
  await tx.query('set local jit = off')
  await tx.query("set local work_mem = '64MB'")
  await tx.query(`create temporary table report_cases (case_key integer, received_at timestamptz, decided_at timestamptz,
    day date, part text, verdict text, proposals integer) on commit drop`)
  await tx.query(`insert into report_cases ${CASES_IN_WINDOW}`, [historyFrom, beforeFrom, from, until])
  await tx.query('analyze report_cases (case_key, part)')
  await tx.query(`create temporary table report_groups on commit drop as
    select group_id, coalesce(nullif(producer, ''), 'not named') as producer, structure,
      case when structure <> '' then dense_rank() over (order by producer, structure)::int end as stream
    from judged_groups`)
  await tx.query('analyze report_groups')
  await tx.query(`create temporary table report_segments on commit drop as
    select case_key, position, part, day, received_at, s.verdict, score, group_id, stream,
      volume, mean_value, craniocaudal_extent, elongation
    from judged_segments s join report_cases using (case_key) join report_groups using (group_id)`)
  await tx.query('analyze report_segments (case_key, stream)')
  await tx.query(`create temporary table report_alike on commit drop as
    select part, verdict, group_id, count(*)::int as count from report_segments where part <> 'history' group by 1, 2, 3`)
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

async function verdictRows(tx: Sql, query: string): Promise<VerdictRow[]> {
  return (await tx.query(query)).map((row) => VerdictCounted.parse(row))
}

async function dayRows(tx: Sql): Promise<ReportRows['days']> {
  const rows = await tx.query(
    `select day::text as day, verdict, count(*)::int as count from report_cases where part = 'now'
     group by day, verdict order by day`,
  )
  const Row = z.object({ day: z.string(), verdict: VerdictKind, count: z.number().int() })
  return rows.map((row) => Row.parse(row))
}

/** Column, or expression, of each grouping; '' is not known. */
const GROUP_COLUMNS = {
  producer: 'report_groups.producer',
  version: `report_groups.producer || ' ' || coalesce(nullif(producer_version, ''), '(no version)')`,
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
  const sets = names.map((_, index) => `(part, verdict, g${index})`)
  const ofSet = names.map((name, index) => `when grouping(g${index}) = 0 then '${name}'`)
  const nameOf = names.map((_, index) => `when grouping(g${index}) = 0 then nullif(g${index}, '')`)
  const rows = await tx.query(
    `with named as (
       select part, verdict, count, ${columns.join(', ')}
       from report_alike join report_groups using (group_id) join judged_groups using (group_id, structure))
     select part, verdict, sum(count)::int as count, case ${ofSet.join(' ')} end as by, case ${nameOf.join(' ')} end as name
     from named group by grouping sets (${sets.join(', ')})`,
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
    select mode, case_key, position, part, received_at,
      min(case severity when 'critical' then 1 when 'major' then 2 else 3 end) as grade
    from judged_findings join report_segments using (case_key, position) where part <> 'history'
    group by mode, case_key, position, part, received_at`)
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
       select mode, case_key, position,
         row_number() over (partition by mode order by grade, received_at desc, case_key, position) as place
       from report_failures where part = 'now') as ranked
     join judged_segments using (case_key, position) join judged_cases using (case_key)
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
    select regexp_replace(left(reason, 300), '[0-9]+', '#', 'g') as reason, case_key, segment, figure, received_at from (
      select s.reason, case_key, number as segment, figure, received_at
      from report_segments r join judged_segments s using (case_key, position)
      where part = 'now' and r.verdict = 'not-assessable'
      union all
      select reason, case_key, null, null, r.received_at from report_cases r join judged_cases using (case_key)
      where part = 'now' and r.verdict = 'not-assessable'
        and not exists (select from judged_segments s where s.case_key = r.case_key)) as every`)
  const notAssessable = await tx.query<{ reason: string; count: number }>(
    `select reason, count(*)::int as count from report_unassessed group by reason order by count desc, reason limit $1`,
    [REASONS_MAX],
  )
  const examples = await tx.query(
    `select ranked.reason, case_id as "caseId", study_instance_uid as "studyInstanceUid", segment, figure from (
       select *, row_number() over (partition by reason order by received_at desc, case_key, segment) as place
       from report_unassessed) as ranked join judged_cases using (case_key) where place <= $1`,
    [EXAMPLES_MAX],
  )
  return {
    notAssessable,
    notAssessableExamples: examples.map((row) => ExampleRow.extend({ reason: z.string() }).parse(row)),
  }
}

async function timeRows(tx: Sql): Promise<ReportRows['times']> {
  const rows = await tx.query<{ part: string; medianS: number; p90S: number; of: number }>(
    `select part, of, quantiles[1] as "medianS", quantiles[2] as "p90S" from (
       select part, count(*)::int as of, percentile_cont(array[0.5, 0.9]) within group
         (order by extract(epoch from decided_at - received_at)::float8) as quantiles
       from report_cases where part <> 'history' group by part) as counted`,
  )
  return rows.map(({ part, ...row }) => ({ now: part === 'now', ...row }))
}

async function proposalsIn(tx: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select coalesce(sum(proposals), 0)::int as count from report_cases where part = 'now'`,
  )
  return row?.count ?? 0
}
