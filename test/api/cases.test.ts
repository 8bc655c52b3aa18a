import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Case } from '../../src/domain/case.ts'
import { SegmentPrompts } from '../../src/domain/correction.ts'
import { ErrorMask } from '../../src/domain/error-mask.ts'
import { CasePage, CheckedStudy, StudySummaries } from '../../src/api/schemas.ts'
import { Problem } from '../../src/api/problem.ts'
import { PlumblineError } from '../../src/errors.ts'
import type { Case as CaseType } from '../../src/domain/case.ts'
import { createHarness } from './harness.ts'
import { segmentErrors } from '../store/case-fixtures.ts'
import { newCase, OTHER_STUDY, STUDY } from './sample-cases.ts'

const ids = (body: unknown): string[] => CasePage.parse(body).cases.map(({ id }: CaseType) => id)

describe('GET /api/v1/cases', () => {
  it('lists cases, newest first, as the schema says', async () => {
    const { app } = await createHarness()
    const response = await request(app)
      .get('/api/v1/cases')
      .expect(200)
      .expect('Content-Type', /application\/json/)
    expect(ids(response.body)).toEqual([
      'case-queued',
      'case-waiting',
      'case-review',
      'case-unreadable',
      'case-accept',
      'case-reject',
    ])
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it.each([
    ['verdict=reject', ['case-reject']],
    ['verdict=not-assessable', ['case-unreadable']],
    ['state=waiting-for-images', ['case-waiting']],
    [`study=${OTHER_STUDY}`, ['case-unreadable', 'case-accept']],
    [`study=${OTHER_STUDY}&verdict=accept&state=done`, ['case-accept']],
    ['verdict=accept&state=queued', []],
  ])('filters by %s', async (query, expected) => {
    const { app } = await createHarness()
    const response = await request(app).get(`/api/v1/cases?${query}`).expect(200)
    expect(ids(response.body)).toEqual(expected)
  })

  it('pages through everything once', async () => {
    const { app } = await createHarness()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body } = (await request(app).get(`/api/v1/cases?limit=4${next}`).expect(200)) as {
        body: unknown
      }
      seen.push(...ids(body))
      cursor = CasePage.parse(body).nextCursor
    }
    expect(seen).toHaveLength(6)
    expect(new Set(seen).size).toBe(6)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['verdict=fine', 'verdict'],
    ['state=gone', 'state'],
    ['study=Doe', 'study'],
    ['verdit=reject', 'verdit'],
    ['cursor=', 'cursor'],
  ])('refuses %s and names the field', async (query, field) => {
    const { app } = await createHarness()
    const response = await request(app).get(`/api/v1/cases?${query}`).expect(400)
    const problem = Problem.parse(response.body)
    expect(problem.code).toBe('bad-request')
    expect(problem.errors).toEqual([expect.objectContaining({ in: 'query', field })])
  })

  it('refuses a cursor that is none', async () => {
    const { app } = await createHarness()
    const response = await request(app).get('/api/v1/cases?cursor=nonsense').expect(400)
    expect(Problem.parse(response.body).detail).toContain('cursor')
  })
})

describe('GET /api/v1/cases/{id}', () => {
  it('gives the whole case', async () => {
    const { app, caseStore } = await createHarness()
    const response = await request(app).get('/api/v1/cases/case-reject').expect(200)
    expect(Case.parse(response.body)).toEqual(await caseStore.get('case-reject'))
    expect(Case.parse(response.body).segments[0]?.findings).toHaveLength(2)
  })

  it('says 404 where there is none', async () => {
    const { app } = await createHarness()
    const response = await request(app)
      .get('/api/v1/cases/none')
      .expect(404)
      .expect('Content-Type', /application\/problem\+json/)
    expect(Problem.parse(response.body)).toMatchObject({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not-found',
    })
  })
})

describe('GET /api/v1/cases/{id}/segments/{number}/error-mask', () => {
  async function withErrors() {
    const harness = await createHarness()
    await harness.caseStore.receive(newCase('wrong'))
    for (const name of ['enqueue', 'start'] as const) await harness.caseStore.transition('wrong', name)
    await harness.caseStore.judged('wrong', {}, { outbox: [], errorMasks: [segmentErrors(3)] })
    return harness
  }

  it('gives the planes of every finding, runs as numbers', async () => {
    const { app } = await withErrors()
    const { body } = await request(app).get('/api/v1/cases/wrong/segments/3/error-mask').expect(200)
    expect(ErrorMask.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      caseId: 'wrong',
      segmentNumber: 3,
      errors: [
        {
          finding: 'F1',
          kind: 'too-much',
          planes: [
            { sopInstanceUid: '1.2.3.5', frameNumber: null, runs: [0, 1, 70_000, 300, 4_294_836_220, 5] },
            { sopInstanceUid: '1.2.3.6', frameNumber: 12, rows: 65535, columns: 65535, runs: [1003, 2] },
          ],
        },
        { finding: 'F3', kind: 'missing', planes: [{ runs: [9, 9] }] },
      ],
    })
  })

  it.each([
    ['wrong/segments/4', 404],
    ['case-reject/segments/1', 404],
    ['none/segments/3', 404],
    ['wrong/segments/three', 400],
    ['wrong/segments/1.5', 400],
    ['wrong/segments/4294967296', 400],
  ])('%s: %i', async (path, status) => {
    const { app } = await withErrors()
    const response = await request(app).get(`/api/v1/cases/${path}/error-mask`).expect(status)
    expect(Problem.parse(response.body).code).toBe(status === 404 ? 'not-found' : 'bad-request')
  })
})

describe('GET /api/v1/cases/{id}/segments/{number}/prompts', () => {
  const PROMPTS: SegmentPrompts = {
    segmentNumber: 3,
    kind: 'scribbles',
    planes: [
      {
        sopInstanceUid: '1.2.3.5',
        frameNumber: null,
        box: [1, 2, 30, 40],
        points: [{ column: 5, row: 6, positive: true }],
      },
    ],
  }
  async function withPrompts() {
    const harness = await createHarness()
    await harness.caseStore.receive(newCase('mended'))
    for (const name of ['enqueue', 'start'] as const) await harness.caseStore.transition('mended', name)
    await harness.caseStore.judged('mended', {}, { outbox: [], prompts: [PROMPTS] })
    return harness
  }

  it('gives what a model is told, and the access is on record', async () => {
    const { app, audited } = await withPrompts()
    const { body } = await request(app).get('/api/v1/cases/mended/segments/3/prompts').expect(200)
    expect(SegmentPrompts.parse(body)).toEqual(PROMPTS)
    expect(audited).toMatchObject([{ kind: 'accessed', operation: 'getPrompts', cases: ['mended'] }])
  })

  it.each([
    ['mended/segments/4', 404],
    ['none/segments/3', 404],
    ['mended/segments/three', 400],
  ])('%s: %i', async (path, status) => {
    const { app, audited } = await withPrompts()
    await request(app).get(`/api/v1/cases/${path}/prompts`).expect(status)
    expect(audited).toEqual([])
  })
})

describe('GET /api/v1/cases/{id}/figures/{name}.png', () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255)
  async function withFigures() {
    const harness = await createHarness()
    await harness.caseStore.receive(newCase('shown'))
    for (const name of ['enqueue', 'start'] as const) await harness.caseStore.transition('shown', name)
    const panels = [{ label: 'A1', text: '', sopInstanceUid: null, frameNumber: null }]
    const figure = { segmentNumber: 3, kind: 'context' as const, text: '', width: 1, height: 1, panels }
    await harness.caseStore.judged(
      'shown',
      {},
      { outbox: [], figures: [{ figure: { ...figure, name: '3-context' }, png }] },
    )
    return harness
  }

  it('gives the bytes, for the asker alone, and nothing when it has them already', async () => {
    const { app } = await withFigures()
    const path = '/api/v1/cases/shown/figures/3-context.png'
    const { body, headers } = await request(app).get(path).expect(200).expect('Content-Type', 'image/png')
    expect(Uint8Array.from(body)).toEqual(png)
    expect(headers['cache-control']).toBe('private, no-cache')
    await request(app)
      .get(path)
      .set('If-None-Match', headers['etag'] ?? '')
      .expect(304)
  })

  it.each([
    ['shown/figures/4-context.png', 404],
    ['case-reject/figures/3-context.png', 404],
    ['none/figures/3-context.png', 404],
    ['shown/figures/3-context', 404],
    ['shown/figures/..%2f3-context.png', 400],
    ['shown/figures/3_context.png', 400],
  ])('%s: %i', async (path, status) => {
    const { app } = await withFigures()
    const response = await request(app).get(`/api/v1/cases/${path}`).expect(status)
    expect(Problem.parse(response.body).code).toBe(status === 404 ? 'not-found' : 'bad-request')
  })
})

describe('GET /api/v1/studies/{uid}/cases', () => {
  it('lists the cases of the study only', async () => {
    const { app } = await createHarness()
    const response = await request(app).get(`/api/v1/studies/${OTHER_STUDY}/cases?limit=1`).expect(200)
    expect(ids(response.body)).toEqual(['case-unreadable'])
    expect(CasePage.parse(response.body).nextCursor).not.toBeNull()
  })

  it('is empty for a study that was never seen', async () => {
    const { app } = await createHarness()
    const response = await request(app).get('/api/v1/studies/1.2.3/cases').expect(200)
    expect(response.body).toEqual({ cases: [], nextCursor: null })
  })

  it('refuses what is not a UID', async () => {
    const { app } = await createHarness()
    const response = await request(app).get('/api/v1/studies/Doe%5EJane/cases').expect(400)
    expect(Problem.parse(response.body).errors?.[0]).toMatchObject({ in: 'path', field: 'uid' })
  })
})

describe('GET /api/v1/studies/summary', () => {
  it('counts the newest case of each object, study by study', async () => {
    const { app } = await createHarness()
    const response = await request(app)
      .get(`/api/v1/studies/summary?study=${STUDY},${OTHER_STUDY},1.2.3`)
      .expect(200)
    const { studies } = StudySummaries.parse(response.body)
    expect(new Map(studies.map((one) => [one.studyInstanceUid, one]))).toEqual(
      new Map([
        [STUDY, expect.objectContaining({ objects: 1, running: 1, worst: null })],
        [OTHER_STUDY, expect.objectContaining({ objects: 1, running: 0, worst: 'not-assessable' })],
      ]),
    )
  })

  it('takes two hundred studies at most', async () => {
    const { app } = await createHarness()
    const of = (count: number) =>
      `/api/v1/studies/summary?study=${Array.from({ length: count }, () => '1'.repeat(64)).join(',')}`
    await request(app).get(of(200)).expect(200, { studies: [] })
    const response = await request(app).get(of(201)).expect(400)
    expect(Problem.parse(response.body).errors?.[0]).toMatchObject({ in: 'query', field: 'study' })
  })

  it.each(['', 'study=', 'study=1.2,', 'study=Doe', 'study=1.2&study=1.3'])('refuses "%s"', async (query) => {
    const { app } = await createHarness()
    await request(app).get(`/api/v1/studies/summary?${query}`).expect(400)
  })
})

describe('POST /api/v1/studies/{uid}/check', () => {
  it('asks intake and answers 202 with the cases', async () => {
    const { app, caseStore } = await createHarness()
    const asked: string[] = []
    const withSpy = await createHarness({
      caseStore,
      intake: {
        checkStudy: async (uid) => {
          asked.push(uid)
          return (await caseStore.list({ studyInstanceUid: uid, limit: 10 })).cases
        },
      },
    })
    const response = await request(withSpy.app).post(`/api/v1/studies/${STUDY}/check`).expect(202)
    expect(asked).toEqual([STUDY])
    expect(CheckedStudy.parse(response.body).cases).toHaveLength(4)
    await request(app).get(`/api/v1/studies/${STUDY}/check`).expect(405)
  })

  it('answers a PACS that asks so before it asks the PACS, and logs what goes wrong afterwards', async () => {
    let refuse: (reason: Error) => void = () => {}
    const asked = new Promise<never>((_resolve, reject) => (refuse = reject))
    const harness = await createHarness({ intake: { checkStudy: () => asked } })
    const response = await request(harness.app)
      .post(`/api/v1/studies/${STUDY}/check`)
      .set('Prefer', 'respond-async')
      .expect(202)
    expect(response.body).toEqual({ cases: [] })
    expect(response.headers['preference-applied']).toBe('respond-async')
    refuse(new Error('down'))
    await expect
      .poll(() => harness.logLines.join(''))
      .toContain('a study that was to be checked could not be')
  })

  it('refuses a body that it would ignore', async () => {
    const { app } = await createHarness()
    const response = await request(app)
      .post(`/api/v1/studies/${STUDY}/check`)
      .send({ force: true })
      .expect(400)
    expect(Problem.parse(response.body).errors).toEqual([
      { in: 'body', field: 'force', message: 'This input is not known.' },
    ])
  })

  it.each([
    [new PlumblineError('not-found', 'The archive holds no series of this study.'), 404],
    [new PlumblineError('pacs-unreachable', 'The PACS does not answer.', { retryable: true }), 502],
    [new PlumblineError('timeout', 'The PACS took too long.', { retryable: true }), 504],
    [new PlumblineError('limit-exceeded', 'The study holds too many objects.'), 422],
  ])('passes on %s as %i', async (fault, status) => {
    const { app } = await createHarness({ intake: { checkStudy: () => Promise.reject(fault) } })
    const response = await request(app).post(`/api/v1/studies/${STUDY}/check`).expect(status)
    expect(Problem.parse(response.body)).toMatchObject({
      code: fault.code,
      detail: fault.message,
      retryable: fault.retryable,
    })
    expect(response.headers['retry-after']).toBe(fault.retryable ? '10' : undefined)
  })
})
