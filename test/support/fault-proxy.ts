/** A reverse proxy on loopback before a PACS, which goes wrong on demand: for tests of what the service makes of it. */
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ProxiedRequest {
  readonly method: string
  /** With query, as the PACS gets it. */
  readonly path: string
  readonly body: Buffer
}

export type Fault =
  /** The PACS never hears of the request, and nobody answers it. */
  | { readonly kind: 'hold' }
  /** The PACS does what is asked; its answer is never delivered. */
  | { readonly kind: 'hold-answer' }
  /** Half of the body, then the connection breaks. */
  | { readonly kind: 'cut' }
  /** Something else answers in the place of the PACS, DICOM JSON unless it says otherwise. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly contentType?: string
      readonly body?: (request: ProxiedRequest) => string | Buffer
    }

export interface Rule {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  /** Only requests whose body holds this text, e.g. a UID in a file that is stored. */
  readonly mentions?: string
  readonly fault: Fault
  /** How often it happens; default: until it is removed. */
  readonly times?: number
}

export interface ActiveRule {
  /** Requests that it has befallen. For `hold-answer`: that the PACS has answered. */
  hits(): number
  remove(): void
}

export interface FaultProxy {
  /** Root of the DICOMweb service behind it. */
  readonly url: string
  /** Later rules outrank earlier ones. */
  inject(rule: Rule): ActiveRule
  /** Requests so far, befallen by a rule or not. */
  count(method: Rule['method'], path: RegExp): number
  /** Removes all rules and breaks off what is held. */
  reset(): void
  /** Refuses connections until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target)
  const rules = new Set<{ rule: Rule; left: number; hits: number }>()
  const log: Pick<ProxiedRequest, 'method' | 'path'>[] = []
  const held = new Set<ServerResponse>()

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { method: incoming.method ?? '', path: incoming.url ?? '', body: await bodyOf(incoming) }
    log.push({ method: asked.method, path: asked.path })
    const active = [...rules].findLast(({ rule, left }) => left > 0 && matches(rule, asked))
    if (active === undefined) return relay(await forward(upstream, incoming, asked), response)
    active.left -= 1
    const { fault } = active.rule
    if (fault.kind === 'hold') held.add(response)
    if (fault.kind === 'hold-answer') {
      await forward(upstream, incoming, asked)
      held.add(response)
    }
    if (fault.kind === 'cut') cut(await forward(upstream, incoming, asked), response)
    if (fault.kind === 'answer') {
      const headers = { 'content-type': fault.contentType ?? 'application/dicom+json' }
      response.writeHead(fault.status, headers).end(fault.body?.(asked) ?? '')
    }
    active.hits += 1
  }

  const listen = async (port: number): Promise<Server> => {
    const server = createServer((incoming, response) => {
      handle(incoming, response).catch(() => response.destroy())
    })
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return server
  }
  const close = async (server: Server): Promise<void> => {
    const closed = once(server.close(), 'close')
    server.closeAllConnections()
    await closed
  }
  let server: Server | null = await listen(0)
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}${upstream.pathname}`,
    inject(rule) {
      const active = { rule, left: rule.times ?? Infinity, hits: 0 }
      rules.add(active)
      return { hits: () => active.hits, remove: () => void rules.delete(active) }
    },
    count: (method, path) => log.filter((one) => one.method === method && path.test(one.path)).length,
    reset() {
      rules.clear()
      for (const response of held) response.destroy()
      held.clear()
    },
    async down() {
      if (server !== null) await close(server)
      server = null
    },
    async up() {
      server ??= await listen(port)
    },
    async stop() {
      if (server !== null) await close(server)
    },
  }
}

function matches({ method, path, mentions }: Rule, asked: ProxiedRequest): boolean {
  return (
    method === asked.method &&
    path.test(asked.path) &&
    (mentions === undefined || asked.body.includes(mentions))
  )
}

interface Answer {
  readonly head: IncomingMessage
  readonly body: Buffer
}

async function forward(
  upstream: URL,
  { headers }: IncomingMessage,
  { method, path, body }: ProxiedRequest,
): Promise<Answer> {
  const sent = request({
    hostname: upstream.hostname,
    port: upstream.port,
    method,
    path,
    headers: { ...headers, host: upstream.host },
  })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.end(body)
  const [head] = await answered
  return { head, body: await bodyOf(head) }
}

function relay({ head, body }: Answer, response: ServerResponse): void {
  const { 'transfer-encoding': _, connection: __, ...headers } = head.headers
  response.writeHead(head.statusCode ?? 502, { ...headers, 'content-length': body.length }).end(body)
}

function cut({ head, body }: Answer, response: ServerResponse): void {
  const { 'transfer-encoding': _, connection: __, ...headers } = head.headers
  response.writeHead(head.statusCode ?? 502, { ...headers, 'content-length': body.length })
  response.write(body.subarray(0, body.length / 2), () => response.destroy())
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
