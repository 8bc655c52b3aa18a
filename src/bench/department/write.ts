/** Puts the synthetic department into an empty database, as a service would have left it. */
import type { Case } from '../../domain/case.ts'
import { PlumblineError } from '../../errors.ts'
import type { Sql } from '../../ports.ts'
import { SYNTHETIC_MARK } from '../../report/reports.ts'
import { simulateReviews, type SyntheticReview } from './reviews.ts'
import { simulateCases, type DepartmentOptions } from './simulate.ts'

const BATCH = 500

/** The database is migrated. Throws PlumblineError('conflict') when it holds cases: made-up ones must not mix with real ones. */
export async function writeDepartment(sql: Sql, options: DepartmentOptions): Promise<void> {
  const [held] = await sql.query('select 1 from cases limit 1')
  if (held !== undefined) {
    throw new PlumblineError(
      'conflict',
      'The database holds cases: synthetic ones are not mixed with them.',
      {
        nextStep: 'Give a folder or a database of its own.',
      },
    )
  }
  await sql.query('insert into marks (name, value) values ($1, $2)', [
    SYNTHETIC_MARK,
    `department, seed ${options.seed}, ${options.cases} cases`,
  ])
  for (const cases of batches(simulateCases(options))) {
    await insertCases(sql, cases)
    await sql.query('select keep_judged($1)', [cases.map(({ id }) => id)])
  }
  for (const reviews of batches(simulateReviews(simulateCases(options), options.seed)))
    await insertReviews(sql, reviews)
}

async function insertCases(sql: Sql, cases: readonly Case[]): Promise<void> {
  await sql.query(
    `insert into cases (id, study_instance_uid, state, received_at, updated_at, body)
     select item ->> 'id', item ->> 'studyInstanceUid', item ->> 'state', (item ->> 'receivedAt')::timestamptz,
       (item ->> 'updatedAt')::timestamptz, item - '{id,studyInstanceUid,state,receivedAt,updatedAt}'::text[]
     from jsonb_array_elements($1::jsonb) as listed (item)`,
    [JSON.stringify(cases)],
  )
}

async function insertReviews(sql: Sql, reviews: readonly SyntheticReview[]): Promise<void> {
  await sql.query(
    `insert into reviews (id, sign_off_id, case_id, segment_number, reader_id, reviewed_at, body)
     select item ->> 'id', item ->> 'signOffId', item ->> 'caseId', (item ->> 'segment')::integer, item #>> '{reader,id}',
       (item ->> 'reviewedAt')::timestamptz, item
     from jsonb_array_elements($1::jsonb) as listed (item)`,
    [JSON.stringify(reviews)],
  )
  // Signed already: a service that finds this database must not try to.
  await sql.query(
    `insert into review_reports (sign_off_id, sop_class_uid, series_instance_uid, sop_instance_uid, signed_at)
     select distinct item ->> 'signOffId', '1.2.840.10008.5.1.4.1.1.88.34', '2.25.99999.1', '2.25.99999.2',
       (item ->> 'reviewedAt')::timestamptz
     from jsonb_array_elements($1::jsonb) as listed (item) on conflict do nothing`,
    [JSON.stringify(reviews)],
  )
}

function* batches<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
