/** The audit log as a table. Written in the transaction of what it tells of; never changed (migration 009 sees to that). */
import { EMPTY_HEAD, linkAfter, type Anchor, type Link } from '../audit/chain.ts'
import { retentionFloorOf } from '../audit/retention.ts'
import { AuditEvent, SERVICE_AGENT, type NewAuditEvent } from '../domain/audit-event.ts'
import { PlumblineError } from '../errors.ts'
import type { AuditTrail, Clock, Sql } from '../ports.ts'
import { lockEvents } from './event-lock.ts'

/** Links that are read at a time. */
const BATCH = 1000

/** Inside the transaction of what the events tell of: both happen, or neither. Returns where the log then stands. */
export async function appendAudit(tx: Sql, events: readonly NewAuditEvent[], at: Date): Promise<Anchor> {
  await lockEvents(tx)
  const links: Link[] = []
  let head = await auditHead(tx)
  for (const event of events) {
    const link = linkAfter(head, event, at)
    // An event that could not be read back would make the whole log unreadable.
    AuditEvent.parse(JSON.parse(link.body))
    links.push(link)
    head = { sequence: link.sequence, digest: link.digest }
  }
  await tx.query(
    `insert into audit_events (sequence, previous, digest, body)
     select * from unnest($1::int8[], $2::text[], $3::text[], $4::text[])`,
    [
      links.map(({ sequence }) => sequence),
      links.map(({ previous }) => previous),
      links.map(({ digest }) => digest),
      links.map(({ body }) => body),
    ],
  )
  return head
}

/** Events outside of the record of cases, each in a transaction of its own. */
export function createAuditTrail(sql: Sql, clock: Clock): AuditTrail {
  return {
    record: (event) => sql.transaction(async (tx) => void (await appendAudit(tx, [event], clock.now()))),
  }
}

type Judgement = Extract<AuditEvent, { kind: 'case-changed' }>

/** The newest judgement of each case, of one case or of the `last` that were judged, newest first. */
export async function lastJudgements(
  sql: Sql,
  { caseId = null, last }: { caseId?: string | null; last: number },
): Promise<Judgement[]> {
  const rows = await sql.query<{ body: string }>(
    `select body from (
       select distinct on (case_id) sequence, body from audit_events
       where kind = 'case-changed' and body::jsonb ->> 'transition' = 'judge'
         and ($1::text is null or case_id = $1)
       order by case_id, sequence desc) as newest
     order by sequence desc limit $2`,
    [caseId, last],
  )
  const events = rows.map(({ body }) => AuditEvent.parse(JSON.parse(body)))
  return events.filter((event) => isOfKind(event, 'case-changed'))
}

type Configuration = Omit<Extract<NewAuditEvent, { kind: 'configured' }>, 'changed'>

/** Says what changed since the log last said how the service is configured; nothing, where nothing did. */
export async function recordConfiguration(sql: Sql, now: Configuration, at: Date): Promise<void> {
  await sql.transaction(async (tx) => {
    await lockEvents(tx)
    const before = await lastAudit(tx, 'configured')
    const changed = changedParts(before, now)
    if (changed.length > 0) await appendAudit(tx, [{ ...now, changed }], at)
  })
}

function changedParts(before: Omit<Configuration, 'kind'> | null, now: Configuration): string[] {
  const [were, are] = [before === null ? {} : partsOf(before), partsOf(now)]
  const names = new Set([...Object.keys(were), ...Object.keys(are)])
  return [...names].filter((name) => were[name] !== are[name])
}

function partsOf({ sections, version, policy }: Omit<Configuration, 'kind'>): Record<string, string> {
  return { ...sections, version, policy }
}

/** The newest event; `EMPTY_HEAD` before there is one. */
export async function auditHead(sql: Sql): Promise<Anchor> {
  const [head] = await sql.query<{ sequence: number; digest: string }>(
    'select sequence, digest from audit_events order by sequence desc limit 1',
  )
  return head ?? EMPTY_HEAD
}

export interface AuditSpan {
  /** ISO times: from this on, and before that. */
  readonly from?: string
  readonly to?: string
  /** Behind this event. */
  readonly after?: number
}

/** Links in their order, read as they are asked for; those that are added meanwhile as well. */
export async function* readAudit(sql: Sql, { from, to, after = 0 }: AuditSpan = {}): AsyncGenerator<Link> {
  for (let sequence = after; ;) {
    const links = await sql.query<{ sequence: number; previous: string; digest: string; body: string }>(
      `select sequence, previous, digest, body from audit_events
       where sequence > $1 and ($2::text is null or at >= $2) and ($3::text is null or at < $3)
       order by sequence limit $4`,
      [sequence, from ?? null, to ?? null, BATCH],
    )
    yield* links
    const last = links.at(-1)
    if (last === undefined || links.length < BATCH) return
    sequence = last.sequence
  }
}

export async function countAudit(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*) as count from audit_events')
  return row?.count ?? 0
}

/** The newest event of this kind, `before` in the record of cases where one is given; null when there is none. */
export async function lastAudit<Kind extends AuditEvent['kind']>(
  sql: Sql,
  kind: Kind,
): Promise<Extract<AuditEvent, { kind: Kind }> | null> {
  const [row] = await sql.query<{ body: string }>(
    'select body from audit_events where kind = $1 order by sequence desc limit 1',
    [kind],
  )
  if (row === undefined) return null
  const event = AuditEvent.parse(JSON.parse(row.body))
  return isOfKind(event, kind) ? event : null
}

function isOfKind<Kind extends AuditEvent['kind']>(
  event: AuditEvent,
  kind: Kind,
): event is Extract<AuditEvent, { kind: Kind }> {
  return event.kind === kind
}

/**
 * Deletes what happened before `before`, behind a checkpoint that the chain goes on from; the event before it stays where
 * there is nothing else. Returns how many went. Throws PlumblineError('bad-request') below the floor of six months.
 */
export async function pruneAudit(sql: Sql, before: Date, now: Date): Promise<number> {
  if (before > retentionFloorOf(now))
    throw new PlumblineError('bad-request', 'Events of the audit log are kept for six months at least.', {
      nextStep: 'Raise audit.retentionDays.',
    })
  return sql.transaction(async (tx) => {
    await lockEvents(tx)
    const [last] = await tx.query<{ sequence: number; digest: string; at: string }>(
      `select sequence, digest, at from audit_events where sequence < coalesce(
         (select min(sequence) from audit_events where at >= $1), (select max(sequence) from audit_events))
       order by sequence desc limit 1`,
      [before.toISOString()],
    )
    if (last === undefined) return 0
    const { sequence: through, digest } = last
    const [newest] = await tx.query<{ at: string }>(
      'select max(at) as at from audit_events where sequence <= $1',
      [through],
    )
    const newestAt = newest?.at ?? last.at
    await appendAudit(tx, [{ kind: 'log-pruned', agent: SERVICE_AGENT, through, digest, newestAt }], now)
    const gone = await tx.query('delete from audit_events where sequence <= $1 returning sequence', [through])
    return gone.length
  })
}
