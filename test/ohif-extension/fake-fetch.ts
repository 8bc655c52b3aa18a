/** A `fetch` that answers from a script and remembers what it was asked. */

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

type Answer = Response | Error | ((asked: Asked, signal: AbortSignal | null) => Response | Promise<Response>)

export interface FakeFetch {
  readonly fetch: typeof globalThis.fetch
  /** Every request, in order. */
  readonly asked: Asked[]
  /** Requests whose address has this in it. */
  to(part: string): Asked[]
  /** From now on, requests whose address has this in it are answered so; the last rule that fits counts. */
  answer(part: string, answer: Answer): void
}

/** What no rule fits is answered as from a server that is down. */
export function createFakeFetch(): FakeFetch {
  const rules: { readonly part: string; readonly answer: Answer }[] = []
  const asked: Asked[] = []
  return {
    asked,
    to: (part) => asked.filter(({ url }) => url.includes(part)),
    answer: (part, answer) => void rules.push({ part, answer }),
    async fetch(input, init = {}) {
      const url = input instanceof Request ? input.url : input.toString()
      const one = {
        method: init.method ?? 'GET',
        url,
        headers: Object.fromEntries(new Headers(init.headers).entries()),
      }
      asked.push(one)
      const answer = rules.findLast(({ part }) => url.includes(part))?.answer ?? new TypeError('fetch failed')
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(one, init.signal ?? null) : answer.clone()
    },
  }
}

export function json(body: unknown, status = 200, type = 'application/json'): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
}

/** An event stream that the test writes to; it ends when asked to, or breaks when the reader aborts. */
export function createFakeStream(): {
  answer: Answer
  send(text: string): void
  end(): void
  readonly opened: number
} {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  let opened = 0
  return {
    get opened() {
      return opened
    },
    answer(_asked, signal) {
      opened++
      const body = new ReadableStream<Uint8Array>({
        start(given) {
          controller = given
          signal?.addEventListener('abort', () => given.error(new Error('aborted')))
        },
      })
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    },
    send: (text) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
  }
}
