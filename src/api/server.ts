import { createServer, type RequestListener } from 'node:http'
import { PlumblineError } from '../errors.ts'
import { assertBindAllowed, type AuthOptions } from './auth.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly auth: AuthOptions
  /** A whole request must have arrived by then; STOW uploads are large. */
  readonly requestTimeoutMs: number
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Takes no new connections, gives running requests this long, then cuts them off. */
  close(graceMs: number): Promise<void>
}

/**
 * Listens. The only door to the network, so that the loopback rule cannot be forgotten.
 * Throws PlumblineError('bad-config') when host or port cannot be used.
 */
export async function listen(app: RequestListener, options: ServerOptions): Promise<RunningServer> {
  assertBindAllowed(options)
  const { host, port, requestTimeoutMs } = options
  const server = createServer({ requestTimeout: requestTimeoutMs }, app)
  await new Promise<void>((resolve, reject) => {
    const refused = (cause: Error): void => reject(cannotListen(host, port, cause))
    server.once('error', refused)
    server.listen(port, host, () => {
      server.off('error', refused)
      resolve()
    })
  })
  const address = server.address()
  const boundPort = address === null || typeof address === 'string' ? port : address.port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function cannotListen(host: string, port: number, cause: Error): PlumblineError {
  return new PlumblineError('bad-config', `Plumbline cannot listen on ${host} port ${port}.`, {
    nextStep: 'Another program may use the port already: choose another with PLUMBLINE_PORT or service.port.',
    cause,
  })
}
