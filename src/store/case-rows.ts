/** Rows of the tables in migrations/001_cases.sql to domain values and back. What comes out is checked. */
import { z } from 'zod'
import { CaseEventName, CaseState } from '../domain/case-state.ts'
import { Case, JUDGEMENT_KEYS, unjudged, VerdictKind } from '../domain/case.ts'
import { summarize, type CountedCases, type StudySummary } from '../domain/study-summary.ts'
import { PlumblineError } from '../errors.ts'
import type { CaseChanges, CaseEvent, NewCase, StoreItem } from '../ports.ts'

export const COLUMNS = 'id, study_instance_uid, state, received_at, updated_at, body'

export type CaseRow = {
  id: string
  study_instance_uid: string
  state: string
  received_at: Date
  updated_at: Date
  body: Record<string, unknown>
}
export type OutboxRow = {
  study_instance_uid: string
  series_instance_uid: string
  sop_instance_uid: string
  sop_class_uid: string
  bytes: Uint8Array
}
export type SummaryRow = { study_instance_uid: string; state: string; verdict: string | null; count: number }
export type EventRow = { sequence: number; case_id: string; transition: string; state: string; at: Date }

/** Throws PlumblineError('conflict') for a record that this version does not understand. */
export function caseOf(row: CaseRow): Case {
  const result = Case.safeParse({
    ...row.body,
    id: row.id,
    studyInstanceUid: row.study_instance_uid,
    state: row.state,
    receivedAt: row.received_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  })
  if (result.success) return result.data
  throw new PlumblineError('conflict', `The record of case ${row.id} does not fit this version.`, {
    nextStep: 'Run the version that wrote it or a newer one.',
    cause: result.error,
  })
}

export function storeItemOf(row: OutboxRow): StoreItem {
  return {
    studyInstanceUid: row.study_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    sopClassUid: row.sop_class_uid,
    bytes: row.bytes,
  }
}

const CountedRow = z.object({
  study_instance_uid: z.string(),
  state: CaseState,
  verdict: VerdictKind.nullable(),
  count: z.number().int(),
})

export function summariesOf(rows: readonly SummaryRow[]): StudySummary[] {
  const byStudy = new Map<string, CountedCases[]>()
  for (const row of rows) {
    const { study_instance_uid: study, ...counted } = CountedRow.parse(row)
    byStudy.set(study, [...(byStudy.get(study) ?? []), counted])
  }
  return [...byStudy].map(([study, newest]) => summarize(study, newest))
}

const EventNames = z.object({
  transition: CaseEventName,
  state: CaseState,
})

export function eventOf(row: EventRow): CaseEvent {
  return { sequence: row.sequence, caseId: row.case_id, ...EventNames.parse(row), at: row.at.toISOString() }
}

export function bodyOfNew({ object, provenance }: NewCase): string {
  const body: Omit<Case, 'id' | 'studyInstanceUid' | 'state' | 'receivedAt' | 'updatedAt'> = {
    object,
    provenance,
    ...unjudged(),
  }
  return jsonText(body)
}

/** Keys that are left out stay as they are. */
export function bodyOfChanges(changes: CaseChanges): string {
  return jsonText(Object.fromEntries(JUDGEMENT_KEYS.map((key) => [key, changes[key]])))
}

/** A judgement in the form in which it is kept and comes back. */
export function asKept(judged: Case): Case {
  return Case.parse(JSON.parse(jsonText(judged)))
}

/** jsonb refuses NUL and unpaired surrogates, which a damaged DICOM label may hold: U+FFFD instead. */
export function jsonText(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll(/[\0\p{Surrogate}]/gu, '\uFFFD') : part,
  )
}

/** A place in the list, newest first. Keyed by what the list is sorted by: new cases do not shift a page. */
const Position = z.tuple([z.iso.datetime().regex(/^[1-9]/), z.string().regex(/^[^\0]+$/)])

export const FIRST_PAGE = { receivedAt: null, id: null }

export function cursorAfter({ receivedAt, id }: Pick<Case, 'receivedAt' | 'id'>): string {
  return Buffer.from(JSON.stringify([receivedAt, id])).toString('base64url')
}

/** Throws PlumblineError('bad-request') when the cursor is none of ours. */
export function positionOf(cursor: string): { receivedAt: Date; id: string } {
  try {
    const [receivedAt, id] = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { receivedAt: new Date(receivedAt), id }
  } catch (cause) {
    throw new PlumblineError('bad-request', 'The cursor is not one that this list gave out.', { cause })
  }
}
