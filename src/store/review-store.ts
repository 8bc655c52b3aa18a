/** The record of reviews on PostgreSQL or PGlite. Rows are added; the database itself refuses to change or remove one. */
import type { ReportRef } from '../domain/case.ts'
import { Review } from '../domain/review.ts'
import { PlumblineError } from '../errors.ts'
import type { Clock, GivenReview, ReviewStore, Sql } from '../ports.ts'
import { recordReviews, recordSigned, recordUnsignable } from './case-audit.ts'
import { jsonText } from './case-rows.ts'
import { recordEvent } from './events.ts'

type ReviewRow = {
  sequence: number
  sign_off_id: string
  body: Record<string, unknown>
  sop_class_uid: string | null
  series_instance_uid: string | null
  sop_instance_uid: string | null
  unsigned: string | null
}
type CaseKey = { id: string; state: string }

const SELECT = `select sequence, sign_off_id, body, sop_class_uid, series_instance_uid, sop_instance_uid, reason as unsigned
  from reviews left join review_reports using (sign_off_id) left join review_unsigned using (sign_off_id)`
/** The most rows that one call returns. */
const LIMIT_MAX = 10_000

/** The database must be migrated (migrate.ts). */
export function createReviewStore(sql: Sql, clock: Clock): ReviewStore {
  return {
    add: (reviews) =>
      sql.transaction(async (tx) => {
        const ids = reviews.map(({ id }) => id)
        const added: GivenReview[] = []
        for (const review of reviews) if (await insert(tx, review)) added.push(review)
        const caseId = added[0]?.caseId
        if (caseId !== undefined) {
          const now = clock.now()
          await recordEvent(tx, await caseKey(tx, caseId), 'review', now)
          await recordReviews(tx, added, now)
        }
        return reviewsOf(
          await tx.query<ReviewRow>(`${SELECT} where id = any($1::text[]) order by sequence`, [ids]),
        )
      }),

    async ofCase(caseId) {
      return reviewsOf(await sql.query<ReviewRow>(`${SELECT} where case_id = $1 order by sequence`, [caseId]))
    },

    async given({ from, to, limit, after = 0 }) {
      requireLimit(limit)
      // Paged by the order of arrival: what is added while somebody pages comes last.
      const rows = await sql.query<ReviewRow>(
        `${SELECT} where reviewed_at >= $1 and reviewed_at < $2 and sequence > $3 order by sequence limit $4`,
        [from, to, after, limit + 1],
      )
      const page = rows.slice(0, limit)
      return { reviews: reviewsOf(page), next: rows.length > limit ? (page.at(-1)?.sequence ?? null) : null }
    },

    async unsigned(caseId) {
      const rows = await sql.query<ReviewRow>(
        `${SELECT} where case_id = $1 and sop_instance_uid is null and reason is null order by sequence`,
        [caseId],
      )
      const bySignOff = new Map<string, GivenReview[]>()
      for (const { report: _none, unsigned: _neither, ...given } of reviewsOf(rows))
        bySignOff.set(given.signOffId, [...(bySignOff.get(given.signOffId) ?? []), given])
      return [...bySignOff.values()]
    },

    signed: (signOffId, { sopClassUid, seriesInstanceUid, sopInstanceUid }, sha256) =>
      sql.transaction(async (tx) => {
        const now = clock.now()
        const added = await tx.query(
          `insert into review_reports (sign_off_id, sop_class_uid, series_instance_uid, sop_instance_uid, signed_at)
           values ($1, $2, $3, $4, $5) on conflict do nothing returning sign_off_id`,
          [signOffId, sopClassUid, seriesInstanceUid, sopInstanceUid, now],
        )
        if (added.length === 0) return
        const found = await caseOfSignOff(tx, signOffId)
        await recordEvent(tx, found, 'sign', now)
        await recordSigned(tx, found.id, { sopClassUid, sopInstanceUid, sha256 }, now)
      }),

    unsignable: (signOffId, reason) =>
      sql.transaction(async (tx) => {
        const now = clock.now()
        const added = await tx.query(
          `insert into review_unsigned (sign_off_id, reason, ended_at) values ($1, $2, $3)
           on conflict do nothing returning sign_off_id`,
          [signOffId, reason, now],
        )
        if (added.length === 0) return
        const { id } = await caseOfSignOff(tx, signOffId)
        await recordUnsignable(tx, { caseId: id, signOff: signOffId, reason }, now)
      }),

    async casesToSign(givenBefore, limit) {
      requireLimit(limit)
      const rows = await sql.query<{ case_id: string }>(
        `select case_id from reviews left join review_reports using (sign_off_id) left join review_unsigned using (sign_off_id)
         where sop_instance_uid is null and reason is null and reviewed_at < $1 group by case_id order by min(sequence) limit $2`,
        [givenBefore, limit],
      )
      return rows.map((row) => row.case_id)
    },
  }
}

/** False: it was there. */
async function insert(tx: Sql, review: GivenReview): Promise<boolean> {
  const { id, signOffId, caseId, segment, reader, reviewedAt } = review
  const added = await tx.query(
    `insert into reviews (id, sign_off_id, case_id, segment_number, reader_id, reviewed_at, body)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id`,
    [id, signOffId, caseId, segment, reader.id, new Date(reviewedAt), jsonText(review)],
  )
  return added.length > 0
}

async function caseOfSignOff(tx: Sql, signOffId: string): Promise<CaseKey> {
  const [row] = await tx.query<{ case_id: string }>(
    'select case_id from reviews where sign_off_id = $1 limit 1',
    [signOffId],
  )
  return caseKey(tx, row?.case_id ?? '')
}

async function caseKey(tx: Sql, caseId: string): Promise<CaseKey> {
  const [found] = await tx.query<CaseKey>('select id, state from cases where id = $1', [caseId])
  if (found === undefined) throw new PlumblineError('not-found', `There is no case ${caseId}.`)
  return found
}

/** Throws PlumblineError('conflict') for a record that this version does not understand. */
function reviewsOf(rows: readonly ReviewRow[]): Review[] {
  return rows.map((row) => {
    const report = reportOf(row)
    const result = Review.safeParse({
      ...row.body,
      report,
      ...(row.unsigned !== null && { unsigned: row.unsigned }),
    })
    if (result.success) return result.data
    throw new PlumblineError('conflict', 'The record of a review does not fit this version.', {
      nextStep: 'Run the version that wrote it or a newer one.',
      cause: result.error,
    })
  })
}

function reportOf({ sop_class_uid, series_instance_uid, sop_instance_uid }: ReviewRow): ReportRef | null {
  if (sop_class_uid === null || series_instance_uid === null || sop_instance_uid === null) return null
  return {
    kind: 'SR',
    sopClassUid: sop_class_uid,
    seriesInstanceUid: series_instance_uid,
    sopInstanceUid: sop_instance_uid,
  }
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return
  throw new PlumblineError('bad-request', `A limit is a whole number from 1 to ${LIMIT_MAX}.`)
}
