import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { multipartTail, partHead } from '../../src/dicom/multipart.ts'
import { createDicomWebPacs, type DicomWebOptions } from '../../src/dicomweb/client.ts'
import { ctSlice } from '../support/ct.ts'
import { fileBytes } from '../support/file-bytes.ts'

const slice = ctSlice(1, 1, 1)
const { sopInstanceUid } = slice
const signal = new AbortController().signal

/** A PACS that answers what the test says, one answer per request, the last one for ever. */
type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void
let server: Server
let baseUrl: string
let handlers: Handler[]
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }[]

beforeEach(async () => {
  handlers = []
  seen = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      const handler = handlers.length > 1 ? handlers.shift() : handlers[0]
      handler?.(request, response, body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/pacs/`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

function pacs(changes: Partial<DicomWebOptions> = {}) {
  const defaults = {
    timeoutMs: 10_000,
    retries: 2,
    backoffMs: 1,
    concurrency: 2,
    responseBytesMax: 1_000_000,
  }
  return createDicomWebPacs({ baseUrl, ...defaults, ...changes })
}
const status =
  (code: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Handler =>
  (_request, response) =>
    response.writeHead(code, headers).end(body)
const json = (value: unknown, code = 200): Handler =>
  status(code, { 'content-type': 'application/dicom+json' }, JSON.stringify(value))
const row = (tag: string, value: string) => ({ [tag]: { vr: 'UI', Value: [value] } })
const sequence = (tag: string, ...items: object[]) => ({ [tag]: { vr: 'SQ', Value: items } })
const reference = (uid: string, reason?: number) => ({
  ...row('00081155', uid),
  ...(reason === undefined ? {} : { '00081197': { vr: 'US', Value: [reason] } }),
})

test.each(['http://user:secret@pacs/dicom-web', 'ftp://pacs/dicom-web', 'pacs'])(
  '%s is no address of a PACS',
  (address) => {
    let refusal: unknown
    try {
      pacs({ baseUrl: address })
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({ code: 'bad-config' })
    expect(String(refusal)).not.toContain('secret')
  },
)

describe('failures', () => {
  test('a PACS that is too busy is asked again, not before it says', async () => {
    handlers = [status(429, { 'retry-after': '0' }), status(503), json([row('00080018', sopInstanceUid)])]
    expect(await pacs().holds(slice, signal)).toBe(true)
    expect(seen).toHaveLength(3)
    expect(seen[0]?.url).toBe(
      `/pacs/studies/2.25.11/series/2.25.11.1/instances?SOPInstanceUID=${sopInstanceUid}`,
    )
  })

  test('it gives up after the retries, and says that it may go better later', async () => {
    handlers = [status(503)]
    await expect(pacs().holds(slice, signal)).rejects.toMatchObject({ code: 'pacs-refused', retryable: true })
    expect(seen).toHaveLength(3)
  })

  test('a PACS that wants a long pause is not waited for', async () => {
    handlers = [status(503, { 'retry-after': '3600' })]
    await expect(pacs().holds(slice, signal)).rejects.toMatchObject({ code: 'pacs-refused', retryable: true })
    expect(seen).toHaveLength(1)
  })

  test.each([
    [401, 'pacs-refused', /credentials/],
    [403, 'pacs-refused', /credentials/],
    [404, 'not-found', /^/],
    [406, 'pacs-refused', /application\/dicom/],
    [302, 'pacs-refused', /redirects are not followed/],
  ])('HTTP %d is %s, once, without address or body in the words', async (code, expected, nextStep) => {
    handlers = [status(code, { location: 'http://elsewhere.example/' }, 'Doe^Jane')]
    const error = await pacs()
      .retrieveInstance(slice, signal)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      code: expected,
      retryable: false,
      nextStep: expect.stringMatching(nextStep) as unknown,
    })
    expect(String(error)).toContain(`HTTP ${code}`)
    expect(String(error)).not.toMatch(/127\.0\.0\.1|elsewhere|studies|Doe|2\.25/)
    expect(seen).toHaveLength(1)
  })

  test('a PACS that is not there is unreachable', async () => {
    server.close()
    server.closeAllConnections()
    const error = await pacs()
      .listSeries('2.25.11', signal)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'pacs-unreachable', retryable: true })
    expect(String(error)).toContain('ECONNREFUSED')
    expect(String(error)).not.toContain('127.0.0.1')
  })

  test('a PACS that says nothing, or stops in the middle, is a timeout', async () => {
    handlers = [() => undefined]
    await expect(pacs({ timeoutMs: 50, retries: 0 }).holds(slice, signal)).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
    })
    handlers = [(_request, response) => void response.writeHead(200).write('[')]
    await expect(pacs({ timeoutMs: 50, retries: 0 }).holds(slice, signal)).rejects.toMatchObject({
      code: 'timeout',
    })
  })

  test('the caller can break off, also while waiting to retry or for a free slot', async () => {
    handlers = [status(503, { 'retry-after': '20' })]
    const whileWaiting = new AbortController()
    const waiting = pacs().holds(slice, whileWaiting.signal)
    setTimeout(() => whileWaiting.abort(new Error('stop')), 50)
    await expect(waiting).rejects.toThrow(/stop|aborted/)

    handlers = [() => undefined]
    const busy = pacs({ concurrency: 1 })
    const holder = new AbortController()
    const first = busy.holds(slice, holder.signal)
    const queued = new AbortController()
    const second = busy.holds(slice, queued.signal)
    queued.abort(new Error('no longer wanted'))
    await expect(second).rejects.toThrow('no longer wanted')
    holder.abort(new Error('stop'))
    await expect(first).rejects.toThrow('stop')
    handlers = [json([])]
    expect(await busy.holds(slice, signal)).toBe(false)
  })

  test('a multipart body that is cut off is retried, and never taken for a shorter series', async () => {
    const whole = Buffer.concat([
      partHead('b', 'application/dicom'),
      slice.bytes,
      partHead('b', 'application/dicom'),
      slice.bytes,
      multipartTail('b'),
    ])
    const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
    const cutAt = whole.length - slice.bytes.length
    handlers = [status(200, headers, whole.subarray(0, cutAt)), status(200, headers, whole)]
    expect(await pacs().retrieveSeries('2.25.11', '2.25.11.1', signal)).toHaveLength(2)
    expect(seen).toHaveLength(2)
    handlers = [
      (_request, response) => {
        response
          .writeHead(200, { ...headers, 'content-length': whole.length })
          .write(whole.subarray(0, cutAt))
        response.destroy()
      },
    ]
    await expect(pacs({ retries: 1 }).retrieveSeries('2.25.11', '2.25.11.1', signal)).rejects.toMatchObject({
      code: 'pacs-unreachable',
    })
    expect(seen).toHaveLength(4)
  })

  test('an answer beyond the size limit is not read to its end', async () => {
    handlers = [json([row('00080018', '1'.repeat(2000))])]
    await expect(pacs({ responseBytesMax: 1000 }).holds(slice, signal)).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    expect(seen).toHaveLength(1)
  })

  test.each([
    ['a sign-in page', status(200, { 'content-type': 'text/html' }, '<html>Sign in</html>')],
    ['JSON of another kind', json({ error: 'no' })],
  ])('%s is no DICOM', async (_name, handler) => {
    handlers = [handler]
    await expect(pacs().seriesMetadata('2.25.11', '2.25.11.1', signal)).rejects.toThrow('not DICOM')
  })

  test('a sign-in page is no DICOM file either', async () => {
    handlers = [status(200, { 'content-type': 'text/html' }, '<html>Sign in</html>')]
    await expect(pacs().retrieveInstance(slice, signal)).rejects.toThrow('not DICOM')
  })

  test('what is no UID never becomes part of an address', async () => {
    const bad = { ...slice, seriesInstanceUid: '../../instances' }
    await expect(pacs().retrieveInstance(bad, signal)).rejects.toMatchObject({ code: 'bad-request' })
    await expect(pacs().listSeries('', signal)).rejects.toMatchObject({ code: 'bad-request' })
    await expect(pacs().store([bad], signal)).rejects.toMatchObject({ code: 'bad-request' })
    expect(seen).toEqual([])
  })
})

describe('requests', () => {
  test('carry the credentials, and ask for files as they are stored', async () => {
    handlers = [status(200, { 'content-type': 'application/dicom' }, Buffer.from(slice.bytes))]
    const basic = pacs({ username: 'plumbline', password: 'geheim:ü' })
    expect(fileBytes(await basic.retrieveInstance(slice, signal)).equals(slice.bytes)).toBe(true)
    expect(seen[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('plumbline:geheim:ü').toString('base64')}`,
    )
    expect(seen[0]?.headers.accept).toBe(
      'multipart/related; type="application/dicom"; transfer-syntax=*, ' +
        'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1',
    )
    await pacs({ bearerToken: 'token' }).retrieveInstance(slice, signal)
    expect(seen[1]?.headers.authorization).toBe('Bearer token')
  })

  test('never more at a time than allowed', async () => {
    let underWay = 0
    let most = 0
    handlers = [
      (_request, response) => {
        most = Math.max(most, ++underWay)
        setTimeout(() => {
          underWay--
          response.writeHead(204).end()
        }, 5)
      },
    ]
    const one = pacs({ concurrency: 3 })
    await Promise.all(Array.from({ length: 12 }, () => one.holds(slice, signal)))
    expect(most).toBe(3)
  })

  test('lists are read to their end, whatever page size the PACS has', async () => {
    const all = Array.from({ length: 7 }, (_, index) => row('0020000E', `2.25.${index}`))
    handlers = [
      (request, response, body) => {
        const offset = Number(new URL(request.url ?? '', baseUrl).searchParams.get('offset'))
        json(all.slice(offset, offset + 3))(request, response, body)
      },
    ]
    expect(await pacs().listSeries('2.25.11', signal)).toHaveLength(7)
    handlers = [json(all)]
    expect(await pacs().listSeries('2.25.11', signal)).toHaveLength(7)
    handlers = [status(204)]
    expect(await pacs().listSeries('2.25.11', signal)).toEqual([])
  })

  test('series of another modality are not taken from a PACS that ignores the filter', async () => {
    handlers = [json([row('00080060', 'CT'), { ...row('00080060', 'SEG'), ...row('0020000D', '2.25.1') }])]
    const found = await pacs().findSegmentationSeries(
      { modality: 'SEG', studyDateFrom: '20240101', limit: 5, offset: 10 },
      signal,
    )
    expect(found.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual(['2.25.1'])
    expect(seen[0]?.url).toBe('/pacs/series?Modality=SEG&StudyDate=20240101-&limit=5&offset=10')
  })
})

describe('store', () => {
  const second = ctSlice(1, 1, 2)

  test('sends one multipart request per study', async () => {
    const other = ctSlice(2, 1, 1)
    handlers = [
      json(sequence('00081199', reference(sopInstanceUid), reference(second.sopInstanceUid))),
      json(sequence('00081199', reference(other.sopInstanceUid))),
    ]
    const results = await pacs().store([slice, second, other], signal)
    expect(results.every(({ stored }) => stored)).toBe(true)
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /pacs/studies/2.25.11',
      'POST /pacs/studies/2.25.12',
    ])
    expect(seen[0]?.headers['content-type']).toMatch(
      /^multipart\/related; type="application\/dicom"; boundary="/,
    )
    expect(seen[0]?.headers.accept).toBe('application/dicom+json')
    expect(seen[0]?.body.includes(Buffer.from(slice.bytes))).toBe(true)
    expect(seen[0]?.body.includes(Buffer.from(second.bytes))).toBe(true)
  })

  test.each([
    [202, 49152, 'the data set cannot be understood (failure reason 49152)'],
    [400, 42753, 'out of resources (failure reason 42753)'],
    [409, 272, 'processing failure (failure reason 272)'],
    [200, 4660, 'a reason that DICOM does not define (failure reason 4660)'],
  ])('HTTP %d tells what was stored and what was not', async (code, reason, words) => {
    const answer = {
      ...sequence('00081199', reference(sopInstanceUid)),
      ...sequence('00081198', reference(second.sopInstanceUid, reason)),
    }
    handlers = [json(answer, code)]
    expect(await pacs().store([slice, second], signal)).toEqual([
      { sopInstanceUid, stored: true, reason: '' },
      {
        sopInstanceUid: second.sopInstanceUid,
        stored: false,
        reason: `The PACS refused the instance: ${words}.`,
      },
    ])
    expect(seen).toHaveLength(1)
  })

  test('reads an XML answer', async () => {
    const xml = `<?xml version="1.0"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">
      <DicomAttribute tag="00081198" vr="SQ" keyword="FailedSOPSequence"><Item number="1">
        <DicomAttribute tag="00081150" vr="UI"/>
        <DicomAttribute tag="00081155" vr="UI"><Value number="1">${second.sopInstanceUid}</Value></DicomAttribute>
        <DicomAttribute tag="00081197" vr="US"><Value number="1">290</Value></DicomAttribute></Item></DicomAttribute>
      <DicomAttribute tag="00081199" vr="SQ"><Item number="1">
        <DicomAttribute tag="00081155" vr="UI"><Value number="1">${sopInstanceUid}</Value></DicomAttribute></Item></DicomAttribute>
    </NativeDicomModel>`
    handlers = [status(202, { 'content-type': 'application/dicom+xml' }, xml)]
    expect((await pacs().store([slice, second], signal)).map(({ reason }) => reason)).toEqual([
      '',
      'The PACS refused the instance: the SOP class is not supported (failure reason 290).',
    ])
  })

  test('200 without naming the instance is no proof: the PACS is asked whether it holds it', async () => {
    handlers = [status(200), json([])]
    expect(await pacs().store([slice], signal)).toEqual([
      {
        sopInstanceUid,
        stored: false,
        reason: 'The PACS answered HTTP 200 without naming the instance, and does not list it.',
      },
    ])
    handlers = [json({}), json([row('00080018', sopInstanceUid)])]
    expect(await pacs().store([slice], signal)).toEqual([{ sopInstanceUid, stored: true, reason: '' }])
  })

  test('a failure that names no instance is told', async () => {
    handlers = [json(sequence('0008119A', { '00081197': { vr: 'US', Value: [42752] } }), 409), json([])]
    const [result] = await pacs().store([slice], signal)
    expect(result?.reason).toBe(
      'The PACS says: out of resources (failure reason 42752), and does not list it.',
    )
  })

  test.each([400, 401, 413, 415])('HTTP %d is never tried again blindly', async (code) => {
    handlers = [status(code), json([])]
    await pacs()
      .store([slice], signal)
      .catch(() => undefined)
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test('a PACS that is down for a moment gets the same instances again', async () => {
    handlers = [status(503), json(sequence('00081199', reference(sopInstanceUid)))]
    expect((await pacs().store([slice], signal))[0]?.stored).toBe(true)
    expect(seen).toHaveLength(2)
    expect(seen[1]?.body.equals(seen[0]?.body ?? Buffer.alloc(0))).toBe(true)
  })
})
