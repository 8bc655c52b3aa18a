/**
 * Is the log whole? One pass, nothing kept. What a chain shows by itself: an event that was changed, left out, put in or
 * exchanged. What it cannot show: that its end was cut off, or that everything from some event on was made anew, digests
 * included. Both are seen against an anchor: sequence number and digest that somebody noted elsewhere at the time.
 */
import { AuditEvent } from '../domain/audit-event.ts'
import { canonicalJson } from './canonical.ts'
import { EMPTY_HEAD, linkDigest, type Anchor, type Link } from './chain.ts'
import { retentionFloorOf } from './retention.ts'

export type Verification =
  | {
      readonly intact: true
      readonly count: number
      /** First event that is there; above 1 where older ones were pruned. 0: none. */
      readonly first: number
      readonly head: Anchor
      /** Of the anchors, how many could be compared; the others lie in what was pruned. */
      readonly anchored: number
    }
  | { readonly intact: false; readonly brokenAt: number; readonly reason: string }

export interface VerifyOptions {
  readonly anchors?: readonly Anchor[]
  readonly onProgress?: (count: number) => void
}

/** Of how many links progress is told. */
const PROGRESS_EVERY = 10_000

class Broken extends Error {
  readonly at: number

  constructor(at: number, reason: string) {
    super(reason)
    this.at = at
  }
}

/** `links` in ascending order, from the oldest that there is. Throws what the stream throws. */
export async function verifyChain(
  links: AsyncIterable<Link> | Iterable<Link>,
  { anchors = [], onProgress = () => {} }: VerifyOptions = {},
): Promise<Verification> {
  const walk = createWalk(anchors)
  try {
    for await (const link of links) {
      walk.take(link)
      if (walk.count() % PROGRESS_EVERY === 0) onProgress(walk.count())
    }
    return walk.end()
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { intact: false, brokenAt: error.at, reason: error.message }
  }
}

/** The state of one pass. */
function createWalk(anchors: readonly Anchor[]) {
  const noted = new Map<number, Anchor[]>()
  for (const anchor of anchors) noted.set(anchor.sequence, [...(noted.get(anchor.sequence) ?? []), anchor])
  let head: Anchor | null = null
  /** What the oldest event follows. Until a checkpoint confirms it, it is a mere claim. */
  let start: Anchor = EMPTY_HEAD
  let startIsKnown = true
  let [count, anchored] = [0, 0]

  function compareNoted({ sequence, digest }: Anchor): void {
    for (const anchor of noted.get(sequence) ?? []) {
      anchored++
      if (anchor.digest !== digest)
        throw new Broken(sequence, 'Its digest is not the one that was noted elsewhere: it was made anew.')
    }
  }

  return {
    count: () => count,
    take(link: Link): void {
      if (head === null) {
        start = { sequence: link.sequence - 1, digest: link.previous }
        startIsKnown = link.sequence === 1
        requireGenesis(link)
      }
      requireFollows(head ?? start, link)
      const event = eventOf(link)
      if (event.kind === 'log-pruned') {
        requireOldEnough(event)
        if (event.through === start.sequence) {
          requireSameStart(event, start)
          startIsKnown = true
        }
      }
      head = { sequence: link.sequence, digest: link.digest }
      compareNoted(head)
      count++
    },
    end(): Verification {
      if (!startIsKnown) throw missingStart(start.sequence)
      compareNoted(start)
      const end = head ?? EMPTY_HEAD
      const beyond = anchors.find(({ sequence }) => sequence > end.sequence)
      if (beyond !== undefined) throw cutTail(end, beyond)
      return { intact: true, count, first: count === 0 ? 0 : start.sequence + 1, head: end, anchored }
    },
  }
}

function requireGenesis({ sequence, previous }: Link): void {
  if (sequence === 1 && previous !== EMPTY_HEAD.digest)
    throw new Broken(1, 'The first event follows something, as if there had been events before it.')
}

function requireFollows(before: Anchor, { sequence, previous }: Link): void {
  const expected = before.sequence + 1
  if (sequence > expected) {
    const last = sequence - 1
    const which = last === expected ? 'The event is' : `The events ${expected} to ${last} are`
    throw new Broken(expected, `${which} missing.`)
  }
  if (sequence < expected) throw new Broken(sequence, `It stands behind event ${before.sequence}.`)
  if (previous !== before.digest)
    throw new Broken(
      sequence,
      `It does not follow from event ${before.sequence}: one of the two was changed or exchanged.`,
    )
}

function eventOf({ sequence, previous, body, digest }: Link): AuditEvent {
  if (linkDigest(previous, body) !== digest)
    throw new Broken(sequence, 'Its content and its digest do not belong together: one of them was changed.')
  const parsed = AuditEvent.safeParse(jsonOrNull(body))
  if (!parsed.success || canonicalJson(parsed.data) !== body)
    throw new Broken(sequence, 'It is no event in the form that this version writes.')
  if (parsed.data.sequence !== sequence)
    throw new Broken(sequence, `By its content it is event ${parsed.data.sequence}.`)
  return parsed.data
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

type Checkpoint = Extract<AuditEvent, { kind: 'log-pruned' }>

function requireOldEnough({ sequence, newestAt, at }: Checkpoint): void {
  if (new Date(newestAt) > retentionFloorOf(new Date(at)))
    throw new Broken(sequence, 'Events were pruned before six months had passed.')
}

function requireSameStart({ sequence, digest }: Checkpoint, start: Anchor): void {
  if (digest !== start.digest)
    throw new Broken(
      sequence,
      `It was pruned up to event ${start.sequence}, but another one than what follows it.`,
    )
}

function missingStart(through: number): Broken {
  const which = through === 1 ? 'The event is' : `The events 1 to ${through} are`
  return new Broken(1, `${which} missing, and no checkpoint says that they were pruned.`)
}

function cutTail(end: Anchor, { sequence }: Anchor): Broken {
  return new Broken(
    end.sequence + 1,
    `The log ends at event ${end.sequence}, but event ${sequence} was noted elsewhere: its end was cut off.`,
  )
}
