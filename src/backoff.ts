/** How long to wait before a server that was busy or broken is asked again. */

export const BACKOFF_MAX_MS = 30_000

/** Full jitter (Brooker, "Exponential Backoff And Jitter", 2015), and never earlier than the server asks. */
export function waitMs(attempt: number, retryAfterMs: number | null, backoffMs: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, backoffMs * 2 ** attempt)
  return Math.max(Math.random() * ceiling, retryAfterMs ?? 0)
}

/** Seconds or an HTTP date (RFC 9110 10.2.3). */
export function parseRetryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
