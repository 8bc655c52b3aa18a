/**
 * Tells another system of an alert: a signed POST as of Standard Webhooks 1.0 (standardwebhooks.com), so that any of its
 * libraries can check it. Holds codes and ids of ours only: nothing that DICOM said in free text, no patient, no UID.
 */
import { createHmac } from 'node:crypto'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import type { AlertCause, Clock } from '../ports.ts'

export interface WebhookOptions {
  readonly url: string
  /** `whsec_` and base64. */
  readonly secret: string
  readonly timeoutMs: number
  readonly clock: Clock
  /** Refuses hosts that are not allowed. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
}

export interface AlertBody {
  readonly type: 'case.rejected' | 'case.critical'
  /** When the verdict was made. */
  readonly timestamp: string | null
  readonly data: {
    readonly caseId: string
    readonly verdict: Case['verdict']
    readonly score: Case['score']
    readonly case: string
    readonly findings: readonly {
      readonly segment: number
      /** Id of the knowledge entry; null where the structure is not known. */
      readonly structure: string | null
      readonly mode: string
      readonly severity: string
    }[]
  }
}

const TYPES = { reject: 'case.rejected', critical: 'case.critical' } as const
const FINDINGS_MAX = 50
const SECRET_PREFIX = 'whsec_'

export type TellWebhook = (judged: Case, cause: AlertCause, signal: AbortSignal) => Promise<void>

/** `publicUrl`: of the service, where it is known; begins the address of the case. */
export function createCaseAlert(send: SendAlert, publicUrl: string): TellWebhook {
  return (judged, cause, signal) => send(`${judged.id}.${cause}`, alertBody(judged, cause, publicUrl), signal)
}

/** Who hears of the same thing twice knows it by its id. */
export type SendAlert = (id: string, content: object, signal: AbortSignal) => Promise<void>

/** Throws PlumblineError('alert-not-taken'), to be tried again, unless it was answered with a 2xx. */
export function createWebhook(options: WebhookOptions): SendAlert {
  const { url, timeoutMs, clock, fetch } = options
  return async (id, content, signal) => {
    const body = JSON.stringify(content)
    const timestamp = String(Math.floor(clock.now().getTime() / 1000))
    const init = {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signatureOf(`${id}.${timestamp}.${body}`, options.secret)}`,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }
    const answer = await fetch(url, init).catch((error: unknown) => {
      throw notTaken('it could not be reached', error)
    })
    if (!answer.ok) throw notTaken(`it answered with status ${answer.status}`)
  }
}

export function alertBody(judged: Case, cause: AlertCause, publicUrl: string): AlertBody {
  const grave = judged.segments.flatMap(({ number, structure, findings }) =>
    findings
      .filter(({ severity }) => severity !== 'minor')
      .map(({ mode, severity }) => ({ segment: number, structure, mode, severity })),
  )
  return {
    type: TYPES[cause],
    timestamp: judged.decidedAt,
    data: {
      caseId: judged.id,
      verdict: judged.verdict,
      score: judged.score,
      case: `${publicUrl}/api/v1/cases/${encodeURIComponent(judged.id)}`,
      findings: grave.slice(0, FINDINGS_MAX),
    },
  }
}

function signatureOf(content: string, secret: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  return createHmac('sha256', key).update(content).digest('base64')
}

function notTaken(why: string, cause?: unknown): PlumblineError {
  return new PlumblineError('alert-not-taken', `The alert webhook did not take an alert: ${why}.`, {
    nextStep:
      'Check alerts.url. A host outside of this network has to be listed in alerts.allowedHosts and be asked by https.',
    retryable: true,
    cause,
  })
}
