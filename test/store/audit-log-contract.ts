/** What the audit log does on any database. Run by audit-log.pglite.real.test.ts (PGlite) and case-store.real.test.ts (PostgreSQL). */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verifyChain } from '../../src/audit/verify.ts'
import { AuditEvent, SERVICE_AGENT, type NewAuditEvent } from '../../src/domain/audit-event.ts'
import type { JudgementInputs } from '../../src/domain/judgement-inputs.ts'
import type { CaseStore, Sql } from '../../src/ports.ts'
import {
  appendAudit,
  auditHead,
  lastAudit,
  pruneAudit,
  readAudit,
  recordConfiguration,
} from '../../src/store/audit-log.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { readInputs } from '../../src/store/judgement-inputs.ts'
import { migrate } from '../../src/store/migrate.ts'
import { JUDGED, manyEvents, ONE_OF_EACH } from '../audit/events.ts'
import { newCase, storeItem } from './case-fixtures.ts'

interface Database {
  readonly sql: Sql
  readonly close: () => Promise<void>
}

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000
const REFUSED = /events of the audit log are kept/
const INPUTS: JudgementInputs = {
  series: ['1.2.3.4'],
  listed: {},
  headers: {},
  instances: { '1.2.3.4.1': 'ab'.repeat(32) },
  seriesFiles: {},
  norms: [
    {
      structure: 'liver',
      side: null,
      evidence: 'volume',
      unit: 'cm3',
      count: 31,
      median: 1500.25,
      mad: 1 / 3,
    },
  ],
}

export function auditLogContract(open: () => Promise<Database>): void {
  let database: Database
  let store: CaseStore
  const NOW = new Date('2026-09-01T10:00:00.000Z')

  beforeAll(async () => {
    database = await open()
    await migrate(database.sql)
  }, SLOW_START_MS)
  afterAll(() => database.close())
  beforeEach(async () => {
    await unguarded('truncate audit_events')
    await database.sql.query(
      'truncate cases, outbox, error_masks, figures, prompts, events, marks, norm_values, reviews, review_reports, alerts restart identity',
    )
    store = createCaseStore(database.sql, { now: () => NOW })
  })

  /** As somebody would who may alter the table. */
  const unguarded = (statement: string) =>
    database.sql.query(
      `alter table audit_events disable trigger user; ${statement}; alter table audit_events enable trigger user`,
    )
  const append = (events: readonly NewAuditEvent[], at: string) =>
    database.sql.transaction((tx) => appendAudit(tx, events, new Date(at)))
  const events = async (): Promise<AuditEvent[]> => {
    const found = []
    for await (const { body } of readAudit(database.sql)) found.push(AuditEvent.parse(JSON.parse(body)))
    return found
  }
  const verified = () => verifyChain(readAudit(database.sql))

  test('events come back as they were written, in order, whole', async () => {
    const head = await append(ONE_OF_EACH, '2026-09-01T10:00:00.000Z')
    expect(await auditHead(database.sql)).toEqual(head)
    expect(await events()).toEqual(
      ONE_OF_EACH.map((event, index) => ({ ...event, sequence: index + 1, at: '2026-09-01T10:00:00.000Z' })),
    )
    expect(await verified()).toMatchObject({ intact: true, count: ONE_OF_EACH.length, head })
    expect(await lastAudit(database.sql, 'configured')).toMatchObject({ sequence: 1, changed: ['limits'] })
    expect(await lastAudit(database.sql, 'log-pruned')).toBeNull()
  })

  test('a log longer than what is read at a time is read whole', async () => {
    await append(manyEvents(2001), '2026-09-01T10:00:00.000Z')
    expect(await verified()).toMatchObject({ intact: true, count: 2001 })
  })

  test.each([
    `update audit_events set body = body`,
    `update audit_events set digest = previous where sequence = 2`,
    `delete from audit_events where sequence = 3`,
    `delete from audit_events`,
    `truncate audit_events`,
  ])('the database refuses: %s', async (statement) => {
    await append(ONE_OF_EACH, '2026-09-01T10:00:00.000Z')
    await expect(database.sql.query(statement)).rejects.toThrow(REFUSED)
    expect(await events()).toHaveLength(ONE_OF_EACH.length)
  })

  test('where it does not refuse, one changed byte names the event', async () => {
    await append(ONE_OF_EACH, '2026-09-01T10:00:00.000Z')
    await unguarded(
      `update audit_events set body = replace(body, '"score":2', '"score":4') where sequence = 4`,
    )
    expect(await verified()).toMatchObject({ intact: false, brokenAt: 4 })
  })

  test('an event that would not be understood later is not written, nor what it tells of', async () => {
    const wrong = { ...JUDGED, caseId: 'DOE^JOHN' }
    const both = database.sql.transaction(async (tx) => {
      await tx.query(`insert into marks values ('a', 'b')`)
      await appendAudit(tx, [wrong], NOW)
    })
    await expect(both).rejects.toThrow()
    expect(await store.getMark('a')).toBeNull()
  })

  test('numbers have no gaps: not by what is rolled back, nor by many who write at once', async () => {
    const failing = database.sql.transaction(async (tx) => {
      await appendAudit(tx, ONE_OF_EACH, NOW)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const writes = Array.from({ length: 24 }, (_, index) =>
      index % 3 === 0
        ? store.receive(newCase(`case-${index}`))
        : append(ONE_OF_EACH, '2026-09-01T10:00:00.000Z').then(() =>
            index % 3 === 2 ? Promise.reject(new Error('after')) : undefined,
          ),
    )
    await Promise.allSettled(writes)
    const count = 8 + 16 * ONE_OF_EACH.length
    expect(await verified()).toMatchObject({ intact: true, count, first: 1, head: { sequence: count } })
  })

  test('every change of a case is an event in the transaction of the change, and no other is', async () => {
    await store.receive(newCase('a'))
    await store.receive(newCase('a'))
    await store.transition('a', 'enqueue')
    await expect(store.transition('a', 'enqueue')).rejects.toMatchObject({ code: 'illegal-transition' })
    await store.transition('a', 'start')
    const bytes = new TextEncoder().encode('a report')
    const from = { settings: 'cd'.repeat(32), inputs: INPUTS }
    await store.judged('a', { verdict: 'review', score: 3 }, { outbox: [storeItem('1', bytes)], from })
    await store.published('a')
    const log = await events()
    expect(log.map((event) => (event.kind === 'case-changed' ? event.transition : event.kind))).toEqual([
      'receive',
      'enqueue',
      'start',
      'judge',
      'publish',
      'published',
    ])
    expect(log[3]).toMatchObject({ state: 'publishing', judged: { verdict: 'review', score: 3 } })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(log[5]).toMatchObject({ instances: [{ sopInstanceUid: '1', sha256 }] })
    expect(await verified()).toMatchObject({ intact: true, count: 6 })
  })

  test('what a verdict was made from is kept by its digest, and is not given out changed', async () => {
    await store.receive(newCase('a'))
    for (const name of ['enqueue', 'start'] as const) await store.transition('a', name)
    await store.judged('a', {}, { outbox: [], from: { settings: 'cd'.repeat(32), inputs: INPUTS } })
    const judged = (await events()).find((event) => event.kind === 'case-changed' && event.judged !== null)
    const basis = judged?.kind === 'case-changed' ? judged.judged?.basis : null
    const digest = basis?.inputs ?? ''
    expect(await readInputs(database.sql, digest)).toEqual(INPUTS)
    await database.sql.query(`update judgement_inputs set body = replace(body, '31', '32')`)
    expect(await readInputs(database.sql, digest)).toBeNull()
  })

  test('a configuration is an event when it differs from the last one, and says in what', async () => {
    const at = (time: string, changes: object = {}) =>
      recordConfiguration(
        database.sql,
        {
          kind: 'configured',
          agent: SERVICE_AGENT,
          version: '1',
          policy: 'sha256:00',
          sections: { limits: 'ab'.repeat(32), report: 'ab'.repeat(32) },
          ...changes,
        },
        new Date(time),
      )
    await at('2026-01-01')
    await at('2026-01-02')
    await at('2026-01-03', { policy: 'sha256:01', sections: { limits: 'cd'.repeat(32) } })
    await at('2026-01-04', { policy: 'sha256:01', sections: { limits: 'cd'.repeat(32) } })
    expect((await events()).map((event) => event.kind === 'configured' && event.changed)).toEqual([
      ['limits', 'report', 'version', 'policy'],
      ['limits', 'report', 'policy'],
    ])
  })

  describe('retention', () => {
    const OLD = '2026-01-05T10:00:00.000Z'
    const before = new Date('2026-02-01T00:00:00.000Z')

    test('what is older goes, behind a checkpoint, and the rest stays provable', async () => {
      await append(ONE_OF_EACH, OLD)
      await append(ONE_OF_EACH, '2026-08-01T10:00:00.000Z')
      const anchors = [await auditHead(database.sql)]
      expect(await pruneAudit(database.sql, before, NOW)).toBe(ONE_OF_EACH.length)
      const first = ONE_OF_EACH.length + 1
      expect(await verifyChain(readAudit(database.sql), { anchors })).toMatchObject({
        intact: true,
        first,
        anchored: 1,
      })
      expect(await pruneAudit(database.sql, before, NOW)).toBe(0)
      expect(await lastAudit(database.sql, 'log-pruned')).toMatchObject({ through: first - 1, newestAt: OLD })
    })

    test('a log of old events only keeps its last one', async () => {
      await append(ONE_OF_EACH, OLD)
      expect(await pruneAudit(database.sql, before, NOW)).toBe(ONE_OF_EACH.length - 1)
      expect(await verified()).toMatchObject({ intact: true, count: 2 })
      // Now there is something else.
      expect(await pruneAudit(database.sql, before, NOW)).toBe(1)
      expect(await pruneAudit(database.sql, before, NOW)).toBe(0)
      expect(await verified()).toMatchObject({ intact: true, count: 2 })
    })

    test('nothing younger than six months goes, whoever asks', async () => {
      await append(ONE_OF_EACH, '2026-06-01T10:00:00.000Z')
      await expect(pruneAudit(database.sql, new Date('2026-07-01'), NOW)).rejects.toMatchObject({
        code: 'bad-request',
      })
      const tomorrow = new Date(Date.now() - 86_400_000).toISOString()
      await append(ONE_OF_EACH, tomorrow)
      const pretended = new Date(Date.now() + 365 * 86_400_000)
      await expect(pruneAudit(database.sql, new Date(), pretended)).rejects.toThrow(REFUSED)
    })

    test('what is old but not behind a checkpoint stays', async () => {
      await append(ONE_OF_EACH, OLD)
      await expect(database.sql.query('delete from audit_events')).rejects.toThrow(REFUSED)
    })
  })
}
