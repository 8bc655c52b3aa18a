import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { Problem } from '../../src/api/problem.ts'
import { CaseEvent } from '../../src/api/schemas.ts'
import { listen, type RunningServer } from '../../src/api/server.ts'
import type { CaseStore } from '../../src/ports.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'
import { createHarness, NO_AUTH, type Harness } from './harness.ts'
import { newCase } from './sample-cases.ts'

const open: { server: RunningServer; stop: AbortController }[] = []
afterEach(async () => {
  for (const { server, stop } of open.splice(0)) {
    stop.abort()
    await server.close(1000)
  }
})

async function serve(
  overrides: Parameters<typeof createHarness>[0] = {},
): Promise<Harness & { url: string; stop: AbortController }> {
  const stop = new AbortController()
  const harness = await createHarness({ stopping: stop.signal, ...overrides })
  const server = await listen(harness.app, {
    host: '127.0.0.1',
    port: 0,
    auth: NO_AUTH,
    requestTimeoutMs: 10_000,
  })
  open.push({ server, stop })
  return { ...harness, url: `${server.url}/api/v1/events`, stop }
}

/** Reads the stream until `enough`; then leaves. */
async function read(
  url: string,
  enough: (text: string) => boolean,
  headers: Record<string, string> = {},
): Promise<string> {
  const leave = new AbortController()
  const response = await fetch(url, { headers, signal: leave.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  const decoder = new TextDecoder()
  const chunks: AsyncIterable<Uint8Array> | null = response.body
  for await (const chunk of chunks ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (enough(text)) break
  }
  leave.abort()
  return text
}

function eventsIn(text: string): CaseEvent[] {
  return [...text.matchAll(/^id: (\d+)\nevent: case\ndata: (.+)$/gm)].map(([, id, data]) => {
    const event = CaseEvent.parse(JSON.parse(data ?? ''))
    expect(event.sequence).toBe(Number(id))
    return event
  })
}
type CaseEvent = ReturnType<typeof CaseEvent.parse>

describe('GET /api/v1/events', () => {
  it('sends all events from the first, in order, over several batches', async () => {
    const { url, caseStore } = await serve()
    const all = await caseStore.eventsSince(0, 1000)
    const text = await read(`${url}?after=0`, (so) => eventsIn(so).length >= all.length)
    expect(eventsIn(text)).toEqual(all)
    expect(text.startsWith('retry: 1000\n\n')).toBe(true)
  })

  it('goes on after Last-Event-ID, which outranks ?after', async () => {
    const { url, caseStore } = await serve()
    const all = await caseStore.eventsSince(0, 1000)
    const last = String(all.length - 2)
    const resumed = await read(`${url}?after=1`, (so) => eventsIn(so).length >= 2, { 'Last-Event-ID': last })
    expect(eventsIn(resumed)).toEqual(all.slice(-2))
    const after = await read(`${url}?after=${last}`, (so) => eventsIn(so).length >= 2)
    expect(eventsIn(after)).toEqual(all.slice(-2))
  })

  it('starts at now when the client does not say where, and tells it where that is', async () => {
    const { url, caseStore } = await serve()
    const last = await caseStore.lastSequence()
    let received = false
    const text = await read(url, (so) => {
      if (so.includes(': still here') && !received) {
        received = true
        void caseStore.receive(newCase('case-new'))
      }
      return eventsIn(so).length > 0
    })
    expect(text.startsWith(`retry: 1000\n\nid: ${last}\n\n`)).toBe(true)
    expect(eventsIn(text)).toEqual([expect.objectContaining({ sequence: last + 1, caseId: 'case-new' })])
  })

  it('sends what happens while it is open, and comments while nothing does', async () => {
    const { url, caseStore } = await serve()
    const end = (await caseStore.eventsSince(0, 1000)).length
    let received = false
    const text = await read(`${url}?after=${end}`, (so) => {
      if (so.includes(': still here') && !received) {
        received = true
        void caseStore.receive(newCase('case-new'))
      }
      return eventsIn(so).length > 0
    })
    expect(eventsIn(text)).toEqual([
      expect.objectContaining({
        sequence: end + 1,
        caseId: 'case-new',
        transition: 'receive',
        state: 'received',
      }),
    ])
  })

  it.each([
    ['?after=-1', {}, { in: 'query', field: 'after' }],
    ['', { 'Last-Event-ID': 'Doe' }, { in: 'header', field: 'Last-Event-ID' }],
  ])('refuses %j with %j', async (query, headers, fault) => {
    const { app } = await createHarness()
    const response = await request(app).get(`/api/v1/events${query}`).set(headers).expect(400)
    expect(Problem.parse(response.body).errors).toEqual([expect.objectContaining(fault)])
  })

  it('refuses more streams than it may hold, and takes one when another ends', async () => {
    const { url } = await serve()
    const leave = [new AbortController(), new AbortController()]
    for (const { signal } of leave) await fetch(url, { signal })
    const third = await fetch(url)
    expect(third.status).toBe(429)
    expect(Problem.parse(await third.json())).toMatchObject({ code: 'limit-exceeded', retryable: true })
    leave[0]?.abort()
    let status = 429
    while (status === 429) {
      const again = await fetch(url)
      status = again.status
      await again.body?.cancel()
    }
    expect(status).toBe(200)
    leave[1]?.abort()
  })

  it('ends when the service stops', async () => {
    const { url, stop } = await serve()
    const response = await fetch(url)
    stop.abort()
    await expect(response.text()).resolves.toContain('retry: 1000')
  })

  it('answers HEAD without a stream', async () => {
    const { app } = await createHarness()
    await request(app).head('/api/v1/events').expect(200).expect('Content-Type', 'text/event-stream')
  })

  it('answers with a problem when the store fails at once, and ends the stream when it fails later', async () => {
    const good = createMemoryCaseStore()
    await good.receive(newCase('case-one'))
    let failing = true
    const flaky: CaseStore = {
      ...good,
      eventsSince: (sequence, limit) =>
        failing ? Promise.reject(new Error('Doe^Jane')) : good.eventsSince(sequence, limit),
    }
    const { url, logLines } = await serve({ caseStore: flaky })
    expect((await fetch(`${url}?after=0`)).status).toBe(500)
    failing = false
    const response = await fetch(`${url}?after=0`)
    failing = true
    expect(eventsIn(await response.text())).toHaveLength(1)
    expect(logLines.join('')).toContain('event stream ended')
    expect(logLines.join('')).not.toContain('Doe')
  })
})
