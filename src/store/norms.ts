/** The site's own norms: values of accepted segments in, medians out. */
import type { Judgement } from '../domain/case.ts'
import { NORM_EVIDENCE, type LocalNorm } from '../domain/local-norm.ts'
import type { Sql } from '../ports.ts'

/** Only the newest count, so that a norm follows a change of scanners or protocols. */
const NEWEST_MAX = 500
/** Fewer cases are no norm. */
const CASES_MIN = 30

/**
 * Learns from a judged object: what it taught before is forgotten, so that judging it again counts once and an
 * accepted segment that is rejected later no longer counts.
 */
export async function learnNorms(
  tx: Sql,
  { object, sourceSeries, segments }: Pick<Judgement, 'object' | 'sourceSeries' | 'segments'>,
  at: Date,
): Promise<void> {
  await tx.query('delete from norm_values where sop_instance_uid = $1', [object.sopInstanceUid])
  if (sourceSeries === null) return
  for (const { number, structure, laterality, verdict, evidence } of segments) {
    if (verdict !== 'accept' || structure === null) continue
    const side = laterality === 'left' || laterality === 'right' ? laterality : ''
    for (const { name, unit, value } of evidence.filter((item) => NORM_EVIDENCE.includes(item.name))) {
      await tx.query(
        `insert into norm_values
         (sop_instance_uid, segment_number, structure, side, modality, evidence, unit, value, accepted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
        [object.sopInstanceUid, number, structure, side, sourceSeries.modality, name, unit, value, at],
      )
    }
  }
}

/** Medians and deviations for structures that enough accepted cases show on this modality. */
export async function readNorms(
  sql: Sql,
  modality: string,
  structures: readonly string[],
): Promise<LocalNorm[]> {
  const rows = await sql.query<Omit<LocalNorm, 'side'> & { side: 'left' | 'right' | '' }>(
    `with newest as (
       select *, row_number() over (
         partition by structure, side, evidence, unit
         order by accepted_at desc, sop_instance_uid, segment_number) as position
       from norm_values where modality = $1 and structure = any($2::text[])),
     medians as (
       select structure, side, evidence, unit, count(*)::int4 as count,
         percentile_cont(0.5) within group (order by value) as median
       from newest where position <= $3
       group by structure, side, evidence, unit having count(*) >= $4)
     select structure, side, evidence, unit, count, median,
       percentile_cont(0.5) within group (order by abs(value - median)) as mad
     from medians join newest using (structure, side, evidence, unit)
     where position <= $3 group by structure, side, evidence, unit, count, median
     order by structure, side, evidence, unit`,
    [modality, [...structures], NEWEST_MAX, CASES_MIN],
  )
  return rows.map(({ side, ...norm }) => ({ ...norm, side: side === '' ? null : side }))
}
