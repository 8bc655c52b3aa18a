/**
 * What the audit log tells, one kind for each thing that can happen. Nothing in it names a patient: ids and digests of
 * ours, UIDs of reports that this program made, names of accounts. No free text has a place here.
 */
import { z } from 'zod'
import { CASE_TRANSITIONS, CaseState } from './case-state.ts'
import { Provenance, VerdictKind } from './case.ts'
import { Score } from './opinion.ts'

/** Lower-case hex SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** An id or a name of ours: no blank and no `^`, so no sentence and no person's name as DICOM writes it. */
const Word = z.string().regex(/^[\w.:/{}*-]{1,160}$/)
/** Opaque; hex digits where this program made it. */
const CaseId = z.string().regex(/^[^\p{Cc}^]{1,160}$/u)
const Uid = z.string().regex(/^[0-9.]{1,64}$/)
/** PostgreSQL keeps no NUL; names of accounts have no other control characters either. */
const AccountName = z
  .string()
  .max(255)
  .regex(/^\P{Cc}*$/u)

/**
 * Who did it. `service`: this program by itself. `command`: somebody at its command line. The others are how a request
 * came in (api/context.ts), with the name that authentication knows.
 */
export const AuditAgent = z.strictObject({
  kind: z.enum(['service', 'command', 'local', 'token', 'oidc']),
  name: AccountName,
})
export type AuditAgent = z.infer<typeof AuditAgent>

/** What a verdict was made from and by, so that it can be made again: digests, and what they are of. */
export const Basis = z.strictObject({
  /** Of the settings outside of the policy that a judgement depends on. */
  settings: Sha256,
  /** Of the record of inputs that is kept beside the case. */
  inputs: Sha256,
})
export type Basis = z.infer<typeof Basis>

const Judged = z.strictObject({
  /** Of the judgement in canonical form, without times. */
  judgement: Sha256,
  verdict: VerdictKind.nullable(),
  score: Score.nullable(),
  provenance: Provenance,
  /** Null where it was not recorded: such a verdict cannot be replayed. */
  basis: Basis.nullable(),
})

/** Of every event. */
const COMMON = {
  /** From 1, without gaps. */
  sequence: z.number().int().positive(),
  at: z.iso.datetime({ precision: 3 }),
  agent: AuditAgent,
}

export const AuditEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    ...COMMON,
    kind: z.literal('case-changed'),
    caseId: CaseId,
    transition: z.enum(['receive', ...CASE_TRANSITIONS.map(({ name }) => name)]),
    state: CaseState,
    /** With the transition `judge` only. */
    judged: Judged.nullable(),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('published'),
    caseId: CaseId,
    instances: z.array(z.strictObject({ sopClassUid: Uid, sopInstanceUid: Uid, sha256: Sha256 })),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('model-called'),
    caseId: CaseId,
    model: z
      .string()
      .max(255)
      .regex(/^\P{Cc}*$/u),
    requestDigest: Word,
    outcome: Word,
    inputTokens: z.number().nonnegative(),
    outputTokens: z.number().nonnegative(),
    costUsd: z.number().nullable(),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('reviewed'),
    caseId: CaseId,
    reviewId: Word,
    segment: z.number().int().nullable(),
    /** As the review says: `agree` or `override`. */
    review: Word,
    verdict: Word,
    category: Score.nullable(),
    reason: Word.nullable(),
    /** `taken` or `kept`; absent where nothing was said of a proposal. */
    correction: Word.optional(),
    blind: z.boolean(),
    machine: z.strictObject({ verdict: VerdictKind, score: Score.nullable() }),
  }),
  /** There will be no signed report of these reviews. */
  z.strictObject({
    ...COMMON,
    kind: z.literal('sign-off-ended'),
    caseId: CaseId,
    signOff: Word,
    reason: z.enum(['report-gone']),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('configured'),
    version: z.string(),
    policy: Word,
    /** Digest of every section of the config, secrets left out. */
    sections: z.record(Word, Sha256),
    /** Sections, `policy` and `version`: which of them differ from the event of this kind before. */
    changed: z.array(Word),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('accessed'),
    /** As the OpenAPI document names it. */
    operation: Word,
    /** Cases that the answer holds. */
    cases: z.array(CaseId),
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('drift-alarmed'),
    /** Id of ours: the producer is named by free text of DICOM, which stays out of the log. */
    alarm: Word,
    step: z.enum(['raised', 'told', 'given-up', 'ended']),
    /** Id of the knowledge entry. */
    structure: Word,
    day: z.iso.date(),
    since: z.iso.date(),
  }),
  z.strictObject({ ...COMMON, kind: z.literal('log-used'), use: z.enum(['export', 'replay']) }),
  /** Takes the place of the events up to and with `through`, which were deleted: the chain goes on from its digest. */
  z.strictObject({
    ...COMMON,
    kind: z.literal('log-pruned'),
    through: z.number().int().positive(),
    digest: Sha256,
    /** When the newest of them happened. */
    newestAt: z.iso.datetime({ precision: 3 }),
  }),
])
export type AuditEvent = z.infer<typeof AuditEvent>

type WithoutPlace<Event> = Event extends AuditEvent ? Omit<Event, 'sequence' | 'at'> : never
/** An event before it has its place in the log. */
export type NewAuditEvent = WithoutPlace<AuditEvent>

/** The program itself, where nobody asked for what it does. */
export const SERVICE_AGENT: AuditAgent = { kind: 'service', name: 'plumbline' }
