/** What judgements were made from, kept by digest. */
import { canonicalJson, sha256 } from '../audit/canonical.ts'
import { JudgementInputs } from '../domain/judgement-inputs.ts'
import type { Sql } from '../ports.ts'

/** Returns their digest. */
export async function keepInputs(tx: Sql, inputs: JudgementInputs): Promise<string> {
  const body = canonicalJson(inputs)
  const digest = sha256(body)
  await tx.query('insert into judgement_inputs (sha256, body) values ($1, $2) on conflict do nothing', [
    digest,
    body,
  ])
  return digest
}

/** Null when they are not kept, or are not what the digest is of. */
export async function readInputs(sql: Sql, digest: string): Promise<JudgementInputs | null> {
  const [row] = await sql.query<{ body: string }>('select body from judgement_inputs where sha256 = $1', [
    digest,
  ])
  if (row === undefined || sha256(row.body) !== digest) return null
  return JudgementInputs.parse(JSON.parse(row.body))
}
