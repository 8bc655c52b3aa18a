import { Router } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { glancePanel } from '../../src/api/glance-panel.ts'
import { html, quoted } from '../../src/html.ts'
import { overviewPage } from '../../src/api/overview-page.ts'
import type { Case } from '../../src/domain/case.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'
import { createHarness } from './harness.ts'
import { LIVER } from './sample-cases.ts'

const HOSTILE = `"><script>alert('x')</script>`

describe('GET /overview', () => {
  it('lists cases with verdict in words, findings, evidence and a link to the record', async () => {
    const { app } = await createHarness()
    const { text } = await request(app)
      .get('/overview')
      .expect(200)
      .expect('Content-Type', /text\/html/)
    expect(text).toContain('</span>Reject</span>')
    expect(text).toContain('critical: truncated.')
    expect(text.indexOf('critical: truncated')).toBeLessThan(text.indexOf('minor: fragmented'))
    expect(text).toContain('812.4 cm³')
    expect(text).toContain('900 to 2500 cm³ (Geraghty 2004)')
    expect(text).toContain('href="api/v1/cases/case-reject"')
    expect(text).toContain('Waiting')
    expect(text).toContain('14 of 60 images of the CT have not arrived yet.')
  })

  it('says at a glance what arrived, waits, failed with the next step, and drifts', async () => {
    const { app } = await createHarness()
    const { text } = await request(app).get('/overview').expect(200)
    expect(text).toContain('6 <span>arrived</span>')
    expect(text).toContain('4 queued, since 2026-03-02 09:00 UTC')
    expect(text).toMatch(/kidney by “Example AI”<\/strong\s*>\s+is\s+judged\s+worse\s+than\s+before/)
    expect((await request(app).get('/overview?verdict=accept')).text).not.toContain('<span>arrived</span>')
  })

  it('leads to each case in the viewer where there is one', async () => {
    const link = 'href="plumbline?StudyInstanceUIDs='
    const { app } = await createHarness()
    expect((await request(app).get('/overview')).text).not.toContain(link)
    const { app: withViewer } = await createHarness({ viewer: Router() })
    expect((await request(withViewer).get('/overview')).text).toContain(link)
  })

  it('is where / leads when there is no viewer', async () => {
    const { app } = await createHarness()
    await request(app).get('/').expect(302).expect('Location', '/overview')
    const below = await createHarness({ pathPrefix: '/qc' })
    await request(below.app).get('/qc/').expect(302).expect('Location', '/qc/overview')
    expect((await request(below.app).get('/qc/overview').expect(200)).text).not.toMatch(/href="\//)
  })

  it('filters by verdict and says so', async () => {
    const { app } = await createHarness()
    const { text } = await request(app).get('/overview?verdict=accept').expect(200)
    expect(text).toContain('href="?verdict=accept" aria-current="page"')
    expect(text).toContain('AutoContour kidneys')
    expect(text).not.toContain('Abdominal organs')
  })

  it.each(['verdict=fine', 'verdit=accept', 'cursor='])('refuses %s', async (query) => {
    const { app } = await createHarness()
    await request(app).get(`/overview?${query}`).expect(400)
  })

  it('says what to do when there is nothing', async () => {
    const { app } = await createHarness({ caseStore: createMemoryCaseStore() })
    expect((await request(app).get('/overview')).text).toContain('No cases yet')
  })

  it('reloads itself only while a case is under way', async () => {
    const { app } = await createHarness()
    expect((await request(app).get('/overview')).text).toContain('http-equiv="refresh"')
    expect((await request(app).get('/overview?verdict=reject')).text).not.toContain('http-equiv="refresh"')
  })
})

describe('glancePanel', () => {
  it('says of a failed case what went wrong and how to try again', async () => {
    const { caseStore } = await createHarness()
    const subject = await caseStore.get('case-reject')
    if (subject === null) throw new Error('the sample is missing')
    const failed: Case = { ...subject, state: 'failed', reasons: ['The PACS is down.', 'Start it.'] }
    const glance = {
      arrivedToday: 1,
      verdictsToday: { accept: 0, review: 0, reject: 0, 'not-assessable': 0 },
      open: [],
      failed: 1,
      alarms: [],
      watchedAt: null,
    }
    const { markup } = glancePanel({ glance, failures: [failed] })
    expect(markup).toContain('The PACS is down. Start it.')
    expect(markup).toContain(`POST api/v1/studies/${subject.studyInstanceUid}/check`)
    expect(markup).toContain('Not looked for yet.')
  })
})

function pageOf(subject: Case): string {
  return overviewPage({
    page: { cases: [subject], nextCursor: HOSTILE },
    parts: null,
    hasViewer: true,
    verdict: null,
    newest: true,
    version: '0',
  })
}

describe('overviewPage', () => {
  it('escapes every text, wherever it came from', async () => {
    const { caseStore } = await createHarness()
    const subject = await caseStore.get('case-reject')
    if (subject === null) throw new Error('the sample is missing')
    const hostile: Case = JSON.parse(
      JSON.stringify(subject, (key, value: unknown) =>
        typeof value === 'string' && !['verdict', 'state', 'severity', 'receivedAt', 'modality'].includes(key)
          ? HOSTILE
          : value,
      ),
    )
    const text = pageOf(hostile)
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script')
    expect(text).not.toContain(`"${HOSTILE}`)
  })

  it('shows the worst segments first and folds the many others', async () => {
    const { caseStore } = await createHarness()
    const subject = await caseStore.get('case-accept')
    if (subject === null) throw new Error('the sample is missing')
    const accepted = subject.segments[0]
    if (accepted === undefined) throw new Error('the sample is missing')
    const segments = [
      ...Array.from({ length: 100 }, (_, index) => ({ ...accepted, number: index + 1 })),
      { ...LIVER, number: 101 },
    ]
    const text = pageOf({ ...subject, segments })
    expect(text).toContain('93 more segments')
    expect(text.indexOf('101. “Liver”')).toBeGreaterThan(0)
    expect(text.indexOf('101. “Liver”')).toBeLessThan(text.indexOf('1. “Kidney L”'))
  })
})

describe('html and quoted', () => {
  it('escapes strings and keeps markup', () => {
    expect(html`<p>${'<&>"\''}${[html`<b>${1}</b>`, null]}</p>`.markup).toBe(
      '<p>&lt;&amp;&gt;&quot;&#39;<b>1</b></p>',
    )
  })

  it.each([
    ['Liver', '“Liver”'],
    ['a\u202Egpj.exe\u200B\n', '“a gpj.exe”'],
    ['x'.repeat(100), `“${'x'.repeat(63)}…”`],
    ['🫀'.repeat(64), `“${'🫀'.repeat(64)}”`],
  ])('quotes %j', (text, expected) => {
    expect(quoted(text)).toBe(expected)
  })
})
