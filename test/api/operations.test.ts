import { Router, type RequestHandler } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Health, Readiness } from '../../src/api/schemas.ts'
import { createHarness } from './harness.ts'

describe('GET /healthz', () => {
  it('answers', async () => {
    const { app } = await createHarness()
    expect(Health.parse((await request(app).get('/healthz').expect(200)).body)).toEqual({ status: 'ok' })
  })
})

describe('GET /readyz', () => {
  const pacsDown = { name: 'pacs', ok: false, message: 'The PACS does not answer.' }

  it('is 200 when all checks pass and 503 when one does not', async () => {
    const good = await createHarness()
    expect(Readiness.parse((await request(good.app).get('/readyz').expect(200)).body).ready).toBe(true)
    const bad = await createHarness({
      ready: async () => [{ name: 'database', ok: true, message: '' }, pacsDown],
    })
    expect((await request(bad.app).get('/readyz').expect(503)).body).toMatchObject({
      ready: false,
      checks: [{}, pacsDown],
    })
  })

  it.each<[string, () => Promise<never>]>([
    ['fail', () => Promise.reject(new Error('Doe^Jane'))],
    ['never end', () => new Promise<never>(() => undefined)],
  ])('is 503 when the checks %s', async (_how, ready) => {
    const { app, logLines } = await createHarness({ ready })
    const response = await request(app).get('/readyz').expect(503)
    expect(Readiness.parse(response.body).checks).toEqual([
      expect.objectContaining({ name: 'readiness', ok: false }),
    ])
    expect(response.text + logLines.join('')).not.toContain('Doe')
  })
})

describe('GET /metrics', () => {
  it('is Prometheus text', async () => {
    const { app } = await createHarness()
    await request(app).get('/healthz')
    const response = await request(app)
      .get('/metrics')
      .expect(200)
      .expect('Content-Type', /text\/plain; version=0\.0\.4/)
    expect(response.text).toContain(
      'plumbline_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"} 1',
    )
  })
})

describe('security headers', () => {
  it('let our own pages run no script and be framed by nobody', async () => {
    const { app } = await createHarness()
    const { headers } = await request(app).get('/')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('let a viewer of this origin run, and load nothing from elsewhere', async () => {
    const viewer = Router().get(
      '/',
      (_request, response) => void response.type('html').send('<title>OHIF</title>'),
    )
    const { app } = await createHarness({ viewer })
    const response = await request(app).get('/').expect(200)
    expect(response.text).toContain('OHIF')
    const policy = response.headers['content-security-policy'] ?? ''
    expect(policy).toContain("worker-src 'self' blob:")
    expect(policy).toContain("script-src 'self' 'unsafe-inline' 'unsafe-eval'")
    expect(policy).not.toMatch(/https?:|\*/)
    expect((await request(app).get('/api/v1/cases')).headers['content-security-policy']).toContain(
      "default-src 'none'",
    )
  })
})

describe('compression', () => {
  const zipped = async (path: string, dicomWeb?: RequestHandler) => {
    const { app } = await createHarness(dicomWeb === undefined ? {} : { dicomWeb: Router().use(dicomWeb) })
    const { headers } = await request(app)
      .get(path)
      .set('Accept-Encoding', 'gzip')
      // Let flow, not parsed: the body is not what its type says.
      .parse((response, done) => {
        response.on('data', () => undefined)
        response.on('end', () => done(null, null))
      })
      .expect(200)
    return headers['content-encoding']
  }
  const answer =
    (type: string): RequestHandler =>
    (_request, response) =>
      void response.writeHead(200, { 'content-type': type }).end('x'.repeat(5000))

  it.each(['application/dicom+json', 'application/json; charset=utf-8'])('is for %s', async (type) => {
    expect(await zipped('/dicom-web/studies', answer(type))).toBe('gzip')
    expect(await zipped('/api/v1/cases')).toBe('gzip')
  })

  it.each([
    'multipart/related; type="application/octet-stream"',
    'application/octet-stream',
    'text/event-stream',
  ])('is not for %s', async (type) => {
    expect(await zipped('/dicom-web/studies', answer(type))).toBeUndefined()
  })
})
