/** What people said of the cases of a report (reviews of 008_reviews.sql), and what language models cost. */
import { z } from 'zod'
import { VerdictKind } from '../domain/case.ts'
import { Score } from '../domain/opinion.ts'
import { ReviewReason } from '../domain/review.ts'
import type { Sql } from '../ports.ts'
import type { ReportWindow } from './periods.ts'
import type { ModelCount, ReportRows } from './rows.ts'

const ReviewRow = z.object({
  reader: z.string(),
  machine: VerdictKind,
  score: Score.nullable(),
  verdict: z.enum(['accept', 'reject']),
  reason: ReviewReason.nullable(),
  count: z.number().int(),
})

/** Of cases that arrived in the period, whenever they were reviewed. The newest opinion of a reader on a segment counts. */
export async function reviewRows(
  tx: Sql,
): Promise<Pick<ReportRows, 'reviews' | 'readerPairs' | 'reviewMedianS' | 'decisions'>> {
  await tx.query(`create temporary table report_reviews on commit drop as
    select case_key, segment, reader_id, reader ->> 'name' as reader, machine ->> 'verdict' as machine,
      (machine ->> 'score')::int as score, verdict, reason, "elapsedMs" as elapsed_ms
    from (
      select distinct on (case_key, segment_number, reader_id) case_key, coalesce(segment_number::text, '') as segment,
        reader_id, body
      from reviews join judged_cases using (case_id) join report_cases using (case_key) where part = 'now'
      order by case_key, segment_number, reader_id, sequence desc) as newest,
    jsonb_to_record(body) as said (reader jsonb, machine jsonb, verdict text, reason text, "elapsedMs" float8)`)
  const rows = await tx.query(
    `select reader, machine, score, verdict, reason, count(*)::int as count from report_reviews
     group by reader, machine, score, verdict, reason`,
  )
  const [pairs] = await tx.query<{ same: number; of: number }>(
    `select count(*) filter (where a.verdict = b.verdict)::int as same, count(*)::int as of
     from report_reviews a join report_reviews b using (case_key, segment) where a.reader_id < b.reader_id`,
  )
  const [decided] = await tx.query<{ taken: number; kept: number }>(
    `with last_words as (
       select distinct on (case_key, segment_number, reader_id) case_key, segment_number, body ->> 'correction' as correction
       from reviews join judged_cases using (case_id) join report_cases using (case_key)
       where part = 'now' and body ->> 'correction' is not null
       order by case_key, segment_number, reader_id, sequence desc),
     decisions as (
       select bool_or(correction = 'taken') as taken from last_words group by case_key, segment_number)
     select count(*) filter (where taken)::int as taken, count(*) filter (where not taken)::int as kept from decisions`,
  )
  const [time] = await tx.query<{ median: number | null }>(
    'select percentile_cont(0.5) within group (order by elapsed_ms / 1000) as median from report_reviews',
  )
  return {
    reviews: rows.map((row) => ReviewRow.parse(row)),
    readerPairs: pairs ?? { same: 0, of: 0 },
    reviewMedianS: time?.median ?? null,
    decisions: decided ?? { taken: 0, kept: 0 },
  }
}

export async function modelCounts(tx: Sql, { from, until }: ReportWindow): Promise<ModelCount[]> {
  return tx.query<ModelCount & Record<string, unknown>>(
    `select model, outcome, sum(calls)::int as calls, sum(input_tokens)::float8 as "inputTokens",
       sum(output_tokens)::float8 as "outputTokens", sum(usd) as usd, sum(unpriced)::int as unpriced,
       sum(duration_ms)::float8 as "durationMs", max(duration_ms_max) as "durationMsMax"
     from model_calls where day >= $1::date and day < $2::date group by model, outcome order by model, outcome`,
    [from.toISOString().slice(0, 10), until.toISOString().slice(0, 10)],
  )
}
