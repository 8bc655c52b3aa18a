/** Events of every kind, for tests of the log. */
import { AuditEvent, SERVICE_AGENT, type NewAuditEvent } from '../../src/domain/audit-event.ts'
import { EMPTY_HEAD, linkAfter, type Link } from '../../src/audit/chain.ts'

const DIGEST = 'ab'.repeat(32)
const agent = SERVICE_AGENT

export const JUDGED: NewAuditEvent = {
  kind: 'case-changed',
  agent,
  caseId: 'case-1',
  transition: 'judge',
  state: 'publishing',
  judged: {
    judgement: DIGEST,
    verdict: 'reject',
    score: 2,
    provenance: { version: '0.1.0', policy: `sha256:${DIGEST}`, models: [{ name: 'm', sha256: DIGEST }] },
    basis: { settings: DIGEST, inputs: DIGEST },
  },
}

export const ONE_OF_EACH: readonly NewAuditEvent[] = [
  {
    kind: 'configured',
    agent,
    version: '0.1.0',
    policy: `sha256:${DIGEST}`,
    sections: { limits: DIGEST },
    changed: ['limits'],
  },
  { kind: 'case-changed', agent, caseId: 'case-1', transition: 'receive', state: 'received', judged: null },
  {
    kind: 'model-called',
    agent,
    caseId: 'case-1',
    model: 'a-vision-model',
    requestDigest: `sha256:${DIGEST}`,
    outcome: 'ok',
    inputTokens: 1200,
    outputTokens: 80,
    costUsd: null,
  },
  JUDGED,
  {
    kind: 'published',
    agent,
    caseId: 'case-1',
    instances: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.88.34', sopInstanceUid: '2.25.7', sha256: DIGEST }],
  },
  { kind: 'accessed', agent: { kind: 'oidc', name: 'reader <7>' }, operation: 'getCase', cases: ['case-1'] },
  {
    kind: 'reviewed',
    agent: { kind: 'token', name: 'ohif & co' },
    caseId: 'case-1',
    reviewId: 'review-1',
    segment: null,
    review: 'override',
    verdict: 'accept',
    category: 4,
    reason: 'fault-harmless',
    blind: false,
    machine: { verdict: 'reject', score: 2 },
  },
  {
    kind: 'drift-alarmed',
    agent,
    alarm: 'ab12',
    step: 'raised',
    structure: 'kidney',
    day: '2026-03-05',
    since: '2026-03-01',
  },
  { kind: 'sign-off-ended', agent, caseId: 'case-1', signOff: 'review-1', reason: 'report-gone' },
  { kind: 'log-used', agent: { kind: 'command', name: 'root' }, use: 'export' },
]

/** A log of these events, one a day. */
export function chainOf(events: readonly NewAuditEvent[], from = '2026-01-01T10:00:00.000Z'): Link[] {
  const links: Link[] = []
  for (const [day, event] of events.entries())
    links.push(linkAfter(links.at(-1) ?? EMPTY_HEAD, event, new Date(Date.parse(from) + day * 86_400_000)))
  return links
}

export function parsed({ body }: Link): AuditEvent {
  return AuditEvent.parse(JSON.parse(body))
}

/** So many events, of all kinds in turn. */
export function manyEvents(count: number): NewAuditEvent[] {
  return Array.from({ length: count }, (_, index) => ONE_OF_EACH[index % ONE_OF_EACH.length] ?? JUDGED)
}
