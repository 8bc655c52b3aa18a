/** A syslog receiver over TLS (RFC 5425). One connection at a time; nothing is sent in the clear, to nobody unknown. */
import { once } from 'node:events'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { PlumblineError } from '../errors.ts'

const REFUSAL_WAIT_MS = 1000

export interface SyslogTarget {
  readonly host: string
  readonly port: number
  /** PEM: authorities to trust instead of those that Node does; certificate and key of this service. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly timeoutMs: number
}

/**
 * Sends the frames in their order and closes the connection, which makes sure that the receiver's side took them: the
 * protocol has no answer of its own (RFC 5425 section 4), so what a receiver loses afterwards nobody hears of.
 * Throws PlumblineError('timeout'), retryable.
 */
export async function sendFrames(
  target: SyslogTarget,
  frames: Iterable<Buffer>,
  stopping: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(target.timeoutMs)])
  const socket = connect(optionsOf(target))
  // Until somebody waits for it again, an error is heard of by the wait that it ends.
  socket.on('error', () => {})
  try {
    await Promise.all([once(socket, 'secureConnect', { signal }), accepted(socket)])
    for (const frame of frames) if (!socket.write(frame)) await once(socket, 'drain', { signal })
    await closed(socket, signal)
  } catch (cause) {
    throw new PlumblineError('timeout', 'The audit record repository does not take messages.', {
      nextStep:
        'Check audit.syslog, the certificate of that server and that it trusts the one of this service.',
      retryable: true,
      cause,
    })
  } finally {
    socket.destroy()
  }
}

function optionsOf({ host, port, ca, cert, key }: SyslogTarget): ConnectionOptions {
  return {
    host,
    port,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

/**
 * With TLS 1.3 a receiver may refuse our certificate when the connection already counts as made here (RFC 8446 4.4.2.4): a
 * session ticket says that it did not, or a while without its closing, where it gives no tickets.
 */
function accepted(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => setTimeout(resolve, REFUSAL_WAIT_MS).unref())
    // Not within the event: it comes from the midst of reading, where writing would spoil the record.
    socket.once('session', () => setImmediate(resolve))
    socket.once('close', () => reject(new Error('the receiver closed the connection')))
  })
}

/** Our close_notify is sent behind everything else; the receiver then closes too. */
async function closed(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  const end = once(socket, 'close', { signal })
  socket.end()
  socket.resume()
  await end
}
