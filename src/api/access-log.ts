import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { startContext } from './context.ts'

/**
 * Gives every request an id, and one log line and one metric when it is over: method, route pattern, status, duration.
 * A request id sent by the client is not taken over: it could hold anything.
 */
export function accessLog(log: Logger, metrics: Pick<Metrics, 'httpRequest'>): RequestHandler {
  return (request, response, next) => {
    const context = startContext(response, randomUUID())
    const startedMs = performance.now()
    response.set('X-Request-Id', context.requestId)
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedMs)
      // 499, nginx's word for a client that left before the answer.
      const status = response.headersSent ? response.statusCode : 499
      const { method } = request
      const { route, requestId, code } = context
      metrics.httpRequest({ method, route, status, durationMs })
      log.info('request', { requestId, method, route, status, durationMs, code: code ?? undefined })
    })
    next()
  }
}
