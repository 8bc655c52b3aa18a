import { setTimeout as delay } from 'node:timers/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import express from 'express'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { createDicomwebProxy, type ProxyLimits } from '../../src/intake/dicomweb-proxy.ts'
import type { InstanceRef } from '../../src/ports.ts'
import { listen } from './fakes.ts'

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}
type Answer = (res: ServerResponse, seen: Seen) => void

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((done) => {
          server.closeAllConnections()
          server.close(done)
        }),
    ),
  )
})

/** A PACS that answers as told, and the proxy before it. */
async function proxyTo(answer: Answer, limits: Partial<ProxyLimits> = {}) {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
    req.on('end', () => {
      const one = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body }
      seen.push(one)
      answer(res, one)
    })
    req.on('error', () => {})
  })
  servers.push(server)
  const origin = await listen(server)
  const stored: InstanceRef[] = []
  const problems: unknown[] = []
  const app = express().use(
    ['/dicom-web', '/hospital/qc/dicom-web'],
    createDicomwebProxy({
      pacsUrl: `${origin}/pacs/dicom-web`,
      credentials: { authorization: 'Basic cGFjczpzZWNyZXQ=' },
      publicOrigin: null,
      limits: {
        requestBytesMax: 1000,
        responseBytesMax: 1000,
        stowAnswerBytesMax: 5000,
        timeoutMs: 5000,
        ...limits,
      },
      // Slow, so that a test that looks right after the answer fails if the answer did not wait for it.
      onStored: async (refs) => {
        await delay(20)
        stored.push(...refs)
      },
      onProblem: (error) => void problems.push(error),
    }),
  )
  return { client: request(app), seen, stored, problems, server }
}

const ok: Answer = (res) => void res.setHeader('content-type', 'application/dicom+json').end('[]')
const storeAnswer =
  (status: number, sequence: unknown): Answer =>
  (res) => {
    res
      .writeHead(status, { 'content-type': 'application/dicom+json' })
      .end(JSON.stringify({ '00081199': { vr: 'SQ', Value: sequence } }))
  }
const storedItem = {
  '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.66.4'] },
  '00081155': { vr: 'UI', Value: ['9.1'] },
  '00081190': { vr: 'UR', Value: ['http://localhost/dicom-web/studies/1.1/series/1.1.1/instances/9.1'] },
}

test("path, query and answer go through; credentials are ours, host and scheme are the client's", async () => {
  const { client, seen } = await proxyTo(ok)
  const answer = await client
    .get('/dicom-web/studies/1.2.3/series?limit=5&includefield=00080020%2C00080030&PatientName=A%2CB')
    .set('Host', 'viewer.example:8484')
    .set('Authorization', 'Bearer mine')
    .set('Cookie', 'a=b')
    .set('Accept', 'application/dicom+json')
    .expect(200, [])
  expect(answer.headers['content-type']).toContain('application/dicom+json')
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/pacs/dicom-web/studies/1.2.3/series?limit=5&includefield=00080020,00080030&PatientName=A%2CB',
  })
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Basic cGFjczpzZWNyZXQ=',
    accept: 'application/dicom+json',
    forwarded: 'host=viewer.example:8484;proto=http',
  })
  expect(seen[0]?.headers).not.toHaveProperty('cookie')
})

test('the PACS is told the path prefix that its addresses need', async () => {
  const { client, seen } = await proxyTo(ok)
  await client.get('/hospital/qc/dicom-web/studies').set('Host', 'viewer.example').expect(200)
  expect(seen[0]).toMatchObject({
    url: '/pacs/dicom-web/studies',
    headers: expect.objectContaining({ forwarded: 'host=viewer.example/hospital/qc;proto=http' }),
  })
})

test.each(['/dicom-web/system', '/dicom-web/studies/..%2f..%2fsystem', '/dicom-web/'])(
  '%s is no DICOMweb resource',
  async (path) => {
    const { seen, client } = await proxyTo(ok)
    expect(JSON.parse((await client.get(path).expect(404)).text)).toMatchObject({ status: 404 })
    expect(seen).toEqual([])
  },
)

test('bulk data and frame lists are DICOMweb resources', async () => {
  const { client, seen } = await proxyTo(ok)
  await client.get('/dicom-web/studies/1/series/2/instances/3/frames/1%2C2').expect(200)
  await client.get('/dicom-web/studies/1/series/2/instances/3/bulk/52009230/1/00720010').expect(200)
  expect(seen.map(({ url }) => url)).toEqual([
    '/pacs/dicom-web/studies/1/series/2/instances/3/frames/1,2',
    '/pacs/dicom-web/studies/1/series/2/instances/3/bulk/52009230/1/00720010',
  ])
})

test.each(['delete', 'put', 'patch'] as const)('%s is not allowed', async (method) => {
  const { client, seen } = await proxyTo(ok)
  const answer = await client[method]('/dicom-web/studies/1.2.3').expect(405)
  expect(answer.headers['allow']).toBe('GET, HEAD, POST')
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(JSON.parse(answer.text)).toMatchObject({ status: 405 })
  expect(seen).toEqual([])
})

test('a body that is not passed on has no length there: the PACS would take the next request for it', async () => {
  const { client, seen } = await proxyTo(ok)
  await client.get('/dicom-web/studies').set('Content-Type', 'text/plain').send('x'.repeat(100)).expect(200)
  await client.get('/dicom-web/studies?next').expect(200)
  expect(seen.map(({ url }) => url)).toEqual(['/pacs/dicom-web/studies', '/pacs/dicom-web/studies?next'])
  expect(seen[0]?.headers['content-length']).toBeUndefined()
  expect(seen[0]?.headers['content-type']).toBeUndefined()
})

test('POST is for STOW only', async () => {
  const { client } = await proxyTo(ok)
  await client.post('/dicom-web/studies/1/series/2').send('x').expect(405)
})

test.each([200, 202, 400, 409])(
  'STOW answered %d: the answer goes through as it is, intake hears what was stored',
  async (status) => {
    const { client, seen, stored, problems } = await proxyTo(storeAnswer(status, [storedItem]))
    const answer = await client
      .post('/dicom-web/studies')
      .type('multipart/related')
      .send('--x bytes --x--')
      .expect(status)
    expect(JSON.parse(answer.body instanceof Buffer ? answer.body.toString() : answer.text)).toHaveProperty(
      '00081199',
    )
    expect(seen[0]).toMatchObject({ method: 'POST', body: '--x bytes --x--' })
    expect(seen[0]?.headers['content-type']).toContain('multipart/related')
    expect(stored).toEqual([
      {
        studyInstanceUid: '1.1',
        seriesInstanceUid: '1.1.1',
        sopInstanceUid: '9.1',
        sopClassUid: '1.2.840.10008.5.1.4.1.1.66.4',
      },
    ])
    expect(problems).toEqual([])
  },
)

test('a STOW answer that cannot be read still reaches the client, and is reported', async () => {
  const { client, stored, problems } = await proxyTo(
    (res) => void res.writeHead(200, { 'content-type': 'text/plain' }).end('fine'),
  )
  await client.post('/dicom-web/studies').send('x').expect(200, 'fine')
  expect(stored).toEqual([])
  expect(problems).toHaveLength(1)
})

test('a stored item without a usable Retrieve URL is reported', async () => {
  const { client, stored, problems } = await proxyTo(
    storeAnswer(200, [storedItem, { ...storedItem, '00081190': { vr: 'UR' } }]),
  )
  await client.post('/dicom-web/studies').send('x').expect(200)
  expect(stored).toHaveLength(1)
  expect(problems).toHaveLength(1)
})

test.each([
  [401, 'did not accept this service'],
  [302, 'redirects'],
])('the PACS answers %d: 502 without its challenge or location', async (status, words) => {
  const { client } = await proxyTo(
    (res) => void res.writeHead(status, { 'www-authenticate': 'Basic', location: 'http://elsewhere/' }).end(),
  )
  const answer = await client.get('/dicom-web/studies').expect(502)
  expect(answer.headers).not.toHaveProperty('www-authenticate')
  expect(answer.headers).not.toHaveProperty('location')
  expect(JSON.parse(answer.text)).toMatchObject({
    status: 502,
    detail: expect.stringContaining(words) as unknown,
  })
})

test('other refusals of the PACS go through', async () => {
  const { client } = await proxyTo(
    (res) => void res.writeHead(404, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{}'),
  )
  const answer = await client.get('/dicom-web/studies/1').expect(404, {})
  expect(answer.headers).not.toHaveProperty('set-cookie')
})

test('a PACS that is down is 502, one that hangs is 504', async () => {
  const down = await proxyTo(ok)
  down.server.close()
  expect(JSON.parse((await down.client.get('/dicom-web/studies').expect(502)).text)).toMatchObject({
    detail: 'The PACS cannot be reached.',
  })
  const hanging = await proxyTo(() => {}, { timeoutMs: 50 })
  await hanging.client.get('/dicom-web/studies').expect(504)
})

test('too long a request is refused, with and without a stated length', async () => {
  const { client, seen } = await proxyTo(storeAnswer(200, []))
  await client.post('/dicom-web/studies').send('x'.repeat(1001)).expect(413)
  const chunked = client.post('/dicom-web/studies')
  chunked.write('x'.repeat(1001))
  await chunked.expect(413)
  expect(seen).toEqual([])
  await client.post('/dicom-web/studies').send('x'.repeat(1000)).expect(200)
})

test('too long an answer is refused, or cut when its length was not stated', async () => {
  const stated = await proxyTo(
    (res) => void res.writeHead(200, { 'content-length': '1001' }).end('x'.repeat(1001)),
  )
  await stated.client.get('/dicom-web/studies').expect(502)
  const unstated = await proxyTo((res) => void res.writeHead(200).end('x'.repeat(1001)))
  await expect(unstated.client.get('/dicom-web/studies').then((answer) => answer.status)).rejects.toThrow()
})
