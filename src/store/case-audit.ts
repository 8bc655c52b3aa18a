/** What happens to a case, for those who follow it and for the audit log: in the transaction of what happened. */
import { judgementDigest } from '../audit/judgement.ts'
import { SERVICE_AGENT, type AuditAgent } from '../domain/audit-event.ts'
import type { Case, ReportRef } from '../domain/case.ts'
import type { CaseTransition } from '../domain/case-state.ts'
import type { Review } from '../domain/review.ts'
import type { GivenReview, JudgedFrom, Sql } from '../ports.ts'
import { appendAudit } from './audit-log.ts'
import { recordEvent } from './events.ts'
import { keepInputs } from './judgement-inputs.ts'

const agent = SERVICE_AGENT

/** `from`: with the transition `judge` only; null where it is not known. */
export async function recordChange(
  tx: Sql,
  changed: Case,
  transition: CaseTransition | 'receive',
  at: Date,
  from: JudgedFrom | null = null,
): Promise<void> {
  const { id: caseId, state } = changed
  await recordEvent(tx, changed, transition, at)
  const judged = transition === 'judge' ? await judgedPart(tx, changed, from) : null
  await appendAudit(tx, [{ kind: 'case-changed', agent, caseId, transition, state, judged }], at)
}

async function judgedPart(tx: Sql, judged: Case, from: JudgedFrom | null) {
  const { verdict, score, provenance } = judged
  const basis = from && { settings: from.settings, inputs: await keepInputs(tx, from.inputs) }
  return { judgement: judgementDigest(judged), verdict, score, provenance, basis }
}

/** Before the outbox is emptied. */
export async function recordPublication(tx: Sql, caseId: string, at: Date): Promise<void> {
  const instances = await tx.query<{ sopClassUid: string; sopInstanceUid: string; sha256: string }>(
    `select sop_class_uid as "sopClassUid", sop_instance_uid as "sopInstanceUid",
       encode(sha256(bytes), 'hex') as sha256
     from outbox where case_id = $1 order by position`,
    [caseId],
  )
  if (instances.length > 0) await appendAudit(tx, [{ kind: 'published', agent, caseId, instances }], at)
}

export async function recordReviews(tx: Sql, reviews: readonly GivenReview[], at: Date): Promise<void> {
  const events = reviews.map((given) => {
    const { id: reviewId, caseId, segment, kind: review, verdict, category, reason, blind, machine } = given
    const who = agentOf(given.reader.id)
    const said = { segment, review, verdict, category, reason, blind, machine }
    const decided = given.correction === null ? {} : { correction: given.correction }
    return { kind: 'reviewed' as const, agent: who, caseId, reviewId, ...said, ...decided }
  })
  if (events.length > 0) await appendAudit(tx, events, at)
}

/** The signed report of reviews, once the PACS was seen to hold it. */
export async function recordSigned(
  tx: Sql,
  caseId: string,
  instance: Pick<ReportRef, 'sopClassUid' | 'sopInstanceUid'> & { readonly sha256: string },
  at: Date,
): Promise<void> {
  await appendAudit(tx, [{ kind: 'published', agent, caseId, instances: [instance] }], at)
}

/** That a sign-off will have no signed report. */
export async function recordUnsignable(
  tx: Sql,
  ended: {
    readonly caseId: string
    readonly signOff: string
    readonly reason: NonNullable<Review['unsigned']>
  },
  at: Date,
): Promise<void> {
  await appendAudit(tx, [{ kind: 'sign-off-ended', agent, ...ended }], at)
}

/** The id of a reader is how authentication knows them: `token:ohif`; else they named themselves. */
function agentOf(readerId: string): AuditAgent {
  const [, kind, name] = /^(token|oidc|local):(.*)$/s.exec(readerId) ?? []
  if (kind === 'token' || kind === 'oidc') return { kind, name: name ?? '' }
  return { kind: 'local', name: name ?? readerId }
}
