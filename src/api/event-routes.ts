/** GET /events: the store's events as server-sent events (WHATWG HTML 9.2), resumable by sequence number. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Response } from 'express'
import { PlumblineError } from '../errors.ts'
import type { CaseEvent as Event, CaseStore } from '../ports.ts'
import type { Logger } from '../log.ts'
import { contextOf } from './context.ts'
import { InvalidRequest } from './problem.ts'
import { NOTHING, route, type Route } from './route.ts'
import { CaseEvent, EventsQuery, LastEventId } from './schemas.ts'

export interface EventLimits {
  /** Streams open at the same time. */
  readonly streamsMax: number
  /** Events read from the store at a time. */
  readonly batchSize: number
  readonly pollMs: number
  /** A comment is sent after so long a silence, so that proxies keep the connection. */
  readonly heartbeatMs: number
  /** What a browser waits before it connects again. */
  readonly reconnectMs: number
}

interface Dependencies {
  readonly caseStore: Pick<CaseStore, 'eventsSince'>
  readonly log: Logger
  readonly limits: EventLimits
  /** Ends every stream: the service stops. */
  readonly stopping: AbortSignal
}

export function eventRoutes({ caseStore, log, limits, stopping }: Dependencies): Route[] {
  const open = new Set<Response>()
  return [
    route({
      method: 'get',
      path: '/api/v1/events',
      operationId: 'streamEvents',
      summary: 'What happens to cases, as server-sent events; goes on after Last-Event-ID',
      tag: 'cases',
      params: NOTHING,
      query: EventsQuery,
      responses: {
        200: {
          description: 'Events of type `case`; one CaseEvent each as data.',
          contentType: 'text/event-stream',
          schema: CaseEvent,
        },
      },
      problems: ['limit-exceeded'],
      open: false,
      async handle({ query, request }, response) {
        if (open.size >= limits.streamsMax) throw tooMany(limits.streamsMax)
        open.add(response)
        response.once('close', () => open.delete(response))
        const after = resumePoint(request.get('Last-Event-ID'), query.after)
        // Read before the headers are sent: a store that fails is still answered with a problem.
        const first = await caseStore.eventsSince(after, limits.batchSize)
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
        response.write(`retry: ${limits.reconnectMs}\n\n`)
        if (request.method === 'HEAD') {
          response.end()
          return
        }
        try {
          await stream(response, first, after)
        } catch (error) {
          if (response.destroyed || stopping.aborted) return
          log.warn('event stream ended', { requestId: contextOf(response).requestId, err: error })
        } finally {
          response.end()
        }
      },
    }),
  ]

  /** Sends until the client leaves or the service stops. Waits for slow clients instead of buffering for them. */
  async function stream(response: Response, first: readonly Event[], after: number): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([stopping, gone.signal])
    let events = first
    let sequence = after
    let silentMs = 0
    while (!signal.aborted) {
      for (const event of events) {
        if (!response.write(frameOf(event))) await once(response, 'drain', { signal })
        sequence = event.sequence
      }
      silentMs = events.length > 0 ? 0 : silentMs + limits.pollMs
      if (silentMs >= limits.heartbeatMs) {
        response.write(': still here\n\n')
        silentMs = 0
      }
      if (events.length < limits.batchSize) await sleep(limits.pollMs, undefined, { signal })
      events = await caseStore.eventsSince(sequence, limits.batchSize)
    }
  }
}

function frameOf(event: Event): string {
  return `id: ${event.sequence}\nevent: case\ndata: ${JSON.stringify(event)}\n\n`
}

function resumePoint(lastEventId: string | undefined, after: number): number {
  if (lastEventId === undefined || lastEventId === '') return after
  const parsed = LastEventId.safeParse(lastEventId)
  if (parsed.success) return parsed.data
  throw new InvalidRequest([{ in: 'header', field: 'Last-Event-ID', message: 'must be the id of an event' }])
}

function tooMany(streamsMax: number): PlumblineError {
  return new PlumblineError('limit-exceeded', `All ${streamsMax} event streams of this service are in use.`, {
    nextStep: 'Close other viewers, or try again later.',
    retryable: true,
  })
}
