/** `plumbline audit verify`: is the log whole, and is it the one that was noted? `plumbline audit export`: the log elsewhere. */
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { openDatabase } from './adapters.ts'
import { openLog, systemClock } from './judge-adapters.ts'
import { auditMessages } from './audit-messages.ts'
import type { Anchor } from './audit/chain.ts'
import { verifyChain, type Verification } from './audit/verify.ts'
import type { Config } from './config.ts'
import { Sha256 } from './domain/audit-event.ts'
import { PlumblineError } from './errors.ts'
import type { Sql } from './ports.ts'
import { countAudit, createAuditTrail, readAudit, type AuditSpan } from './store/audit-log.ts'
import { createTerminal } from './terminal.ts'

export const EXIT_INTACT = 0
export const EXIT_BROKEN = 1

export interface VerifyCommand {
  readonly config: Config
  /** `SEQUENCE:DIGEST`, each as it was noted. */
  readonly expect: readonly string[]
  /** The service's log as JSON lines: every place that it noted is compared. */
  readonly log?: string
}

/** Prints what it found and returns the exit code. Throws PlumblineError when it cannot look. */
export async function verifyAudit({ config, expect, log }: VerifyCommand): Promise<number> {
  const anchors = [...expect.map(anchorOf), ...(log === undefined ? [] : await anchorsIn(log))]
  const database = await openDatabase(config, openLog(config))
  try {
    const terminal = createTerminal(process.stderr)
    const total = await countAudit(database.sql)
    const onProgress = (count: number) => terminal.line(`${count} of ${total} events`)
    const found = await verifyChain(readAudit(database.sql), { anchors, onProgress })
    process.stdout.write(`${wordsOf(found, anchors.length)}\n`)
    return found.intact ? EXIT_INTACT : EXIT_BROKEN
  } finally {
    await database.close()
  }
}

export interface ExportCommand {
  readonly config: Config
  readonly format: 'atna' | 'json'
  /** ISO dates or times: from this on, and before that; a date without a time is that day to its end. */
  readonly from?: string
  readonly to?: string
  /** Undefined: standard output. */
  readonly out?: string
}

/**
 * One message a line. `atna`: XML of DICOM PS3.15 A.5; `json`: the events with their digests, as the chain has them. That
 * somebody read the log is an event of it as well.
 */
export async function exportAudit({ config, format, from, to, out }: ExportCommand): Promise<void> {
  const database = await openDatabase(config, openLog(config))
  const { sql } = database
  try {
    const name = userInfo().username
    await createAuditTrail(sql, systemClock).record({
      kind: 'log-used',
      agent: { kind: 'command', name },
      use: 'export',
    })
    const span = {
      ...(from !== undefined && { from: instantOf(from) }),
      ...(to !== undefined && { to: endOf(to) }),
    }
    const lines = format === 'atna' ? atnaLines(sql, config, span) : jsonLines(sql, span)
    if (out === undefined) await pipeline(lines, process.stdout, { end: false })
    else await pipeline(lines, createWriteStream(out, { flags: 'wx' })).catch(notWritten)
  } finally {
    await database.close()
  }
}

/** An audit log is never written over another one. */
function notWritten(cause: unknown): never {
  if (cause instanceof PlumblineError || !(cause instanceof Error) || !('syscall' in cause)) throw cause
  throw new PlumblineError(
    'bad-request',
    'The file could not be written: it is there already, or its folder is not.',
    {
      nextStep: 'Name a new file in a folder that exists.',
      cause,
    },
  )
}

async function* atnaLines(sql: Sql, config: Config, span: AuditSpan): AsyncGenerator<string> {
  for await (const { text } of auditMessages(sql, config, span)) yield `${text}\n`
}

async function* jsonLines(sql: Sql, span: AuditSpan): AsyncGenerator<string> {
  for await (const link of readAudit(sql, span)) yield `${JSON.stringify(link)}\n`
}

function instantOf(text: string): string {
  const instant = new Date(text)
  if (!Number.isNaN(instant.getTime())) return instant.toISOString()
  throw new PlumblineError('bad-request', 'A date is like 2026-03-01 or 2026-03-01T10:00:00Z.')
}

function endOf(text: string): string {
  const instant = new Date(instantOf(text))
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) instant.setUTCDate(instant.getUTCDate() + 1)
  return instant.toISOString()
}

function wordsOf(found: Verification, anchors: number): string {
  if (!found.intact) return `The audit log is broken at event ${found.brokenAt}. ${found.reason}`
  const { count, first, head, anchored } = found
  if (count === 0) return 'The audit log is empty.'
  const pruned = first > 1 ? ` Events 1 to ${first - 1} were pruned, as a checkpoint says.` : ''
  const compared =
    anchors === 0
      ? 'Nothing that was noted elsewhere was compared, so an end that was cut off, or a log that was made anew, does not show: give --expect or --log.'
      : `${anchored} of ${anchors} places that were noted elsewhere were compared, and agree.`
  return `The audit log is whole: ${count} events, ${first} to ${head.sequence}.${pruned} ${compared}\nIt stands at ${head.sequence}:${head.digest}`
}

function anchorOf(text: string): Anchor {
  const [, sequence, digest] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence !== undefined && digest !== undefined) return { sequence: Number(sequence), digest }
  throw new PlumblineError('bad-request', 'A place in the log is SEQUENCE:DIGEST, as verify prints it.')
}

const Noted = z.object({ auditSequence: z.number().int().nonnegative(), auditDigest: Sha256 })

async function anchorsIn(path: string): Promise<Anchor[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlumblineError('bad-request', 'The log file cannot be read.', { cause })
  })
  const anchors = text.split('\n').flatMap((line) => {
    const noted = Noted.safeParse(jsonOrNull(line))
    return noted.success ? [{ sequence: noted.data.auditSequence, digest: noted.data.auditDigest }] : []
  })
  if (anchors.length > 0) return anchors
  throw new PlumblineError('bad-request', 'The log file does not say anywhere where the audit log stood.', {
    nextStep: 'Give the JSON lines that the service writes to its standard error.',
  })
}

function jsonOrNull(line: string): unknown {
  if (!line.includes('auditDigest')) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
