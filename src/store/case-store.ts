/** The record of cases on PostgreSQL or PGlite. Every change is one transaction: the case, its outbox, its error masks and figures, its event. */
import { CASE_TRANSITIONS, type CaseTransition } from '../domain/case-state.ts'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import type { CaseChanges, CaseEvent, CaseStore, Clock, JudgedFrom, Sql, StoreItem } from '../ports.ts'
import {
  bodyOfChanges,
  bodyOfNew,
  caseOf,
  COLUMNS,
  cursorAfter,
  eventOf,
  FIRST_PAGE,
  positionOf,
  storeItemOf,
  summariesOf,
  type CaseRow,
  type EventRow,
  type OutboxRow,
  type SummaryRow,
} from './case-rows.ts'
import { recordChange, recordPublication } from './case-audit.ts'
import { packErrorMasks, readErrorMask, replaceErrorMasks } from './error-masks.ts'
import { readFigure, replaceFigures } from './figures.ts'
import { learnNorms, readNorms } from './norms.ts'
import { readPrompts, replacePrompts } from './prompts.ts'

/** The most cases or events that one call returns. */
const LIMIT_MAX = 1000
const EDGES = new Map(CASE_TRANSITIONS.map((edge) => [edge.name, edge]))

/** The database must be migrated (migrate.ts). Times are the clock's, not the database's. */
export function createCaseStore(sql: Sql, clock: Clock): CaseStore {
  return {
    receive: (newCase) =>
      sql.transaction(async (tx) => {
        const { id, studyInstanceUid } = newCase
        const now = clock.now()
        const [created] = await tx.query<CaseRow>(
          `insert into cases (id, study_instance_uid, state, received_at, updated_at, body)
           values ($1, $2, 'received', $3, $3, $4) on conflict (id) do nothing returning ${COLUMNS}`,
          [id, studyInstanceUid, now, bodyOfNew(newCase)],
        )
        if (created === undefined) return { created: false, case: await existing(tx, id) }
        const received = caseOf(created)
        await recordChange(tx, received, 'receive', now)
        return { created: true, case: received }
      }),

    get: (id) => find(sql, id),

    async list({ limit, cursor, ...filter }) {
      requireLimit(limit)
      const columns = [
        ['study_instance_uid', filter.studyInstanceUid],
        ['state', filter.state],
        ['verdict', filter.verdict],
      ] as const
      const after = cursor === undefined ? FIRST_PAGE : positionOf(cursor)
      const parameters: unknown[] = [after.receivedAt, after.id, limit + 1]
      const conditions = ['($1::timestamptz is null or (received_at, id) < ($1::timestamptz, $2::text))']
      for (const [column, value] of columns) {
        if (value === undefined) continue
        conditions.push(value === null ? `${column} is null` : `${column} = $${parameters.push(value)}`)
      }
      const rows = await sql.query<CaseRow>(
        `select ${COLUMNS} from cases where ${conditions.join(' and ')} order by received_at desc, id desc limit $3`,
        parameters,
      )
      const cases = rows.slice(0, limit).map(caseOf)
      const last = cases.at(-1)
      return { cases, nextCursor: rows.length > limit && last !== undefined ? cursorAfter(last) : null }
    },

    async summaries(studyInstanceUids) {
      const rows = await sql.query<SummaryRow>(
        `select study_instance_uid, state, verdict, count(*)::int as count from (
           select distinct on (study_instance_uid, body #>> '{object,sopInstanceUid}') study_instance_uid, state, verdict
           from cases where study_instance_uid = any($1::text[])
           order by study_instance_uid, body #>> '{object,sopInstanceUid}', received_at desc, id desc
         ) as newest group by study_instance_uid, state, verdict`,
        [[...studyInstanceUids]],
      )
      return summariesOf(rows)
    },

    transition: (id, name, changes = {}) => sql.transaction((tx) => transitionInside(tx, id, name, changes)),

    async judged(id, changes, { outbox, errorMasks = [], figures = [], prompts = [], from = null }) {
      const packed = await packErrorMasks(errorMasks)
      return sql.transaction(async (tx) => {
        const judged = await transitionInside(tx, id, 'judge', changes, from)
        await replaceOutbox(tx, id, outbox)
        await replaceErrorMasks(tx, id, packed)
        await replaceFigures(tx, id, figures)
        await replacePrompts(tx, id, prompts)
        await learnNorms(tx, judged, clock.now())
        // What reports count (migrations/011_report_columns.sql).
        await tx.query('select keep_judged($1)', [[id]])
        return judged
      })
    },

    errorMask: (id, segmentNumber) => readErrorMask(sql, id, segmentNumber),

    figure: (id, name) => readFigure(sql, id, name),

    prompts: (id, segmentNumber) => readPrompts(sql, id, segmentNumber),

    async outbox(id) {
      const rows = await sql.query<OutboxRow>('select * from outbox where case_id = $1 order by position', [
        id,
      ])
      return rows.map(storeItemOf)
    },

    published: (id) =>
      sql.transaction(async (tx) => {
        const published = await transitionInside(tx, id, 'publish', {})
        await recordPublication(tx, id, clock.now())
        await replaceOutbox(tx, id, [])
        return published
      }),

    async stale(states, unchangedSince, limit) {
      requireLimit(limit)
      const rows = await sql.query<CaseRow>(
        `select ${COLUMNS} from cases where state = any($1::text[]) and updated_at < $2
         order by updated_at, id limit $3`,
        [[...states], unchangedSince, limit],
      )
      return rows.map(caseOf)
    },

    async holding(studyInstanceUid, seriesInstanceUid) {
      const rows = await sql.query<{ id: string }>(
        `select id from cases where study_instance_uid = $1 and ($2::text is null
           or body #>> '{object,seriesInstanceUid}' = $2
           or body -> 'reports' @> jsonb_build_array(jsonb_build_object('seriesInstanceUid', $2::text))
           or exists (select from reviews join review_reports using (sign_off_id)
             where case_id = cases.id and series_instance_uid = $2))
         order by received_at, id`,
        [studyInstanceUid, seriesInstanceUid],
      )
      return rows.map(({ id }) => id)
    },

    async waitingInStudy(studyInstanceUid) {
      const rows = await sql.query<{ id: string }>(
        `select id from cases where study_instance_uid = $1 and state = 'waiting-for-images' order by received_at, id`,
        [studyInstanceUid],
      )
      return rows.map(({ id }) => id)
    },

    localNorms: (modality, structures) => readNorms(sql, modality, structures),

    async getMark(name) {
      const [row] = await sql.query<{ value: string }>('select value from marks where name = $1', [name])
      return row?.value ?? null
    },

    async setMark(name, value) {
      await sql.query(
        'insert into marks (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
        [name, value],
      )
    },

    async eventsSince(sequence, limit): Promise<CaseEvent[]> {
      requireLimit(limit)
      const rows = await sql.query<EventRow>(
        'select sequence, case_id, transition, state, at from events where sequence > $1 order by sequence limit $2',
        [sequence, limit],
      )
      return rows.map(eventOf)
    },

    async lastSequence() {
      const [row] = await sql.query<{ last: number }>('select coalesce(max(sequence), 0) as last from events')
      return row?.last ?? 0
    },
  }

  /** The state is compared and changed by one statement: of two that try the same edge, one finds it taken. */
  async function transitionInside(
    tx: Sql,
    id: string,
    name: CaseTransition,
    changes: CaseChanges,
    from: JudgedFrom | null = null,
  ): Promise<Case> {
    const edge = EDGES.get(name)
    if (edge === undefined)
      throw new PlumblineError('illegal-transition', `A case knows no transition ${name}.`)
    const now = clock.now()
    const [changed] = await tx.query<CaseRow>(
      `update cases set state = $3, updated_at = $4, body = body || $5::jsonb
       where id = $1 and state = $2 returning ${COLUMNS}`,
      [id, edge.from, edge.to, now, bodyOfChanges(changes)],
    )
    if (changed === undefined) {
      const { state } = await existing(tx, id)
      throw new PlumblineError(
        'illegal-transition',
        `Case ${id} is ${state}; ${name} leads from ${edge.from} to ${edge.to} only.`,
      )
    }
    const result = caseOf(changed)
    await recordChange(tx, result, name, now, from)
    return result
  }
}

async function replaceOutbox(tx: Sql, caseId: string, items: readonly StoreItem[]): Promise<void> {
  await tx.query('delete from outbox where case_id = $1', [caseId])
  for (const [position, item] of items.entries()) {
    await tx.query(
      `insert into outbox
       (case_id, position, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid, bytes)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        caseId,
        position,
        item.studyInstanceUid,
        item.seriesInstanceUid,
        item.sopInstanceUid,
        item.sopClassUid,
        item.bytes,
      ],
    )
  }
}

async function find(sql: Sql, id: string): Promise<Case | null> {
  const [row] = await sql.query<CaseRow>(`select ${COLUMNS} from cases where id = $1`, [id])
  return row === undefined ? null : caseOf(row)
}

async function existing(sql: Sql, id: string): Promise<Case> {
  const found = await find(sql, id)
  if (found === null) throw new PlumblineError('not-found', `There is no case ${id}.`)
  return found
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return
  throw new PlumblineError('bad-request', `A limit is a whole number from 1 to ${LIMIT_MAX}.`)
}
