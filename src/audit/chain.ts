/** The hash chain: every link's digest covers its event and the digest before it. */
import type { AuditEvent, NewAuditEvent } from '../domain/audit-event.ts'
import { canonicalJson, sha256 } from './canonical.ts'

/** One event as it is kept. */
export interface Link {
  readonly sequence: number
  /** Digest of the link before; `GENESIS` for the first. */
  readonly previous: string
  /** The event, as canonical JSON: exactly what is digested. */
  readonly body: string
  readonly digest: string
}

/** A place in the log that is known from elsewhere: what the log said at that time. */
export type Anchor = Pick<Link, 'sequence' | 'digest'>

const GENESIS = '0'.repeat(64)
/** Of a log in which nothing has happened yet. */
export const EMPTY_HEAD: Anchor = { sequence: 0, digest: GENESIS }

/** The link of an event that follows `head`. */
export function linkAfter(head: Anchor, event: NewAuditEvent, at: Date): Link {
  const sequence = head.sequence + 1
  const placed = { ...event, sequence, at: at.toISOString() } satisfies AuditEvent
  const body = canonicalJson(placed)
  return { sequence, previous: head.digest, body, digest: linkDigest(head.digest, body) }
}

/** Both parts have a fixed place: 64 characters, then the event. */
export function linkDigest(previous: string, body: string): string {
  return sha256(`${previous}${body}`)
}
