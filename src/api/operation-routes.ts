import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { contextOf } from './context.ts'
import { NOTHING, route, type Route } from './route.ts'
import { Health, Readiness, type ReadinessCheck } from './schemas.ts'

const JSON_TYPE = 'application/json'

/** Is the process alive? Asked by supervisors, so it is open and depends on nothing. */
export function healthRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: '/healthz',
      operationId: 'getHealth',
      summary: 'The process answers',
      tag: 'operations',
      params: NOTHING,
      query: NOTHING,
      responses: { 200: { description: 'Alive.', contentType: JSON_TYPE, schema: Health } },
      problems: [],
      open: true,
      async handle(_input, response) {
        response.json({ status: 'ok' })
      },
    }),
  ]
}

interface Dependencies {
  readonly ready: () => Promise<readonly ReadinessCheck[]>
  readonly readyTimeoutMs: number
  readonly metrics: Pick<Metrics, 'expose'>
  readonly log: Logger
  /** The document that describes all routes; made when asked for, because this route is in it. */
  readonly openApi: () => Record<string, unknown>
}

export function operationRoutes({ ready, readyTimeoutMs, metrics, log, openApi }: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/readyz',
      operationId: 'getReadiness',
      summary: 'The service has what it needs: database, queue, PACS',
      tag: 'operations',
      params: NOTHING,
      query: NOTHING,
      responses: {
        200: { description: 'Ready.', contentType: JSON_TYPE, schema: Readiness },
        503: { description: 'Not ready; the checks say why.', contentType: JSON_TYPE, schema: Readiness },
      },
      problems: [],
      open: false,
      async handle(_input, response) {
        const checks = await readinessOf(ready, readyTimeoutMs, (error) =>
          log.warn('readiness unknown', { requestId: contextOf(response).requestId, err: error }),
        )
        const isReady = checks.every(({ ok }) => ok)
        response.status(isReady ? 200 : 503).json({ ready: isReady, checks })
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      summary: 'Counters and durations in Prometheus text format',
      tag: 'operations',
      params: NOTHING,
      query: NOTHING,
      responses: { 200: { description: 'All metrics.', contentType: 'text/plain', schema: z.string() } },
      problems: [],
      open: false,
      async handle(_input, response) {
        const { contentType, text } = await metrics.expose()
        response.set('Content-Type', contentType).send(text)
      },
    }),
    route({
      method: 'get',
      path: '/api/openapi.json',
      operationId: 'getOpenApi',
      summary: 'This document',
      tag: 'operations',
      params: NOTHING,
      query: NOTHING,
      responses: {
        200: {
          description: 'OpenAPI 3.1.',
          contentType: JSON_TYPE,
          schema: z.record(z.string(), z.unknown()),
        },
      },
      problems: [],
      open: false,
      async handle(_input, response) {
        response.json(openApi())
      },
    }),
  ]
}

/** Not knowing is not ready. */
async function readinessOf(
  ready: () => Promise<readonly ReadinessCheck[]>,
  timeoutMs: number,
  onError: (error: unknown) => void,
): Promise<readonly ReadinessCheck[]> {
  const done = new AbortController()
  const late = sleep(timeoutMs, null, { signal: done.signal }).catch(() => null)
  try {
    const checks = await Promise.race([ready(), late])
    return (
      checks ?? [{ name: 'readiness', ok: false, message: `The checks took longer than ${timeoutMs} ms.` }]
    )
  } catch (error) {
    onError(error)
    return [{ name: 'readiness', ok: false, message: 'The checks failed; the service log says why.' }]
  } finally {
    done.abort()
  }
}
