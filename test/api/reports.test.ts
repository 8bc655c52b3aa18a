import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createHarness } from './harness.ts'

const AUDIT = '/api/v1/reports/audit'

describe('GET /api/v1/reports/audit', () => {
  it('asks for JSON where nothing is said, with links up to the root of the service', async () => {
    const { app } = await createHarness()
    const { text } = await request(app).get(`${AUDIT}?from=2026-02-01&to=2026-02-28`).expect(200)
    expect(JSON.parse(text)).toEqual({
      from: '2026-02-01',
      to: '2026-02-28',
      format: 'json',
      linkBase: '../../../',
    })
  })

  it('gives a PDF a name to be kept under', async () => {
    const { app } = await createHarness()
    await request(app)
      .get(`${AUDIT}?from=2026-02-01&to=2026-02-28&format=pdf`)
      .expect(200)
      .expect('Content-Type', /^application\/pdf/)
      .expect('Content-Disposition', 'attachment; filename="plumbline-2026-02-01-2026-02-28.pdf"')
  })

  it.each([
    '',
    'from=2026-02-01',
    'from=2026-02-30&to=2026-03-01',
    'from=2026-02-01&to=2026-02-28&format=docx',
    'from=2026-02-01&to=2026-02-28&form=pdf',
  ])('refuses "%s"', async (query) => {
    const { app } = await createHarness()
    await request(app).get(`${AUDIT}?${query}`).expect(400)
  })

  it('answers only whom it knows', async () => {
    const { app } = await createHarness({
      auth: { tokens: [{ name: 'one', sha256: '0'.repeat(64) }], oidc: null },
    })
    await request(app).get(`${AUDIT}?from=2026-02-01&to=2026-02-28`).expect(401)
    await request(app).get('/reports').expect(401)
  })
})

describe('access', () => {
  it('is recorded for the cases that the report shows as examples', async () => {
    const { app, audited } = await createHarness()
    await request(app).get(`${AUDIT}?from=2026-02-01&to=2026-02-28&format=html`).expect(200)
    expect(audited).toMatchObject([{ kind: 'accessed', operation: 'getAuditReport', cases: ['case-reject'] }])
  })
})

describe('blind reading', () => {
  it('keeps the report back: its examples tell verdicts', async () => {
    const { app } = await createHarness({ reviews: { blind: true, unblinded: [] } })
    await request(app).get(`${AUDIT}?from=2026-02-01&to=2026-02-28`).expect(403)
  })
})

describe('GET /reports', () => {
  it('links to the last months in every form, the running one first', async () => {
    const { app } = await createHarness()
    const { text } = await request(app)
      .get('/reports')
      .expect(200)
      .expect('Content-Type', /text\/html/)
    expect(text).toContain('href="api/v1/reports/audit?from=2026-03-01&amp;to=2026-03-31&amp;format=html"')
    expect(text).toContain('href="api/v1/reports/audit?from=2026-02-01&amp;to=2026-02-28&amp;format=pdf"')
    expect(text.indexOf('March 2026 so far')).toBeLessThan(text.indexOf('February 2026'))
    expect(text).toContain('April 2025')
  })
})
