import { Router } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/api/problem.ts'
import { PlumblineError } from '../../src/errors.ts'
import type { CaseStore } from '../../src/ports.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'
import { createHarness } from './harness.ts'

const CANARY = 'Doe^Jane'

function recordOf(line: string): Record<string, unknown> {
  const record: Record<string, unknown> = JSON.parse(line)
  return record
}

function failingStore(fault: unknown): CaseStore {
  return { ...createMemoryCaseStore(), get: () => Promise.reject(fault) }
}

describe('an unexpected error', () => {
  it('is 500 with an id that the log carries, and tells nothing outside', async () => {
    const { app, logLines } = await createHarness({
      caseStore: failingStore(new TypeError(`cannot read ${CANARY}`)),
    })
    const response = await request(app).get('/api/v1/cases/x').expect(500)
    const problem = Problem.parse(response.body)
    expect(response.text).not.toMatch(/Doe|TypeError|\.ts/)
    expect(problem.code).toBe('internal')
    const line = logLines.find((each) => each.includes('request failed')) ?? ''
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      errorId: problem.errorId,
      requestId: problem.requestId,
      err: { name: 'TypeError' },
    })
    expect(logLines.join('')).not.toContain('Doe')
  })

  it('is 500 too when what was thrown is no error', async () => {
    const { app } = await createHarness({ caseStore: failingStore(CANARY) })
    const response = await request(app).get('/api/v1/cases/x').expect(500)
    expect(response.text).not.toContain('Doe')
  })
})

describe('a known error', () => {
  it('keeps its cause inside', async () => {
    const error = new PlumblineError('worker-died', 'The worker died.', {
      cause: new Error(CANARY),
      retryable: true,
    })
    const { app, logLines } = await createHarness({ caseStore: failingStore(error) })
    const response = await request(app).get('/api/v1/cases/x').expect(503)
    expect(Problem.parse(response.body)).toMatchObject({
      code: 'worker-died',
      detail: 'The worker died.',
      retryable: true,
    })
    expect(response.text + logLines.join('')).not.toContain('Doe')
    expect(logLines.join('')).toContain('"cause":{"name":"Error"')
  })
})

describe('an error after the answer began', () => {
  it('cuts the connection, so that half an answer is not taken for a whole one', async () => {
    const dicomWeb = Router().get('/half', (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/dicom' })
      response.write('half')
      throw new Error('x')
    })
    const { app, logLines } = await createHarness({ dicomWeb })
    await expect(request(app).get('/dicom-web/half')).rejects.toThrow('aborted')
    expect(logLines.join('')).toContain('request failed')
  })
})

describe('a request that is not understood', () => {
  it.each([
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/nothing', 404],
    ['GET', '/dicom-web/studies', 404],
    ['DELETE', '/api/v1/cases/x', 405],
    ['DELETE', '/api/v1/nothing', 404],
    ['GET', '/api/v1/cases/%E0%A4%A', 400],
    ['GET', '/api/v1/cases/%00', 400],
  ])('%s %s is %i', async (method, path, status) => {
    const { app } = await createHarness()
    const response = await (method === 'GET' ? request(app).get(path) : request(app).delete(path))
    expect(response.status).toBe(status)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(Problem.parse(response.body).requestId).toBe(response.headers['x-request-id'])
  })

  it.each([
    ['/api/v1/cases', 'GET, HEAD, OPTIONS'],
    ['/api/v1/cases/x', 'GET, HEAD, OPTIONS'],
    ['/api/v1/studies/1.2/check', 'POST, OPTIONS'],
    ['/healthz', 'GET, HEAD, OPTIONS'],
    ['/overview', 'GET, HEAD, OPTIONS'],
  ])('is 405 on %s with another method, and says which there are', async (path, allow) => {
    const { app, logLines } = await createHarness()
    const response = await request(app).put(path).expect(405).expect('Allow', allow)
    expect(Problem.parse(response.body)).toMatchObject({
      title: 'Method Not Allowed',
      code: 'method-not-allowed',
    })
    await request(app).options(path).expect(204).expect('Allow', allow)
    expect(recordOf(logLines[0] ?? '')['route']).not.toBe('unmatched')
  })

  it('is 413 when the body is too large and 400 when it is not JSON', async () => {
    const { app } = await createHarness()
    const post = () => request(app).post('/api/v1/studies/1.2/check').set('Content-Type', 'application/json')
    expect(
      Problem.parse(
        (
          await post()
            .send(`"${'x'.repeat(70_000)}"`)
            .expect(413)
        ).body,
      ).title,
    ).toBe('Content Too Large')
    expect(Problem.parse((await post().send(`{"name": ${CANARY}`).expect(400)).body).detail).toBe(
      'The request body is not valid JSON.',
    )
  })
})

describe('access log and metrics', () => {
  it('name the route pattern, never the address', async () => {
    const { app, logLines } = await createHarness()
    await request(app)
      .get(`/api/v1/cases/${encodeURIComponent(CANARY)}`)
      .set('X-Request-Id', CANARY)
      .expect(404)
    await request(app).get('/api/v1/studies/1.2.3.4.5/cases?limit=3').expect(200)
    await request(app).get(`/${CANARY}`).expect(404)
    const { text } = await request(app).get('/metrics').expect(200)
    const lines = logLines.map(recordOf)
    expect(lines.map(({ route, status, code }) => [route, status, code])).toEqual([
      ['/api/v1/cases/{id}', 404, 'not-found'],
      ['/api/v1/studies/{uid}/cases', 200, undefined],
      ['unmatched', 404, 'not-found'],
      ['/metrics', 200, undefined],
    ])
    expect(logLines.join('') + text).not.toMatch(/Doe|1\.2\.3\.4\.5/)
    expect(text).toContain('route="/api/v1/studies/{uid}/cases",status="200"')
  })

  it('name mounted routers by their place', async () => {
    const dicomWeb = Router().get('/studies/:uid', (_request, response) => void response.json([]))
    const { app, logLines } = await createHarness({ dicomWeb })
    await request(app).get('/dicom-web/studies/1.2.3.4.5').expect(200)
    await request(app).get('/dicom-web/other').expect(404)
    expect(logLines.map((line) => recordOf(line)['route'])).toEqual(['/dicom-web/*', '/dicom-web/*'])
  })
})
