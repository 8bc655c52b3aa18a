/** PNG files of the figures of judged cases; what they show is in the case. */
import type { DrawnFigure } from '../domain/figure.ts'
import type { Sql } from '../ports.ts'

/** In place of those that the case had. */
export async function replaceFigures(
  tx: Sql,
  caseId: string,
  figures: readonly DrawnFigure[],
): Promise<void> {
  await tx.query('delete from figures where case_id = $1', [caseId])
  for (const { figure, png } of figures)
    await tx.query('insert into figures (case_id, name, png) values ($1, $2, $3)', [caseId, figure.name, png])
}

/** Null when the case has none of this name. */
export async function readFigure(sql: Sql, caseId: string, name: string): Promise<Uint8Array | null> {
  const [row] = await sql.query<{ png: Uint8Array }>(
    'select png from figures where case_id = $1 and name = $2',
    [caseId, name],
  )
  return row?.png ?? null
}
