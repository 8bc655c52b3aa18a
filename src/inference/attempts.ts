/** Asks a server until it answers: waits while it is busy or broken, speaks plainer when it does not understand. */
import { setTimeout as delay } from 'node:timers/promises'
import { waitMs } from '../backoff.ts'
import { BadRequest, type ChatAnswer } from './chat.ts'
import { learnFrom, type Dialect } from './dialect.ts'
import type { ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'

export interface Attempts {
  /** What the server is known to understand; remembered from one request to the next. */
  dialect: Dialect
  readonly limits: Pick<ModelConfig, 'retries' | 'backoffMs' | 'retryAfterMaxMs'>
}

/** Makes the request in a dialect and sends it once. */
export type Attempt = (dialect: Dialect) => Promise<ChatAnswer>

/** Throws what the last attempt threw, or the signal's reason. */
export async function askPatiently(
  server: Attempts,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const { retries, backoffMs, retryAfterMaxMs } = server.limits
  let dialect = server.dialect
  for (let failures = 0; ;) {
    try {
      const answer = await attempt(dialect)
      // Only what led to an answer was worth learning: a request may be refused for other reasons too.
      server.dialect = dialect
      return answer
    } catch (error) {
      signal.throwIfAborted()
      const plainer = error instanceof BadRequest ? learnFrom(error.refusal, dialect) : null
      if (plainer !== null) {
        dialect = plainer
        continue
      }
      const isWorthIt = error instanceof ModelError && error.retryable && failures < retries
      if (!isWorthIt || (error.retryAfterMs ?? 0) > retryAfterMaxMs) throw error
      const pauseMs = waitMs(failures++, error.retryAfterMs, backoffMs)
      // It rejects with an error of its own.
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}
