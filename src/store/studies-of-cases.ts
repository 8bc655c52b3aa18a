import type { Sql } from '../ports.ts'

/** Study Instance UID by the id of the case; cases that the record does not know are left out. */
export async function studiesOfCases(sql: Sql, caseIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ id: string; study: string }>(
    'select id, study_instance_uid as study from cases where id = any($1::text[])',
    [[...new Set(caseIds)]],
  )
  return new Map(rows.map(({ id, study }) => [id, study]))
}
