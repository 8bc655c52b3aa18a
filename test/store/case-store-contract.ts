/** What a case store does on any database. Run by case-store.pglite.real.test.ts (PGlite) and case-store.real.test.ts (PostgreSQL). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SegmentResult } from '../../src/domain/case.ts'
import type { DrawnFigure } from '../../src/domain/figure.ts'
import type { CaseStore, Sql } from '../../src/ports.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { newCase, SEGMENT, segmentErrors, storeItem } from './case-fixtures.ts'

interface Database {
  readonly sql: Sql
  readonly close: () => Promise<void>
}

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000

export function caseStoreContract(open: () => Promise<Database>): void {
  let database: Database
  let store: CaseStore
  let nowMs: number

  beforeAll(async () => {
    database = await open()
    await migrate(database.sql)
  }, SLOW_START_MS)
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.sql.query(
      'truncate cases, outbox, error_masks, figures, prompts, events, marks, norm_values, reviews, review_reports, alerts restart identity',
    )
    nowMs = Date.parse('2026-03-01T10:00:00.123Z')
    store = createCaseStore(database.sql, { now: () => new Date(nowMs) })
  })

  const advance =
    (...names: Parameters<CaseStore['transition']>[1][]) =>
    async (id: string) => {
      for (const name of names) await store.transition(id, name)
    }
  const toRunning = advance('enqueue', 'start')

  test('columns come back as the same JavaScript values from every driver', async () => {
    const rows = await database.sql.query(
      `select 9007199254740991::int8 as big, 7::int4 as small, 812.4::float8 as real, 1.50::numeric as exact, null::text as nothing,
         true as yes, '\\x00ff10'::bytea as bytes, '2026-03-01T10:00:00.123Z'::timestamptz as instant, '2026-03-01'::date as day,
         '2026-03-01 10:00'::timestamp as wall, '{"a":[1,null,"x"]}'::jsonb as body, array['x','y']::text[] as texts`,
    )
    expect(rows).toStrictEqual([
      {
        big: 9007199254740991,
        small: 7,
        real: 812.4,
        exact: '1.50',
        nothing: null,
        yes: true,
        bytes: new Uint8Array([0, 255, 16]),
        instant: new Date('2026-03-01T10:00:00.123Z'),
        day: '2026-03-01',
        wall: '2026-03-01 10:00:00',
        body: { a: [1, null, 'x'] },
        texts: ['x', 'y'],
      },
    ])
    await expect(database.sql.query('select 9007199254740993::int8 as n')).rejects.toThrow(RangeError)
  })

  test('several statements without parameters give the rows of the last one', async () => {
    expect(await database.sql.query('select 1 as n; select 2 as n')).toEqual([{ n: 2 }])
  })

  test('a transaction that throws leaves nothing, and the database goes on', async () => {
    const failing = database.sql.transaction(async (tx) => {
      await tx.query(`insert into marks values ('a', 'b')`)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await expect(database.sql.transaction((tx) => tx.query('select 1/0'))).rejects.toThrow('division by zero')
    await expect(database.sql.transaction((tx) => tx.transaction(() => Promise.resolve(1)))).rejects.toThrow(
      'nest',
    )
    expect(await store.getMark('a')).toBeNull()
  })

  test('a received case comes back as it was given', async () => {
    const { created, case: received } = await store.receive(newCase('a'))
    expect(created).toBe(true)
    expect(received).toEqual({
      ...newCase('a'),
      state: 'received',
      sourceSeries: null,
      verdict: null,
      score: null,
      reasons: [],
      segments: [],
      correction: null,
      reports: [],
      receivedAt: '2026-03-01T10:00:00.123Z',
      updatedAt: '2026-03-01T10:00:00.123Z',
      decidedAt: null,
    })
    expect(await store.get('a')).toEqual(received)
    expect(await store.get('b')).toBeNull()
  })

  test('receiving a case again changes nothing', async () => {
    const first = await store.receive(newCase('a'))
    await store.transition('a', 'enqueue')
    nowMs += 1000
    const again = await store.receive({ ...newCase('a'), studyInstanceUid: '9.9' })
    expect(again.created).toBe(false)
    expect(again.case).toEqual({ ...first.case, state: 'queued' })
    expect(await store.eventsSince(0, 10)).toHaveLength(2)
  })

  test('of many who receive the same case at once, one creates it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.receive(newCase('a'))))
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.case.id))).toEqual(new Set(['a']))
    expect(await store.eventsSince(0, 100)).toHaveLength(1)
  })

  test('of many who try the same transition at once, one succeeds', async () => {
    await store.receive(newCase('a'))
    await store.transition('a', 'enqueue')
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => store.transition('a', 'start')))
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    expect(refused).toHaveLength(19)
    for (const reason of refused) expect(reason).toMatchObject({ code: 'illegal-transition' })
    expect((await store.eventsSince(0, 100)).map(({ transition }) => transition)).toEqual([
      'receive',
      'enqueue',
      'start',
    ])
  })

  test('a transition changes what it is given and nothing else', async () => {
    await store.receive(newCase('a'))
    await toRunning('a')
    nowMs += 5000
    const waiting = await store.transition('a', 'wait', { reasons: ['12 of 60 images are missing.'] })
    expect(waiting).toMatchObject({
      ...newCase('a'),
      state: 'waiting-for-images',
      reasons: ['12 of 60 images are missing.'],
      verdict: null,
      receivedAt: '2026-03-01T10:00:00.123Z',
      updatedAt: '2026-03-01T10:00:05.123Z',
    })
    expect(await store.transition('a', 'images-changed')).toMatchObject({
      state: 'queued',
      reasons: waiting.reasons,
    })
  })

  test('an edge that does not exist is refused and leaves no trace', async () => {
    await store.receive(newCase('a'))
    await expect(store.transition('a', 'publish', { score: 5 })).rejects.toMatchObject({
      code: 'illegal-transition',
      message: 'Case a is received; publish leads from publishing to done only.',
    })
    await expect(
      store.judged('a', { score: 5 }, { outbox: [storeItem('1', new Uint8Array(1))] }),
    ).rejects.toMatchObject({
      code: 'illegal-transition',
    })
    await expect(store.transition('b', 'enqueue')).rejects.toMatchObject({ code: 'not-found' })
    expect(await store.get('a')).toMatchObject({ state: 'received', score: null })
    expect(await store.outbox('a')).toEqual([])
    expect(await store.eventsSince(0, 10)).toHaveLength(1)
  })

  test('a study is summed up from the newest case of each object', async () => {
    const receive = async (id: string, study: string, sopInstanceUid: string) => {
      const fresh = newCase(id, study)
      nowMs += 1000
      await store.receive({ ...fresh, object: { ...fresh.object, sopInstanceUid } })
    }
    const judge = async (id: string, verdict: SegmentResult['verdict']) => {
      await toRunning(id)
      await store.judged(id, { verdict }, { outbox: [] })
    }
    await receive('old policy', '1', '1.1')
    await judge('old policy', 'reject')
    await receive('new policy', '1', '1.1')
    await judge('new policy', 'accept')
    await receive('second object', '1', '1.2')
    await judge('second object', 'review')
    await receive('third object', '1', '1.3')
    await receive('of another study', '2', '1.1')
    await toRunning('of another study')
    await store.transition('of another study', 'give-up', { reasons: ['no'] })
    await receive('not asked for', '3', '1.1')
    const summaries = await store.summaries(['1', '2', '4'])
    const none = { accept: 0, review: 0, reject: 0, 'not-assessable': 0 }
    expect(summaries.toSorted((a, b) => a.studyInstanceUid.localeCompare(b.studyInstanceUid))).toEqual([
      {
        studyInstanceUid: '1',
        objects: 3,
        running: 1,
        failed: 0,
        verdicts: { ...none, accept: 1, review: 1 },
        worst: 'review',
      },
      { studyInstanceUid: '2', objects: 1, running: 0, failed: 1, verdicts: none, worst: null },
    ])
    expect(await store.summaries([])).toEqual([])
  })

  test('a judged case keeps every value, and its outbox every byte', async () => {
    await store.receive(newCase('a'))
    await toRunning('a')
    const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 31) % 256)
    const outbox = [storeItem('1.2.9.2', bytes), storeItem('1.2.9.1', new Uint8Array())]
    const changes = {
      verdict: 'reject',
      score: 2,
      reasons: ['Cut off.'],
      segments: [SEGMENT],
      decidedAt: '2026-03-01T10:00:01.000Z',
    } as const
    const judged = await store.judged(
      'a',
      { ...changes, reasons: [...changes.reasons], segments: [...changes.segments] },
      { outbox },
    )
    expect(judged).toMatchObject({ ...changes, state: 'publishing' })
    expect(await store.get('a')).toStrictEqual(judged)
    const kept = await store.outbox('a')
    expect(kept).toStrictEqual(outbox)
    expect(Buffer.compare(kept[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0)
  })

  test('publishing drops the outbox; judging again replaces it', async () => {
    await store.receive(newCase('a'))
    await toRunning('a')
    await store.judged(
      'a',
      {},
      { outbox: [storeItem('1', new Uint8Array([1])), storeItem('2', new Uint8Array([2]))] },
    )
    await store.transition('a', 'give-up-publishing')
    await advance('recheck', 'start')('a')
    await store.judged('a', {}, { outbox: [storeItem('3', new Uint8Array([3]))] })
    expect((await store.outbox('a')).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['3'])
    expect(await store.published('a')).toMatchObject({ state: 'done' })
    expect(await store.outbox('a')).toEqual([])
  })

  describe('error masks', () => {
    test('are kept run by run, and outlive publishing', async () => {
      await store.receive(newCase('a'))
      await toRunning('a')
      await store.judged('a', {}, { outbox: [], errorMasks: [segmentErrors(1), segmentErrors(-7)] })
      expect(await store.errorMask('a', 1)).toStrictEqual(segmentErrors(1))
      expect(await store.errorMask('a', -7)).toStrictEqual(segmentErrors(-7))
      expect(await store.errorMask('a', 2)).toBeNull()
      expect(await store.errorMask('b', 1)).toBeNull()
      await store.published('a')
      expect(await store.errorMask('a', 1)).toStrictEqual(segmentErrors(1))
    })

    test('are many: 300,000 runs', async () => {
      await store.receive(newCase('a'))
      await toRunning('a')
      const runs = Uint32Array.from({ length: 600_000 }, (_, n) => (n % 2 === 0 ? 3 * n : (n * 7) % 5))
      const plane = { sopInstanceUid: '1.2', frameNumber: null, rows: 4000, columns: 4000, runs }
      const errors = [{ finding: 'F1', kind: 'missing' as const, planes: [plane] }]
      await store.judged('a', {}, { outbox: [], errorMasks: [{ segmentNumber: 1, errors }] })
      const kept = (await store.errorMask('a', 1))?.errors[0]?.planes[0]?.runs ?? new Uint32Array()
      expect(Buffer.compare(Buffer.from(kept.buffer), Buffer.from(runs.buffer))).toBe(0)
    })

    test('are those of the last judgement', async () => {
      await store.receive(newCase('a'))
      await toRunning('a')
      await store.judged('a', {}, { outbox: [], errorMasks: [segmentErrors(1), segmentErrors(2)] })
      await store.transition('a', 'give-up-publishing')
      await advance('recheck', 'start')('a')
      await store.judged('a', {}, { outbox: [], errorMasks: [segmentErrors(2)] })
      expect(await store.errorMask('a', 1)).toBeNull()
      expect(await store.errorMask('a', 2)).toStrictEqual(segmentErrors(2))
    })

    test('are kept with the judgement or not at all', async () => {
      await store.receive(newCase('a'))
      await expect(
        store.judged('a', {}, { outbox: [], errorMasks: [segmentErrors(1)] }),
      ).rejects.toMatchObject({
        code: 'illegal-transition',
      })
      expect(await store.errorMask('a', 1)).toBeNull()
    })

    test.each([
      ['a kind that is not known', `update error_masks set errors = jsonb_set(errors, '{0,kind}', '"odd"')`],
      [
        'fewer runs than planes',
        `update error_masks set errors = jsonb_set(errors, '{0,planes,0,length}', '99')`,
      ],
      [
        'more runs than planes',
        `update error_masks set errors = jsonb_set(errors, '{0,planes,0,length}', '2')`,
      ],
      ['other bytes', `update error_masks set runs = '\\x0102'`],
    ])('of a record that does not fit are an error, not a guess: %s', async (_, change) => {
      await store.receive(newCase('a'))
      await toRunning('a')
      await store.judged('a', {}, { outbox: [], errorMasks: [segmentErrors(1)] })
      await database.sql.query(change)
      await expect(store.errorMask('a', 1)).rejects.toMatchObject({ code: 'conflict' })
    })
  })

  describe('figures', () => {
    const figure = (name: string, ...bytes: number[]): DrawnFigure => {
      const panels = [{ label: 'A1', text: '', sopInstanceUid: null, frameNumber: null }]
      return {
        figure: { name, segmentNumber: 1, kind: 'context', text: '', width: 1, height: 1, panels },
        png: Uint8Array.from(bytes),
      }
    }

    test('are kept byte by byte, and outlive publishing', async () => {
      await store.receive(newCase('a'))
      await toRunning('a')
      await store.judged(
        'a',
        {},
        { outbox: [], figures: [figure('1-context', 0, 255, 10), figure('-7-context', 7)] },
      )
      await store.published('a')
      expect(Uint8Array.from((await store.figure('a', '1-context')) ?? [])).toEqual(Uint8Array.of(0, 255, 10))
      expect(Uint8Array.from((await store.figure('a', '-7-context')) ?? [])).toEqual(Uint8Array.of(7))
      expect(await store.figure('a', '2-context')).toBeNull()
      expect(await store.figure('b', '1-context')).toBeNull()
    })

    test('are those of the last judgement', async () => {
      await store.receive(newCase('a'))
      await toRunning('a')
      await store.judged('a', {}, { outbox: [], figures: [figure('1-context', 1), figure('2-context', 2)] })
      await store.transition('a', 'give-up-publishing')
      await advance('recheck', 'start')('a')
      await store.judged('a', {}, { outbox: [], figures: [figure('2-context', 3)] })
      expect(await store.figure('a', '1-context')).toBeNull()
      expect(Uint8Array.from((await store.figure('a', '2-context')) ?? [])).toEqual(Uint8Array.of(3))
    })

    test('are kept with the judgement or not at all', async () => {
      await store.receive(newCase('a'))
      await expect(
        store.judged('a', {}, { outbox: [], figures: [figure('1-context', 1)] }),
      ).rejects.toMatchObject({
        code: 'illegal-transition',
      })
      expect(await store.figure('a', '1-context')).toBeNull()
    })
  })

  test('text that a database refuses is stored with U+FFFD in its place', async () => {
    const odd = newCase('a')
    const { case: received } = await store.receive({
      ...odd,
      object: { ...odd.object, label: 'a\0b \ud800 c \\u0000 😀' },
    })
    expect(received.object.label).toBe('a\uFFFDb \uFFFD c \\u0000 😀')
  })

  test('a record that does not fit is an error, not a guess', async () => {
    await store.receive(newCase('a'))
    await database.sql.query(`update cases set body = body || '{"score": 9}'`)
    await expect(store.get('a')).rejects.toMatchObject({ code: 'conflict' })
  })

  describe('list', () => {
    test('gives the newest first, page by page, and new cases do not shift a page', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        nowMs += 1000
        await store.receive(newCase(id))
      }
      const first = await store.list({ limit: 2 })
      nowMs += 1000
      await store.receive(newCase('f'))
      const second = await store.list({ limit: 2, cursor: first.nextCursor ?? '' })
      await store.transition('a', 'enqueue')
      const third = await store.list({ limit: 2, cursor: second.nextCursor ?? '' })
      expect([first, second, third].map(({ cases }) => cases.map(({ id }) => id))).toEqual([
        ['e', 'd'],
        ['c', 'b'],
        ['a'],
      ])
      expect(third.nextCursor).toBeNull()
    })

    test('pages cases of the same instant without losing or repeating one', async () => {
      for (const id of ['b', 'a', 'c']) await store.receive(newCase(id))
      const seen: string[] = []
      for (let cursor: string | null = null; ;) {
        const page = await store.list({ limit: 1, ...(cursor === null ? {} : { cursor }) })
        seen.push(...page.cases.map(({ id }) => id))
        cursor = page.nextCursor
        if (cursor === null) break
      }
      expect(seen.toSorted()).toEqual(['a', 'b', 'c'])
    })

    test('filters by study, state and verdict', async () => {
      for (const id of ['a', 'b', 'c']) await store.receive(newCase(id, id === 'c' ? '9.9' : '1.2.3'))
      await toRunning('a')
      await store.judged('a', { verdict: 'review' }, { outbox: [] })
      const ids = async (filter: Omit<Parameters<CaseStore['list']>[0], 'limit'>) =>
        (await store.list({ limit: 10, ...filter })).cases.map(({ id }) => id).toSorted()
      expect(await ids({ studyInstanceUid: '9.9' })).toEqual(['c'])
      expect(await ids({ state: 'received' })).toEqual(['b', 'c'])
      expect(await ids({ verdict: 'review' })).toEqual(['a'])
      expect(await ids({ verdict: null })).toEqual(['b', 'c'])
      expect(await ids({ studyInstanceUid: '1.2.3', state: 'publishing', verdict: 'accept' })).toEqual([])
    })

    test.each([
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
      { limit: 5, cursor: 'x' },
      { limit: 5, cursor: btoa('["2026","a"]') },
      // What a database cannot hold: a NUL in a text, the year 0.
      { limit: 5, cursor: btoa(String.raw`["2026-03-01T10:00:00Z","a\u0000"]`) },
      { limit: 5, cursor: btoa('["0000-03-01T10:00:00Z","a"]') },
    ])('refuses $limit $cursor', async (filter) => {
      await expect(store.list(filter)).rejects.toMatchObject({ code: 'bad-request' })
    })
  })

  test('stale cases are those of the states that did not change since then, oldest first', async () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.receive(newCase(id))
      nowMs += 1000
    }
    await store.transition('a', 'enqueue')
    const since = new Date(nowMs)
    expect((await store.stale(['received', 'queued'], since, 10)).map(({ id }) => id)).toEqual([
      'b',
      'c',
      'd',
    ])
    expect((await store.stale(['received'], since, 1)).map(({ id }) => id)).toEqual(['b'])
    expect(await store.stale(['running'], since, 10)).toEqual([])
  })

  test('knows which cases of a study wait for images', async () => {
    for (const id of ['a', 'b']) await store.receive(newCase(id))
    await store.receive(newCase('c', '9.9'))
    for (const id of ['a', 'c']) await advance('enqueue', 'start', 'wait')(id)
    expect(await store.waitingInStudy('1.2.3')).toEqual(['a'])
  })

  test('knows in which series lie the objects and reports of which cases', async () => {
    await store.receive(newCase('a'))
    await store.receive(newCase('b', '9.9'))
    for (const edge of ['enqueue', 'start'] as const) await store.transition('a', edge)
    const report = {
      kind: 'SR',
      sopClassUid: '1.2',
      sopInstanceUid: '2.25.1',
      seriesInstanceUid: '2.25.2',
    } as const
    await store.judged('a', { verdict: 'review', reports: [report] }, { outbox: [] })
    for (const series of [null, '1.2.3.4', '2.25.2'])
      expect(await store.holding('1.2.3', series)).toEqual(['a'])
    expect(await store.holding('1.2.3', '2.25.3')).toEqual([])
    expect(await store.holding('9.9', '2.25.2')).toEqual([])
  })

  test('keeps marks', async () => {
    expect(await store.getMark('poller')).toBeNull()
    await store.setMark('poller', '20260301')
    await store.setMark('poller', '20260302')
    expect(await store.getMark('poller')).toBe('20260302')
  })

  test('events tell what happened, in order', async () => {
    await store.receive(newCase('a'))
    nowMs += 1000
    await store.transition('a', 'enqueue')
    const events = await store.eventsSince(0, 10)
    expect(events).toEqual([
      { sequence: 1, caseId: 'a', transition: 'receive', state: 'received', at: '2026-03-01T10:00:00.123Z' },
      { sequence: 2, caseId: 'a', transition: 'enqueue', state: 'queued', at: '2026-03-01T10:00:01.123Z' },
    ])
    expect(await store.eventsSince(1, 10)).toEqual(events.slice(1))
    expect(await store.eventsSince(0, 1)).toEqual(events.slice(0, 1))
  })

  test('tells the sequence number of the newest event', async () => {
    expect(await store.lastSequence()).toBe(0)
    await store.receive(newCase('a'))
    await store.transition('a', 'enqueue')
    expect(await store.lastSequence()).toBe(2)
    expect(await store.eventsSince(await store.lastSequence(), 10)).toEqual([])
  })

  test('a reader who follows the events misses none while many are written', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `case-${i}`)
    let writing = true
    const writers = Promise.all(ids.map((id) => store.receive(newCase(id)))).finally(() => {
      writing = false
    })
    const seen: string[] = []
    let last = 0
    for (let more = true; more;) {
      // Before it is read: what is written meanwhile is read once more.
      more = writing
      const events = await store.eventsSince(last, 7)
      seen.push(...events.map(({ caseId }) => caseId))
      last = events.at(-1)?.sequence ?? last
      more ||= events.length > 0
    }
    await writers
    expect(seen.toSorted()).toEqual(ids.toSorted())
  })

  describe('local norms', () => {
    const judged = async (index: number, volume: number, changes: Partial<SegmentResult> = {}) => {
      const id = `norm-${index}-${volume}`
      const subject = newCase(id)
      const object = { ...subject.object, sopInstanceUid: `1.2.3.${index}` }
      await store.receive({ ...subject, object })
      await toRunning(id)
      const evidence = [
        { id: 'E1', name: 'volume', value: volume, unit: 'cm3', where: 'whole segment' },
        { id: 'E2', name: 'component count', value: 1, unit: '1', where: 'whole segment' },
      ]
      const segment = { ...SEGMENT, verdict: 'accept' as const, evidence, ...changes }
      const sourceSeries = {
        seriesInstanceUid: '1.2.5',
        modality: 'CT',
        foundBy: 'reference' as const,
        note: '',
        instanceCount: 1,
      }
      await store.judged(id, { object, sourceSeries, segments: [segment] }, { outbox: [] })
    }
    const count = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

    test('are median and deviation of accepted segments, from 30 cases on', async () => {
      for (const index of count(0, 29)) await judged(index, 1000 + index)
      expect(await store.localNorms('CT', ['liver'])).toEqual([])
      await judged(29, 5000)
      expect(await store.localNorms('CT', ['liver', 'spleen'])).toEqual([
        {
          structure: 'liver',
          side: null,
          evidence: 'volume',
          unit: 'cm3',
          count: 30,
          median: 1014.5,
          mad: 7.5,
        },
      ])
      expect(await store.localNorms('MR', ['liver'])).toEqual([])
      expect(await store.localNorms('CT', [])).toEqual([])
    })

    test('leave out what was not accepted, and what no entry describes', async () => {
      for (const index of count(0, 30)) await judged(index, 1000, { verdict: 'review' })
      for (const index of count(30, 60)) await judged(index, 1000, { structure: null })
      expect(await store.localNorms('CT', ['liver'])).toEqual([])
    })

    test('keep sides apart', async () => {
      for (const index of count(0, 30)) await judged(index, 150, { structure: 'kidney', laterality: 'left' })
      for (const index of count(30, 60))
        await judged(index, 140, { structure: 'kidney', laterality: 'right' })
      const norms = await store.localNorms('CT', ['kidney'])
      expect(norms.map(({ side, median }) => [side, median])).toEqual([
        ['left', 150],
        ['right', 140],
      ])
    })

    test('count an object once, by its last verdict', async () => {
      for (const index of count(0, 30)) await judged(index, 1000)
      await judged(0, 1200)
      expect(await store.localNorms('CT', ['liver'])).toMatchObject([{ count: 30, median: 1000 }])
      await judged(0, 1300, { verdict: 'reject' })
      expect(await store.localNorms('CT', ['liver'])).toEqual([])
    })
  })
}
