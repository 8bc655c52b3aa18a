/** Sends the audit log on to an audit record repository, in its order, each event at least once. */
import { readFileSync } from 'node:fs'
import { auditMessages } from './audit-messages.ts'
import type { Config } from './config.ts'
import { PRODUCT_NAME } from './domain/product.ts'
import { PlumblineError } from './errors.ts'
import type { CaseStore, Sql } from './ports.ts'
import { frameOf } from './syslog/message.ts'
import { sendFrames, type SyslogTarget } from './syslog/sender.ts'
import { hostname } from 'node:os'

/** Name of the mark up to which events were sent. */
const MARK = 'audit-syslog'
/** Events of one connection. */
const BATCH = 500
/** MSGID of DICOM audit messages (IHE ITI TF-2 3.20.7.1.2). */
const MESSAGE_ID = 'DICOM+RFC3881'

/** Sends what is new since the last time; null where no repository is configured. Throws PlumblineError('bad-config') when its files cannot be read. */
export function createForwarder(
  { audit }: Pick<Config, 'audit'>,
  { sql, marks }: { sql: Sql; marks: Pick<CaseStore, 'getMark' | 'setMark'> },
): ((signal: AbortSignal) => Promise<void>) | null {
  if (audit.syslog === null) return null
  const target = targetOf(audit.syslog)
  return async function forward(signal) {
    for (;;) {
      signal.throwIfAborted()
      const after = Number((await marks.getMark(MARK)) ?? 0)
      const frames: Buffer[] = []
      let last = after
      for await (const { link, at, text } of auditMessages(sql, { audit }, { after })) {
        const app = PRODUCT_NAME
        frames.push(frameOf({ at, host: hostname(), app, processId: process.pid, id: MESSAGE_ID, text }))
        last = link.sequence
        if (frames.length === BATCH) break
      }
      if (frames.length === 0) return
      await sendFrames(target, frames, signal)
      // Only now: cut off before it, the same are sent again.
      await marks.setMark(MARK, String(last))
    }
  }
}

function targetOf({
  host,
  port,
  caFile,
  certFile,
  keyFile,
  timeoutMs,
}: NonNullable<Config['audit']['syslog']>): SyslogTarget {
  return {
    host,
    port,
    timeoutMs,
    ...(caFile !== null && { ca: pemOf(caFile) }),
    ...(certFile !== null && { cert: pemOf(certFile) }),
    ...(keyFile !== null && { key: pemOf(keyFile) }),
  }
}

function pemOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new PlumblineError('bad-config', 'A file that audit.syslog names cannot be read.', {
      nextStep: 'Check caFile, certFile and keyFile, and who may read them.',
      cause,
    })
  }
}
