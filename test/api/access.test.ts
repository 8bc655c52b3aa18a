import { Router } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createHarness } from './harness.ts'
import { STUDY } from './sample-cases.ts'

const IN_STUDY = ['case-reject', 'case-review', 'case-waiting', 'case-queued']
/** Of the objects of all of them, and of the report of the rejected one. */
const [OBJECTS, REPORTS] = [`${STUDY}.9`, '2.25.2']
const ALL = ['case-queued', 'case-waiting', 'case-review', 'case-unreadable', 'case-accept', 'case-reject']

describe('who saw which cases goes into the audit log', () => {
  it.each([
    ['/api/v1/cases', 'listCases', ALL],
    ['/api/v1/cases?verdict=reject', 'listCases', ['case-reject']],
    ['/api/v1/cases/case-accept', 'getCase', ['case-accept']],
    [`/api/v1/studies/summary?study=${STUDY}`, 'summarizeStudies', []],
    ['/overview', 'getOverview', ALL],
    ['/api/v1/reviews/agreement?from=2026-03-01&to=2026-03-31', 'reviewAgreement', []],
  ])('%s', async (path, operation, cases) => {
    const { app, audited } = await createHarness()
    await request(app).get(path).expect(200)
    expect(audited).toEqual([{ kind: 'accessed', agent: { kind: 'local', name: 'local' }, operation, cases }])
  })

  it('by the name that authentication knows', async () => {
    const sha256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b' // of "secret"
    const { app, audited } = await createHarness({ auth: { tokens: [{ name: 'ohif', sha256 }], oidc: null } })
    await request(app)
      .post(`/api/v1/studies/${STUDY}/check`)
      .set('Authorization', 'Bearer secret')
      .expect(202)
    expect(audited).toMatchObject([{ agent: { kind: 'token', name: 'ohif' }, operation: 'checkStudy' }])
  })

  it.each([
    [`/studies/${STUDY}`, IN_STUDY],
    [`/studies/${STUDY}/metadata`, IN_STUDY],
    [`/wado?requestType=WADO&studyUID=${STUDY}`, IN_STUDY],
    [`/studies/${STUDY}/series/${OBJECTS}`, IN_STUDY],
    [`/studies/${STUDY}/series/${REPORTS}`, ['case-reject']],
    [`/studies/${STUDY}/series/${REPORTS}/instances/1.2/frames/1`, ['case-reject']],
    [`/studies/${STUDY}/series/${REPORTS}/metadata`, ['case-reject']],
    [`/wado?studyUID=${STUDY}&seriesUID=${REPORTS}`, ['case-reject']],
    // Images, another study, and searches.
    [`/studies/${STUDY}/series/1.2.3`, null],
    ['/studies/1.2.3/metadata', null],
    [`/studies/${STUDY}/series`, null],
    [`/studies/${STUDY}/series/${REPORTS}/instances`, null],
    [`/studies?StudyInstanceUID=${STUDY}`, null],
  ] as const)('/dicom-web%s', async (path, cases) => {
    const dicomWeb = Router().use((_request, response) => void response.json([]))
    const { app, audited } = await createHarness({ dicomWeb })
    await request(app).get(`/dicom-web${path}`).expect(200)
    expect(audited.map((event) => 'cases' in event && [event.kind, event.operation, event.cases])).toEqual(
      cases === null ? [] : [['accessed', 'retrieveDicom', cases]],
    )
  })

  it.each([
    '/api/v1/cases/nobody',
    '/api/v1/cases?verdict=maybe',
    '/healthz',
    '/metrics',
    '/api/openapi.json',
  ])('what shows no case is none: %s', async (path) => {
    const { app, audited } = await createHarness()
    await request(app).get(path)
    expect(audited).toEqual([])
  })

  it('what cannot be recorded is not given out', async () => {
    const audit = { record: () => Promise.reject(new Error('the disk is full')) }
    const { app } = await createHarness({ audit })
    for (const path of ['/api/v1/cases', '/api/v1/cases/case-accept', '/overview', '/api/v1/events']) {
      const { status, text } = await request(app).get(path)
      expect([path, status, text.includes('case-')]).toEqual([path, 500, false])
    }
  })
})
