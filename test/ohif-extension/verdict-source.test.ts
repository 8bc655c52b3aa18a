import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createVerdictSource } from '../../ohif-extension/src/verdicts/create-verdict-source.ts'
import type { Visibility } from '../../ohif-extension/src/verdicts/visibility.ts'
import type { StudyVerdicts, VerdictSource } from '../../ohif-extension/src/verdict-source.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { createReportWriter } from '../../src/dicom/sr.ts'
import type { Case } from '../../src/domain/case.ts'
import { DEVICE, sample } from '../dicom/sr-samples.ts'
import { createFakeFetch, createFakeStream, json, type FakeFetch } from './fake-fetch.ts'
import { jsonOf } from './judged-demo.ts'

const STUDY = '1.2.3'
const { case: judged } = sample()

/** As the service has it; `n` tells the object and the case apart. */
function caseOf(n: number, changes: Partial<Case> = {}): Case {
  const object = { ...judged.object, sopInstanceUid: `1.2.3.${n}` }
  return { ...judged, id: `case-${n}`, state: 'done', object, ...changes }
}

function page(cases: readonly Case[], nextCursor: string | null = null): Response {
  return json({ cases, nextCursor })
}

interface World {
  readonly fake: FakeFetch
  readonly source: VerdictSource
  readonly stream: ReturnType<typeof createFakeStream>
  /** Follows the study; what the listener was told, in order. */
  readonly follow: () => { readonly told: StudyVerdicts[]; readonly stop: () => void }
}

function world(visibility?: Visibility): World {
  const fake = createFakeFetch()
  const stream = createFakeStream()
  const source = createVerdictSource({
    serviceUrl: '/api/v1/',
    dicomWebUrl: '/dicom-web',
    authorization: () => ({ Authorization: 'Bearer abc' }),
    fetch: fake.fetch,
    ...(visibility !== undefined && { visibility }),
  })
  fake.answer('/events', stream.answer)
  return {
    fake,
    source,
    stream,
    follow() {
      const told: StudyVerdicts[] = []
      return { told, stop: source.follow(STUDY, (verdicts) => told.push(verdicts)) }
    },
  }
}

function fakeVisibility() {
  const listeners = new Set<() => void>()
  let isVisible = true
  return {
    listeners,
    isVisible: () => isVisible,
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    become(visible: boolean) {
      isVisible = visible
      for (const listener of listeners) listener()
    },
  }
}

/** Lets everything happen that happens within this time. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('following a study', () => {
  it('says at once that it loads, then the newest case of each object, asked for with the reader’s authorization', async () => {
    const { fake, follow } = world()
    fake.answer('/cases', page([caseOf(1), caseOf(2), { ...caseOf(1), id: 'older' }]))
    const { told, stop } = follow()
    expect(told).toEqual([{ status: 'loading', cases: [], notice: null }])
    await pass(0)
    expect(told.at(-1)).toEqual({ status: 'live', cases: [caseOf(1), caseOf(2)], notice: null })
    const [first] = fake.to('/cases')
    expect(first?.url).toBe('/api/v1/studies/1.2.3/cases?limit=200')
    expect(first?.headers).toMatchObject({ authorization: 'Bearer abc', accept: 'application/json' })
    expect(fake.to('/events')[0]?.headers).toMatchObject({
      authorization: 'Bearer abc',
      accept: 'text/event-stream',
    })
    stop()
  })

  it('reads page after page', async () => {
    const { fake, follow } = world()
    fake.answer('/cases', page([caseOf(1)], 'a b'))
    fake.answer('cursor=a%20b', page([caseOf(2)]))
    const { told, stop } = follow()
    await pass(0)
    expect(told.at(-1)?.cases).toEqual([caseOf(1), caseOf(2)])
    stop()
  })

  it('is shared by all who follow, and ends with the last of them', async () => {
    const { fake, stream, follow } = world()
    fake.answer('/cases', page([caseOf(1)]))
    const [one, other] = [follow(), follow()]
    await pass(0)
    const asked = fake.to('/cases').length
    const third = follow()
    expect(third.told).toEqual([expect.objectContaining({ status: 'live' })])
    expect(other.told).toEqual(one.told)
    expect(stream.opened).toBe(1)
    for (const { stop } of [one, other, third]) stop()
    await pass(300_000)
    expect(fake.to('/cases')).toHaveLength(asked)
    expect(stream.opened).toBe(1)
  })
})

describe('events', () => {
  async function followed(visibility?: Visibility) {
    const parts = world(visibility)
    parts.fake.answer('/cases', page([caseOf(1, { state: 'running' })]))
    const { told, stop } = parts.follow()
    await pass(0)
    parts.stream.send('retry: 3000\n\nid: 7\n\n')
    await pass(0)
    const before = parts.fake.to('/cases').length
    return { ...parts, told, stop, reads: () => parts.fake.to('/cases').length - before }
  }
  const event = (caseId: string, id = 8) => `id: ${id}\nevent: case\ndata: ${JSON.stringify({ caseId })}\n\n`

  it('of our case are read once for a burst', async () => {
    const { fake, stream, told, stop, reads } = await followed()
    fake.answer('/cases', page([caseOf(1)]))
    stream.send(event('case-1') + event('case-1'))
    await pass(0)
    stream.send(event('case-1').slice(0, 9))
    stream.send(event('case-1').slice(9))
    await pass(1000)
    expect(reads()).toBe(1)
    expect(told.at(-1)?.cases[0]?.state).toBe('done')
    stop()
  })

  it('of an unknown case are read once; when it is of another study, never again', async () => {
    const { stream, stop, reads } = await followed()
    stream.send(event('case-of-another-study'))
    await pass(1000)
    expect(reads()).toBe(1)
    stream.send(event('case-of-another-study'))
    await pass(1000)
    expect(reads()).toBe(1)
    stop()
  })

  it('go on where they were cut off', async () => {
    const { fake, stream, stop } = await followed()
    stream.send(event('x', 41))
    await pass(0)
    stream.end()
    await pass(10_000)
    expect(fake.to('/events').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '41'])
    stop()
  })

  it('that the service no longer knows are not asked for again', async () => {
    const { fake, stream, stop } = await followed()
    fake.answer('/events', json({ detail: 'Unknown event.' }, 400))
    stream.end()
    await pass(3_000)
    fake.answer('/events', stream.answer)
    await pass(10_000)
    expect(fake.to('/events').map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '7',
      undefined,
    ])
    stop()
  })

  it('that stay away too long are a dead connection', async () => {
    const { stream, stop } = await followed()
    await pass(40_000)
    expect(stream.opened).toBe(1)
    await pass(20_000)
    expect(stream.opened).toBe(2)
    stop()
  })

  it('that cannot be had are replaced by looking now and then, with longer and longer pauses between tries', async () => {
    const { fake, follow } = world()
    fake.answer(
      '/events',
      json({ detail: 'All 50 event streams are in use.' }, 429, 'application/problem+json'),
    )
    fake.answer('/cases', page([caseOf(1)]))
    const { told, stop } = follow()
    await pass(61_000)
    expect(fake.to('/cases').length).toBeGreaterThanOrEqual(6)
    expect(fake.to('/events').length).toBeLessThanOrEqual(6)
    expect(told.at(-1)?.status).toBe('live')
    stop()
  })

  it('are not asked for while nobody sees the page, and go on after that', async () => {
    const visibility = fakeVisibility()
    const { fake, stream, stop } = await followed(visibility)
    visibility.become(false)
    await pass(120_000)
    expect(stream.opened).toBe(1)
    visibility.become(true)
    await pass(0)
    expect(fake.to('/events').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7'])
    stop()
    await pass(0)
    expect(visibility.listeners.size).toBe(0)
  })

  it('that never pause do not put off looking', async () => {
    const { stream, stop, reads } = await followed()
    for (let n = 0; n < 20; n++) {
      stream.send(event('case-1'))
      await pass(100)
    }
    expect(reads()).toBeGreaterThanOrEqual(5)
    stop()
  })

  it('make looking unnecessary', async () => {
    const { stop, reads, stream } = await followed()
    for (let n = 0; n < 20; n++) {
      stream.send(': still here\n\n')
      await pass(15_000)
    }
    expect(reads()).toBe(0)
    stop()
  })
})

describe('without the service', () => {
  const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
  const writer = createReportWriter({ templates, device: DEVICE, sopClass: 'comprehensive-3d' })
  const [report] = writer.verdictReports(sample())
  const series = (uid: string, modality: string, description: string) => ({
    '00080060': { vr: 'CS', Value: [modality] },
    '0020000E': { vr: 'UI', Value: [uid] },
    '0008103E': { vr: 'LO', Value: [description] },
  })
  const SERIES = [
    series('1.9', 'CT', 'Thorax'),
    series(judged.object.seriesInstanceUid, 'SEG', 'Organs'),
    series('2.25.5', 'SR', 'Plumbline segmentation QC'),
  ]

  function withReport(): World {
    if (report === undefined) throw new Error('the sample has no report')
    const parts = world()
    parts.fake.answer('/events', new TypeError('fetch failed'))
    parts.fake.answer('/dicom-web/studies/1.2.3/series?', json(SERIES, 200, 'application/dicom+json'))
    parts.fake.answer('/series/2.25.5/metadata', json([jsonOf(report)], 200, 'application/dicom+json'))
    return parts
  }

  it.each([
    ['nobody answers', new TypeError('fetch failed')],
    ['a gateway answers', new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['it starts up', json({ detail: 'Starting.', nextStep: '' }, 503, 'application/problem+json')],
    ['it is too slow', new Response('', { status: 504 })],
  ])('verdicts come from the report, and that is said: %s', async (_name, answer) => {
    const { fake, follow } = withReport()
    fake.answer('/api/v1/studies', answer)
    const { told, stop } = follow()
    await pass(0)
    expect(told.at(-1)).toMatchObject({
      status: 'from-report',
      cases: [{ verdict: judged.verdict, object: { label: 'Organs' } }],
      notice: expect.stringMatching(/^Plumbline cannot be reached\. .*read from the structured reports/),
    })
    const [asked] = fake.to('/dicom-web')
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer abc', accept: 'application/dicom+json' })
    stop()
  })

  it('it is tried again, and replaces the report; the archive is not asked again meanwhile', async () => {
    const { fake, follow } = withReport()
    const { told, stop } = follow()
    await pass(20_000)
    expect(fake.to('/api/v1/studies').length).toBeGreaterThan(2)
    expect(fake.to('/dicom-web')).toHaveLength(2)
    fake.answer('/api/v1/studies', page([caseOf(1)]))
    await pass(60_000)
    expect(told.at(-1)).toEqual({ status: 'live', cases: [caseOf(1)], notice: null })
    stop()
  })

  it('and without a report the study counts as not checked', async () => {
    const { fake, follow } = world()
    fake.answer('/dicom-web', json(SERIES.slice(0, 2), 200, 'application/dicom+json'))
    fake.answer('/api/v1/studies', new Response('', { status: 502 }))
    const { told, stop } = follow()
    await pass(0)
    expect(told.at(-1)).toMatchObject({ status: 'unavailable', cases: [] })
    expect(told.at(-1)?.notice).toMatch(/holds no verdict report for this study\. .* not checked/)
    stop()
  })

  it('and without the archive that is said too; what was known stays, marked as old', async () => {
    const { fake, follow } = world()
    fake.answer('/api/v1/studies', page([caseOf(1)]))
    fake.answer('/events', json({}, 429))
    const { told, stop } = follow()
    await pass(0)
    fake.answer('/api/v1/studies', new TypeError('fetch failed'))
    await pass(11_000)
    expect(told.at(-1)).toMatchObject({ status: 'unavailable', cases: [caseOf(1)] })
    expect(told.at(-1)?.notice).toMatch(/The image archive cannot be reached\..*the last that was known/)
    stop()
  })
})

describe('a service that answers badly', () => {
  it.each([
    [
      'signed out',
      json({ detail: 'A bearer token is needed.' }, 401, 'application/problem+json'),
      /Sign in again/,
    ],
    ['not allowed', new Response('no', { status: 403 }), /Sign in again/],
    ['another page', new Response('<!doctype html>', { status: 200 }), /cannot be understood/],
    ['another shape', json({ cases: [{ id: 1 }] }), /cannot be understood/],
    [
      'a fault',
      json({ detail: 'Something failed.', nextStep: 'Look in the log.' }, 500),
      /^Something failed\. Look in the log\./,
    ],
    ['gone', new Response('', { status: 404 }), /refused the request \(status 404\)/],
  ])('is said in words, without looking for reports: %s', async (_name, answer, words) => {
    const { fake, follow } = world()
    fake.answer('/cases', answer)
    const { told, stop } = follow()
    await pass(0)
    expect(told.at(-1)).toMatchObject({ status: 'unavailable', notice: expect.stringMatching(words) })
    expect(fake.to('/dicom-web')).toEqual([])
    stop()
  })
})

describe('asking for a check', () => {
  it('posts and reads the study anew', async () => {
    const { fake, source, follow } = world()
    fake.answer('/cases', page([]))
    const { told, stop } = follow()
    await pass(0)
    fake.answer('/check', json({ cases: [] }, 202))
    fake.answer('/cases', page([caseOf(1, { state: 'queued' })]))
    await source.checkNow(STUDY)
    expect(fake.to('/check')).toMatchObject([{ method: 'POST', url: '/api/v1/studies/1.2.3/check' }])
    expect(told.at(-1)?.cases[0]?.state).toBe('queued')
    stop()
  })

  it('rejects with the words of the service', async () => {
    const { fake, source } = world()
    const problem = { detail: 'The PACS does not answer.', nextStep: 'Try again later.' }
    fake.answer('/check', json(problem, 502, 'application/problem+json'))
    await expect(source.checkNow(STUDY)).rejects.toThrow('The PACS does not answer. Try again later.')
  })
})

describe('a figure', () => {
  it('is fetched with the authorization, by case and name', async () => {
    const { fake, source } = world()
    fake.answer('/figures/', new Response(Uint8Array.of(1, 2), { headers: { 'Content-Type': 'image/png' } }))
    const blob = await source.figure('case 1', '3-context', new AbortController().signal)
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(Uint8Array.of(1, 2))
    expect(fake.asked[0]?.url).toBe('/api/v1/cases/case%201/figures/3-context.png')
  })
})

describe('an error mask', () => {
  const mask = {
    caseId: 'case 1',
    segmentNumber: 2,
    errors: [
      {
        finding: 'F1',
        kind: 'missing',
        planes: [{ sopInstanceUid: '1.2', frameNumber: null, rows: 4, columns: 4, runs: [0, 3] }],
      },
    ],
  }

  it('is fetched by case and segment', async () => {
    const { fake, source } = world()
    fake.answer('/error-mask', json(mask))
    expect(await source.errorMask('case 1', 2)).toEqual(mask)
    expect(fake.asked[0]?.url).toBe('/api/v1/cases/case%201/segments/2/error-mask')
  })

  it('of another shape is an error in words', async () => {
    const { fake, source } = world()
    fake.answer('/error-mask', json({ ...mask, errors: [{ kind: 'odd' }] }))
    await expect(source.errorMask('case 1', 2)).rejects.toThrow(/cannot be understood/)
  })
})

describe('summaries', () => {
  const summary = (uid: string) => ({
    studyInstanceUid: uid,
    objects: 1,
    running: 0,
    failed: 0,
    verdicts: { accept: 1, review: 0, reject: 0, 'not-assessable': 0 },
    worst: 'accept',
  })
  const uids = Array.from({ length: 130 }, (_, index) => `1.2.${index}`)

  function answering(): World {
    const parts = world()
    parts.fake.answer('/summary', ({ url }) => {
      const asked = url.slice(url.indexOf('=') + 1).split(',')
      return json({ studies: asked.filter((uid) => !uid.endsWith('9')).map(summary) })
    })
    return parts
  }

  it('of many rows are few requests; a study without a case is missing', async () => {
    const { fake, source } = answering()
    const rows = Promise.all(uids.map((uid) => source.summaries([uid])))
    await pass(100)
    const answers = await rows
    expect(fake.to('/summary').map(({ url }) => url.split(',').length)).toEqual([100, 30])
    expect(answers[3]).toEqual(new Map([['1.2.3', summary('1.2.3')]]))
    expect(answers[9]).toEqual(new Map())
  })

  it('are remembered for a while, failures are not', async () => {
    const { fake, source } = answering()
    const ask = async () => {
      const answer = source.summaries(['1.2.1', '1.2.2']).catch((error: unknown) => error)
      await pass(100)
      return answer
    }
    await ask()
    await ask()
    expect(fake.to('/summary')).toHaveLength(1)
    await pass(16_000)
    fake.answer('/summary', new Response('', { status: 403 }))
    expect(await ask()).toMatchObject({ message: expect.stringMatching(/Sign in/) })
    fake.answer('/summary', json({ studies: [] }))
    expect(await ask()).toEqual(new Map())
    expect(fake.to('/summary')).toHaveLength(3)
  })
})
