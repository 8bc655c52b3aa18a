/** Who saw which cases: into the audit log before the answer leaves. */
import type { Response } from 'express'
import { PlumblineError } from '../errors.ts'
import type { AuditTrail } from '../ports.ts'
import { contextOf } from './context.ts'

/** Throws what the audit log throws: what cannot be recorded is not given out. */
export type RecordAccess = (response: Response, caseIds: readonly string[]) => Promise<void>

export function accessRecorder(audit: AuditTrail): RecordAccess {
  return async (response, caseIds) => {
    const { principal, operation } = contextOf(response)
    if (principal === null) throw new PlumblineError('unauthorized', 'Nobody is known to ask.')
    await audit.record({ kind: 'accessed', agent: principal, operation, cases: [...caseIds] })
  }
}
