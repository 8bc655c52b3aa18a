/**
 * One stream of case events for everybody who follows a study: opened with the first, closed with the last. Closed too
 * while the page is hidden: a browser has six connections to an HTTP/1.1 server for all its tabs, and the images need them.
 */
import { z } from 'zod'
import { createEventParser } from './event-parser.ts'
import { ServerFault } from './server.ts'
import type { ServiceClient } from './service-client.ts'
import { untilVisible, whileVisible, type Visibility } from './visibility.ts'

export interface EventListener {
  /** Something happened to this case. */
  onCase(caseId: string): void
  /** `gap`: events may have been missed between before and now. */
  onOpen(how: { readonly gap: boolean }): void
  onClose(): void
}

export interface EventStream {
  isOpen(): boolean
  /** Returns how to stop. */
  listen(listener: EventListener): () => void
}

const RETRY_MS = 2_000
const RETRY_MAX_MS = 60_000
/** The service says something every 15 s; three times that is a dead connection. */
const SILENCE_MAX_MS = 45_000

const CaseEvent = z.object({ caseId: z.string() })

/** The n-th wait (n from 0) before trying again: doubling up to a limit. */
export function backoffMs(failures: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures, 20))
}

export function createEventStream(
  client: Pick<ServiceClient, 'events'>,
  visibility: Visibility,
): EventStream {
  const listeners = new Set<EventListener>()
  let isOpen = false
  let lastEventId = ''
  let running: AbortController | null = null

  async function keepOpen(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      await untilVisible(visibility, signal)
      const opened = await readToEnd(signal)
      if (opened) failures = 0
      if (isOpen && !signal.aborted) close()
      await sleep(backoffMs(failures, RETRY_MS, RETRY_MAX_MS), signal)
    }
  }

  /** Whether it could be opened at all. Every end of a stream is the same: it is opened again. */
  async function readToEnd(signal: AbortSignal): Promise<boolean> {
    const silence = new AbortController()
    const watch = watchdog(SILENCE_MAX_MS, () => silence.abort())
    const visible = whileVisible(visibility)
    const ends = AbortSignal.any([signal, silence.signal, visible.signal])
    let opened = false
    try {
      const response = await client.events(lastEventId, ends)
      const isStream = (response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')
      if (!isStream || response.body === null) return false
      opened = true
      open()
      await pump(response.body, watch.reset)
    } catch (error) {
      // The event is unknown to the service (another database): start anew.
      if (error instanceof ServerFault && error.status === 400) lastEventId = ''
    } finally {
      watch.stop()
      visible.stop()
    }
    return opened
  }

  async function pump(body: ReadableStream<Uint8Array>, onData: () => void): Promise<void> {
    const parse = createEventParser({ onEvent: ({ type, data }) => type === 'case' && tell(data), onId })
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      onData()
      parse(decoder.decode(piece.value, { stream: true }))
    }
  }

  function onId(id: string): void {
    lastEventId = id
  }

  function tell(data: string): void {
    const event = CaseEvent.safeParse(jsonOf(data))
    if (event.success) for (const listener of listeners) listener.onCase(event.data.caseId)
  }

  function open(): void {
    isOpen = true
    for (const listener of listeners) listener.onOpen({ gap: lastEventId === '' })
  }

  function close(): void {
    isOpen = false
    for (const listener of listeners) listener.onClose()
  }

  return {
    isOpen: () => isOpen,
    listen(listener) {
      listeners.add(listener)
      if (running === null) {
        running = new AbortController()
        void keepOpen(running.signal)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        running?.abort()
        running = null
        isOpen = false
        lastEventId = ''
      }
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function watchdog(afterMs: number, bark: () => void): { reset: () => void; stop: () => void } {
  let timer = setTimeout(bark, afterMs)
  return {
    reset() {
      clearTimeout(timer)
      timer = setTimeout(bark, afterMs)
    },
    stop: () => clearTimeout(timer),
  }
}

/** Ends early when the signal comes; never rejects. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
