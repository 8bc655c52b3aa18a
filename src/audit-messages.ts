/** The audit log as messages of DICOM PS3.15 A.5: into a file, or to an audit record repository. */
import { hostname } from 'node:os'
import { atnaMessage, type AtnaContext } from './audit/atna.ts'
import type { Link } from './audit/chain.ts'
import type { Config } from './config.ts'
import { AuditEvent } from './domain/audit-event.ts'
import type { Sql } from './ports.ts'
import { readAudit, type AuditSpan } from './store/audit-log.ts'
import { studiesOfCases } from './store/studies-of-cases.ts'

/** Events whose studies are looked up at a time. */
const BATCH = 500

export interface AuditMessage {
  readonly link: Link
  readonly at: string
  /** XML without a declaration. */
  readonly text: string
}

/** In the order of the log. */
export async function* auditMessages(
  sql: Sql,
  { audit }: Pick<Config, 'audit'>,
  span: AuditSpan,
): AsyncGenerator<AuditMessage> {
  for await (const links of inBatches(readAudit(sql, span))) {
    const events = links.map((link) => ({ link, event: AuditEvent.parse(JSON.parse(link.body)) }))
    const studies = await studiesOfCases(
      sql,
      events.flatMap(({ event }) => casesOf(event)),
    )
    const context: AtnaContext = {
      sourceId: hostname(),
      site: audit.site,
      studyOf: (caseId) => studies.get(caseId) ?? null,
    }
    for (const { link, event } of events)
      yield { link, at: event.at, text: atnaMessage(link, event, context) }
  }
}

function casesOf(event: AuditEvent): readonly string[] {
  if (event.kind === 'accessed') return event.cases
  return 'caseId' in event ? [event.caseId] : []
}

async function* inBatches(links: AsyncIterable<Link>): AsyncGenerator<Link[]> {
  let batch: Link[] = []
  for await (const link of links) {
    batch.push(link)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
