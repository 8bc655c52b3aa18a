/** GET /events: the store's events as server-sent events (WHATWG HTML 9.2), resumable by sequence number. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Response } from 'express'
import { PlumblineError } from '../errors.ts'
import type { CaseEvent as Event, CaseStore } from '../ports.ts'
import type { Logger } from '../log.ts'
import type { RecordAccess } from './access.ts'
import { contextOf } from './context.ts'
import { InvalidRequest } from './problem.ts'
import { NOTHING, route, type Route } from './route.ts'
import { CaseEvent, EventsQuery, LastEventId } from './schemas.ts'

export interface EventLimits {
  /** Streams open at the same time. */
  readonly eventStreamsMax: number
  /** Events read from the store at a time. */
  readonly eventBatchMax: number
  readonly eventPollMs: number
  /** A comment is sent after so long a silence, so that proxies keep the connection. */
  readonly eventHeartbeatMs: number
  /** What a browser waits before it connects again. */
  readonly eventReconnectMs: number
}

interface Dependencies {
  readonly caseStore: Pick<CaseStore, 'eventsSince' | 'lastSequence'>
  readonly log: Logger
  readonly limits: EventLimits
  /** Ends every stream: the service stops. */
  readonly stopping: AbortSignal
  readonly accessed: RecordAccess
}

export function eventRoutes({ caseStore, log, limits, stopping, accessed }: Dependencies): Route[] {
  const open = new Set<Response>()
  return [
    route({
      method: 'get',
      path: '/api/v1/events',
      operationId: 'streamEvents',
      summary: 'What happens to cases from now on, as server-sent events; goes on after Last-Event-ID',
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
        if (open.size >= limits.eventStreamsMax) throw tooMany(limits.eventStreamsMax)
        open.add(response)
        response.once('close', () => open.delete(response))
        const after =
          resumePoint(request.get('Last-Event-ID'), query.after) ?? (await caseStore.lastSequence())
        // Read before the headers are sent: a store that fails is still answered with a problem.
        const first = await caseStore.eventsSince(after, limits.eventBatchMax)
        await accessed(response, [])
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
        // An id without data is no event, but where a client goes on that is cut off before the first one.
        response.write(`retry: ${limits.eventReconnectMs}\n\nid: ${after}\n\n`)
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
      silentMs = events.length > 0 ? 0 : silentMs + limits.eventPollMs
      if (silentMs >= limits.eventHeartbeatMs) {
        response.write(': still here\n\n')
        silentMs = 0
      }
      if (events.length < limits.eventBatchMax) await sleep(limits.eventPollMs, undefined, { signal })
      events = await caseStore.eventsSince(sequence, limits.eventBatchMax)
    }
  }
}

function frameOf(event: Event): string {
  return `id: ${event.sequence}\nevent: case\ndata: ${JSON.stringify(event)}\n\n`
}

/** Undefined: the client does not say. */
function resumePoint(lastEventId: string | undefined, after: number | undefined): number | undefined {
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
