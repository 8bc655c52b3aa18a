/** Prompts of judged cases, segment by segment. */
import { SegmentPrompts } from '../domain/correction.ts'
import { PlumblineError } from '../errors.ts'
import type { Sql } from '../ports.ts'

/** In place of those that the case had. */
export async function replacePrompts(
  tx: Sql,
  caseId: string,
  prompts: readonly SegmentPrompts[],
): Promise<void> {
  await tx.query('delete from prompts where case_id = $1', [caseId])
  for (const of of prompts)
    await tx.query('insert into prompts (case_id, segment_number, body) values ($1, $2, $3)', [
      caseId,
      of.segmentNumber,
      JSON.stringify(of),
    ])
}

/** Null when the segment has none. Throws PlumblineError('conflict') for a record that this version does not understand. */
export async function readPrompts(
  sql: Sql,
  caseId: string,
  segmentNumber: number,
): Promise<SegmentPrompts | null> {
  const [row] = await sql.query<{ body: unknown }>(
    'select body from prompts where case_id = $1 and segment_number = $2',
    [caseId, segmentNumber],
  )
  if (row === undefined) return null
  const result = SegmentPrompts.safeParse(row.body)
  if (result.success) return result.data
  throw new PlumblineError(
    'conflict',
    `The prompts of segment ${segmentNumber} of case ${caseId} do not fit this version.`,
    { nextStep: 'Run the version that wrote them or a newer one.', cause: result.error },
  )
}
