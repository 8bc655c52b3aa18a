import { createHash } from 'node:crypto'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { ReviewAgreement } from '../../src/api/agreement-route.ts'
import { Problem } from '../../src/api/problem.ts'
import { CasePage } from '../../src/api/schemas.ts'
import { Case } from '../../src/domain/case.ts'
import { Correction } from '../../src/domain/correction.ts'
import { CaseReviews } from '../../src/domain/review.ts'
import { createHarness, type Harness } from './harness.ts'
import { newCase, STUDY } from './sample-cases.ts'

const OVERRIDE = { segment: 1, verdict: 'accept', category: 4, reason: 'fault-harmless' } as const
const AGREE = { segment: null, verdict: 'reject', category: 2 } as const
const BY_JANE = { readerName: 'Jane Doe' }

/** Besides the others a case whose first segment has a proposal. */
async function withProposal(overrides: Parameters<typeof createHarness>[0] = {}): Promise<Harness> {
  const harness = await createHarness(overrides)
  const { caseStore } = harness
  const rejected = await caseStore.get('case-reject')
  if (rejected === null) throw new Error('there is no rejected case')
  const { segments, verdict, score, reasons } = rejected
  const proposed = { number: 1, outcome: 'proposed', reason: 'Less is found against it.', proposedNumber: 1 }
  const correction = Correction.parse({
    proposal: { sopClassUid: '1.2.4', sopInstanceUid: '1.2.5', seriesInstanceUid: '1.2.6' },
    segments: [{ ...UNKNOWN, ...proposed }],
  })
  await caseStore.receive(newCase('mended', { sopInstanceUid: '1.2.7' }))
  for (const name of ['enqueue', 'start'] as const) await caseStore.transition('mended', name)
  await caseStore.judged('mended', { segments, verdict, score, reasons, correction }, { outbox: [] })
  await caseStore.transition('mended', 'publish')
  return harness
}
const UNKNOWN = {
  notes: [],
  pseudoTruth: null,
  before: null,
  after: null,
  iterations: 0,
  model: null,
  prompt: null,
  volumeChangeCm3: null,
  addedPathMm: null,
  erasedPathMm: null,
}

const token = (name: string) => ({ name, sha256: createHash('sha256').update(name).digest('hex') })
const AUTH = { tokens: [token('jane'), token('john'), token('dashboard')], oidc: null }

const post = ({ app }: Harness, body: object, id = 'case-reject') =>
  request(app).post(`/api/v1/cases/${id}/reviews`).send(body)
const postAs = (harness: Harness, who: string, reviews: object[]) =>
  post(harness, { reviews }).set('Authorization', `Bearer ${who}`)
const getAs = ({ app }: Harness, who: string, path: string) =>
  request(app).get(path).set('Authorization', `Bearer ${who}`)

describe('POST /api/v1/cases/{id}/reviews', () => {
  it('keeps what a reader says beside what the machine said, and has the report signed', async () => {
    const harness = await createHarness()
    const response = await post(harness, { ...BY_JANE, reviews: [OVERRIDE, AGREE] }).expect(201)
    const { reviews } = CaseReviews.parse(response.body)
    expect(reviews).toMatchObject([
      {
        segment: 1,
        kind: 'override',
        reader: { id: 'local:jane doe', name: 'Jane Doe' },
        machine: { verdict: 'reject', score: 2 },
        reason: 'fault-harmless',
        blind: false,
        report: null,
      },
      { segment: null, kind: 'agree', machine: { verdict: 'reject', score: 2 }, reason: null },
    ])
    expect(new Set(reviews.map(({ signOffId }) => signOffId)).size).toBe(1)
    expect(harness.signOffs).toEqual(['case-reject'])
  })

  it('says the same twice once, and a change of mind is another review', async () => {
    const harness = await createHarness()
    const say = (review: object) => post(harness, { ...BY_JANE, reviews: [review] })
    await say({ ...OVERRIDE, elapsedMs: 1000 }).expect(201)
    await say({ ...OVERRIDE, elapsedMs: 9000 }).expect(200)
    await say({ ...OVERRIDE, comment: 'on second thought' }).expect(201)
    await say(OVERRIDE).expect(201)
    const kept = await harness.reviewStore.ofCase('case-reject')
    expect(kept.map(({ comment }) => comment)).toEqual(['', 'on second thought', ''])
    expect(harness.signOffs).toHaveLength(3)
  })

  it('two requests at once with the same content are one review', async () => {
    const harness = await createHarness()
    await Promise.all([1, 2].map(() => post(harness, { ...BY_JANE, reviews: [OVERRIDE] })))
    expect(await harness.reviewStore.ofCase('case-reject')).toHaveLength(1)
  })

  it('a second reader stands beside the first', async () => {
    const harness = await createHarness({ auth: AUTH })
    await postAs(harness, 'jane', [OVERRIDE]).expect(201)
    const { body } = await postAs(harness, 'john', [
      { ...OVERRIDE, verdict: 'reject', category: 1, reason: null },
    ])
    const readers = CaseReviews.parse(body).reviews.map(({ reader, kind }) => [reader.id, kind])
    expect(readers).toEqual([
      ['token:jane', 'override'],
      ['token:john', 'agree'],
    ])
  })

  it.each([
    ['a segment that is not there', { ...OVERRIDE, segment: 9 }, 'no segment 9'],
    ['an override without a reason', { ...OVERRIDE, reason: null }, 'choose a reason'],
    ['a category against the verdict', { ...OVERRIDE, category: 1 }, 'contradict each other'],
    ['an unknown reason', { ...OVERRIDE, reason: 'because' }, 'Invalid option'],
    ['an unknown field', { ...OVERRIDE, mood: 'bad' }, 'not known'],
    ['a comment without end', { ...OVERRIDE, comment: 'x'.repeat(1001) }, 'Too big'],
  ])('refuses %s in plain words', async (_what, review, words) => {
    const harness = await createHarness()
    const { body } = await post(harness, { ...BY_JANE, reviews: [AGREE, review] }).expect(400)
    const { errors = [] } = Problem.parse(body)
    expect(errors.map(({ message }) => message).join()).toContain(words)
    expect(await harness.reviewStore.ofCase('case-reject')).toEqual([])
    expect(harness.signOffs).toEqual([])
  })

  it.each([
    ['a case that is not there', 'nowhere', 404, 'no case'],
    ['a case that is being judged', 'case-queued', 409, 'still being judged'],
  ])('refuses %s', async (_what, id, status, words) => {
    const { body } = await post(await createHarness(), { ...BY_JANE, reviews: [AGREE] }, id).expect(status)
    expect(Problem.parse(body).detail).toContain(words)
  })

  it('without authentication a reader has to give a name, with it none is taken', async () => {
    const nameless = await post(await createHarness(), { reviews: [AGREE] }).expect(400)
    expect(Problem.parse(nameless.body).errors?.[0]?.message).toContain('name of their own')
    const harness = await createHarness({ auth: AUTH })
    const { body } = await post(harness, { ...BY_JANE, reviews: [AGREE] })
      .set('Authorization', 'Bearer john')
      .expect(400)
    expect(Problem.parse(body).errors?.[0]?.message).toContain('known from the bearer token')
  })

  it('a report that cannot be queued loses no review', async () => {
    const harness = await createHarness({ onSignOff: () => Promise.reject(new Error('queue away')) })
    await post(harness, { ...BY_JANE, reviews: [AGREE] }).expect(201)
    expect(await harness.reviewStore.ofCase('case-reject')).toHaveLength(1)
    expect(harness.logLines.join()).toContain('queued later')
  })
})

describe('a proposal', () => {
  const TAKE = { segment: 1, verdict: 'reject', correction: 'taken' } as const

  it.each([
    ['taken, the original rejected', TAKE, 'agree'],
    ['not taken, the original rejected too', { ...TAKE, correction: 'kept' }, 'agree'],
    ['not taken, the original used', { ...OVERRIDE, correction: 'kept' }, 'override'],
  ])('can be %s', async (_what, review, kind) => {
    const harness = await withProposal()
    await post(harness, { ...BY_JANE, reviews: [review] }, 'mended').expect(201)
    expect(await harness.reviewStore.ofCase('mended')).toMatchObject([
      { correction: review.correction, kind },
    ])
    // The opinion without the decision is another one.
    await post(harness, { ...BY_JANE, reviews: [{ ...review, correction: null }] }, 'mended').expect(201)
  })

  it.each([
    ['of a segment without one', { ...TAKE, segment: 2 }, 'no proposal'],
    ['of the whole object', { ...TAKE, segment: null }, 'no proposal'],
    ['for an original that is usable', { ...OVERRIDE, correction: 'taken' }, 'or keep it'],
  ])('cannot be taken %s', async (_what, review, words) => {
    const harness = await withProposal()
    const { body } = await post(harness, { ...BY_JANE, reviews: [review] }, 'mended').expect(400)
    expect(
      Problem.parse(body)
        .errors?.map(({ message }) => message)
        .join(),
    ).toContain(words)
    expect(await harness.reviewStore.ofCase('mended')).toEqual([])
  })

  it('betrays the verdict: it is neither shown nor decided on before the score', async () => {
    const harness = await withProposal({ auth: AUTH, reviews: { blind: true, unblinded: [] } })
    const correctionSeen = async () =>
      Case.parse((await getAs(harness, 'jane', '/api/v1/cases/mended').expect(200)).body).correction
    const say = (review: object) =>
      post(harness, { reviews: [review] }, 'mended').set('Authorization', 'Bearer jane')
    const prompts = '/api/v1/cases/mended/segments/1/prompts'
    expect(await correctionSeen()).toBeNull()
    await getAs(harness, 'jane', prompts).expect(403)
    const { body } = await say(TAKE).expect(400)
    expect(Problem.parse(body).errors?.[0]?.message).toContain('once the segmentation is scored')
    await say({ segment: 1, verdict: 'reject', category: 2 }).expect(201)
    // The other segment is still to be scored, and the proposed object is one for all of them.
    expect(await correctionSeen()).toBeNull()
    await say({ segment: 2, verdict: 'accept', category: 5 }).expect(201)
    expect((await correctionSeen())?.proposal).not.toBeNull()
    await getAs(harness, 'jane', prompts).expect(404)
    await say(TAKE).expect(201)
  })
})

describe('GET /api/v1/cases/{id}/reviews', () => {
  it('says who would sign', async () => {
    const { body } = await getAs(
      await createHarness({ auth: AUTH }),
      'jane',
      '/api/v1/cases/case-reject/reviews',
    ).expect(200)
    expect(body).toEqual({ reviews: [], reader: { id: 'token:jane', name: 'jane' }, blind: false })
  })

  it('knows no reviews of a case that is not there', async () => {
    const { app } = await createHarness()
    await request(app).get('/api/v1/cases/nowhere/reviews').expect(404)
  })
})

describe('GET /api/v1/reviews/agreement', () => {
  const PATH = '/api/v1/reviews/agreement'

  it('says how far readers agree, within a period', async () => {
    const harness = await createHarness({ auth: AUTH })
    await postAs(harness, 'jane', [AGREE, OVERRIDE])
    await postAs(harness, 'john', [AGREE, { segment: 1, verdict: 'reject', category: 1 }])
    const { body } = await getAs(harness, 'jane', `${PATH}?from=2026-03-01&to=2026-03-02`).expect(200)
    const agreement = ReviewAgreement.parse(body)
    expect(agreement).toMatchObject({ reviews: 4, readers: { usable: { pairs: 2, agreed: 0.5 } } })
    const { body: before } = await getAs(harness, 'jane', `${PATH}?from=2026-02-01&to=2026-03-01`)
    expect(before).toMatchObject({ reviews: 0, readers: { usable: null } })
  })

  it.each(['from=2026-03-02&to=2026-03-01', 'from=2026-03-02', 'from=yesterday&to=2026-03-01'])(
    'refuses %s',
    async (query) => {
      const { app } = await createHarness()
      await request(app).get(`${PATH}?${query}`).expect(400)
    },
  )
})

describe('blind reading', () => {
  const blind = () => createHarness({ auth: AUTH, reviews: { blind: true, unblinded: ['dashboard'] } })
  const caseAs = async (harness: Harness, who: string) =>
    Case.parse((await getAs(harness, who, '/api/v1/cases/case-reject').expect(200)).body)

  it('keeps each verdict back from each reader until it is scored', async () => {
    const harness = await blind()
    const before = await caseAs(harness, 'jane')
    expect(before).toMatchObject({ verdict: null, score: null, reasons: [], reports: [], segments: [] })
    expect(before.withheld?.object).toBe(true)
    expect(before.withheld?.segments.map(({ label }) => label)).toEqual(['Liver', 'Kidney L'])

    await postAs(harness, 'jane', [{ segment: 1, verdict: 'accept', category: 5 }]).expect(201)
    const between = await caseAs(harness, 'jane')
    expect(between.segments.map(({ number, verdict }) => [number, verdict])).toEqual([[1, 'reject']])
    expect(between).toMatchObject({ verdict: null, withheld: { object: true, segments: [{ number: 2 }] } })

    await postAs(harness, 'jane', [{ segment: 2, verdict: 'accept' }]).expect(201)
    expect(await caseAs(harness, 'jane')).not.toHaveProperty('withheld')
    expect((await caseAs(harness, 'john')).verdict).toBeNull()
    const kept = await harness.reviewStore.ofCase('case-reject')
    expect(kept.map(({ blind: isBlind, reason }) => [isBlind, reason])).toEqual([
      [true, null],
      [true, null],
    ])
  })

  it('scoring the whole object opens all of it; what is said afterwards is not blind', async () => {
    const harness = await blind()
    await postAs(harness, 'jane', [{ segment: null, verdict: 'accept' }]).expect(201)
    expect((await caseAs(harness, 'jane')).segments).toHaveLength(2)
    await postAs(harness, 'jane', [{ ...OVERRIDE, reason: null }]).expect(400)
    await postAs(harness, 'jane', [OVERRIDE]).expect(201)
    const kept = await harness.reviewStore.ofCase('case-reject')
    expect(kept.map((review) => review.blind)).toEqual([true, false])
  })

  it('shows no opinion of another reader before the own', async () => {
    const harness = await blind()
    await postAs(harness, 'jane', [{ segment: null, verdict: 'accept' }])
    const path = '/api/v1/cases/case-reject/reviews'
    expect(CaseReviews.parse((await getAs(harness, 'john', path)).body)).toMatchObject({
      reviews: [],
      blind: true,
    })
    expect(CaseReviews.parse((await getAs(harness, 'dashboard', path)).body).reviews).toHaveLength(1)
  })

  it('tells no verdict by any other answer', async () => {
    const harness = await blind()
    const page = CasePage.parse((await getAs(harness, 'jane', `/api/v1/studies/${STUDY}/cases`)).body)
    expect(page.cases.map(({ verdict }) => verdict)).toEqual([null, null, null, null])
    for (const path of [
      '/api/v1/cases?verdict=reject',
      `/api/v1/studies/summary?study=${STUDY}`,
      '/api/v1/cases/case-reject/segments/1/error-mask',
      '/overview',
    ])
      await getAs(harness, 'jane', path).expect(403)
  })

  it('hides nothing from a token that is named for it', async () => {
    const harness = await blind()
    expect((await caseAs(harness, 'dashboard')).verdict).toBe('reject')
    await getAs(harness, 'dashboard', `/api/v1/studies/summary?study=${STUDY}`).expect(200)
  })
})
