/** Messages to a TLS receiver that knows us, and to one that we do not know. Certificates are made by openssl. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frameOf } from '../../src/syslog/message.ts'
import { sendFrames } from '../../src/syslog/sender.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-syslog-'))
const never = new AbortController().signal
const frame = (text: string) =>
  frameOf({
    at: '2026-03-01T10:00:00.123Z',
    host: 'qc',
    app: 'Plumbline',
    processId: 7,
    id: 'DICOM+RFC3881',
    text,
  })

/** Key and self-signed certificate for localhost, as PEM. */
function identity(name: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', key, '-out', cert]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  )
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

const receiver = identity('receiver')
const client = identity('client')
let server: Server
let port: number
let received = ''
beforeAll(async () => {
  const options = { ...receiver, ca: client.cert, requestCert: true, rejectUnauthorized: true }
  server = createServer(options, (socket) => {
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      received += text
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const target = () => ({ host: 'localhost', port, ca: receiver.cert, ...client, timeoutMs: 5000 })

test('what is sent arrives whole and in order, when the call is over', async () => {
  const frames = Array.from({ length: 300 }, (_, index) => frame(`message ${index} ${'é'.repeat(500)}`))
  await sendFrames(target(), frames, never)
  expect(received).toBe(Buffer.concat(frames).toString())
})

test.each([
  ['of an authority that is not trusted', { ca: client.cert }],
  ['of another name', { host: '127.0.0.1' }],
  ['that is not there', { port: 1 }],
  ['that does not know us', { cert: receiver.cert, key: receiver.key }],
])('a receiver %s gets nothing, and that is an error', async (_, changes) => {
  received = ''
  const sending = sendFrames({ ...target(), ...changes }, [frame('secret')], never)
  await expect(sending).rejects.toMatchObject({ code: 'timeout', retryable: true })
  expect(received).toBe('')
})
